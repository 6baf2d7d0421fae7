"""The Tensors pane: the workspace, and what can be done with each name of it."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
)

from explorer.comparison import compared
from explorer.panes.tensors import Thumbnails, ThumbnailsAsk
from explorer.panes.tensors.branch import Branch
from explorer.panes.tensors.column import Column
from explorer.panes.tensors.combining import Combiner
from explorer.panes.tensors.delegate import TensorDelegate
from explorer.panes.tensors.deletion import deletion
from explorer.panes.tensors.filter import FilterLine
from explorer.panes.tensors.loader import Loader
from explorer.panes.tensors.model import TensorsModel
from explorer.panes.tensors.picture import Pictures
from explorer.panes.tensors.renaming import renaming, why_not
from explorer.panes.tensors.view import TensorsView
from explorer.protocol import Answer, TensorInfo
from explorer.session import Statement
from explorer.text import tr
from explorer.window.dropping import Zone
from explorer.window.menu import ENTER, add_commands
from explorer.window.pane import Pane, State
from explorer.window.theme import mute

THUMBNAIL_PX = 32
MOST_EXPANDED = 50


class TensorsPane(Pane):
    """See the module. What it does to a name is a line of code that it submits."""

    name = "tensors"

    def title(self) -> str:
        """Return the dock's title."""
        return tr("Tensors")

    def build(self) -> None:
        """Make the filter line, the tree with its commands, and the line for refusals."""
        self._pictures = Pictures()
        self._asked: tuple[list[TensorInfo], int] = ([], 0)
        self._statements: tuple[Statement, ...] = ()
        self._lines: dict[int, int] = {}
        self._order: tuple[str, ...] = ()
        self._reflecting = False

        self.filter = FilterLine(self)
        self.model = TensorsModel(self)
        self.view = TensorsView(self.model, self)
        self._delegate = TensorDelegate(self.model, self._picture, self._why_not, self.view)
        self.view.setItemDelegate(self._delegate)
        self._combiner = Combiner(self.controller, self.view)
        self._loader = Loader(self.controller, self.model, self.view, self)
        self.empty = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(16)
        mute(self.empty)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.moment = QLabel(self, wordWrap=True)
        self.moment.hide()
        self.moment.setMargin(8)
        mute(self.moment)
        self.refusal = QLabel(self, wordWrap=True)
        self.refusal.hide()
        self.refusal.setMargin(8)
        self.refusal.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 8)
        top.addWidget(self.filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.moment)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self.refusal)

        self._build_commands()
        # One ask for all that a scroll passes.
        self._picture_timer = QTimer(self, singleShot=True, interval=0)
        self._connect()

    def _connect(self) -> None:
        self._picture_timer.timeout.connect(self._ask_pictures)
        self.filter.settled.connect(self._on_filter_settled)
        self.filter.left.connect(self._on_filter_left)
        self._delegate.refused.connect(self._on_refused)
        self.model.renamed.connect(self._on_renamed)
        self.view.scrolled.connect(self._picture_timer.start)
        self.view.dropped.connect(self._on_dropped)
        self._combiner.line_chosen.connect(self.submitted)
        self._combiner.refused.connect(self._on_refused)
        self.view.doubleClicked.connect(self.open_heatmap)
        self.view.clicked.connect(self._loader.show_more)
        self._loader.arrived.connect(self._on_members_arrived)
        self.view.selectionModel().selectionChanged.connect(self._on_view_selection_changed)
        self.controller.selection_changed.connect(self._on_selection_changed)
        self.controller.session_changed.connect(self.mark_stale)
        self.controller.as_of_changed.connect(self._on_as_of_changed)

    def refresh(self) -> None:
        """Show the workspace as it is now, and ask for pictures of what is in sight."""
        workspace, statements = self.controller.workspace, self.controller.session.statements
        if statements is not self._statements:
            self._statements = statements
            self._lines = {s.id: n for n, s in enumerate(statements, 1)}
        scroll = self.view.verticalScrollBar().value()
        self._reflecting = True
        self.model.update(workspace, self._lines, self.filter.text())
        self._reflecting = False
        if not workspace.entries:
            self.empty.setText(tr("No tensors yet. Create one or open a file."))
        else:
            self.empty.setText(tr("Nothing matches “{text}”.", text=self.filter.text()))
        self._stack.setCurrentWidget(self.view if self.model.rowCount() else self.empty)
        self.view.verticalScrollBar().setValue(scroll)
        self._loader.refresh()
        self._on_selection_changed()
        self._picture_timer.start()

    def is_complete(self) -> bool:
        """Return whether every row in sight has its picture."""
        return (
            super().is_complete()
            and self.filter.is_settled
            and not self._picture_timer.isActive()
            and self._loader.is_settled
            and not self._missing()
        )

    def state(self) -> State:
        """Return the hidden columns."""
        return {"hidden_columns": self.view.hidden_columns()}

    def restore(self, state: State) -> None:
        """Hide the columns that `state` names."""
        self.view.hide_columns(state.get("hidden_columns"))

    # --- commands -----------------------------------------------------------------------------

    def _build_commands(self) -> None:
        copy = QKeySequence.StandardKey.Copy

        def keys(modifier: str) -> tuple[str, ...]:
            return f"{modifier}+Return", f"{modifier}+Enter"

        self.commands = add_commands(
            self.view,
            (
                ("heatmap", tr("Open heat map"), ENTER, self.open_heatmap),
                ("beside", tr("Open beside"), keys("Ctrl"), self.open_beside),
                ("below", tr("Open below"), keys("Shift"), self.open_below),
                ("replace", tr("Replace shown tensor"), keys("Alt"), self.replace_shown),
                ("combine", tr("Combine..."), ("=",), self.combine),
                ("compare", tr("Compare A - B"), ("-",), self.compare),
                ("rename", tr("Rename"), (Qt.Key.Key_F2,), self.rename),
                ("delete", tr("Delete"), (Qt.Key.Key_Delete,), self.delete),
                ("copy_name", tr("Copy name"), (copy,), self.copy_name),
                ("copy_code", tr("Copy code"), ("Ctrl+Shift+C",), self.copy_code),
            ),
        )
        columns = QMenu(tr("Columns"), self)
        columns.addActions(self.view.column_actions)
        self.view.addAction(columns.menuAction())
        self._enable_commands()

    @Slot()
    def open_heatmap(self) -> None:
        """Ask for a heat map of each chosen tensor; open or close the rows of what is none."""
        if self._loader.show_more(self.view.currentIndex()):
            return
        for found in self.chosen():
            index = self.model.index_of(found.expression)
            if found.tensor:
                self.heatmap_requested.emit(found.expression)
            elif found.children:
                self.view.setExpanded(index, not self.view.isExpanded(index))

    @Slot()
    def open_beside(self) -> None:
        """Ask for a heat map on the right of the one last worked in."""
        self._place("right")

    @Slot()
    def open_below(self) -> None:
        """Ask for a heat map below the one last worked in."""
        self._place("bottom")

    @Slot()
    def replace_shown(self) -> None:
        """Ask for the heat map last worked in to show another tensor."""
        self._place("centre")

    def _place(self, zone: Zone) -> None:
        for tensor in self._tensors()[:1]:
            self.placing_requested.emit(tensor.expression, zone)

    @Slot()
    def compare(self) -> None:
        """Ask for a heat map of the difference of the two chosen first."""
        found = self._tensors()[:2]
        if len(found) > 1:
            self.heatmap_requested.emit(compared(*found).expression)

    @Slot()
    def combine(self) -> None:
        """Offer the lines that fit the chosen tensors."""
        row = self.view.visualRect(self.view.currentIndex())
        self._combiner.offer(self._tensors(), QPoint(row.left(), row.bottom()))

    @Slot(object, QPoint)
    def _on_dropped(self, expressions: tuple[str, ...], point: QPoint) -> None:
        rows = [self.model.branch_at(self.model.index_of(e)) for e in expressions]
        self._combiner.offer([found.tensor for found in rows if found and found.tensor], point)

    @Slot()
    def rename(self) -> None:
        """Edit the name of the current row in place."""
        index = self.view.currentIndex().siblingAtColumn(Column.NAME)
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.view.scrollTo(index)
            self.view.edit(index)

    @Slot()
    def delete(self) -> None:
        """Submit a line that deletes what is chosen."""
        line = deletion(self.chosen())
        if line:
            self.submitted.emit(line)

    @Slot()
    def copy_name(self) -> None:
        """Copy what is chosen as Python names it."""
        names = ", ".join(found.expression for found in self.chosen())
        QGuiApplication.clipboard().setText(names)

    @Slot()
    def copy_code(self) -> None:
        """Copy the statements that last changed what is chosen, in the script's order."""
        QGuiApplication.clipboard().setText("\n".join(self._code()))

    def chosen(self) -> list[Branch]:
        """Return the selected rows: operands in their order, then the others from the top."""
        branches = self.model.branches_in(self.view.selectionModel().selection())
        rank = {expression: i for i, expression in enumerate(self._order)}
        return sorted(branches, key=lambda found: rank.get(found.expression, len(rank)))

    def _tensors(self) -> list[TensorInfo]:
        return [found.tensor for found in self.chosen() if found.tensor]

    def _code(self) -> list[str]:
        lines = {self.model.line_number(found.entry.name) for found in self.chosen()}
        return [self._statements[line - 1].code for line in sorted(lines) if line]

    def _enable_commands(self) -> None:
        chosen = self.chosen()
        current = self.view.currentIndex().siblingAtColumn(Column.NAME)
        tensors = [found.tensor for found in chosen if found.tensor]
        enabled = {
            **dict.fromkeys(("beside", "below", "replace"), bool(tensors)),
            "combine": len(tensors) > 1,
            "compare": len(tensors) > 1,
            "heatmap": any(found.tensor or found.children for found in chosen)
            or self.model.offers_more(self.view.currentIndex()),
            "rename": bool(current.flags() & Qt.ItemFlag.ItemIsEditable),
            "delete": bool(deletion(chosen)),
            "copy_name": bool(chosen),
            "copy_code": bool(self._code()),
        }
        for key, action in self.commands.items():
            action.setEnabled(enabled[key])

    def _why_not(self, old: str, text: str) -> str:
        return why_not(old, text, self.controller.workspace.entries)

    @Slot()
    def _on_as_of_changed(self) -> None:
        """Say that this list does not look back with the heat maps."""
        as_of = self.controller.as_of
        line = self.controller.session.index(as_of) + 1 if as_of else 0
        self.moment.setText(tr("Heat maps show line {n}; this list shows now", n=line))
        self.moment.setVisible(line > 0)

    @Slot(str, str)
    def _on_renamed(self, old: str, text: str) -> None:
        line = renaming(old, text)
        if line:
            self.submitted.emit(line)

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self.refusal.setText(reason)
        self.refusal.setVisible(bool(reason))

    # --- selection ----------------------------------------------------------------------------

    @Slot(QItemSelection, QItemSelection)
    def _on_view_selection_changed(self, _on: QItemSelection, _off: QItemSelection) -> None:
        if self._reflecting:
            return
        chosen = [tensor.expression for tensor in self._tensors()]
        self._on_refused("")
        # Choosing a number or a function says nothing about which tensors to show.
        if chosen or not self.view.selectionModel().hasSelection():
            self._order = tuple(chosen)
            self.controller.select(*chosen)
        self._show_order()

    @Slot()
    def _on_selection_changed(self) -> None:
        """Select the rows that the controller's selection names, unless they are still to come."""
        if self.controller.workspace is not self.model.workspace:
            return
        self._order = self.controller.selection.expressions
        shown = {found.expression for found in self.chosen() if found.tensor}
        indexes = [i for e in self._order if (i := self.model.index_of(e)).isValid()]
        if shown != {e for e in self._order if self.model.index_of(e).isValid()}:
            selection = QItemSelection()
            for index in indexes:
                selection.select(index, index)
            flags = (
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows
            )
            self._reflecting = True
            self.view.selectionModel().select(selection, flags)
            if indexes:
                self.view.selectionModel().setCurrentIndex(
                    indexes[-1], QItemSelectionModel.SelectionFlag.NoUpdate
                )
                self.view.scrollTo(indexes[-1])
            self._reflecting = False
        self._show_order()

    def _show_order(self) -> None:
        self.model.set_badges(self._order)
        self.view.redraw(self._delegate.look)
        self._enable_commands()

    @Slot()
    def _on_members_arrived(self) -> None:
        self._on_selection_changed()
        self._picture_timer.start()

    # --- filter -------------------------------------------------------------------------------

    @Slot()
    def _on_filter_settled(self) -> None:
        self.refresh()
        if self.filter.text() and self.model.rowCount() <= MOST_EXPANDED:
            self.view.expandAll()
            self._loader.look()

    @Slot()
    def _on_filter_left(self) -> None:
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.view.selectionModel().hasSelection():
            self.view.setCurrentIndex(self.model.index(0, 0, QModelIndex()))

    # --- thumbnails ---------------------------------------------------------------------------

    def _picture(self, tensor: TensorInfo) -> QImage | None:
        return self._pictures.find(tensor)

    def _missing(self) -> list[TensorInfo]:
        seen = [found.tensor for _, found in self.view.seen() if found.tensor]
        return self._pictures.missing(seen, self.controller.data_revision)

    @Slot()
    def _ask_pictures(self) -> None:
        self.view.redraw(self._delegate.look)
        # The next question waits for the answer to this one, else a long scroll would drop them all.
        if not self.isVisible() or self.controller.is_asking(self):
            return
        missing = self._missing()
        if missing:
            self._asked = (missing, self.controller.data_revision)
            expressions = tuple(tensor.expression for tensor in missing)
            self.ask(
                ThumbnailsAsk(expressions=expressions, size_px=THUMBNAIL_PX), self._on_thumbnails
            )

    def _on_thumbnails(self, answer: Answer) -> None:
        tensors, data_revision = self._asked
        # A Problem means that the engine can't draw these; asking again would not help.
        pictures = answer.pictures if isinstance(answer, Thumbnails) else (None,) * len(tensors)
        for tensor, picture in zip(tensors, pictures, strict=True):
            self._pictures.put(tensor, data_revision, picture)
        self.view.redraw(self._delegate.look)
        self._picture_timer.start()
