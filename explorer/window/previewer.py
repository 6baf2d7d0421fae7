"""The previewer: knows what lines would do before they run, as far as the engine has told."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.protocol import Answer, Preview, PreviewAsk, Previews, Problem
from explorer.window.controller import Controller

SOON_MS = 20
"""So long after a line nothing is asked: its heat map comes first."""
MOST_KNOWN = 1000
"""So many previews are kept while the workspace stays the same."""


class Previewer(QObject):
    """Tells of the lines that were shown last; what was told of another workspace is forgotten."""

    previewed = Signal()
    """`preview_of` may return something else now."""

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._sources: tuple[str, ...] = ()
        self._asked: tuple[str, ...] = ()
        self._known: dict[str, Preview] = {}
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._on_rested)
        controller.workspace_changed.connect(self._on_workspace_changed)
        controller.warmed.connect(self._on_warmed)

    def show(self, sources: tuple[str, ...]) -> None:
        """Ask what `sources`, whole lines, would do; `previewed` follows if that is not known."""
        self._sources = sources
        if not self._soon.isActive():
            self._ask()

    def preview_of(self, source: str) -> Preview | None:
        """Return what `source` would do, None while that is not known."""
        return self._known.get(source)

    def _on_answered(self, answer: Answer) -> None:
        match answer:
            case Previews(previews=()):
                return  # not ready yet
            case Previews(previews=previews):
                told = dict(zip(self._asked, previews, strict=True))
            case Problem(what=what):
                told = dict.fromkeys(self._asked, Preview(unknown=what))
            case _:
                raise TypeError(type(answer).__name__)
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= told
        self.previewed.emit()

    def _ask(self) -> None:
        unknown = tuple(dict.fromkeys(s for s in self._sources if s not in self._known))
        if unknown:
            self._asked = unknown
            self._controller.ask(PreviewAsk(sources=unknown), self._on_answered)

    @Slot()
    def _on_rested(self) -> None:
        self.previewed.emit()
        self._ask()

    @Slot()
    def _on_warmed(self) -> None:
        self.show(self._sources)

    @Slot()
    def _on_workspace_changed(self) -> None:
        if self._known or self._sources:
            self._known = {}
            self._soon.start()
