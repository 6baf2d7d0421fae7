"""An exception of the person's code as advice, with only the person's own frames."""

import sys
import sysconfig
import traceback
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from explorer.engine.description import attempt
from explorer.engine.workspace import Workspace
from explorer.protocol import Failure, Problem
from explorer.text import tr

if TYPE_CHECKING:
    from explorer.catalog.mending import Tensors

_NOT_THEIRS = tuple(
    {
        str(Path(__file__).resolve().parents[1]),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        "<frozen",
        "<string>",
        "<__array_function__",
    }
)


def statement_file(statement: int) -> str:
    """Return what tracebacks call the file of a statement."""
    return f"<line {statement}>"


def describe_failure(
    error: BaseException, file: str, source: str, names: Collection[str], workspace: Workspace
) -> Failure:
    """Return why the statement in `file` failed; `names` are those that it mentions."""
    if isinstance(error, KeyboardInterrupt):
        problem = Problem(what=tr("Interrupted"), cause="KeyboardInterrupt")
        return Failure(problem=problem, line=_line(error, file), interrupted=True)
    entries = (workspace.entry(name) for name in names)
    tensors = {
        tensor.expression: (tensor.dtype, tensor.shape, tensor.device)
        for entry in entries
        if entry is not None
        for tensor in entry.tensors
    }
    return Failure(problem=describe_problem(error, source, tensors), line=_line(error, file))


def describe_problem(error: BaseException, source: str, tensors: "Tensors") -> Problem:
    """Return what a person reads of `error`, which `source` raised; `tensors` as in `advise`."""
    from explorer.catalog.advice import advise  # its patterns are compiled on the first failure

    attributes = attributes_beside(error)
    problem = advise(type(error).__name__, _message(error), source, tensors, attributes)
    return structs.replace(problem, detail=own_traceback(error))


def attributes_beside(error: BaseException) -> list[str]:
    """Return the attributes of the object that lacks the one that `error` is about."""
    owner = error.obj if isinstance(error, AttributeError) else None
    return attempt(lambda: dir(owner), []) if owner is not None else []


def own_traceback(error: BaseException) -> str:
    """Return the traceback without the frames of torch, the library and this program."""
    told = traceback.TracebackException.from_exception(error)
    part: traceback.TracebackException | None = told
    seen: set[int] = set()
    while part is not None and id(part) not in seen:
        seen.add(id(part))
        own = [frame for frame in part.stack if is_theirs(frame.filename)]
        part.stack = traceback.StackSummary.from_list(own)
        part = part.__cause__ or part.__context__
    return "".join(told.format()).rstrip()


def is_theirs(file: str) -> bool:
    """Return whether `file` is the person's own code: no library's, nor this program's."""
    if file.startswith(_NOT_THEIRS):
        return False
    # In an executable, the code that is packed into it has relative names.
    return not getattr(sys, "frozen", False) or file.startswith("<") or Path(file).is_absolute()


def _message(error: BaseException) -> str:
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:  # noqa: BLE001 - an exception of the person's own may not even have a text
        return ""


def _line(error: BaseException, file: str) -> int:
    if isinstance(error, SyntaxError) and error.__traceback__ is None:
        return error.lineno or 0
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file and line  # None between two lines
    ]
    if lines:
        return lines[-1]
    return (error.lineno or 0) if isinstance(error, SyntaxError) else 0
