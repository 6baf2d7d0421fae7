"""Which plane of a tensor is shown: rows, columns, indices, grids of maps."""
