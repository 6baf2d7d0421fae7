"""Commands that change the script at a row, or run it from there or up to there."""

from PySide6.QtCore import QObject, Signal, Slot

from explorer.catalog.recognition import has_form
from explorer.note import cut
from explorer.panes.script.desk import Desk
from explorer.panes.script.model import ScriptModel
from explorer.panes.script.row import Row
from explorer.panes.script.view import ScriptView
from explorer.session import Statement
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.menu import add_commands


class LineCommands(QObject):
    """Adds its commands to the menu and the keys of `view`."""

    form_requested = Signal(object)
    """See `Pane`."""

    def __init__(
        self, controller: Controller, view: ScriptView, model: ScriptModel, desk: Desk
    ) -> None:
        super().__init__(view)
        self._controller = controller
        self._view = view
        self._model = model
        self._desk = desk
        self.actions = add_commands(
            view,
            (
                ("insert_above", tr("Insert a line above"), ("Alt+Shift+Up",), self.insert_above),
                ("insert_below", tr("Insert a line below"), ("Alt+Shift+Down",), self.insert_below),
                ("move_up", tr("Move line up"), ("Alt+Up",), self.move_up),
                ("move_down", tr("Move line down"), ("Alt+Down",), self.move_down),
                ("edit_call", tr("Edit this call"), ("F4",), self.edit_call),
                ("note", tr("Edit note"), ("Shift+F2",), self.edit_note),
                ("run_from", tr("Run from here"), ("Shift+Return", "Shift+Enter"), self.run_from),
                ("run_to", tr("Run to here"), ("Ctrl+Return", "Ctrl+Enter"), self.run_to),
            ),
        )

    def name(self, row: Row | None) -> None:
        """Name the commands after what they do to `row`, the current one."""
        statement = row.statement if row else None
        count = len(self._controller.session.statements)
        catalogue = self._controller.catalogue
        entries = catalogue.entries if catalogue else None
        can_edit = statement is not None and has_form(statement.code, entries)
        enabled = {
            "move_up": row is not None and row.number > 1,
            "move_down": row is not None and 0 < row.number < count,
            "edit_call": can_edit,
        }
        for key, action in self.actions.items():
            action.setEnabled(statement is not None and enabled.get(key, True))
        self.actions["edit_call"].setText(
            tr("Edit this call") if can_edit else tr("Edit this call (no form makes this line)")
        )
        has_note = statement is not None and bool(cut(statement.source)[0])
        self.actions["note"].setText(tr("Edit note") if has_note else tr("Add a note"))

    def _statement(self) -> Statement | None:
        row = self._model.row_at(self._view.currentIndex())
        return row.statement if row else None

    @Slot()
    def insert_above(self) -> None:
        """Open an editor for a line above the current one."""
        if statement := self._statement():
            self._desk.draft(statement, is_above=True)

    @Slot()
    def insert_below(self) -> None:
        """Open an editor for a line below the current one."""
        if statement := self._statement():
            self._desk.draft(statement, is_above=False)

    @Slot()
    def move_up(self) -> None:
        """Move the current line over the one above."""
        if statement := self._statement():
            self._desk.step(statement, is_up=True)

    @Slot()
    def move_down(self) -> None:
        """Move the current line under the one below."""
        if statement := self._statement():
            self._desk.step(statement, is_up=False)

    @Slot()
    def edit_call(self) -> None:
        """Open the form that makes the current line."""
        if statement := self._statement():
            self.form_requested.emit(statement)

    @Slot()
    def edit_note(self) -> None:
        """Open an editor for the note above the current line."""
        if statement := self._statement():
            self._desk.edit(statement, "note")

    @Slot()
    def run_from(self) -> None:
        """Run the current line and those below it, as far as they go."""
        if statement := self._statement():
            self._controller.run_from(statement)

    @Slot()
    def run_to(self) -> None:
        """Make the current line the last that has run."""
        if statement := self._statement():
            self._controller.run_to(statement)
