"""The base of panes whose form makes a line: to be added to the script, or to replace one of it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QBoxLayout

from explorer.catalog.operator import TARGET
from explorer.text import tr
from explorer.window.line_form import LineForm
from explorer.window.opened_line import OpenedLine
from explorer.window.pane import Pane
from explorer.window.result_name import ResultName


class LinePane(Pane):
    """A subclass calls `build_foot` in `build`, below its form, and makes the line in `_on_edited`."""

    def build_foot(self, layout: QBoxLayout, icon_name: str, text: str) -> None:
        """Make the foot, with `text` on its button, and what stands below it while a line is open."""
        self._add_text = text
        self.foot = LineForm(icon_name, text, self, self.controller)
        self.result_name = ResultName(self.controller, self.foot)
        self.opened = OpenedLine(self.controller, self)
        layout.addWidget(self.foot)
        layout.addWidget(self.opened)
        self.foot.name_edited.connect(self._on_edited)
        self.foot.applied.connect(self.apply)
        self.foot.button.clicked.connect(self.add)
        self.opened.changed.connect(self._on_opened_changed)
        self.opened.left.connect(self._on_left)
        self.opened.replaced.connect(self.replace)

    @Slot()
    def apply(self) -> None:
        """Do what the form is there for: add its line, or replace the one it was opened on."""
        if self.opened.statement:
            self.replace()
        else:
            self.add()

    @Slot()
    def replace(self) -> None:
        """Put the line in place of the one that the form was opened on."""
        if not self.focus_refused():
            self.opened.replace(self.foot.source)

    @Slot()
    def add(self) -> None:
        """Run the line as it stands in the box."""
        line = self.foot.source
        if self.focus_refused():
            return
        self.result_name.submit()
        self.opened.forget()
        self.submitted.emit(line)

    def focus_refused(self) -> bool:
        """Give the focus to what keeps the form from making a line; False if there is a line."""
        if self.foot.source:
            return False
        if not self.focus_refused_field():
            self.foot.name_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def focus_refused_field(self) -> bool:
        """Give the focus to the field of the form that is refused; False if none is."""
        raise NotImplementedError

    def tell_name(self, target: str, field: str = "", message: str = "") -> None:
        """Say above the line what is to know of its names, `target`.

        That is why they are refused, if `message` is about them or about no `field` of the form,
        else which of them are there already.
        """
        entries = self.controller.workspace.entries
        taken = [name for name in map(str.strip, target.split(",")) if name in entries]
        if message and field in (TARGET, ""):
            self.foot.hint.say(message, error=True)
        elif taken:
            names = ", ".join(taken)
            self.foot.hint.say(tr("{name} is there already and will be replaced", name=names))
        else:
            self.foot.hint.say("")

    @Slot()
    def _on_edited(self) -> None:
        """Make the line anew from the form, or say what is refused and why."""
        raise NotImplementedError

    @Slot()
    def _on_opened_changed(self) -> None:
        self.foot.name_button(tr("Add line") if self.opened.statement else self._add_text)

    @Slot()
    def _on_left(self) -> None:
        """Begin a form of its own."""
        self.result_name.forget()
