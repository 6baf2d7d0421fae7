"""Operate: every operator of torch, with a form for each, and indexing."""
