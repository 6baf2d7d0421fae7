"""The name of a form's result: a free one, until the person types another or a line took it."""

from collections.abc import Sequence

from explorer.catalog import literal
from explorer.catalog.number import Refusal
from explorer.protocol import Entry
from explorer.window.controller import Controller
from explorer.window.line_form import LineForm
from explorer.workspace import Workspace

ONE = ("Tensor",)


class ResultName:
    """Keeps the field for the name in `foot`, of one result or several with commas between."""

    def __init__(self, controller: Controller, foot: LineForm) -> None:
        self._controller = controller
        self._foot = foot
        self._own = ""
        """The name that was put here last."""
        self._submitted: tuple[str, Entry | None] | None = None

    def submit(self) -> None:
        """Take note that the line runs now: it takes the name, if it gets to its end."""
        name = _names(self._foot.target)[0]
        self._submitted = name, self._controller.workspace.entries.get(name)

    def forget(self) -> None:
        """Begin a form of its own."""
        self._submitted, self._own = None, ""

    def suit(self, results: Sequence[str] = ONE) -> None:
        """Put a free name once the line ran, or where the one put here was taken or does not fit."""
        entries, typed = self._controller.workspace.entries, self._foot.target.strip()
        has_run = False
        if self._submitted is not None:
            name, before = self._submitted
            has_run = entries.get(name) is not before
            if has_run:
                self._submitted = None
        names = _names(typed)
        is_own = typed == self._own and not self._foot.line.by_hand
        fits = len(names) == len(results) and entries.keys().isdisjoint(names)
        if has_run or not self._own or (is_own and not fits):
            self._foot.line.by_hand = False
            self._own = ", ".join(free_names(results, self._controller.workspace))
            self._foot.name_field.setText(self._own)


def free_names(results: Sequence[str], workspace: Workspace) -> list[str]:
    """Return a free name for each result: torch's own where there are several, "values, indices"."""
    found: list[str] = []
    for result in results:
        name = workspace.free_name(frozenset(found))
        if len(results) > 1 and _may_be_name(result) and result not in workspace.entries:
            name = result
        found.append(name)
    return found


def _may_be_name(word: str) -> bool:
    try:
        return literal.name(word) == word and word not in ("Tensor", "tensors")
    except Refusal:
        return False


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]
