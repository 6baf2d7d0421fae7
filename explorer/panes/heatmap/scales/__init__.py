"""The colour scale and its levels."""
