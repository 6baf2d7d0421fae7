"""A result beside its operands, and which cells it comes from."""
