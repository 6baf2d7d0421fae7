"""Why a cell has its value: the cells of other tensors that it came from, and how it follows them."""
