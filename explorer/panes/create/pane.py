"""The Create pane: choose an operator, fill in its form, read the line, run it."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.creation import CREATION, operator_of
from explorer.catalog.number import Refusal
from explorer.catalog.operator import TARGET, Operator, bind, emit
from explorer.catalog.recognition import recognise
from explorer.panes.create.chooser import OperatorChooser
from explorer.panes.create.form import OperatorForm
from explorer.protocol import Entry
from explorer.session import Statement
from explorer.text import tr
from explorer.window.area import ColumnArea
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.hint import Hint
from explorer.window.line import LineBox
from explorer.window.pane import Pane, State
from explorer.window.theme import icon, mute, scheme

FIRST = "torch.rand"


class CreatePane(Pane):
    """See the module. What stands in the fields of each operator is kept when another is chosen."""

    name = "create"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        self._texts: dict[str, dict[str, str]] = {}
        self._submitted: tuple[str, Entry | None] | None = None
        self._free_name = ""
        self._revealing = False
        self._opened: Statement | None = None
        """The line that the form was opened on, until it is replaced or left alone."""
        super().__init__(controller, parent)
        controller.selection_changed.connect(self._on_selection_changed)
        controller.session_changed.connect(self._on_session_changed)
        self.choose(FIRST)
        self._show_operator()

    def title(self) -> str:
        """See the base class."""
        return tr("Create")

    @property
    def operator(self) -> Operator:
        """The operator in hand."""
        return self.form.operator

    # --- widgets ------------------------------------------------------------------------------

    def build(self) -> None:
        """See the base class."""
        self.chooser = OperatorChooser(CREATION, self)
        self.chooser.chosen.connect(self._on_chosen)
        self.chooser.entered.connect(self._on_entered)
        self.setFocusProxy(self.chooser.search)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.chooser)
        splitter.addWidget(self._build_scroll_area())
        splitter.setSizes([240, 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(splitter, 1)
        layout.addLayout(self._build_line())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.apply)

    def _build_scroll_area(self) -> ColumnArea:
        self._content = content = QWidget()
        self.heading = QLabel(content)
        self.heading.setFont(code_font())
        self.badge = QLabel(content)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self.heading)
        title.addStretch()
        self._badge_icon = QLabel(content)
        title.addWidget(self._badge_icon)
        title.addWidget(self.badge)
        self.help = QLabel(content)
        self.help.setWordWrap(True)
        mute(self.help)
        self.form = self._make_form(FIRST, content)
        self._form_place = QVBoxLayout()
        self._form_place.addWidget(self.form)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 4, 4, 4)
        layout.setSpacing(8)
        layout.addLayout(title)
        layout.addWidget(self.help)
        layout.addLayout(self._form_place)
        layout.addStretch()
        self.scroll_area = ColumnArea(self)
        self.scroll_area.setWidget(content)
        self.scroll_area.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        return self.scroll_area

    def _build_line(self) -> QVBoxLayout:
        self.name_field = QLineEdit(self)
        self.name_field.setFont(code_font())
        self.name_field.setToolTip(tr("What the new tensor is called"))
        name_label = QLabel(tr("Name of the result"), self)
        name_label.setBuddy(self.name_field)
        self.name_field.setAccessibleName(name_label.text())
        self.name_hint = Hint(self)
        self.line = LineBox(self)
        self.create_button = QPushButton(icon("create"), tr("Create"), self)
        self.create_button.setToolTip(tr("Run this line (Ctrl+Enter)"))
        name_row = QHBoxLayout()
        name_row.setSpacing(8)
        name_row.addWidget(name_label)
        name_row.addWidget(self.name_field, 1)
        layout = QVBoxLayout()
        layout.setSpacing(8)
        layout.addLayout(name_row)
        layout.addWidget(self.name_hint)
        layout.addWidget(self.line)
        layout.addWidget(self.create_button)
        layout.addWidget(self._build_opened())
        self.name_field.textChanged.connect(self._on_edited)
        self.line.edited.connect(self._on_line_edited)
        self.create_button.clicked.connect(self.add)
        return layout

    def _build_opened(self) -> QWidget:
        self._opened_row = QWidget(self)
        self.replace_button = QPushButton(self._opened_row)
        self.replace_button.setToolTip(tr("Put this in place of the line and replay (Ctrl+Enter)"))
        self.leave_button = QPushButton(tr("Cancel"), self._opened_row)
        self.leave_button.setToolTip(tr("Leave the line as it is"))
        row = QHBoxLayout(self._opened_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.replace_button, 1)
        row.addWidget(self.leave_button)
        self._opened_row.hide()
        self.replace_button.clicked.connect(self.replace)
        self.leave_button.clicked.connect(self.leave)
        return self._opened_row

    # --- what a person does -------------------------------------------------------------------

    def choose(self, path: str) -> None:
        """Show the form of the operator with this path. Raises KeyError."""
        self.chooser.choose(path)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Type `texts` into the fields of the form, by the parameter's name."""
        self.form.set_texts(texts)

    def open_line(self, statement: Statement) -> None:
        """Open the form that makes `statement`, to replace it or to add a line like it."""
        form = recognise(statement.code)
        if form is None:
            return
        self._texts[form.operator.path] = form.fields
        if form.operator is self.operator:
            self.form.set_texts(form.fields)
        else:
            self.choose(form.operator.path)
        self.name_field.setText(form.target)
        self._opened = statement
        self._on_edited()
        self._on_session_changed()
        self.form.focus()

    @Slot()
    def leave(self) -> None:
        """Leave the line that the form was opened on as it is."""
        self._opened = self._submitted = None
        self._free_name = ""
        self._show_opened("")
        self._move_name()

    @Slot()
    def replace(self) -> None:
        """Put the line in place of the one that the form was opened on; its comments stay."""
        opened, line = self._opened, self.line.toPlainText().strip()
        if not line:
            self._focus_refused()
        elif opened:
            above = opened.source[: opened.source.rfind(opened.code)]
            if self.controller.edit(opened, above + line):
                self.leave()

    @Slot()
    def apply(self) -> None:
        """Do what the form is there for: add its line, or replace the one it was opened on."""
        if self._opened:
            self.replace()
        else:
            self.add()

    @Slot()
    def add(self) -> None:
        """Run the line as it stands in the box."""
        line = self.line.toPlainText().strip()
        if not line:
            self._focus_refused()
            return
        name = self.name_field.text().strip()
        self._submitted = (name, self.controller.workspace.entries.get(name))
        self._opened = None
        self._show_opened("")
        self.submitted.emit(line)

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        if path == self.operator.path:
            return
        self._texts[self.operator.path] = self.form.texts()
        old, self.form = self.form, self._make_form(path, self._content)
        self._form_place.replaceWidget(old, self.form)
        self.form.place_after(self.chooser.list)
        self.form.show()
        old.hide()
        old.deleteLater()
        self._show_operator()
        self.scroll_area.verticalScrollBar().setValue(0)

    def _make_form(self, path: str, parent: QWidget) -> OperatorForm:
        """Return the form with what was typed into it earlier, else with the example's values."""
        operator = operator_of(path)
        form = OperatorForm(operator, parent)
        form.offer(self.controller.workspace)
        if path in self._texts:
            form.set_texts(self._texts[path])
        else:
            form.set_texts(bind(operator, operator.example)[0])
            form.follow(self.controller.selection.expressions)
        form.edited.connect(self._on_edited)
        form.unfolded.connect(self._on_unfolded)
        return form

    def _show_operator(self) -> None:
        self.heading.setText(self.operator.path.replace("Tensor.", "x.", 1))
        self.help.setText(tr(self.operator.help))
        self._draw_badge()
        self._on_edited()

    @Slot()
    def _on_entered(self) -> None:
        self.form.focus()

    @Slot()
    def _on_edited(self) -> None:
        """Make the line anew from the fields, or say which field is refused and why."""
        target = self.name_field.text()
        try:
            line, field, message = emit(self.operator, self.form.texts(), target), "", ""
        except Refusal as refusal:
            line, field, message = "", refusal.field, refusal.message
        self.form.refuse(field, message)
        if field == TARGET:
            self.name_hint.say(message, error=True)
        elif target.strip() in self.controller.workspace.entries:
            self.name_hint.say(tr("{name} is there already and will be replaced", name=target))
        else:
            self.name_hint.say("")
        self.line.show_line(line)
        self.create_button.setEnabled(bool(line))

    @Slot()
    def _on_line_edited(self) -> None:
        self.create_button.setEnabled(bool(self.line.toPlainText().strip()))

    @Slot()
    def _on_unfolded(self) -> None:
        self._revealing = self.form.options.isVisible()

    @Slot()
    def _on_scroll_range_changed(self) -> None:
        """Scroll to the options once the form has grown by them."""
        if self._revealing:
            self._revealing = False
            self.scroll_area.ensureWidgetVisible(self.form.options)

    def _focus_refused(self) -> None:
        for name, hint in self.form.hints.items():
            if hint.words:
                self.form.focus(name)
                return
        self.name_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- what the workspace does --------------------------------------------------------------

    def refresh(self) -> None:
        """Offer the tensors there are now, and a name that is free."""
        with QSignalBlocker(self.form):  # a line edited by hand stays as it is
            self.form.offer(self.controller.workspace)
        self._move_name()
        if not self.line.by_hand:
            self._on_edited()

    def _move_name(self) -> None:
        """Put a free name once the line ran, or where the one we put was taken meanwhile."""
        entries = self.controller.workspace.entries
        name = self.name_field.text().strip()
        ran = False
        if self._submitted is not None:
            submitted, before = self._submitted
            ran = entries.get(submitted) is not before
            if ran:
                self._submitted = None
        taken = name == self._free_name and name in entries and not self.line.by_hand
        if ran or taken or not self._free_name:
            self.line.by_hand = False
            self._free_name = self.controller.workspace.free_name()
            self.name_field.setText(self._free_name)

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self.line.by_hand and not self._opened:
            self.form.follow(self.controller.selection.expressions)

    @Slot()
    def _on_session_changed(self) -> None:
        """Say which line is open; one that is gone or different by now is open no more."""
        if self._opened is None:
            return
        statements = self.controller.session.statements
        if self._opened in statements:
            number = statements.index(self._opened) + 1
            self._show_opened(tr("Replace line {n}", n=number))
        else:
            self.leave()

    def _show_opened(self, text: str) -> None:
        self.replace_button.setText(text)
        self._opened_row.setVisible(bool(text))
        self.create_button.setText(tr("Add line") if text else tr("Create"))

    # --- looks and state ----------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "create_button"):
            self.create_button.setIcon(icon("create"))
            self._draw_badge()

    def _draw_badge(self) -> None:
        badge = self.operator.badge
        colour = scheme(self.palette()).warning
        self.badge.setText(tr(badge))
        self._badge_icon.setPixmap(icon("warning", colour).pixmap(16))
        self.badge.setVisible(bool(badge))
        self._badge_icon.setVisible(bool(badge))

    def state(self) -> State:
        """Return the operator in hand and what was typed for each operator."""
        texts = self._texts | {self.operator.path: self.form.texts()}
        return {"operator": self.operator.path, "fields": texts}

    def restore(self, state: State) -> None:
        """See the base class."""
        fields = state.get("fields")
        if isinstance(fields, dict):
            for path, texts in fields.items():
                if isinstance(texts, dict):
                    self._texts[str(path)] = {
                        str(name): text for name, text in texts.items() if isinstance(text, str)
                    }
        path = str(state.get("operator", ""))
        if any(path == operator.path for operator in CREATION):
            if path == self.operator.path:
                self.form.set_texts(self._texts.get(path, {}))
            else:
                self.choose(path)
