"""The program: one application with one window, put together and run to its end."""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSize,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from explorer.cli import Options
from explorer.paths import state_folder
from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.client import Client
from explorer.window.controller import Controller, EngineState
from explorer.window.docking import SIZE
from explorer.window.filing import DIGITS, OpenFile, RunLine, Step
from explorer.window.journal import Journal, find_orphans
from explorer.window.language import Language
from explorer.window.main import MainWindow
from explorer.window.process import EngineProcess
from explorer.window.scale import Scale, start_at
from explorer.window.settings import Settings
from explorer.window.theme import Theme

LOOK_MILLISECONDS = 20
LOOKS = 3
"""How often in a row a window must look complete: what one answer causes is asked in the next turn."""
OFFSCREEN_NOISE = ("propagateSizeHints", "XDG_RUNTIME_DIR")
INTERRUPTED = 130


class Program(QObject):
    """See the module. `picture` is where the window is drawn to instead of being shown."""

    def __init__(
        self, options: Options, engine: EngineProcess | None, picture: Path | None
    ) -> None:
        super().__init__()
        self._options = options
        self._picture = picture
        self._looks = 0
        self._last_problem = ""
        self._trace = Trace(on=bool(os.environ.get("TX_TRACE")))
        # A picture is the same for everybody: nothing of the person's goes in, and nothing is kept.
        settings = Settings() if picture else Settings.of_person()
        self._complaints = [settings.mend()]
        chosen = settings.preferences
        percent = options.scale_percent or chosen.scale_percent
        started_percent = 100 if QApplication.instance() else percent
        self._app = application(percent)
        self._theme = Theme(self._app, options.theme or chosen.theme)
        language = Language(self._app, options.language or chosen.language)
        self._complaints.append(language.problem)
        scale = Scale(self._app, started_percent)
        scale.choose(percent)
        self.client = Client(engine, options.python or chosen.python)
        self.controller = Controller(
            self.client,
            options=chosen.engine_options(language.code),
            first_lines=chosen.first_lines,
        )
        self._folder = state_folder() / "journals" if not picture else None
        journal = Journal(self._folder) if self._folder else None
        size = QSize(*options.size) if options.size else SIZE if picture else None
        if size is not None:  # in pixels of the screen, of which Qt makes larger ones
            size = size * 100 / started_percent
        self.window = MainWindow(
            self.controller,
            settings,
            self._theme,
            journal,
            language=language,
            scale=scale,
            size=size,
        )
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._views_timer = QTimer(self, interval=0, singleShot=True)
        self._views_timer.timeout.connect(self._start_views)
        self.window.painted.connect(self._on_painted)
        self.client.started.connect(self._on_started)
        self.controller.engine_changed.connect(self._on_engine_changed)
        self.controller.problem_raised.connect(self._on_problem_raised)
        sys.excepthook = self._show_exception

    def run(self) -> int:
        """Show the window until it is closed or drawn; return the exit status."""
        self.window.filing.add(self._steps())
        self._end_on_signals()
        self.window.show()
        try:
            return self._app.exec()
        finally:
            self.controller.close()
            sys.excepthook = sys.__excepthook__

    def tensor_lines(self) -> Iterator[str]:
        """Yield a line for each tensor of the workspace."""
        for tensor in self.controller.workspace.tensors():
            shape = ", ".join(map(str, tensor.shape))
            yield f"{tensor.expression}  [{shape}]  {tensor.dtype}  {tensor.device}"

    def _steps(self) -> Iterator[Step]:
        options = self._options
        files = options.files
        if self._picture and not (files or options.run or options.exec_lines or options.screenshot):
            files = DIGITS
        for path in files:
            yield OpenFile(path, arguments=options.arguments)
        if options.run:
            yield OpenFile(options.run, run=True, arguments=options.arguments)
        for line in options.exec_lines:
            yield RunLine(line)

    # --- one after the other ------------------------------------------------------------------

    def _on_painted(self) -> None:
        self._trace.say("painted")
        self.window.start_panes()
        self.controller.start()
        for complaint in filter(None, self._complaints):
            self.controller.report(complaint)
        if self._folder is not None:
            orphans, broken = find_orphans(self._folder)
            self.window.offer_recovery(orphans)
            for path in broken:
                self.controller.report(
                    Problem(
                        what=tr("The journal of an earlier window can't be read."),
                        fix=tr("It was set aside as {path}.", path=path),
                    )
                )
        if self._picture:
            self._timer.start()

    def _on_started(self) -> None:
        self._trace.say("engine")
        # The engine imports torch now, and the window what draws heat maps.
        self._views_timer.start()

    def _start_views(self) -> None:
        if not self.window.views.panes:
            self.window.start_views()
            self._say_memory()
            if self._options.pane:
                self.window.show_pane(self._options.pane)

    def _on_engine_changed(self) -> None:
        if self.controller.state is EngineState.IDLE:
            self._trace.say("torch")
            self._say_memory()

    def _say_memory(self) -> None:
        if self.window.views.panes and self.controller.versions:
            self._trace.say_memory()

    def _look(self) -> None:
        stopped = self.controller.state is EngineState.STOPPED
        started = bool(self.window.views.panes) or stopped
        self._looks = self._looks + 1 if started and self.window.is_complete else 0
        if self._looks < LOOKS or self._picture is None:
            return
        self._timer.stop()
        if not self.window.grab().save(str(self._picture)):
            _complain(tr("{path} can't be written.", path=self._picture))
            self._app.exit(1)
        elif stopped:
            _complain(self._last_problem or self.controller.out_of_step)
            self._app.exit(1)
        else:
            self._app.exit(0)

    # --- what goes wrong ----------------------------------------------------------------------

    def _on_problem_raised(self, problem: Problem) -> None:
        self._last_problem = " ".join(filter(None, (problem.what, problem.fix)))

    def _show_exception(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None
    ) -> None:
        # PySide6 prints what a slot raises and goes on: a person at the window would not see it.
        sys.__excepthook__(kind, error, where)
        if self._picture:
            self._app.exit(1)
        elif issubclass(kind, Exception):
            self.controller.report(
                Problem(
                    what=tr(
                        "Tensor Explorer made a mistake: {error}", error=str(error) or kind.__name__
                    ),
                    fix=tr("Your script is kept. Save it, then go on or start again."),
                    detail="".join(traceback.format_exception(kind, error, where)),
                    cause=kind.__name__,
                )
            )

    def _end_on_signals(self) -> None:
        """End in order on Ctrl+C in the terminal; the journal stays, to be recovered."""
        self._woken, self._waking = socket.socketpair()
        for end in (self._woken, self._waking):
            end.setblocking(False)  # noqa: FBT003 - the standard library's signature
        signal.set_wakeup_fd(self._waking.fileno())
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_woken(self) -> None:
        # Reading is enough: Python calls the handler as soon as it runs.
        self._woken.recv(64)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._app.exit(INTERRUPTED)


class Trace:
    """Tells a benchmark on stderr what has happened, once each."""

    def __init__(self, *, on: bool) -> None:
        self._on = on
        self._said: set[str] = set()

    def say(self, what: str, figure: str = "") -> None:
        """Tell that `what` happened."""
        if self._on and what not in self._said:
            self._said.add(what)
            _complain(f"trace {what}{figure}")

    def say_memory(self) -> None:
        """Tell the resident memory of this process in bytes."""
        statm = Path("/proc/self/statm")
        if self._on and statm.exists():
            pages = int(statm.read_text().split()[1])
            self.say("rss", f" {pages * os.sysconf('SC_PAGE_SIZE')}")


def application(percent: int = 100) -> QApplication:
    """Return this process's application, made on the first call; quiet where nothing is shown."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        qInstallMessageHandler(_print_message)
    QApplication.setApplicationName("tensor-explorer")
    QApplication.setApplicationDisplayName("Tensor Explorer")
    QApplication.setDesktopFileName("tensor-explorer")
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    with start_at(percent):
        return QApplication(sys.argv[:1])


def _print_message(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Print what Qt says, but for what the offscreen platform says of itself."""
    if not any(noise in message for noise in OFFSCREEN_NOISE):
        _complain(message)


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
