"""A row of the tree, and arithmetic on positions."""

from explorer.panes.tensors.branch import Branch


class Row:
    """A row on screen. `number` stands for it in Qt's indexes; a freed object must not.

    The root's is 0, as in the invalid index that stands for it.
    """

    __slots__ = ("branch", "number", "parent", "position", "rows")

    def __init__(self, number: int, found: Branch | None, parent: "Row | None") -> None:
        self.number = number
        self.branch = found
        self.parent = parent
        self.position = 0
        self.rows: list[Row] = []

    @property
    def key(self) -> str:
        """The expression of the row, "" for the root."""
        return self.branch.expression if self.branch else ""


def renumber(rows: list[Row], first: int) -> None:
    """Give the rows from `first` on their positions."""
    for position in range(first, len(rows)):
        rows[position].position = position


def runs(chosen: list[bool]) -> list[tuple[int, int]]:
    """Return first and last position of each run of True."""
    found: list[tuple[int, int]] = []
    for position, is_chosen in enumerate(chosen):
        if not is_chosen:
            continue
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found
