"""How tiles become pictures."""
