"""Heat maps of expressions, and comparisons."""
