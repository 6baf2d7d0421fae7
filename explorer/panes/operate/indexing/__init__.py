"""Indexing: a row for each dim of a tensor, both ways with the text between the brackets."""
