"""Offers the session of a window that ended without closing."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from explorer.text import tr
from explorer.window.bar import Bar, selectable_label
from explorer.window.code import code_font
from explorer.window.journal import Orphan, Page
from explorer.window.theme import icon, mute

SHOWN_LINES = 4


class RecoveryBar(Bar):
    """Shows one journal at a time: recover it, discard it, or close the bar and be asked next time."""

    recovered = Signal(object)
    """The `Page` that the person wants back."""

    icon_name = "recover"
    colour_name = "warning"

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self._orphans: list[Orphan] = []
        self.excerpt = selectable_label(self)
        self.excerpt.setFont(code_font())
        self.recover_button = QPushButton(tr("Recover"), self)
        self.recover_button.clicked.connect(self.recover)
        self.discard_button = QPushButton(tr("Discard"), self)
        self.discard_button.clicked.connect(self.discard)
        self.hint = selectable_label(self)
        self.hint.setText(tr("Recovering runs these lines again."))
        mute(self.hint)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.recover_button)
        row.addWidget(self.discard_button)
        row.addWidget(self.hint, 1)
        self.body.addWidget(self.excerpt)
        self.body.addLayout(row)

    def offer(self, orphans: list[Orphan]) -> None:
        """Offer `orphans`, one after the other."""
        self._orphans = [*self._orphans, *orphans]
        self._show()

    def recover(self) -> None:
        """Give the shown journal back and forget it on disk: this window's own takes over."""
        orphan = self._orphans.pop(0)
        self.recovered.emit(orphan.page)
        orphan.discard()
        self._show()

    def discard(self) -> None:
        """Delete the shown journal."""
        self._orphans.pop(0).discard()
        self._show()

    def take(self) -> list[Orphan]:
        """Give back what was not answered, to be offered by another bar."""
        orphans, self._orphans = self._orphans, []
        self._show()
        return orphans

    def dismiss(self) -> None:
        """Leave the rest for the next start."""
        for orphan in self._orphans:
            orphan.release()
        self._orphans = []
        self._show()

    def _show(self) -> None:
        if not self._orphans:
            self.hide()
            return
        page = self._orphans[0].page
        document = page.document
        when = datetime.fromtimestamp(page.time).astimezone().strftime("%Y-%m-%d %H:%M")
        name = document.path or tr("an unsaved session")
        self.heading.setText(
            tr(
                "Tensor Explorer ended without closing on {when}: {name}, {n} lines.",
                when=when,
                name=name,
                n=len(document.session.statements),
            )
        )
        self.excerpt.setText(_excerpt(page))
        self.announce(self.heading.text())

    def _tint(self) -> None:
        super()._tint()
        self.recover_button.setIcon(icon("recover"))


def _excerpt(page: Page) -> str:
    """Return the last lines: the first are much alike in every session."""
    lines = page.document.session.to_source().splitlines()
    text = "\n".join(lines[-SHOWN_LINES:])
    return f"...\n{text}" if len(lines) > SHOWN_LINES else text
