"""What stands above the script when script and values differ, and the button that mends it."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.opening import why_consent
from explorer.session import Document, Record, Session, Statement
from explorer.text import tr
from explorer.window.controller import EngineState
from explorer.window.theme import icon

Action = Literal["", "run_all", "replay", "restart", "cancel", "now"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence and what its button does; `done` of `total` lines where there is progress."""

    text: str = ""
    action: Action = ""
    done: int = 0
    total: int = 0


def notice(
    session: Session,
    records: dict[int, Record],
    state: EngineState,
    out_of_step: str,
    *,
    settled: bool,
    consent: str,
) -> Notice:
    """Return what a person must know of a script that rests, an empty notice if all is well.

    `consent` says why a script of which nothing has run waits for the person.
    """
    if not settled:
        return Notice()
    if state is EngineState.STOPPED:
        return Notice(out_of_step or tr("The engine has stopped."), "restart")
    if out_of_step:
        return Notice(out_of_step, "replay")
    if session.statements and session.cursor == 0:
        known = any(statement.id in records for statement in session.statements)
        text = (
            tr("All lines are undone.") if known else consent or tr("This script has not run yet.")
        )
        return Notice(text, "run_all")
    return Notice()


class Banner(QFrame):
    """Shows a notice; hidden while there is none."""

    acted = Signal(str)
    """The action of the notice shown was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self._asked: tuple[tuple[Statement, ...], str] = ((), "")
        self._consent = ""
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.label = QLabel(self, wordWrap=True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar(self, textVisible=False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(tr("Lines replayed"))
        self.button = QPushButton(self)
        self.button.clicked.connect(self._on_clicked)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.label)
        words.addWidget(self.progress)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(words, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def why_consent(self, document: Document) -> str:
        """Return why a script of which nothing has run waits, found once for each of its states."""
        asked = document.session.statements, document.path
        if document.session.cursor == 0 and asked != self._asked:
            self._asked = asked
            self._consent = why_consent(document.session, document.path)
        return self._consent

    def show_notice(self, shown: Notice) -> None:
        """Show this one in place of the last."""
        if shown == self.notice:
            return
        self.notice = shown
        self.label.setText(shown.text)
        texts = {
            "run_all": (tr("Run all"), "run"),
            "replay": (tr("Replay"), "replay"),
            "restart": (tr("Restart the engine"), "restart"),
            "cancel": (tr("Cancel"), "close"),
            "now": (tr("Show now"), "redo"),
        }
        if shown.action:
            text, icon_name = texts[shown.action]
            self.button.setText(text)
            self.button.setIcon(icon(icon_name))
        self.progress.setVisible(shown.total > 0)
        self.progress.setMaximum(max(1, shown.total))
        self.progress.setValue(shown.done)
        self.setVisible(bool(shown.text))

    def _on_clicked(self) -> None:
        self.acted.emit(self.notice.action)
