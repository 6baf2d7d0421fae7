"""Tensor Explorer: see what PyTorch does, and the one line of code that made it."""

__version__ = "0.1.0"
