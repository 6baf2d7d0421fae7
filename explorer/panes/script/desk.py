"""Changes the script where it stands: edits, notes, new lines, and lines that move."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot

from explorer.panes.script.editing import EditedPart, Editing
from explorer.panes.script.entry import Entry
from explorer.panes.script.inline import InlineEditor
from explorer.panes.script.paste import clean_punctuation
from explorer.panes.script.view import ScriptView
from explorer.session import Place, Session, Statement
from explorer.window.controller import Controller


class Desk(QObject):
    """Speaks to the controller itself: it must know whether a line was taken."""

    changed = Signal()
    """Another row is edited, or its editor needs another height: draw."""

    def __init__(self, controller: Controller, view: ScriptView, entry: Entry) -> None:
        super().__init__(view)
        self._controller = controller
        self._view = view
        self._entry = entry
        self.editing: Editing | None = None
        self.editor: InlineEditor | None = None
        self.wanted: tuple[str, int] | None = None
        """The row that is to be current once it is drawn."""
        view.dropped.connect(self._on_dropped)

    # --- in place -----------------------------------------------------------------------------

    def edit(self, statement: Statement, part: EditedPart = "code") -> None:
        """Open an editor on a statement's code or note."""
        self._open(Editing(part, statement))

    def draft(self, neighbour: Statement, *, is_above: bool) -> None:
        """Open an editor for a new line beside `neighbour`."""
        self._open(Editing("code", None, Place(neighbour, is_above)))

    def cancel(self) -> None:
        """Close the editor; what was typed can be recalled in the entry with Up."""
        if self.editor and self.editor.is_changed() and self.editor.text().strip():
            self._entry.remember(self.editor.text())
        self._close()

    @Slot()
    def apply(self) -> None:
        """Put what is in the editor into the script; what is refused stays to be mended."""
        editing, editor = self.editing, self.editor
        if editing is None or editor is None:
            return
        text = editor.text() if editor.is_note else clean_punctuation(editor.text())
        source = editing.source(text)
        if editor.is_changed():
            if editing.statement is None and editing.place and text.strip():
                accepted = self._controller.insert(source, editing.place)
            elif editing.statement and source.strip():
                accepted = self._controller.edit(editing.statement, source)
            elif editing.statement:
                self.delete(editing.statement)
                accepted = True
            else:
                accepted = True
            if not accepted:
                return
            if text.strip() and not editor.is_note:
                self._entry.remember(text)
        self._close()

    def check(self, session: Session) -> None:
        """Stop editing a line that is gone or different by now; its text can be recalled."""
        if self.editing and not self.editing.stands_in(session):
            text = self.editor.text() if self.editor and self.editor.is_changed() else ""
            is_note = self.editing.part == "note"
            self.cancel()
            if text and not is_note and not self._entry.source():
                self._entry.set_source(text)

    def _open(self, editing: Editing) -> None:
        self.cancel()
        self._controller.look_back(0)
        is_note = editing.part == "note"
        editor = InlineEditor(editing.text, is_note=is_note, parent=self._view.viewport())
        editor.applied.connect(self.apply)
        editor.cancelled.connect(self._on_cancelled)
        editor.resized.connect(self._on_resized)
        self.editor = editor
        self.editing = replace(editing, height_px=editor.height_px)
        self.wanted = editing.key
        self._view.editor = editor
        self.changed.emit()
        self._view.show_editor()
        editor.begin()

    def _close(self) -> None:
        if self.editor is None:
            return
        had_focus = self.editor.isAncestorOf(self._view.window().focusWidget())
        self._view.editor = None
        self.editor.hide()
        self.editor.deleteLater()
        self.editing = self.editor = None
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    @Slot()
    def _on_cancelled(self) -> None:
        self.cancel()

    @Slot()
    def _on_resized(self) -> None:
        if self.editing and self.editor and self.editor.height_px != self.editing.height_px:
            self.editing = replace(self.editing, height_px=self.editor.height_px)
            self.changed.emit()
            self._view.show_editor()

    # --- whole lines --------------------------------------------------------------------------

    def delete(self, statement: Statement) -> None:
        """Take a line out of the script; Up in the entry brings its text back."""
        self._entry.remember(statement.source.strip("\n"))
        self._controller.delete(statement)

    def step(self, statement: Statement, *, is_up: bool) -> None:
        """Move a line over its neighbour."""
        statements = self._controller.session.statements
        if statement in statements:
            at = statements.index(statement) + (-1 if is_up else 1)
            if 0 <= at < len(statements):
                self._move(statement, Place(statements[at], is_above=is_up))

    def _move(self, statement: Statement, place: Place) -> None:
        self.wanted = ("statement", statement.id)
        self._controller.move(statement, place)

    @Slot(object, object)
    def _on_dropped(self, statement: Statement, place: Place) -> None:
        self._move(statement, place)
