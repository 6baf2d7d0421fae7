"""Writes the session as a notebook, with the pictures that the person asks for."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.files import save_problem, write_atomically
from explorer.window.pane import Pane
from explorer.window.views import Views
from explorer.workspace import root_name

NOTEBOOK = ".ipynb"


class PictureDialog(QDialog):
    """Asks which of the open heat maps go along; all of them at first."""

    def __init__(self, titles: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export notebook"))
        label = QLabel(tr("Pictures to put under the line that last changed the tensor"), self)
        label.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(label.text())
        for title in titles:
            item = QListWidgetItem(title, self.list)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel, self)
        self.buttons.button(buttons.Ok).setText(tr("Export..."))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.list)
        layout.addWidget(self.buttons)

    def chosen(self) -> list[int]:
        """Return the positions of the titles that are checked."""
        items = (self.list.item(i) for i in range(self.list.count()))
        return [i for i, item in enumerate(items) if item.checkState() is Qt.CheckState.Checked]


class Exporting(QObject):
    """Asks for pictures and a file, then writes the notebook."""

    def __init__(self, controller: Controller, views: Views, window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self._views = views
        self._window = window

    def export_notebook(self) -> None:
        """Write the session as a notebook; the person chooses pictures and file."""
        shown = self._shown()
        if shown:
            dialog = PictureDialog([pane.title() for _, pane in shown], self._window)
            accepted = dialog.exec()
            shown = [shown[i] for i in dialog.chosen()]
            dialog.deleteLater()
            if not accepted:
                return
        path = self._choose_target()
        if path:
            self.write(Path(path), shown)

    def write(self, path: Path, shown: list[tuple[int, Pane]]) -> bool:
        """Write the notebook to `path`; False if that failed, which the person is told.

        `shown` are panes whose pictures go along, each with the id of its statement.
        """
        # Imported late: the schema that it checks against takes a while to load.
        from explorer.notebook import to_notebook

        pictures: dict[int, list[bytes]] = {}
        for statement, pane in shown:
            pictures.setdefault(statement, []).append(_png(pane))
        text = to_notebook(self._controller.session, self._controller.records, pictures)
        try:
            write_atomically(path.absolute(), text)
        except OSError as error:
            self._controller.report(save_problem(path, error))
            return False
        return True

    def _shown(self) -> list[tuple[int, Pane]]:
        """Return the heat maps with an exact picture, and the statement that made what they show."""
        workspace = self._controller.workspace
        done = {statement.id for statement in self._controller.session.done}
        found = []
        for pane in self._views.panes:
            statement = workspace.changed_by.get(root_name(pane.title()), 0)
            if pane.isVisible() and pane.is_complete() and statement in done:
                found.append((statement, pane))
        return found

    def _choose_target(self) -> str:
        script = Path(self._controller.document.path or tr("session.py"))
        dialog = QFileDialog(
            self._window,
            tr("Export the session as a notebook"),
            str(script.with_suffix(NOTEBOOK)),
            tr("Jupyter notebooks (*.ipynb)"),
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(NOTEBOOK)
        dialog.selectFile(str(script.with_suffix(NOTEBOOK)))
        return dialog.selectedFiles()[0] if dialog.exec() else ""


def _png(pane: Pane) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pane.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())
