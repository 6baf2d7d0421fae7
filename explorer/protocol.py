"""What window and engine say to each other: frozen structs in msgpack.

An **Ask** goes to the engine and comes back as an **Answer** or a `Problem`; an **Event** is what
the engine says unasked. On the wire a message is its `kind` ("module:Class") and one msgpack
buffer. A pane's own asks stand in that pane's `__init__`; the engine answers them with the function
that `PROBES` of the pane's `probe` module names.
"""

import importlib
from typing import ClassVar, Literal

import msgspec

Lane = Literal["main", "side", "tile", "preview", "why"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Anything that crosses between the two processes."""


class Ask(Message, frozen=True, kw_only=True):
    """A question to the engine.

    `lane` says which thread answers: "main" waits for the running statement and may change the
    workspace; each other lane is a thread that answers while a statement runs and only reads.
    """

    lane: ClassVar[Lane] = "side"


class Answer(Message, frozen=True, kw_only=True):
    """What the engine answers to an `Ask`."""


class Event(Message, frozen=True, kw_only=True):
    """What the engine says unasked, on iopub."""


class Problem(Answer, frozen=True, kw_only=True):
    """An error as advice: what happened, what to do, a line of code that mends it, the rest folded.

    `cause` is the class of the exception ("RuntimeError"), "" where there was none.
    """

    what: str
    fix: str = ""
    fix_code: str = ""
    detail: str = ""
    cause: str = ""


class Array(msgspec.Struct, frozen=True):
    """Numbers on their way to the screen: C order, `dtype` as NumPy names it ("float32", "u1")."""

    dtype: str
    shape: tuple[int, ...]
    data: memoryview


# --- workspace --------------------------------------------------------------------------------


NUMPY = "numpy"
"""What stands for the layout of an array of NumPy's, which is no tensor."""


class TensorInfo(Message, frozen=True, kw_only=True):
    """All but the values of one tensor, or of an array of NumPy's.

    `serial` numbers tensor objects and `storage` storages, each unique for the life of an engine;
    `content` is a hash of the bytes when the tensor is small enough to hash, else 0. Together with
    `version` they tell whether a picture is out of date. `stride` and `storage_offset` count
    elements and are empty and 0 for layouts other than strided. `view_of` names the workspace
    tensor that this one is a view of, "" if none. `memory` numbers memory that torch does not own:
    tensors and arrays with the same one share it, whatever their storages. `stored` is how many
    elements a sparse tensor stores, -1 for others.
    """

    expression: str
    dtype: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    storage_offset: int
    device: str
    layout: str
    contiguous: bool
    requires_grad: bool
    is_leaf: bool
    grad_fn: str
    nbytes: int
    serial: int
    storage: int
    version: int
    content: int
    view_of: str = ""
    memory: int = 0
    stored: int = -1


class Entry(Message, frozen=True, kw_only=True):
    """One name of the workspace, or a member of one: then `name` is its expression.

    `type_name` is what Python calls it ("Tensor", "dict", "int"); `summary` one line about it.
    `tensors` holds the tensor itself first if it is one, then those it leads to: `x.grad` of `x`,
    `weights["0.bias"]` of a dict, list, tuple or module; `arrays` the same of NumPy. `size` is how
    many members it has, which are told when asked for. `is_followed` is false if it was too large
    to look at all that it leads to: the rest is not in `tensors`, and not seen to change. `content`
    is another number when a number, a text or a key in it was seen to be another.
    """

    name: str
    type_name: str
    summary: str
    tensors: tuple[TensorInfo, ...] = ()
    arrays: tuple[TensorInfo, ...] = ()
    size: int = 0
    is_followed: bool = True
    content: int = 0


class Modes(Message, frozen=True, kw_only=True):
    """What the main thread's settings are; previews and probes must enter them."""

    default_device: str = "cpu"
    default_dtype: str = "float32"
    grad_enabled: bool = True
    threads: int = 1


class Delta(Message, frozen=True, kw_only=True):
    """How the workspace changed; `complete` means that what is not in `changed` is gone."""

    changed: tuple[Entry, ...] = ()
    gone: tuple[str, ...] = ()
    complete: bool = False
    modes: Modes = Modes()
    memory_bytes: int = 0
    """Resident memory of the engine process."""


# --- statements -------------------------------------------------------------------------------


class Failure(Message, frozen=True, kw_only=True):
    """Why a statement failed. `line` counts from 1 within the statement, 0 if unknown."""

    problem: Problem
    line: int = 0
    interrupted: bool = False


class StatementRan(Event, frozen=True, kw_only=True):
    """One statement ended; sent after its outputs and before the kernel says idle.

    `effect` is false for a mere look: nothing bound, written, drawn at random, set or printed.
    `changed` is true if something was seen to differ afterwards: a name, a value, a random stream
    or a setting. `wrote` names the entries whose values changed in place. `opaque` says that the
    line may have changed things the workspace does not show, so that visible views must ask again.
    `clean` is false when a failed statement left changes behind that could not be taken back.
    `fingerprint` hashes the small results, 0 if there are none.
    """

    statement: int
    seconds: float
    effect: bool
    opaque: bool
    wrote: tuple[str, ...]
    delta: Delta
    failure: Failure | None = None
    clean: bool = True
    changed: bool = False
    fingerprint: int = 0


class Line(Message, frozen=True, kw_only=True):
    """One statement of a replay."""

    statement: int
    source: str


class LineResult(Message, frozen=True, kw_only=True):
    """What one replayed statement did: `output` it printed, `wrote` names it bound or wrote."""

    statement: int
    seconds: float
    output: str
    fingerprint: int
    wrote: tuple[str, ...] = ()


class EngineOptions(Message, frozen=True, kw_only=True):
    """What a person set that the engine must know.

    `language` is that of its messages; `keep_mib` is how many MiB of old values it keeps for undo.
    """

    language: str = "en"
    keep_mib: int = 64


class Prepare(Ask, frozen=True, kw_only=True):
    """Import torch, set the engine's hooks; the first ask of every engine."""

    lane: ClassVar[Lane] = "main"
    options: EngineOptions = EngineOptions()


class Configure(Ask, frozen=True, kw_only=True):
    """Take up `options` from the next statement on."""

    lane: ClassVar[Lane] = "main"
    options: EngineOptions


class Configured(Answer, frozen=True, kw_only=True):
    """The options are taken up."""


class Prepared(Answer, frozen=True, kw_only=True):
    """The engine is ready for statements."""

    torch_version: str
    python_version: str
    delta: Delta


class Replay(Ask, frozen=True, kw_only=True):
    """Run `lines` in a fresh namespace and swap it in.

    Where a line fails, the old namespace stays, unless `keep_partial`: then the lines before it
    are swapped in. `script` is the file that runs as itself (its folder is cwd and sys.path[0]),
    "" for an unsaved session; `arguments` become sys.argv[1:].
    """

    lane: ClassVar[Lane] = "main"
    lines: tuple[Line, ...]
    keep_partial: bool = False
    script: str = ""
    arguments: tuple[str, ...] = ()


class ReplayProgress(Event, frozen=True, kw_only=True):
    """`done` of `total` lines have run."""

    done: int
    total: int


class Replayed(Answer, frozen=True, kw_only=True):
    """A replay ended. `results` are the lines that ran; `failure` belongs to the line after them.

    `swapped` says that the workspace is now theirs; `clean` as in `StatementRan`.
    """

    results: tuple[LineResult, ...]
    swapped: bool
    delta: Delta
    failure: Failure | None = None
    clean: bool = True


class Undo(Ask, frozen=True, kw_only=True):
    """Take back `statement`, the last that ran, from kept copies."""

    lane: ClassVar[Lane] = "main"
    statement: int


class Undone(Answer, frozen=True, kw_only=True):
    """`restored` is false if the kept copies do not do: then replay."""

    restored: bool
    delta: Delta


NOT_KEPT = "NotKeptError"
"""The cause of a `Problem` with what was: a `Revisit` may tell it."""


class Revisit(Ask, frozen=True, kw_only=True):
    """Run `lines`, the script's first, apart from the session, to be looked back at.

    `fingerprints` are those of their last run, 0 where none is known: a line that makes something
    else now is refused. `script` and `arguments` as in `Replay`.
    """

    lane: ClassVar[Lane] = "main"
    lines: tuple[Line, ...]
    fingerprints: tuple[int, ...]
    script: str = ""
    arguments: tuple[str, ...] = ()


class Revisited(Answer, frozen=True, kw_only=True):
    """What was after the last of the lines, and before it, can be asked about until a line runs."""


# --- operators --------------------------------------------------------------------------------


class CatalogueAsk(Ask, frozen=True, kw_only=True):
    """Asks what operators the torch that runs has."""


class CatalogueAnswer(Answer, frozen=True, kw_only=True):
    """`data` is a `Catalogue` of `explorer.catalog.signature` in msgpack, to be decoded in pieces."""

    data: bytes


Badge = Literal["new", "view", "same", "in_place"]
"""A new tensor, other eyes on the memory of one that is there, that one itself, or it, written."""


class PreviewResult(msgspec.Struct, frozen=True, kw_only=True):
    """One tensor that a line will make or write; -1 in `shape` is a size that the values decide.

    `of` is the expression in the line that it is a view of, is or writes; "" of a new one, and of a
    view of something that has no name.
    """

    shape: tuple[int, ...]
    dtype: str
    device: str
    requires_grad: bool
    badge: Badge
    of: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a line will do, told before it runs.

    `problem` is the error to expect; `unknown` says why nothing can be told beforehand, "" if
    something can. `value` is what comes of a line that makes no tensor, as Python prints it:
    "torch.Size([2, 3])". `unknown_size` says that a size, or a number, depends on the values.
    `memory_bytes` is about what the line takes of the memory of a device besides what is there, and
    `free_bytes` what is left of it, -1 if that is not known.
    """

    results: tuple[PreviewResult, ...] = ()
    value: str = ""
    random: bool = False
    unknown_size: bool = False
    problem: Problem | None = None
    unknown: str = ""
    memory_bytes: int = 0
    free_bytes: int = -1

    @property
    def fits(self) -> bool:
        """Whether there is memory for it, as far as is known."""
        return self.free_bytes < 0 or self.memory_bytes <= self.free_bytes


class PreviewAsk(Ask, frozen=True, kw_only=True):
    """What will each of `sources`, whole lines, do? No source at all is an ask to get ready."""

    lane: ClassVar[Lane] = "preview"
    sources: tuple[str, ...] = ()


class Previews(Answer, frozen=True, kw_only=True):
    """One preview for each of the sources; none as long as the engine has not got ready."""

    previews: tuple[Preview, ...]


# --- wire -------------------------------------------------------------------------------------


def encode(message: Message) -> tuple[str, bytes]:
    """Return (kind, msgpack) of `message`."""
    cls = type(message)
    return f"{cls.__module__}:{cls.__qualname__}", msgspec.msgpack.encode(message)


def decode(kind: str, buffer: bytes | memoryview) -> Message:
    """Return the message that `encode` made; arrays in it are views of `buffer`.

    Raises ValueError for a kind that is not a message of ours, and msgspec.ValidationError for a
    buffer that does not fit it.
    """
    module_name, _, class_name = kind.partition(":")
    if not module_name.startswith("explorer."):
        raise ValueError(f"{kind!r} is not a message of this program")
    cls = getattr(importlib.import_module(module_name), class_name, None)
    if not (isinstance(cls, type) and issubclass(cls, Message)):
        raise ValueError(f"{kind!r} is not a message of this program")  # noqa: TRY004 - data, not a type
    return msgspec.msgpack.decode(buffer, type=cls)
