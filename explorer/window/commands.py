"""The commands that need more than one part of the window; see `actions` for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from explorer.comparison import compared
from explorer.session import Statement
from explorer.window.controller import EngineState
from explorer.window.focus import focus_next

if TYPE_CHECKING:
    from explorer.window.exporting import Exporting
    from explorer.window.main import MainWindow
    from explorer.window.pane import Pane

SHOWING = ("new-heatmap", "open-beside", "open-below", "replace-shown")


class Commands(QObject):
    """What they do. What is slow to load and seldom wanted is loaded when it is."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def enable(self) -> None:
        """Let those be chosen that make sense now."""
        controller, session = self._window.controller, self._window.controller.session
        selected = controller.selection.expressions
        busy = controller.state in (EngineState.RUNNING, EngineState.REPLAYING)
        for command_id, enabled in (
            ("undo", session.cursor > 0),
            ("redo", session.cursor < len(session.statements)),
            ("put-back", bool(controller.changes)),
            ("interrupt", busy or controller.is_revisiting),
            *((command_id, bool(selected)) for command_id in SHOWING),
            ("combine", len(selected) > 1),
            ("compare", len(selected) > 1),
            ("watch", bool(controller.workspace.entries)),
        ):
            self._window.actions_by_id[command_id].setEnabled(enabled)

    def tint(self) -> None:
        """Draw them in the theme's colours, and check the theme's own."""
        self._window.actions_by_id.tint()
        self._window.actions_by_id[f"theme-{self._window.theme.choice}"].setChecked(True)

    def interrupt(self) -> None:
        """Stop the running line; if it does not stop, the status bar offers to kill the engine."""
        self._window.status.interrupt_requested()
        self._window.controller.interrupt()

    def reset_layout(self) -> None:
        """Give window and panes the size and the places of the first start."""
        self._window.presentation.leave(put_back=False)
        self._window.docking.reset()

    def search(self) -> None:
        """Go to the search box by keyboard."""
        self._window.search.focus_all()

    def next_pane(self) -> None:
        """Go to the next pane by keyboard."""
        focus_next(self._places(), 1)

    def previous_pane(self) -> None:
        """Go to the pane before by keyboard."""
        focus_next(self._places(), -1)

    def _places(self) -> list[QWidget]:
        window = self._window
        return [window.centre.stack, *(d for d in window.docks.values() if d.isVisible())]

    def pin_heatmap(self) -> None:
        """Open a heat map that stays with the selected tensor."""
        for expression in self._window.controller.selection.expressions[:1]:
            self._window.views.open(expression)

    def watch_expression(self) -> None:
        """Let the person type an expression for a heat map of its own."""
        pane = self._window.views.current
        if pane is not None:
            pane.watching.edit_new()  # type: ignore[attr-defined]  # HeatmapPane, imported late

    def compare(self) -> None:
        """Open a heat map of the difference of the two tensors selected first."""
        controller = self._window.controller
        found = [controller.workspace.find(e) for e in controller.selection.expressions[:2]]
        both = [info for info in found if info is not None]
        if len(both) == 2:
            self._window.views.open(compared(*both).expression)

    def explain(self) -> None:
        """Say why the cell in hand has its value."""
        pane = self._window.views.current
        if pane is not None:
            pane.explain()  # type: ignore[attr-defined]  # HeatmapPane, imported late

    def combine(self) -> None:
        """Offer the lines that fit the selected tensors."""
        pane = self._pane("tensors")
        if pane is not None:
            pane.combine()  # type: ignore[attr-defined]  # TensorsPane, imported late

    def paste_code(self) -> None:
        """Put the clipboard's text into the script's entry, for the person to run."""
        pane = self._pane("script")
        if pane is not None:
            pane.put(QGuiApplication.clipboard().text())  # type: ignore[attr-defined]  # ScriptPane, imported late

    def open_form(self, statement: Statement) -> None:
        """Open the form that makes a line of the script."""
        from explorer.catalog.recognition import recognise

        pane = self._pane("create" if recognise(statement.code) else "operate")
        if pane is not None:
            pane.open_line(statement)  # type: ignore[attr-defined]  # CreatePane or OperatePane, imported late

    def begin_form(self, path: str, texts: Mapping[str, str]) -> None:
        """Open the form of the operator at `path`, filled in as far as `texts` go."""
        from explorer.catalog.creation import CREATION

        makes = any(operator.path == path for operator in CREATION)
        pane = self._pane("create" if makes else "operate")
        if pane is not None:
            pane.choose(path)  # type: ignore[attr-defined]  # CreatePane or OperatePane, imported late
            pane.fill(texts)  # type: ignore[attr-defined]

    def _pane(self, name: str) -> Pane | None:
        """Bring a pane to the front, and return it once it is there."""
        self._window.show_pane(name)
        return self._window.docks[name].pane

    @cached_property
    def exporting(self) -> Exporting:
        """What writes notebooks; made when it is first wanted."""
        from explorer.window.exporting import Exporting

        return Exporting(self._window.controller, self._window.views, self._window)

    def export_notebook(self) -> None:
        """Write the session as a notebook."""
        self.exporting.export_notebook()

    def export_png(self) -> None:
        """Write the heat map last worked in as a picture."""
        self._export("png")

    def export_svg(self) -> None:
        """Write the heat map last worked in as a drawing."""
        self._export("svg")

    def export_csv(self) -> None:
        """Write the values of the heat map last worked in as text."""
        self._export("csv")

    def export_npy(self) -> None:
        """Write the values of the heat map last worked in for NumPy."""
        self._export("npy")

    def copy_picture(self) -> None:
        """Put the heat map last worked in on the clipboard."""
        self._export("clipboard")

    def _export(self, kind: str) -> None:
        pane = self._window.views.current
        if pane is not None:
            pane.export(kind)  # type: ignore[attr-defined]  # HeatmapPane, imported late

    def show_shortcuts(self) -> None:
        """Show every key of this window."""
        from explorer.window.help import ShortcutPage

        ShortcutPage(self._window.actions_by_id, self._window).open()

    def show_about(self) -> None:
        """Show version, licence and where things are kept."""
        from explorer.window.help import AboutBox

        AboutBox(self._window.controller.versions, self._window).open()
