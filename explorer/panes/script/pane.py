"""The Script pane: the session line by line, and the entry that adds to it."""

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.panes.script.banner import Banner, Notice, notice
from explorer.panes.script.command import LineCommands
from explorer.panes.script.desk import Desk
from explorer.panes.script.history import History
from explorer.panes.script.look import LookStrip
from explorer.panes.script.model import ScriptModel
from explorer.panes.script.panel import EntryPanel
from explorer.panes.script.put_back import PutBackStrip
from explorer.panes.script.row import Row, RowBook, Running
from explorer.panes.script.view import ScriptView
from explorer.paths import state_folder
from explorer.text import tr
from explorer.window.controller import EngineState
from explorer.window.menu import ENTER, add_commands
from explorer.window.pane import Pane

OUTPUT_INTERVAL_MS = 100
RUNNING_MS = 100
SLOW_REPLAY_MS = 1000


class ScriptPane(Pane):
    """See the module."""

    name = "script"

    def title(self) -> str:
        """Return the dock's title."""
        return tr("Script")

    def build(self) -> None:
        """Make banner, script, the value looked at, and the entry."""
        self._book = RowBook()
        self._unfolded: frozenset[tuple[str, int]] = frozenset()
        self._progress = (0, 0)
        self._edge = ("", 0)
        """What stood above the cursor when last drawn."""
        self.banner = Banner(self)
        self.model = ScriptModel(self)
        self.view = ScriptView(self.model, self)
        self.put_back = PutBackStrip(self.controller, self)
        self.look = LookStrip(self)
        self.panel = EntryPanel(self.controller, History(state_folder() / "history"), self)
        self.entry = self.panel.entry
        self.desk = Desk(self.controller, self.view, self.entry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.put_back)
        layout.addWidget(self.look)
        layout.addWidget(self.panel)
        self.setFocusProxy(self.panel)
        # Tab comes to the entry first, and on to the lines from there.
        QWidget.setTabOrder(self.panel.run_button, self.view)
        # At most ten drawings a second while it prints.
        self._output_timer = QTimer(self, singleShot=True, interval=OUTPUT_INTERVAL_MS)
        self.slow_timer = QTimer(self, singleShot=True, interval=SLOW_REPLAY_MS)
        # Rows must stay under the mouse until it can no longer become a double click.
        self._click_timer = QTimer(self, singleShot=True)
        self._click_timer.setInterval(QGuiApplication.styleHints().mouseDoubleClickInterval())
        self._build_commands()
        self._connect()

    def _connect(self) -> None:
        self.desk.changed.connect(self.refresh)
        self._output_timer.timeout.connect(self.refresh)
        self.slow_timer.timeout.connect(self._show_notice)
        self._click_timer.timeout.connect(self._show_notice)
        self.banner.acted.connect(self._on_banner_acted)
        self.view.link_clicked.connect(self._on_link_clicked)
        self.view.row_clicked.connect(self._on_row_clicked)
        self.view.opened.connect(self._on_opened)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.controller.session_changed.connect(self.mark_stale)
        self.controller.engine_changed.connect(self._on_engine_changed)
        self.controller.as_of_changed.connect(self._show_notice)
        self.controller.output_changed.connect(self._on_output_changed)
        self.controller.looked.connect(self.look.show_value)
        self.controller.replay_progressed.connect(self._on_replay_progressed)

    def patience_ms(self) -> int:
        """Return more while a line runs, whose end will be drawn."""
        return RUNNING_MS if self.controller.running else super().patience_ms()

    def is_complete(self) -> bool:
        """Return whether the script is drawn as it is."""
        return super().is_complete() and not self._click_timer.isActive()

    def renew(self) -> bool:
        """Keep what is typed in a row for the entry to recall; the pane is made anew."""
        self.desk.cancel()
        return super().renew()

    def put(self, source: str) -> None:
        """Put `source` in the entry, cleaned as a paste is, for the person to look at and run."""
        self.panel.put(source)

    # --- commands of a row --------------------------------------------------------------------

    def _build_commands(self) -> None:
        copy = QKeySequence.StandardKey.Copy
        self.commands = add_commands(
            self.view,
            (
                ("copy", tr("Copy line"), (copy,), self.copy_line),
                ("edit", tr("Edit line"), (Qt.Key.Key_F2, *ENTER), self.edit_line),
                ("delete", tr("Delete line"), (Qt.Key.Key_Delete,), self.delete_line),
                ("fold", tr("Show all of its output"), (Qt.Key.Key_Space,), self.fold),
                ("look_back", tr("Show values as of this line"), ("T",), self.look_back),
                ("now", tr("Show values of now"), (Qt.Key.Key_Escape,), self.show_now),
            ),
        )
        self.lines = LineCommands(self.controller, self.view, self.model, self.desk)
        self.lines.form_requested.connect(self.form_requested)
        self._name_commands()

    def current(self) -> Row | None:
        """Return the row that the commands are about."""
        return self.model.row_at(self.view.currentIndex())

    def _name_commands(self) -> None:
        """Name the commands after what they do to the current row."""
        row = self.current()
        attempt = row is not None and row.attempt is not None
        texts = {
            "edit": tr("Edit again") if attempt else tr("Edit line"),
            "delete": tr("Dismiss") if attempt else tr("Delete line"),
            "fold": tr("Show less") if row and row.unfolded else tr("Show all of its output"),
        }
        enabled = {
            "copy": row is not None and row.state != "cursor",
            "edit": row is not None and bool(row.statement or row.attempt),
            "delete": row is not None and bool(row.statement or row.attempt),
            "fold": row is not None and row.hidden_lines > 0,
            "look_back": row is not None and row.state == "ran",
            "now": self.controller.as_of != 0,
        }
        for key, action in self.commands.items():
            action.setText(texts.get(key, action.text()))
            action.setEnabled(enabled[key])
        self.lines.name(row)

    @Slot()
    def copy_line(self) -> None:
        """Copy the source of the current row."""
        row = self.current()
        if row:
            QGuiApplication.clipboard().setText(row.source)

    @Slot()
    def edit_line(self) -> None:
        """Open an editor on the current line; put an attempt in the entry, to be tried again."""
        row = self.current()
        if row and row.statement:
            self.desk.edit(row.statement)
        elif row and row.attempt:
            self.panel.put(row.source)

    @Slot()
    def delete_line(self) -> None:
        """Take the current statement out of the script, or forget the current attempt."""
        row = self.current()
        if row and row.statement:
            self.desk.delete(row.statement)
        elif row and row.attempt:
            self.controller.dismiss(row.attempt.id)

    @Slot()
    def fold(self) -> None:
        """Show all that the current line printed, or only its beginning."""
        row = self.current()
        if row:
            self._unfolded ^= {row.key}
            self.refresh()

    @Slot()
    def look_back(self) -> None:
        """Show values as they were after the current line."""
        row = self.current()
        if row and row.statement and row.state == "ran":
            self.controller.look_back(row.statement.id)

    @Slot()
    def show_now(self) -> None:
        """Show values as they are."""
        self.controller.look_back(0)

    @Slot(QModelIndex)
    def _on_row_clicked(self, index: QModelIndex) -> None:
        row = self.model.row_at(index)
        if row and row.state == "ran" and row.statement:
            self._click_timer.start()
            self.controller.look_back(row.statement.id)
        else:
            self.show_now()

    @Slot(QModelIndex, str)
    def _on_link_clicked(self, index: QModelIndex, link: str) -> None:
        self.view.setCurrentIndex(index)
        commands = {"fold": self.fold, "edit_again": self.edit_line, "dismiss": self.delete_line}
        commands[link]()

    @Slot(QModelIndex, str)
    def _on_opened(self, index: QModelIndex, part: str) -> None:
        row = self.model.row_at(index)
        if row and row.statement and part == "note":
            self.desk.edit(row.statement, "note")
        else:
            self.edit_line()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._name_commands()

    # --- drawing ------------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show the script as it is, and what is to be said about it."""
        controller = self.controller
        running = Running(
            controller.running, controller.running_statement, controller.running_output
        )
        self.desk.check(controller.session)
        rows = self._book.rows(
            controller.session, controller.records, running, self._unfolded, self.desk.editing
        )
        changed = self.model.update(rows)
        self.view.measure(changed)
        cursor = self.model.position(("cursor", 0))
        edge = rows[max(0, cursor - 1)].key
        if self.desk.wanted:
            wanted = self.model.position(self.desk.wanted)
            self.desk.wanted = None
            if wanted >= 0:
                self.view.setCurrentIndex(self.model.index(wanted, 0))
        elif edge != self._edge or running.source:
            self._edge = edge
            self.view.follow(cursor)
        self._name_commands()
        self._show_notice()

    @Slot()
    def _show_notice(self) -> None:
        controller = self.controller
        shown = notice(
            controller.session,
            controller.records,
            controller.state,
            controller.out_of_step,
            settled=controller.is_settled,
            consent=self.banner.why_consent(controller.document),
        )
        if controller.state is EngineState.REPLAYING and not self.slow_timer.isActive():
            done, total = self._progress
            text = tr("Replaying line {n} of {total}", n=min(done + 1, total), total=total)
            shown = Notice(text if total else tr("Replaying"), "cancel", done, total)
        if controller.as_of and not self._click_timer.isActive():
            line = controller.session.index(controller.as_of) + 1
            shown = Notice(tr("Values as of line {n} (Esc: now)", n=line), "now")
        self.commands["now"].setEnabled(controller.as_of != 0)
        self.banner.show_notice(shown)

    @Slot()
    def _on_engine_changed(self) -> None:
        controller = self.controller
        if controller.state is EngineState.REPLAYING:
            self._progress = (0, 0)
            self.slow_timer.start()
        else:
            self.slow_timer.stop()
        if controller.running and controller.running != self.look.source:
            self.look.dismiss()
        self.mark_stale()

    @Slot()
    def _on_output_changed(self) -> None:
        if not self._output_timer.isActive():
            self._output_timer.start()

    @Slot(int, int)
    def _on_replay_progressed(self, done: int, total: int) -> None:
        self._progress = (done, total)
        self._show_notice()

    @Slot(str)
    def _on_banner_acted(self, action: str) -> None:
        commands = {
            "run_all": self.controller.run_all,
            "replay": self.controller.replay,
            "restart": self.controller.restart,
            "cancel": self.controller.interrupt,
            "now": self.show_now,
        }
        commands[action]()
