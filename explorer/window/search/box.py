"""The search box: finds what there is while one types, and takes any line of Python."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from explorer.catalog.ranking import NAMES, ORDER, START, WORD, Ranking
from explorer.text import tr
from explorer.watch import is_watch, why_not
from explorer.window.actions import Actions
from explorer.window.controller import Controller
from explorer.window.previewer import Previewer
from explorer.window.search.places import Tensors, actions_of, files_of, tensor_row
from explorer.window.search.popup import STEPS, Popup
from explorer.window.search.results import Group, Result, Results
from explorer.window.theme import icon, scheme

if TYPE_CHECKING:
    from explorer.window.search.operators import Operators

RESULTS = 40
MOST_BEGUN = 3
"""More tensors whose names begin as a word does are not tried as operands."""
CLOSE, BEGUN = ORDER.index((NAMES, START)), ORDER.index((NAMES, WORD))
"""The lowest ranks of what is, or begins as, what is typed; and of what has a word that does."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def is_line(text: str) -> bool:
    """Return whether `text` is Python and more than a word, so that running it comes first."""
    body = _body(text)
    simple = len(body) == 1 and isinstance(body[0], ast.Expr)
    return bool(body) and not (simple and text.strip().isidentifier())


def is_member(text: str) -> bool:
    """Return whether `text` is no more than a member of something: `x.grad`, `img.mea`."""
    match _body(text):
        case [ast.Expr(value=ast.Attribute())]:
            return True
    return False


class SearchBox(QLineEdit):
    """Emits what a person chose; whoever runs a line clears the box when it was accepted."""

    command_chosen = Signal(str)
    tensor_chosen = Signal(str)
    file_chosen = Signal(str)
    line_chosen = Signal(str)
    watch_chosen = Signal(str)
    form_chosen = Signal(str, object)
    """The path of an operator, and what stands in fields of its form by the parameter's name."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._actions: Actions | None = None
        self._files: Ranking[Result] = Ranking()
        self._tensors = Tensors()
        self._previewer = Previewer(controller, self)
        self.setPlaceholderText(tr("Search, or type a line of Python (Ctrl+K)"))
        self.setAccessibleName(tr("Search, or type a line of Python"))
        self.setClearButtonEnabled(True)
        self._glass = self.addAction(
            icon("search", scheme().muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self.results = Results(self._previewer.preview_of, self)
        self.popup = Popup(self.results, self, parent.window())
        self.list = self.popup.list
        self.popup.chosen.connect(self._choose)
        self.popup.moved.connect(self._ask_previews)
        self._previewer.previewed.connect(self.results.previews_changed)
        controller.catalogue_changed.connect(self._on_catalogue_changed)
        controller.workspace_changed.connect(self._look_again)
        self.textEdited.connect(self.look_up)

    def use(self, actions: Actions) -> None:
        """Let `actions` be found."""
        self._actions = actions

    def offer_files(self, paths: Iterable[str]) -> None:
        """Let `paths` be found."""
        self._files = files_of(paths)

    def focus_all(self) -> None:
        """Take the focus, with the text selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self.look_up(self.text())

    def offer(self, line: str) -> None:
        """Put `line` here for the person to look at and run."""
        self.setText(line)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look_up(line)

    def look_up(self, query: str) -> None:
        """Show what fits `query`."""
        self._show(query, keep_hand=False)

    # --- Qt -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the results, choose one, or put them away."""
        key = Qt.Key(event.key())
        if key in STEPS:
            if self.popup.isVisible():
                self.popup.move_hand(key)
            else:
                self.look_up(self.text())
        elif key in ENTER:
            if not self.popup.isVisible():
                self.look_up(self.text())
            row = self.popup.current
            if row and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._edit(row)
            elif row:
                self._choose(row)
        elif key == Qt.Key.Key_Escape:
            if self.popup.isVisible():
                self.popup.hide()
            else:
                self.clear()
                self.clearFocus()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the session while there is nothing to undo here; Tab opens a form."""
        if not isinstance(event, QKeyEvent):
            return super().event(event)
        match event.type(), event.key():
            case QEvent.Type.KeyPress, Qt.Key.Key_Tab if self._open_form(self.popup.current):
                return True
            case QEvent.Type.ShortcutOverride, _ if not self.text() and (
                event.matches(QKeySequence.StandardKey.Undo)
                or event.matches(QKeySequence.StandardKey.Redo)
            ):
                event.ignore()
                return False
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        # A window that is being destroyed still tells its parts of the palette.
        if event.type() == QEvent.Type.PaletteChange and isValid(self._glass):
            self._glass.setIcon(icon("search", scheme(self.palette()).muted))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the results away."""
        super().focusOutEvent(event)
        if isValid(self.popup):
            self.popup.hide()

    # --- what is found ------------------------------------------------------------------------

    @cached_property
    def _operators(self) -> Operators:
        """Made when it is first wanted: the tables that it needs are slow to load."""
        from explorer.window.search.operators import Operators

        operators = Operators(self._controller, self)
        operators.gathered.connect(self._look_again)
        return operators

    def _on_catalogue_changed(self) -> None:
        _ = self._operators

    def _search(self, query: str) -> list[Result]:
        # What may be meant is only of use where nothing fits at all.
        groups = self._found(query, guess=False) or self._found(query, guess=True)
        rows = list(dict.fromkeys(row for _, group in groups for row in group))[:RESULTS]
        return self._with_lines(query, rows, is_close=any(r <= CLOSE for r, _ in groups))

    def _found(self, query: str, *, guess: bool) -> list[Group]:
        tensors = self._tensors.ranking(self._controller.workspace)
        actions = actions_of(self._actions) if self._actions else Ranking[Result]()
        places = [
            [(rank, [tensor_row(t)]) for rank, t in tensors.find(query, RESULTS, guess=guess)],
            self._operators.find(query, self._begun, guess=guess) if query else [],
            *(
                [(rank, [row]) for rank, row in ranking.find(query, RESULTS, guess=guess)]
                for ranking in (actions, self._files)
            ),
        ]
        return merged(places)

    def _begun(self, text: str) -> list[str]:
        """Return tensors of whose names a word begins with `text`."""
        tensors = self._tensors.ranking(self._controller.workspace)
        found = tensors.find(text, MOST_BEGUN, guess=False)
        return [tensor.expression for rank, tensor in found if rank <= BEGUN]

    def _with_lines(self, query: str, rows: list[Result], *, is_close: bool) -> list[Result]:
        """Return `rows` and what can be done with the query as it is: first, if it means that."""
        if not query:
            return rows
        workspace = self._controller.workspace
        is_python = is_line(query)
        line = Result("line", query, query, tr("run this line"), "run", foretells=is_python)
        lines = [line]
        if is_watch(query, workspace) and not why_not(query, workspace):
            lines.append(Result("watch", query, query, tr("watch in a heat map"), "heatmap"))
        comes_first = is_python and not (is_close and is_member(query))
        return [*lines, *rows] if comes_first else [*rows, *lines]

    def _look_again(self) -> None:
        """Show what fits now, with the same row in hand."""
        if isValid(self.popup) and self.popup.isVisible():
            self._show(self.text(), keep_hand=True)

    def _show(self, query: str, *, keep_hand: bool) -> None:
        self._operators.prepare()
        self.popup.is_complete = self._operators.is_complete
        self.popup.show_rows(self._search(query.strip()), keep_hand=keep_hand)

    def _ask_previews(self) -> None:
        self._previewer.show(tuple(row.line for row in self.popup.rows_in_view() if row.foretells))

    # --- what is chosen -----------------------------------------------------------------------

    def _choose(self, row: Result) -> None:
        preview = self.results.preview(row)
        too_large = row.kind == "operator" and preview is not None and not preview.fits
        if row.kind == "form" or too_large:
            self._open_form(row)
            return
        self.popup.hide()
        if row.line:
            self.line_chosen.emit(row.line)
            return
        self.clear()
        match row.kind:
            case "action":
                self.command_chosen.emit(row.key)
            case "watch":
                self.watch_chosen.emit(row.key)
            case "file":
                self.file_chosen.emit(row.key)
            case _:
                self.tensor_chosen.emit(row.key)

    def _open_form(self, row: Result | None) -> bool:
        """Go on in the form of what a row calls; False if it calls nothing."""
        if row is None or not self.popup.isVisible():
            return False
        path, texts = row.path, row.texts
        if row.line and not path:
            called = self._operators.form_of(row.line)
            path, texts = (called.path, called.texts) if called else ("", {})
        if not path:
            return False
        self.popup.hide()
        self.clear()
        self.form_chosen.emit(path, dict(texts))
        return True

    def _edit(self, row: Result) -> None:
        """Put what a row stands for into the box, to be gone on with."""
        if row.kind in ("operator", "form", "line", "tensor"):
            self.setText(row.text)
            self.look_up(row.text)


def merged(sources: Iterable[list[Group]]) -> list[Group]:
    """Return what several sources found, the best first, and of equals one of each in turn."""
    placed: list[tuple[tuple[int, int, int], Group]] = []
    for order, groups in enumerate(sources):
        places: dict[int, count[int]] = defaultdict(count)
        for rank, rows in groups:
            if rows:
                placed.append(((rank, next(places[rank]), order), (rank, rows)))
    placed.sort(key=itemgetter(0))
    return [group for _, group in placed]


def _body(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
