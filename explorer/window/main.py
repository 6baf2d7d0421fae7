"""The main window: puts panes, commands, search, status and messages together."""

from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from explorer.protocol import Failure
from explorer.session import Document, Statement
from explorer.text import ENGLISH, Text, tr
from explorer.window.actions import Actions, Command
from explorer.window.controller import Controller, EngineState
from explorer.window.dock import Dock
from explorer.window.draft import Draft
from explorer.window.empty import EmptyState
from explorer.window.filing import Filing
from explorer.window.journal import Journal, Orphan, Page
from explorer.window.keeper import Keeper
from explorer.window.language import Language
from explorer.window.pane import Pane
from explorer.window.presentation import Presentation
from explorer.window.problem import ProblemBar
from explorer.window.recovery import RecoveryBar
from explorer.window.scale import Scale, scale_up
from explorer.window.search import SearchBox
from explorer.window.settings import LAYOUT_VERSION, Preferences, Settings
from explorer.window.status import StatusBar
from explorer.window.theme import Theme, app_icon
from explorer.window.views import Views

if TYPE_CHECKING:
    from explorer.window.exporting import Exporting

Area = Literal["left", "centre", "right", "below"]


@dataclass(frozen=True, slots=True)
class PaneRow:
    """A pane and where it stands at first start; `path` is "module:class", imported late."""

    name: str
    title: Text
    path: str
    area: Area
    size_px: int = 0


PANES = (
    PaneRow("tensors", "Tensors", "explorer.panes.tensors.pane:TensorsPane", "left", 288),
    PaneRow("heatmap", "Heat map", "explorer.panes.heatmap.pane:HeatmapPane", "centre"),
    PaneRow("create", "Create", "explorer.panes.create.pane:CreatePane", "right", 304),
    PaneRow("device", "Device", "explorer.panes.device.pane:DevicePane", "right", 304),
    PaneRow("script", "Script", "explorer.panes.script.pane:ScriptPane", "below", 208),
    PaneRow("console", "Console", "explorer.panes.console.pane:ConsolePane", "below", 208),
)
AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "below": Qt.DockWidgetArea.BottomDockWidgetArea,
}
SIZE = QSize(1280, 800)
BELOW_SHARE = 0.27
"""Of the window's height goes to the docks below, at first start."""


class MainWindow(QMainWindow):
    """One window with one session.

    `start_panes` and `start_views` follow once it is painted: what they import is slow to load.
    """

    painted = Signal()
    """The window was drawn for the first time."""

    def __init__(
        self,
        controller: Controller,
        settings: Settings,
        theme: Theme,
        journal: Journal | None = None,
        *,
        language: Language | None = None,
        scale: Scale | None = None,
        panes: tuple[PaneRow, ...] = PANES,
        size: QSize | None = None,
    ) -> None:
        super().__init__()
        self.controller = controller
        self.settings = settings
        self.theme = theme
        self.language = language or Language(theme.app, ENGLISH)
        self.scale = scale or Scale(theme.app)
        self._rows = {row.name: row for row in panes}
        self._was_painted = False
        self._said_painted = QTimer(self, interval=0, singleShot=True)
        self._said_painted.timeout.connect(self.painted)
        self._renewing = QTimer(self, interval=0, singleShot=True)
        self._renewing.timeout.connect(self._renew)
        self.docks: dict[str, Dock] = {}
        self.build()
        self.keeper = Keeper(controller, self.views, journal) if journal else None
        self.restore_layout(size)
        controller.session_changed.connect(self._on_session_changed)
        controller.workspace_changed.connect(self._on_workspace_changed)
        controller.engine_changed.connect(self._on_session_changed)
        controller.selection_changed.connect(self._on_session_changed)
        controller.statement_ended.connect(self._on_statement_ended)
        controller.problem_raised.connect(self.problems.add)
        theme.changed.connect(self._on_theme_changed)
        theme.app.focusChanged.connect(self._on_focus_changed)
        self.language.changed.connect(self.renew_soon)
        self.scale.changed.connect(self.renew_soon)
        self._on_session_changed()
        self._on_theme_changed()
        self.empty.buttons[0].setFocus()

    # --- build --------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.filing = Filing(self.controller, self.settings, self)
        self.filing.recent_changed.connect(self._show_recent)
        self.presentation = Presentation(self)
        self.views = Views(self.controller, self._make_heatmap, self)
        self.views.opened.connect(self._listen)
        self.search = SearchBox(self.controller, self)
        self.actions_by_id = Actions(self)
        self._build_docks()
        self._build_frame()

    def _build_frame(self) -> None:
        """Make what stands around the panes."""
        self._build_menus()
        self._build_toolbar()
        self._build_centre()
        self.status = StatusBar(self.controller, self)
        self.status.device_clicked.connect(self._on_device_clicked)
        self.setStatusBar(self.status)
        for part in (self.toolbar, self.centralWidget(), self.status):
            if part is not None:
                scale_up(part)

    def renew_soon(self) -> None:
        """Make everything anew, in another language or size, with what was typed still in it.

        Not at once: what was clicked on is made anew too.
        """
        self._renewing.start()

    def _renew(self) -> None:
        problems, orphans, draft = self.problems.problems, self.recovery.take(), Draft(self)
        self.actions_by_id.say()
        for row in self._rows.values():
            if row.name in self.docks:
                self._renew_dock(row)
        self.stack.removeWidget(self.views)
        self.removeToolBar(self.toolbar)
        for part in (self.toolbar, self.status, self.search.popup):
            part.hide()
            part.deleteLater()
        self.search = SearchBox(self.controller, self)
        self._build_frame()
        self.views.renew()
        for problem in problems:
            self.problems.add(problem)
        self.recovery.offer(orphans)
        self.presentation.arrange()
        self._on_session_changed()
        self._on_workspace_changed()
        self._on_theme_changed()
        draft.put(self)

    def _renew_dock(self, row: PaneRow) -> None:
        dock = self.docks[row.name]
        dock.call(tr(row.title))
        old = dock.pane
        if old is not None and not old.renew():
            pane = self._make_pane(row.name)
            pane.restore(old.state())
            self._listen(pane)
            dock.fill(pane)

    def _build_docks(self) -> None:
        for row in self._rows.values():
            if row.area != "centre":
                self.docks[row.name] = Dock(row.name, tr(row.title), self)
        self._place_docks()

    def _place_docks(self) -> None:
        """Put every dock into its area, the first of each in front of the others."""
        front: dict[Area, Dock] = {}
        for name, dock in self.docks.items():
            area = self._rows[name].area
            self.addDockWidget(AREAS[area], dock)
            if front.setdefault(area, dock) is not dock:
                self.tabifyDockWidget(front[area], dock)
        for dock in front.values():
            dock.raise_()

    def _build_menus(self) -> None:
        self.setMenuBar(QMenuBar(self))
        self.menus = self.actions_by_id.fill(self.menuBar())
        view, file = self.menus["View"], self.menus["File"]
        first = view.actions()[0]
        self._build_ways(view, first)  # before the others: to be found before them too
        for name, dock in self.docks.items():
            action = dock.toggleViewAction()
            view.insertAction(first, action)
            text = tr("Show or hide {title}", title=dock.windowTitle())
            self.actions_by_id.include(Command(name, text, "View", "", text, icon=name), action)
        self.recent = QMenu(tr("Open recent"), self.menuBar())
        self.recent.triggered.connect(self._on_recent_triggered)
        file.insertMenu(self.menus["File/Examples"].menuAction(), self.recent)
        self._show_recent()

    def _build_ways(self, view: QMenu, before: QAction) -> None:
        """Make the commands that go to a pane, each with its key."""
        ways = QMenu(tr("Go to pane"), self.menuBar())
        ways.triggered.connect(self._on_way_triggered)
        view.insertMenu(before, ways)
        for number, row in enumerate(self._rows.values(), 1):
            text, keys = tr("Go to {title}", title=tr(row.title)), f"Ctrl+{number}"
            action = ways.addAction(text, keys)
            action.setData(row.name)
            self.addAction(action)  # its key works with the menu bar hidden too
            command = Command(
                f"go-{row.name}", text, "View/Go to pane", "", text, (keys,), row.name
            )
            self.actions_by_id.include(command, action)

    def _build_toolbar(self) -> None:
        bar = self.toolbar = QToolBar(tr("Toolbar"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(16, 16))
        for command in self.actions_by_id.commands.values():
            if command.id in ("undo", "interrupt"):
                bar.addSeparator()
            if command.id == "interrupt":
                self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                bar.addWidget(self.search)
            if command.toolbar:
                bar.addAction(self.actions_by_id[command.id])
        self.addToolBar(bar)
        self.search.use(self.actions_by_id)
        self.search.command_chosen.connect(self._on_command_chosen)
        self.search.tensor_chosen.connect(self._on_tensor_chosen)
        self.search.line_chosen.connect(self._on_line_chosen)

    def _build_centre(self) -> None:
        self.problems = ProblemBar(self)
        self.problems.fix_chosen.connect(self.search.offer)
        self.problems.fix_run.connect(self._submit)
        self.recovery = RecoveryBar(self)
        self.recovery.recovered.connect(self._on_recovered)
        self.empty = EmptyState(self.language.code, self)
        self.empty.chosen.connect(self._on_start_chosen)
        self.empty.language_chosen.connect(self.choose_language)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.views)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.recovery)
        column.addWidget(self.problems)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(centre)

    def _make_pane(self, name: str, *arguments: str) -> Pane:
        module, _, class_name = self._rows[name].path.partition(":")
        pane: Pane = getattr(import_module(module), class_name)(self.controller, *arguments)
        return pane

    def _make_heatmap(self, expression: str) -> Pane:
        return self._make_pane("heatmap", expression)

    def _listen(self, pane: Pane) -> None:
        pane.submitted.connect(self._submit)
        pane.heatmap_requested.connect(self.views.open)
        pane.form_requested.connect(self._on_form_requested)
        pane.status_changed.connect(self.status.show_cursor)
        pane.interrupt_requested.connect(self.interrupt)

    # --- panes --------------------------------------------------------------------------------

    @property
    def panes(self) -> list[Pane]:
        """All panes, docked ones first."""
        docked = (dock.pane for dock in self.docks.values())
        return [*(pane for pane in docked if pane), *self.views.panes]

    @property
    def is_complete(self) -> bool:
        """Whether nothing runs or waits, and every visible pane shows its exact picture."""
        settled = self.filing.is_done and self.controller.is_settled
        if self.controller.state is EngineState.STOPPED:  # no pane gets an answer any more
            return settled
        return settled and all(pane.is_complete() for pane in self.panes if pane.is_in_sight())

    def start_panes(self) -> None:
        """Make the panes in the docks."""
        for name, dock in self.docks.items():
            pane = self._make_pane(name)
            pane.restore(self.settings.pane_state(name))
            self._listen(pane)
            dock.fill(pane)

    def start_views(self) -> None:
        """Make the heat map that follows the selection."""
        self.views.open()
        self.views.panes[0].restore(self.settings.pane_state("heatmap"))
        self._on_workspace_changed()

    def show_pane(self, name: str) -> None:
        """Bring a pane to the front and give it the focus."""
        if self._rows[name].area == "centre":
            pane: QWidget = self.views.open()
        else:
            dock = self.docks[name]
            dock.show()
            dock.raise_()
            pane = dock
        focus_inside(pane)

    def focus_search(self) -> None:
        """Go to the search box by keyboard."""
        self.search.focus_all()

    def pin_heatmap(self) -> None:
        """Open a heat map that stays with the selected tensor."""
        for expression in self.controller.selection.expressions[:1]:
            self.views.open(expression)

    def focus_next_pane(self) -> None:
        """Go to the next pane by keyboard."""
        self._focus_pane(1)

    def focus_previous_pane(self) -> None:
        """Go to the pane before by keyboard."""
        self._focus_pane(-1)

    def _focus_pane(self, step: int) -> None:
        places: list[QWidget] = [self.stack, *(d for d in self.docks.values() if d.isVisible())]
        focus = QApplication.focusWidget()
        here = next((i for i, w in enumerate(places) if focus and w.isAncestorOf(focus)), -1)
        focus_inside(places[(here + step) % len(places) if here >= 0 or step > 0 else -1])

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Bring the pane to the front into which the keyboard leads: Tab goes behind tabs too."""
        for dock in self.docks.values():
            if new and dock.isAncestorOf(new) and dock.visibleRegion().isEmpty():
                dock.raise_()
        if isinstance(new, QTabBar) and not new.accessibleName():  # Qt makes them as docks meet
            new.setAccessibleName(tr("Panes"))

    # --- layout and theme ---------------------------------------------------------------------

    def restore_layout(self, size: QSize | None) -> None:
        """Put window and docks where they were, or where they are at first start.

        `size` is what the person asked for this time.
        """
        if not self.restoreGeometry(self.settings.geometry):
            self.resize(SIZE.boundedTo(self.screen().availableSize()))
        if size is not None:
            self.resize(size)
        if not self.restoreState(self.settings.layout, LAYOUT_VERSION):
            self._share_out()

    def reset_layout(self) -> None:
        """Give window and panes the size and the places of the first start."""
        self.presentation.leave(put_back=False)
        self.showNormal()
        self.resize(SIZE.boundedTo(self.screen().availableSize()))
        self.layout_explore()

    def layout_explore(self) -> None:
        """Put every pane back where it was at first start."""
        for dock in self.docks.values():
            dock.setFloating(False)
            dock.show()
        self._place_docks()
        self._share_out()

    def _share_out(self) -> None:
        """Give each dock its size at first start."""
        for orientation, areas, least in (
            (Qt.Orientation.Horizontal, ("left", "right"), 0),
            (Qt.Orientation.Vertical, ("below",), round(BELOW_SHARE * self.height())),
        ):
            names = [name for name in self.docks if self._rows[name].area in areas]
            self.resizeDocks(
                [self.docks[name] for name in names],
                [max(self._rows[name].size_px, least) for name in names],
                orientation,
            )

    def show_preferences(self) -> None:
        """Let the person change the settings."""
        from explorer.window.preferences import PreferencesDialog

        dialog = PreferencesDialog(self.settings.preferences, self)
        dialog.chosen.connect(self.prefer)
        dialog.open()

    def prefer(self, chosen: Preferences) -> None:
        """Keep what the person chose and apply it at once, but for the Python of the next engine."""
        before = self.settings.preferences
        self.settings.preferences = chosen
        if chosen.theme != before.theme:
            self.theme.choose(chosen.theme)
        if chosen.language != before.language:
            self.choose_language(chosen.language)
        if chosen.scale_percent != before.scale_percent:
            self.presentation.leave()
            self.scale.choose(chosen.scale_percent)
        if chosen.python != before.python:
            self.controller.use_python(chosen.python)
        self.controller.configure(chosen.engine_options(self.language.code))
        document = self.controller.document
        if chosen.first_lines != before.first_lines and document.is_untouched:
            self.controller.open(Document.new(chosen.first_lines))

    def choose_language(self, choice: str) -> None:
        """Say everything in another language."""
        self.settings.preferences = replace(self.settings.preferences, language=choice)
        self.language.choose(choice)
        options = self.settings.preferences.engine_options(self.language.code)
        self.controller.configure(options)
        if self.language.problem is not None:
            self.controller.report(self.language.problem)

    def theme_light(self) -> None:
        """Choose the light theme."""
        self._choose_theme("light")

    def theme_dark(self) -> None:
        """Choose the dark theme."""
        self._choose_theme("dark")

    def theme_system(self) -> None:
        """Follow the system."""
        self._choose_theme("system")

    def _choose_theme(self, choice: str) -> None:
        self.settings.preferences = replace(self.settings.preferences, theme=choice)
        self.theme.choose(choice)

    def _on_theme_changed(self) -> None:
        self.actions_by_id.tint()
        self.actions_by_id[f"theme-{self.theme.choice}"].setChecked(True)

    # --- what a person does -------------------------------------------------------------------

    def interrupt(self) -> None:
        """Stop the running line; if it does not stop, the status bar offers to kill the engine."""
        self.status.interrupt_requested()
        self.controller.interrupt()

    def paste_code(self) -> None:
        """Put the clipboard's text into the script's entry, for the person to run."""
        self.show_pane("script")
        pane = self.docks["script"].pane
        if pane is not None:
            pane.put(QGuiApplication.clipboard().text())  # type: ignore[attr-defined]  # ScriptPane, imported late

    def _on_form_requested(self, statement: Statement) -> None:
        self.show_pane("create")
        pane = self.docks["create"].pane
        if pane is not None:
            pane.open_line(statement)  # type: ignore[attr-defined]  # CreatePane, imported late

    @cached_property
    def exporting(self) -> "Exporting":
        """What writes notebooks; made when it is first wanted."""
        from explorer.window.exporting import Exporting

        return Exporting(self.controller, self.views, self)

    def export_notebook(self) -> None:
        """Write the session as a notebook."""
        self.exporting.export_notebook()

    def show_shortcuts(self) -> None:
        """Show every key of this window."""
        from explorer.window.help import ShortcutPage

        ShortcutPage(self.actions_by_id, self).open()

    def show_about(self) -> None:
        """Show version, licence and where things are kept."""
        from explorer.window.help import AboutBox

        AboutBox(self.controller.versions, self).open()

    def offer_recovery(self, orphans: list[Orphan]) -> None:
        """Offer the sessions of windows that ended without closing."""
        self.recovery.offer(orphans)

    def _submit(self, source: str) -> None:
        self.controller.submit(source)

    def _on_command_chosen(self, command_id: str) -> None:
        self.actions_by_id[command_id].trigger()

    def _on_tensor_chosen(self, expression: str) -> None:
        self.controller.select(expression)

    def _on_line_chosen(self, source: str) -> None:
        if self.controller.submit(source):
            self.search.clear()

    def _on_device_clicked(self) -> None:
        self.show_pane("device")

    def _on_start_chosen(self, start: str) -> None:
        if start in self._rows:
            self.show_pane(start)
        else:
            self.actions_by_id[start].trigger()

    def _on_recovered(self, page: Page) -> None:
        if self.keeper is not None and self.filing.may_leave():
            self.keeper.recover(page)

    def _on_way_triggered(self, action: QAction) -> None:
        self.show_pane(action.data())

    def _on_recent_triggered(self, action: QAction) -> None:
        path = action.data()
        if path:
            self.filing.open([path])
        else:
            self.settings.clear_recent_files()
            self._show_recent()

    def _show_recent(self) -> None:
        self.recent.clear()
        paths = self.settings.recent_files
        for path in paths:
            self.recent.addAction(path.replace("&", "&&")).setData(path)
        if paths:
            self.recent.addSeparator()
            self.recent.addAction(tr("Clear this list"))
        self.recent.setEnabled(bool(paths))

    # --- what the controller says -------------------------------------------------------------

    def _on_session_changed(self) -> None:
        document, session = self.controller.document, self.controller.session
        busy = self.controller.state in (EngineState.RUNNING, EngineState.REPLAYING)
        name = document.path.replace("\\", "/").rpartition("/")[2] or tr("Untitled")
        self.setWindowTitle(tr("{name}[*] - Tensor Explorer", name=name))
        self.setWindowModified(document.dirty)
        for command_id, enabled in (
            ("undo", session.cursor > 0),
            ("redo", session.cursor < len(session.statements)),
            ("interrupt", busy),
            ("new-heatmap", bool(self.controller.selection.expressions)),
        ):
            self.actions_by_id[command_id].setEnabled(enabled)

    def _on_workspace_changed(self) -> None:
        has_tensors = next(self.controller.workspace.tensors(), None) is not None
        page = self.views if has_tensors and self.views.panes else self.empty
        if self.stack.currentWidget() is not page:
            self.stack.setCurrentWidget(page)

    def _on_statement_ended(self, _source: str, failure: Failure | None) -> None:
        if failure is None:
            self.problems.dismiss()

    # --- Qt -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window was painted, after its children were too."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self._said_painted.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped files."""
        self.filing.open(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to save, vanish at once, keep settings, end the engine."""
        if not self.filing.may_leave():
            event.ignore()
            return
        self.settings.geometry, self.settings.layout = self.presentation.kept()
        for name, dock in self.docks.items():
            if dock.pane:
                self.settings.set_pane_state(name, dock.pane.state())
        if self.views.panes:
            self.settings.set_pane_state("heatmap", self.views.panes[0].state())
        self.hide()
        self.recovery.dismiss()
        if self.keeper is not None:
            self.keeper.close()
        self.controller.close()
        super().closeEvent(event)


def focus_inside(widget: QWidget) -> None:
    """Give the focus to what had it last within `widget`, else to what its pane begins with."""
    before: QWidget | None = widget.focusWidget()
    if before and before.isVisible():
        before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    for pane in (widget, *widget.findChildren(Pane)):
        first: QWidget | None = pane.focusProxy()
        if first and first.isVisible():
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
    for child in widget.findChildren(QWidget):
        takes = child.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if takes and child.isVisible() and child.isEnabled():
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
    widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
