"""Fields for tensors: one, or several in a row."""

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.catalog.signature import Parameter
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.choice import TensorField
from explorer.window.code import code_font
from explorer.window.dropping import carried, take_expressions
from explorer.window.note_field import NoteField
from explorer.window.theme import icon

MOST_LISTED = 50


class TensorEditor(TensorField):
    """The tensors of the workspace, with shape and dtype, or an expression, or values."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent, is_optional=not parameter.required)
        if not parameter.required:
            self.put_placeholder(parameter.default)
        elif "number" in parameter.kinds:
            self.put_placeholder(tr("A tensor or a number"))


class TensorsEditor(QWidget):
    """Several tensors, with commas between: what is chosen or dropped joins those there are."""

    edited = Signal()

    def __init__(self, _parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self._tensors: list[TensorInfo] = []
        self.line = _ListField(self)
        self.line.setFont(code_font())
        self.line.setPlaceholderText(tr("Tensors, such as x, y"))
        self.button = QToolButton(self)
        self.button.setIcon(icon("more"))
        self.button.setToolTip(tr("Add a tensor"))
        self.button.setAccessibleName(tr("Add a tensor"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.button.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._on_text_changed)
        self.menu.aboutToShow.connect(self._on_about_to_show)
        self.menu.triggered.connect(self._on_triggered)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "button"):
            self.button.setIcon(icon("more"))

    def setAccessibleName(self, name: str) -> None:  # noqa: N802 - overrides Qt's
        """Name the line, which is what gets the focus."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def text(self) -> str:
        """See `Editor`."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        self.line.setText(text)

    def set_tensors(self, tensors: list[TensorInfo]) -> None:
        """Offer `tensors`; what is typed stays."""
        self._tensors = tensors
        self._show_note()

    def offers(self, text: str) -> bool:
        """Return whether the tensor `text` is offered."""
        return any(tensor.expression == text for tensor in self._tensors)

    def _show_note(self) -> None:
        names = [name.strip() for name in self.text().split(",")]
        shapes = {t.expression: str(list(t.shape)) for t in self._tensors if t.expression in names}
        self.line.show_note(", ".join(shapes[name] for name in names if name in shapes))

    @Slot()
    def _on_text_changed(self) -> None:
        self._show_note()
        self.edited.emit()

    @Slot()
    def _on_about_to_show(self) -> None:
        self.menu.clear()
        for tensor in self._tensors[-MOST_LISTED:]:
            words = f"{tensor.expression}  {list(tensor.shape)} {tensor.dtype}"
            self.menu.addAction(words.replace("&", "&&")).setData(tensor.expression)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.line.join(action.data())


class _ListField(NoteField):
    def join(self, expression: str) -> None:
        before = self.text().rstrip(", ")
        self.selectAll()
        self.insert(f"{before}, {expression}" if before else expression)  # it can be undone

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what comes from the Tensors pane."""
        take_expressions(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take it anywhere in the field."""
        take_expressions(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add every tensor of a drag to those there are."""
        for expression in carried(event.mimeData()):
            self.join(expression)
        event.acceptProposedAction()
