"""A row of the tree, and runs of positions."""

from collections.abc import Iterable

from PySide6.QtGui import QStandardItem

from explorer.panes.tensors.branch import Branch


class Row(QStandardItem):
    """Holds a place in the tree; what is shown there is read from `branch` when it is painted."""

    def __init__(self, found: Branch) -> None:
        super().__init__()
        self.branch = found
        self.rows: dict[str, Row] = {}
        """The rows below by expression, from the top."""
        self.setEditable(found.is_root)
        self.setSelectable(found.note is None)


def runs(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Return first position and length of each run of neighbours; `positions` only grow."""
    found: list[tuple[int, int]] = []
    for position in positions:
        first, length = found[-1] if found else (0, 0)
        if length and position == first + length:
            found[-1] = (first, length + 1)
        else:
            found.append((position, 1))
    return found
