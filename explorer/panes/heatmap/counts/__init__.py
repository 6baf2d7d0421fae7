"""What all values of a tensor are together: histogram, statistics, ranges of rows and columns."""
