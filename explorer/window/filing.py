"""Opening and saving: what a person asks of files, carried out in order."""

import ast
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from explorer.opening import why_consent
from explorer.paths import EXAMPLES
from explorer.protocol import Problem
from explorer.session import Document, Session
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.files import document, read_document, save_problem, write_atomically
from explorer.window.settings import Settings

SCRIPT = ".py"
DIGITS = (EXAMPLES / "digits" / "images.npy", EXAMPLES / "digits" / "weights.safetensors")
AUTOGRAD = EXAMPLES / "autograd.py"
ENDINGS = "*.npy *.npz *.pt *.pth *.safetensors *.py"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """Open tensors, or a script, which is run if `run`, else where that needs no consent."""

    path: Path
    run: bool = False
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunLine:
    """Run a line of Python."""

    source: str


@dataclass(frozen=True, slots=True)
class TakeDocument:
    """Take a document in hand; all of it is run if `run`."""

    document: Document
    run: bool = False


Step = OpenFile | RunLine | TakeDocument


class Filing(QObject):
    """Opens, saves and remembers files for one window.

    Steps wait until the engine has settled, so that each sees the names of those before it.
    """

    recent_changed = Signal()

    def __init__(self, controller: Controller, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self._settings = settings
        self._window = window
        self._steps: deque[Step] = deque()
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._advance)
        controller.engine_changed.connect(self._soon.start)

    @property
    def is_done(self) -> bool:
        """Whether no step waits."""
        return not self._steps

    def add(self, steps: Iterable[Step]) -> None:
        """Carry out `steps` after those that wait."""
        self._steps.extend(steps)
        self._soon.start()

    # --- open ---------------------------------------------------------------------------------

    def new(self) -> None:
        """Begin an empty session."""
        if self.may_leave():
            self.add([TakeDocument(Document.new(self._settings.preferences.first_lines))])

    def choose(self) -> None:
        """Let the person choose files and open them."""
        paths, _ = QFileDialog.getOpenFileNames(
            self._window,
            tr("Open tensors or a script"),
            str(Path(self._controller.document.path).parent),
            ";;".join(
                (tr("Tensors and scripts ({endings})", endings=ENDINGS), tr("All files (*)"))
            ),
        )
        self.open(paths)

    def open(self, paths: Iterable[str | Path]) -> None:
        """Open `paths`: tensors join the session, a script takes its place.

        It runs at once if every line of it only computes, else it is shown and waits.
        """
        files = [Path(path).absolute() for path in paths]
        scripts = [path for path in files if path.suffix.lower() == SCRIPT]
        if scripts and not self.may_leave():
            return
        # The script comes first: it takes the session's place, and what was loaded would be gone.
        self.add(
            OpenFile(path) for path in (*scripts[-1:], *(f for f in files if f not in scripts))
        )

    def open_digits(self) -> None:
        """Open the digits example."""
        self.open(DIGITS)

    def open_autograd(self) -> None:
        """Run the tutorial's autograd example as an unnamed script: the shipped file stays as it is."""
        found = read_document(AUTOGRAD)
        if isinstance(found, Problem):
            self._controller.report(found)
        elif self.may_leave():
            self.add([TakeDocument(document(found.session), run=True)])

    # --- save ---------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the session's file, asking for one if it has none; False if it was not saved."""
        path = self._controller.document.path
        return self.write(Path(path)) if path else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file and save to it; False if it was not saved."""
        path = self.choose_target()
        return bool(path) and self.write(Path(path))

    def choose_target(self) -> str:
        """Ask where to save, and before overwriting; "" if the person does not want to."""
        dialog = QFileDialog(
            self._window,
            tr("Save the session as a script"),
            self._controller.document.path or tr("session.py"),
            tr("Python scripts (*.py)"),
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # The dialog adds the ending itself, and so asks about the file that is really written.
        dialog.setDefaultSuffix(SCRIPT)
        if self._controller.document.path:
            dialog.selectFile(self._controller.document.path)
        return dialog.selectedFiles()[0] if dialog.exec() else ""

    def write(self, path: Path) -> bool:
        """Save to `path`; False if that failed, which the person is told."""
        path = path.absolute()
        try:
            write_atomically(path, self._controller.session.to_source())
        except OSError as error:
            self._controller.report(save_problem(path, error))
            return False
        self._controller.mark_saved(str(path))
        self._remember(path)
        return True

    def may_leave(self) -> bool:
        """Return whether the session may be left: it is saved, or the person does not mind."""
        if not self._controller.document.dirty:
            return True
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            tr("Save the session?"),
            tr("The session has lines that no file holds. Save them as a script?"),
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        return answer == buttons.Discard or (answer == buttons.Save and self.save())

    # --- steps --------------------------------------------------------------------------------

    def _advance(self) -> None:
        while self._steps and self._controller.is_settled:
            match self._steps.popleft():
                case RunLine(source):
                    self._controller.submit(source)
                case TakeDocument(taken, run):
                    self._controller.open(taken, run=run)
                case OpenFile(path) as step if step.run or path.suffix.lower() == SCRIPT:
                    self._open_script(step)
                case OpenFile(path):
                    self._open_tensors(path)
            if self._controller.state is self._controller.state.STOPPED:
                self._steps.clear()

    def _open_script(self, step: OpenFile) -> None:
        found = read_document(step.path, step.arguments)
        if isinstance(found, Problem):
            self._controller.report(found)
            return
        run = step.run or not why_consent(found.session, found.path)
        self._controller.open(found, run=run)
        self._remember(step.path.absolute())

    def _open_tensors(self, path: Path) -> None:
        # Imported late: it needs NumPy, which takes longer to load than the window to paint.
        from explorer.catalog.formats import check_file, imported, open_file

        problem = check_file(path)
        if problem is not None:
            self._controller.report(problem)
            return
        modules = imported(s.source for s in self._controller.session.done)
        for source in open_file(path, self._taken(), modules):
            self._controller.submit(source)
        self._remember(path.absolute())

    def _taken(self) -> set[str]:
        return {*self._controller.workspace.entries, *bound_names(self._controller.session)}

    def _remember(self, path: Path) -> None:
        if EXAMPLES not in path.parents:
            self._settings.add_recent_file(str(path))
            self.recent_changed.emit()


def bound_names(session: Session) -> set[str]:
    """Return the names that the script up to the cursor binds."""
    return {
        node.id
        for statement in session.done
        for node in ast.walk(ast.parse(statement.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
