"""qtconsole's widget with the window's keys, menu, fonts and colours."""

from collections.abc import Callable

from pygments.lexers import get_lexer_by_name
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QClipboard,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QFrame, QMenu
from qtconsole.rich_jupyter_widget import RichJupyterWidget

from explorer.completeness import is_complete, next_indent
from explorer.panes.console.colour import prompt_sheet, repaint_prompts, syntax_style
from explorer.panes.console.output import BUFFER_LINES
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.theme import DARK, scheme

EDITING_KEYS = frozenset(
    (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_Y, Qt.Key.Key_Z)
)
"""Letters that the text keeps for itself with Ctrl; the window's shortcuts have all others."""


class Terminal(RichJupyterWidget):  # type: ignore[misc]  # qtconsole is untyped
    """See the module."""

    interrupt_wanted = Signal()
    """Ctrl+C with nothing selected."""

    _ctrl_down_remap: dict[Qt.Key, Qt.Key] = {}  # noqa: RUF012 - qtconsole's: no keys of Emacs
    _is_built = False

    def __init__(self) -> None:
        self._colours = scheme()
        super().__init__(
            gui_completion="droplist",
            paging="none",
            buffer_size=BUFFER_LINES,
            include_other_output=True,
            other_output_prefix="",
            custom_edit=True,
            lexer=get_lexer_by_name("ipython3"),
        )
        for action in self.actions():
            self.removeAction(action)
        self._control.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusProxy(self._control)
        self._is_built = True
        self.renew()
        self._paint_colours()

    def renew(self) -> None:
        """Take up another language or size; what is written stays as it is."""
        self._set_font(code_font())
        self._control.setAccessibleName(tr("Console"))
        self._completion_widget.setAccessibleName(tr("Completions"))

    def _register_is_complete_callback(
        self, source: str, callback: Callable[[bool, str], object]
    ) -> None:
        """Tell at once whether `source` is complete: the engine may be busy."""
        if source.startswith("%%"):  # a magic of several lines, which an empty one ends
            callback(source.endswith("\n"), "")
        else:
            callback(is_complete(source), next_indent(source))

    # --- drag and drop ------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text; files are for the window."""
        event.setAccepted(event.mimeData().hasText() and not event.mimeData().hasUrls())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take it anywhere: what is written stays as it is."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Insert text into the line being typed: where it is dropped, or at its end."""
        point = self._control.viewport().mapFrom(self, event.position().toPoint())
        cursor = self._control.cursorForPosition(point)
        if not self._in_buffer(cursor.position()):
            cursor = self._get_end_cursor()
        self._insert_plain_text_into_buffer(cursor, event.mimeData().text())
        self._control.setTextCursor(cursor)
        self._control.setFocus(Qt.FocusReason.MouseFocusReason)
        event.acceptProposedAction()

    # --- keys, mouse, menu --------------------------------------------------------------------

    def eventFilter(self, obj: QObject, event: QEvent) -> bool:
        """Leave the window its shortcuts, and keep what is typed behind the prompt."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            letter = Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
            control = self._control_key_down(event.modifiers(), include_command=True)
            if letter and control and event.key() not in EDITING_KEYS:
                event.ignore()
                return True
            return False
        if kind == QEvent.Type.InputMethod and not self._executing:
            self._keep_cursor_in_buffer()
            return False
        if kind in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease):
            # qtconsole would look for links, of which there are none.
            return isinstance(event, QMouseEvent) and self._paste_selection(event)
        return bool(super().eventFilter(obj, event))

    def _paste_selection(self, event: QMouseEvent) -> bool:
        """Paste what X11 has selected behind the prompt, wherever the middle button was."""
        if event.button() != Qt.MouseButton.MiddleButton:
            return False
        self.paste(QClipboard.Mode.Selection)
        return True

    def _event_filter_console_keypress(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        control = self._control_key_down(modifiers, include_command=True)
        if event.matches(QKeySequence.StandardKey.Copy) or (control and key == Qt.Key.Key_C):
            if self.can_copy():
                self.copy()
            else:
                self.interrupt_wanted.emit()
            return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all_smart()
            return True
        if control and key in (Qt.Key.Key_Y, Qt.Key.Key_Z):
            return False  # the text's own undo and redo
        if control and key == Qt.Key.Key_Period:
            return True  # qtconsole would restart its kernel
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and (
            self._executing or not self.input_buffer.strip()
        ):
            # With nothing typed there is nothing to complete: the key goes on to the next control.
            self.focusNextPrevChild(key == Qt.Key.Key_Tab)
            return True
        return bool(super()._event_filter_console_keypress(event))

    def _custom_context_menu_requested(self, pos: QPoint) -> None:
        menu = self._context_menu_make(pos)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._control.mapToGlobal(pos))

    def _context_menu_make(self, pos: QPoint) -> QMenu:
        menu = QMenu(self)
        for text, slot, enabled in (
            (tr("Cut"), self._on_cut, self.can_cut()),
            (tr("Copy"), self._on_copy, self.can_copy()),
            (tr("Paste"), self._on_paste, self.can_paste()),
            (tr("Select all"), self._on_select_all, True),
            (tr("Clear the console"), self._on_clear, not self._executing),
        ):
            action = menu.addAction(text)
            action.triggered.connect(slot)
            action.setEnabled(enabled)
        return menu

    # Qt would hand qtconsole's methods whether the action is checked, as their first argument.

    @Slot()
    def _on_cut(self) -> None:
        self.cut()

    @Slot()
    def _on_copy(self) -> None:
        self.copy()

    @Slot()
    def _on_paste(self) -> None:
        self.paste()

    @Slot()
    def _on_select_all(self) -> None:
        self.select_document()

    @Slot()
    def _on_clear(self) -> None:
        self.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._is_built:
            self._paint_colours()

    def sizeHint(self) -> QSize:
        """Return a size that leaves the docks theirs."""
        return QSize(320, 120)

    def set_default_style(self, colors: str = "") -> None:
        """Leave the colours to the palette: qtconsole would set a style sheet."""

    def _paint_colours(self) -> None:
        """Take the theme's colours, also for what is written already."""
        before, self._colours = self._colours, scheme(self.palette())
        dark = self._colours is DARK
        document = self._control.document()
        document.setDefaultStyleSheet(prompt_sheet(self._colours))
        self._highlighter.set_style(syntax_style(dark=dark))
        self._ansi_processor.set_background_color("monokai" if dark else "default")
        block = document.begin()
        while block.isValid():
            self._highlighter.rehighlightBlock(block)
            block = block.next()
        repaint_prompts(document, before, self._colours)
