"""Create: a list of the operators that make a tensor, with a form for each."""
