"""Whether a Python will do for the engine, found out by asking it."""

import json
import shutil
import subprocess
import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from explorer.text import tr
from explorer.window.process import NoPythonError, engine_command, environment_for

TIMEOUT_SECONDS = 30.0
SHOWN_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out; `fix_code` is the command that installs what is missing."""

    is_good: bool
    words: str
    fix_code: str = ""


class InterpreterCheck(QObject):
    """Asks in a thread: a Python on a slow disk takes its time."""

    finished = Signal(str, object)
    """The path asked for, and the `Verdict`."""

    def start(self, python: str) -> None:
        """Find out about `python`, "" for this program's own; `finished` follows."""
        threading.Thread(target=self._run, args=(python,), daemon=True).start()

    def _run(self, python: str) -> None:
        verdict = examine(python)
        try:
            self.finished.emit(python, verdict)
        except RuntimeError:  # the dialog is closed: nobody is left to tell
            return


def examine(python: str) -> Verdict:
    """Run `python` and return what it says of itself; this takes a moment."""
    try:
        program, *arguments = engine_command(python)
    except NoPythonError:
        return Verdict(
            is_good=False, words=tr("Choose a Python: this program brings no PyTorch of its own.")
        )
    found = shutil.which(program)
    if found is None:
        return Verdict(is_good=False, words=tr("There is no program {path}.", path=python))
    try:
        ran = subprocess.run(  # noqa: S603 - the person chose this Python
            [found, *arguments, "--check"],
            env=environment_for(python),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Verdict(
            is_good=False,
            words=tr("It did not answer within {n} seconds.", n=round(TIMEOUT_SECONDS)),
        )
    except OSError as error:
        return Verdict(
            is_good=False, words=tr("It can't be started: {reason}", reason=error.strerror or error)
        )
    return _read(ran)


def _read(ran: "subprocess.CompletedProcess[str]") -> Verdict:
    try:
        said = json.loads(ran.stdout)
        version, missing = str(said["python"]), [str(name) for name in said["missing"]]
        recent, torch, pip = bool(said["recent"]), str(said["torch"]), str(said["pip"])
    except (ValueError, KeyError, TypeError):
        said_last = (ran.stderr or ran.stdout).strip()[-SHOWN_CHARACTERS:]
        return Verdict(
            is_good=False, words=tr("This is not a Python that can be used. {said}", said=said_last)
        )
    if not recent:
        return Verdict(
            is_good=False,
            words=tr("This is Python {version}; the engine needs 3.11 or newer.", version=version),
        )
    if missing:
        names = ", ".join(missing)
        return Verdict(
            is_good=False,
            words=tr("Python {version} lacks {names}.", version=version, names=names),
            fix_code=pip,
        )
    return Verdict(
        is_good=True, words=tr("Python {version} with torch {torch}", version=version, torch=torch)
    )
