"""The form of an operator: a field for each kind of parameter, and what its line will do."""
