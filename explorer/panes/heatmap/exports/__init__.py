"""What leaves a heat map: pictures, tables, arrays, code."""
