"""What can be found besides operators: actions, tensors, files."""

from collections.abc import Iterable
from pathlib import PurePath

from PySide6.QtGui import QKeySequence

from explorer.catalog.ranking import Ranking
from explorer.protocol import NUMPY, Entry, TensorInfo
from explorer.text import tr
from explorer.window.actions import Actions
from explorer.window.search.results import Result
from explorer.workspace import Workspace


class Tensors:
    """The tensors of a workspace by name."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._ranking: Ranking[TensorInfo] = Ranking()

    def ranking(self, workspace: Workspace) -> Ranking[TensorInfo]:
        """Return the tensors and arrays of `workspace`, to be found."""
        if workspace.entries is not self._entries:
            self._entries = workspace.entries
            # A slip is found among thousands of names too late to be of use.
            self._ranking = Ranking(forgives=False)
            for tensor in workspace.viewable():
                self._ranking.add(tensor, (tensor.expression,))
        return self._ranking


def tensor_row(tensor: TensorInfo) -> Result:
    """Return the row of a tensor or an array."""
    kind = "np." if tensor.layout == NUMPY else ""
    note = f"{list(tensor.shape)} {kind}{tensor.dtype}"
    return Result("tensor", tensor.expression, tensor.expression, note, "tensor")


def actions_of(actions: Actions) -> Ranking[Result]:
    """Return the actions that make sense now."""
    ranking: Ranking[Result] = Ranking()
    for command in actions.commands.values():
        action = actions[command.id]
        if action.isEnabled():
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            text = tr(command.text)
            row = Result("action", command.id, text, keys or tr("action"), command.icon)
            ranking.add(row, (text,), said=(tr(command.tip),))
    return ranking


def files_of(paths: Iterable[str]) -> Ranking[Result]:
    """Return `paths` by the names of the files, and the folders that they are in."""
    ranking: Ranking[Result] = Ranking()
    for path in paths:
        file = PurePath(path)
        row = Result("file", path, file.name, str(file.parent), "open")
        ranking.add(row, (file.name,), (str(file.parent),))
    return ranking
