"""The moment whose values a heat map shows: as of a line, before a line that wrote, or now."""

from msgspec import structs
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.panes.heatmap import Info, InfoAsk, Tile
from explorer.panes.heatmap.origin import absence
from explorer.protocol import NOT_KEPT, Answer, Problem, TensorInfo
from explorer.session import Session
from explorer.text import tr
from explorer.watch import is_watch, missing_name, why_not
from explorer.window.controller import Controller
from explorer.workspace import Workspace

LATE_MS = 200


class Moment(QObject):
    """Follows the controller's moment; a heat map of its own accord goes back one write further.

    Where the engine kept nothing of it, the lines up to there run once more.
    """

    changed = Signal()
    """Another moment is to be shown, or what was there then is known by now."""
    late = Signal()
    """Lines run again for it, and have for a while."""

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._before = 0
        self._seen = ("", 0)
        self._workspace = Workspace()
        self._asked: tuple[str, int] | None = None
        self._found: TensorInfo | Problem | None = None
        self._revisits = False
        self._timer = QTimer(self, singleShot=True, interval=LATE_MS)
        self._timer.timeout.connect(self._on_timeout)
        controller.revisited.connect(self._on_revisited)
        controller.as_of_changed.connect(self._on_as_of_changed)

    @property
    def as_of(self) -> int:
        """The moment as asks have it: 0 now, a statement's id after it, its negative before it."""
        return -self._before or self._controller.as_of

    @property
    def is_waiting(self) -> bool:
        """Whether it is not known yet what was there."""
        return self._asked is not None and self._found is None

    def find(self, source: str) -> TensorInfo | Problem | None:
        """Return the tensor that `source` names at the moment, or why there is none.

        None while the engine is asked; `changed` says when to look again.
        """
        controller = self._controller
        seen = (source, controller.data_revision)
        if seen != self._seen or controller.workspace is not self._workspace:
            # A line has run, or another tensor is shown.
            self._seen, self._workspace = seen, controller.workspace
            self._before, self._asked = 0, None
        if not self.as_of:
            info = controller.workspace.find(source) if source else None
            if info or not self._is_told(source):
                self._asked = None
                return info or self._absence(source)
        if self._asked != (source, self.as_of):
            self._asked = (source, self.as_of)
            self._ask()
        return self._found

    def _is_told(self, source: str) -> bool:
        """Return whether only the engine can tell what `source` is now."""
        workspace = self._controller.workspace
        if is_watch(source, workspace):
            return not (why_not(source, workspace) or missing_name(source, workspace))
        return workspace.may_have(source)

    def _absence(self, source: str) -> Problem:
        workspace, session = self._controller.workspace, self._controller.session
        if not is_watch(source, workspace):
            return absence(session, source)
        missing = missing_name(source, workspace)
        if missing:
            return structs.replace(absence(session, missing), fix=tr("{x} needs it", x=source))
        return Problem(
            what=tr("{x} is not computed unasked", x=source), fix=why_not(source, workspace)
        )

    def toggle_before(self, tile: Tile) -> None:
        """Show what the line found that changed the tile, or again what it made of it."""
        self._before = 0 if self._before else tile.changed_by
        self.changed.emit()

    def leave(self) -> bool:
        """Go one step back towards now; False if it is now."""
        if self._before:
            self._before = 0
            self.changed.emit()
        elif self._controller.as_of:
            self._controller.look_back(0)
        else:
            return False
        return True

    def _ask(self) -> None:
        self._found, self._revisits = None, False
        self._timer.stop()
        if self._asked:
            expression, as_of = self._asked
            self._controller.ask(InfoAsk(expression=expression, as_of=as_of), self._on_info)

    def _on_as_of_changed(self) -> None:
        self._before = 0
        self.changed.emit()

    def _on_info(self, answer: Answer) -> None:
        if isinstance(answer, Info) and self._asked and answer.as_of == self._asked[1]:
            self._found = answer.info
        elif isinstance(answer, Problem) and not self.as_of:
            self._found = answer
        elif isinstance(answer, Problem) and self._asked:
            problem: Problem | None = answer
            if answer.cause == NOT_KEPT:
                problem = self._controller.revisit(self._asked[1], answer)
            if problem is None:
                self._revisits = True
                self._timer.start()
                return
            fix = tr("Press Esc to see the values of now")
            self._found = structs.replace(problem, fix=fix)
        self.changed.emit()

    def _on_revisited(self) -> None:
        if self._revisits:
            self._ask()

    def _on_timeout(self) -> None:
        if self._revisits and self.is_waiting:
            self.late.emit()


class MomentBanner(QFrame):
    """Says which values are shown; hidden while they are those of now."""

    left = Signal()
    """The way back was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.label, self.button = QLabel(self), QPushButton(self)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.button.clicked.connect(self.left)
        self.hide()

    def show_moment(self, session: Session, as_of: int) -> None:
        """Name the moment `as_of`, as asks have it."""
        line = line_number(session, abs(as_of))
        if as_of > 0:
            self.label.setText(tr("Values as of line {n} (Esc: now)", n=line))
            self.button.setText(tr("Show now"))
        else:
            self.label.setText(
                tr("Values before line {n} (B: after)", n=line)
                if line
                else tr("Values before a line that is not in the script (B: after)")
            )
            self.button.setText(tr("Show after"))
        self.setVisible(as_of != 0)

    def show_reading(self, session: Session, as_of: int) -> None:
        """Say that lines run again to tell the moment `as_of`."""
        line = line_number(session, abs(as_of))
        self.label.setText(tr("Running lines 1 to {n} again to see their values ...", n=line))
        self.button.setText(tr("Cancel"))
        self.show()


def line_number(session: Session, statement: int) -> int:
    """Return the number of a statement's line, 0 for one that is not in the script."""
    ids = [known.id for known in session.statements]
    return ids.index(statement) + 1 if statement in ids else 0


def change_text(session: Session, tile: Tile) -> str:
    """Return what the last write did to a tile, "" if none is known."""
    if not tile.changed_by:
        return ""
    line = line_number(session, tile.changed_by)
    if not line:
        return tr("Changed by a line that is not in the script")
    if not tile.is_whole:
        return tr("Changed by line {n}", n=line)
    if not tile.changed:
        return tr("Line {n} wrote the values that were there", n=line)
    if tile.changed == 1:
        return tr("1 cell changed by line {n}", n=line)
    return tr("{cells} cells changed by line {n}", cells=f"{tile.changed:,}", n=line)
