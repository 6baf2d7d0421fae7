"""Pointing, searching, adding up and editing cells."""
