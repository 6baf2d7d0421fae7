"""Script: the session line by line, and the entry for the next one. It has no messages."""
