"""The explained errors, a table for each subject."""
