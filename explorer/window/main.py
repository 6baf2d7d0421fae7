"""The main window: puts panes, commands, search, status and messages together."""

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from explorer.protocol import Failure, Problem
from explorer.text import ENGLISH, tr
from explorer.window.actions import Actions
from explorer.window.announcer import Announcer
from explorer.window.centre import Centre
from explorer.window.commands import Commands
from explorer.window.controller import Controller, EngineState
from explorer.window.dock import Dock
from explorer.window.docking import PANES, Docking, PaneRow
from explorer.window.draft import Draft
from explorer.window.filing import Filing
from explorer.window.focus import focus_inside
from explorer.window.journal import Journal, Orphan, Page
from explorer.window.keeper import Keeper
from explorer.window.language import Language
from explorer.window.menu_bar import MenuBar
from explorer.window.pane import Pane
from explorer.window.presentation import Presentation
from explorer.window.ring import FocusRing
from explorer.window.scale import Scale, scale_up
from explorer.window.search.box import SearchBox
from explorer.window.settings import Settings
from explorer.window.status import StatusBar
from explorer.window.theme import Theme, app_icon
from explorer.window.toolbar import Toolbar
from explorer.window.tuning import Tuning
from explorer.window.views import Views


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
        self._rows = panes
        self._was_painted = False
        self._said_painted = QTimer(self, interval=0, singleShot=True)
        self._said_painted.timeout.connect(self.painted)
        self._renewing = QTimer(self, interval=0, singleShot=True)
        self._renewing.timeout.connect(self._renew)
        self.build()
        self.keeper = Keeper(controller, self.views, journal) if journal else None
        self.announcer = Announcer(controller, self)
        self.ring = FocusRing(theme.app, self)
        self.docking.restore(settings, size)
        controller.session_changed.connect(self._on_session_changed)
        controller.workspace_changed.connect(self._on_workspace_changed)
        controller.engine_changed.connect(self._on_session_changed)
        controller.selection_changed.connect(self._on_session_changed)
        controller.statement_ended.connect(self._on_statement_ended)
        controller.problem_raised.connect(self._on_problem_raised)
        theme.app.focusChanged.connect(self.docking.show_focused)
        theme.changed.connect(self.commands.tint)
        self.language.changed.connect(self.renew_soon)
        self.scale.changed.connect(self.renew_soon)
        self._on_session_changed()
        self.commands.tint()
        self.centre.empty.buttons[0].setFocus()

    # --- build --------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.filing = Filing(self.controller, self.settings, self)
        self.filing.recent_changed.connect(self._on_recent_changed)
        self.presentation = Presentation(self)
        self.tuning = Tuning(
            self.controller,
            self.settings,
            theme=self.theme,
            language=self.language,
            scale=self.scale,
            presentation=self.presentation,
            window=self,
        )
        self.commands = Commands(self)
        self.views = Views(self.controller, self._make_heatmap, self)
        self.views.opened.connect(self._on_opened)
        self.docking = Docking(self._rows, self.controller, self)
        self.docking.opened.connect(self._on_opened)
        self.actions_by_id = Actions(self)
        self._build_frame()

    def _build_frame(self) -> None:
        """Make what stands around the panes."""
        self.menu_bar = MenuBar(self.actions_by_id, self.docking, self)
        self.menu_bar.pane_chosen.connect(self.show_pane)
        self.menu_bar.file_chosen.connect(self._on_file_chosen)
        self.menu_bar.recent_cleared.connect(self._on_recent_cleared)
        self.setMenuBar(self.menu_bar)
        self.search = SearchBox(self.controller, self)
        self._on_recent_changed()
        self.search.command_chosen.connect(self._on_command_chosen)
        self.search.tensor_chosen.connect(self._on_tensor_chosen)
        self.search.line_chosen.connect(self._on_line_chosen)
        self.search.watch_chosen.connect(self.views.open)
        self.search.file_chosen.connect(self._on_file_chosen)
        self.search.form_chosen.connect(self.commands.begin_form)
        self.toolbar = Toolbar(self.actions_by_id, self.search, self)
        self.addToolBar(self.toolbar)
        self.centre = Centre(self.views, self.language.code, self)
        self.centre.problems.fix_chosen.connect(self.search.offer)
        self.centre.problems.fix_run.connect(self.controller.submit)
        self.centre.recovery.recovered.connect(self._on_recovered)
        self.centre.empty.chosen.connect(self._on_start_chosen)
        self.centre.empty.language_chosen.connect(self.tuning.choose_language)
        self.setCentralWidget(self.centre)
        self.status = StatusBar(self.controller, self)
        self.status.device_clicked.connect(self._on_device_clicked)
        self.setStatusBar(self.status)
        for part in (self.toolbar, self.centre, self.status):
            scale_up(part)

    def _make_heatmap(self, expression: str) -> Pane:
        return self.docking.rows["heatmap"].make(self.controller, expression)

    def renew_soon(self) -> None:
        """Make everything anew, in another language or size, with what was typed still in it.

        Not at once: what was clicked on is made anew too.
        """
        self._renewing.start()

    def _renew(self) -> None:
        before, draft = self.centre, Draft(self)
        problems, orphans = before.problems.problems, before.recovery.take()
        self.controller.say_anew()
        self.actions_by_id.say()
        self.docking.renew()
        before.give_back()
        self.removeToolBar(self.toolbar)
        for part in (self.toolbar, self.status, self.search.popup):
            part.hide()
            part.deleteLater()
        self._build_frame()
        self.views.renew()
        self.centre.problems.take_over(problems)
        self.centre.recovery.offer(orphans)
        self.presentation.arrange()
        self._on_session_changed()
        self._on_workspace_changed()
        self.commands.tint()
        draft.put(self)

    # --- panes --------------------------------------------------------------------------------

    @property
    def docks(self) -> dict[str, Dock]:
        """The docks, by the names of their panes."""
        return self.docking.docks

    @property
    def panes(self) -> list[Pane]:
        """All panes, docked ones first."""
        return [*self.docking.panes, *self.views.panes]

    @property
    def is_complete(self) -> bool:
        """Whether nothing runs or waits, and every visible pane shows its exact picture."""
        settled = self.filing.is_done and self.controller.is_settled
        if self.controller.state is EngineState.STOPPED:  # no pane gets an answer any more
            return settled
        return settled and all(pane.is_complete() for pane in self.panes if pane.is_in_sight())

    def start_panes(self) -> None:
        """Make the panes in the docks."""
        self.docking.fill(self.settings)

    def start_views(self) -> None:
        """Make the heat map that follows the selection."""
        self.views.open()
        self.views.panes[0].restore(self.settings.pane_state("heatmap"))
        self._on_workspace_changed()

    def show_pane(self, name: str) -> None:
        """Bring a pane to the front and give it the focus."""
        is_docked = name in self.docks
        place: QWidget = self.docking.show(name) if is_docked else self.views.open()
        focus_inside(place)

    def offer_recovery(self, orphans: list[Orphan]) -> None:
        """Offer the sessions of windows that ended without closing."""
        self.centre.recovery.offer(orphans)

    def _on_opened(self, pane: Pane) -> None:
        pane.submitted.connect(self.controller.submit)
        pane.heatmap_requested.connect(self.views.open)
        pane.placing_requested.connect(self.views.place)
        pane.inputs_requested.connect(self.views.reveal)
        pane.line_offered.connect(self.search.offer)
        pane.form_requested.connect(self.commands.open_form)
        pane.pane_wanted.connect(self.show_pane)
        pane.status_changed.connect(self._on_status_changed)
        pane.interrupt_requested.connect(self.commands.interrupt)

    def _on_status_changed(self, text: str) -> None:
        self.status.show_cursor(text)

    # --- what a person does -------------------------------------------------------------------

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
        if start in self.docking.rows:
            self.show_pane(start)
        else:
            self.actions_by_id[start].trigger()

    def _on_recovered(self, page: Page) -> None:
        if self.keeper is not None and self.filing.may_leave():
            self.keeper.recover(page)

    def _on_file_chosen(self, path: str) -> None:
        self.filing.open([path])

    def _on_recent_cleared(self) -> None:
        self.settings.clear_recent_files()
        self._on_recent_changed()

    def _on_recent_changed(self) -> None:
        recent = self.settings.recent_files
        self.menu_bar.show_recent(recent)
        self.search.offer_files(recent)

    # --- what changed -------------------------------------------------------------------------

    def _on_session_changed(self) -> None:
        document = self.controller.document
        name = document.path.replace("\\", "/").rpartition("/")[2] or tr("Untitled")
        self.setWindowTitle(tr("{name}[*] - Tensor Explorer", name=name))
        self.setWindowModified(document.dirty)
        self.commands.enable()

    def _on_workspace_changed(self) -> None:
        has_tensors = next(self.controller.workspace.viewable(), None) is not None
        self.centre.show_views(has_tensors=has_tensors)

    def _on_problem_raised(self, problem: Problem) -> None:
        self.centre.problems.add(problem)

    def _on_statement_ended(self, _source: str, failure: Failure | None) -> None:
        if failure is None:
            self.centre.problems.dismiss()

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
        self.docking.keep(self.settings)
        if self.views.panes:
            self.settings.set_pane_state("heatmap", self.views.panes[0].state())
        self.hide()
        self.centre.recovery.dismiss()
        if self.keeper is not None:
            self.keeper.close()
        self.controller.close()
        super().closeEvent(event)
