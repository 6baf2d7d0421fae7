"""Has the engine write a plane to a file beside the one wanted, which is replaced at the end."""

import secrets
import weakref
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from explorer.panes.heatmap.exports.export import Unwritten, WriteAsk, Written
from explorer.protocol import Answer, Problem
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.files import save_problem

LONG_MS = 1000
"""From then on the person sees how far it is, and may cancel."""
PROGRESS_STEPS = 1000


class FileWriter(QObject):
    """One file at a time. Until it is whole, the old one of its name stays as it is."""

    told = Signal(str)

    def __init__(self, controller: Controller, owner: QWidget) -> None:
        super().__init__(owner)
        self._controller, self._owner = controller, owner
        self._ask: WriteAsk | None = None
        self._dtype = ""
        self._about: tuple[int, ...] = ()
        self._target, self._beside = Path(), Path()
        self._cleanup: weakref.finalize[[Path], FileWriter] | None = None
        self.progress: QProgressDialog | None = None

    @property
    def is_writing(self) -> bool:
        """Whether a file is not whole yet."""
        return self._ask is not None

    def write(self, path: Path, ask: WriteAsk, dtype: str) -> None:
        """Begin with `path`, in place of the one in `ask`; `dtype` is that of the tensor."""
        if self._ask:
            self.told.emit(tr("{name} is still being written.", name=self._target.name))
            return
        self._target = path.resolve()
        self._beside = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}")
        try:
            self._beside.open("xb").close()
            if self._target.exists():
                self._beside.chmod(self._target.stat().st_mode & 0o7777)
        except OSError as error:
            self._beside.unlink(missing_ok=True)
            self._controller.report(save_problem(self._target, error))
            return
        # The pane may be closed, or the program end, before the file is whole.
        self._cleanup = weakref.finalize(self, _remove, self._beside)
        self.destroyed.connect(self._cleanup)
        self._dtype, self._about = dtype, ()
        self._ask = structs.replace(ask, path=str(self._beside))
        self.progress = dialog = QProgressDialog(self._owner)
        dialog.setWindowTitle(tr("Export"))
        dialog.setLabelText(tr("Writing {name}", name=self._target.name))
        dialog.setCancelButtonText(tr("Cancel"))
        dialog.setRange(0, PROGRESS_STEPS)
        dialog.setMinimumDuration(LONG_MS)
        dialog.canceled.connect(self.cancel)
        dialog.setValue(0)
        self._controller.ask(self._ask, self._on_answered)

    def cancel(self) -> None:
        """Give up; nothing is left of the file."""
        if self._ask:
            self._end()
            self.told.emit(tr("{name} was not written: you cancelled it.", name=self._target.name))

    def _on_answered(self, answer: Answer) -> None:
        if self._ask is None:
            return
        if isinstance(answer, Written):
            self._on_written(answer)
            return
        self._end()
        if isinstance(answer, Unwritten):
            error = OSError(answer.number, answer.reason)
            self._controller.report(save_problem(self._target, error))
        elif isinstance(answer, Problem):
            self._controller.report(answer)

    def _on_written(self, written: Written) -> None:
        ask = self._ask
        if ask is None:
            return
        if self._about and written.about != self._about:
            self._end()
            self._controller.report(
                Problem(
                    what=tr(
                        "{name} was not saved: {x} changed while it was written.",
                        name=self._target.name,
                        x=ask.expression,
                    ),
                    fix=tr("The old file is as it was. Export it again when no line runs."),
                )
            )
            return
        self._about = written.about
        if written.done < written.total:
            self._ask = structs.replace(ask, done=written.done, offset=written.offset)
            if self.progress:
                self.progress.setValue(int(PROGRESS_STEPS * written.done / written.total))
            self._controller.ask(self._ask, self._on_answered)
            return
        try:
            self._beside.replace(self._target)
        except OSError as error:
            self._end()
            self._controller.report(save_problem(self._target, error))
            return
        self._end()
        said = tr("Wrote {n} values to {name}", n=f"{written.total:,}", name=self._target.name)
        if written.dtype != self._dtype:
            changed = tr(
                "{old} as {new}, which holds every value of it", old=self._dtype, new=written.dtype
            )
            said = f"{said} · {changed}"
        self.told.emit(said)

    def _end(self) -> None:
        self._ask = None
        if self._cleanup:
            self._cleanup()
            self._cleanup = None
        if self.progress:
            self.progress.canceled.disconnect(self.cancel)
            self.progress.close()
            self.progress.deleteLater()
            self.progress = None


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
