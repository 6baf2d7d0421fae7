"""Every public call behind the samples of torch's operator database, as a line of Python.

A sample is run once under a mode that sees each call from outside torch, whatever wrappers the
database puts around it. The tensors of a call are kept as they were before it.
"""

import copy
import inspect
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

MODULES = (
    torch,
    torch.nn.functional,
    torch.linalg,
    torch.fft,
    torch.special,
    torch.signal.windows,
    torch.masked,
    torch.sparse,
)
_BINARY = """add + sub - mul * truediv / div / floordiv // mod % pow ** matmul @ and & or | xor ^
lshift << rshift >> eq == ne != lt < le <= gt > ge >="""
BINARY = dict(zip(_BINARY.split()[::2], _BINARY.split()[1::2], strict=True))
UNARY = {"__neg__": "-", "__pos__": "+", "__invert__": "~"}
DTYPES = (torch.float32, torch.int64, torch.complex64, torch.bool)


class UnwritableError(Exception):
    """A call of something that is not public, or with an object that no line can hold."""


@dataclass
class Call:
    """One call. `tensors` are what its names stand for; copy them before you run it: `fresh`."""

    operator: str
    """As the database calls it."""
    path: str
    source: str
    tensors: dict[str, torch.Tensor]
    direct: Callable[[dict[str, torch.Tensor]], object]
    """Calls what was called with tensors in place of those of `tensors`, not by way of a line."""

    def fresh(self) -> dict[str, torch.Tensor]:
        """Return copies of the tensors, which share memory where these do."""
        return duplicate(self.tensors)


@dataclass
class Unwritten:
    """A call that can't be a line, and why."""

    operator: str
    name: str
    reason: str


def database() -> list:
    """Return torch's operators with their samples; importing it takes seconds."""
    from torch.testing._internal.common_methods_invocations import op_db

    return op_db


def calls(operator, dtype: torch.dtype, most: int = 10**9) -> Iterator[Call | Unwritten]:
    """Yield the calls behind at most `most` samples of each variant of an operator."""
    floating = dtype.is_floating_point or dtype.is_complex
    for variant in (operator.op, operator.method_variant, operator.inplace_variant):
        if variant is None:
            continue
        in_place = variant is operator.inplace_variant
        grad = floating and operator.supports_autograd and not in_place
        torch.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # All at once: making a sample calls torch too.
            samples = list(islice(operator.sample_inputs("cpu", dtype, requires_grad=grad), most))
        for sample in samples:
            if not (in_place and sample.broadcasts_input):
                yield from _calls_of(operator.name, variant, sample)


def dtypes(operator) -> list[torch.dtype]:
    """Return those of `DTYPES` that an operator takes, or the first that it does."""
    supported = operator.supported_dtypes("cpu")
    found = [dtype for dtype in DTYPES if dtype in supported]
    return found or sorted(supported, key=str)[:1]


def duplicate(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return copies that share memory where the originals do, leaves all of them."""
    memo: dict = {}
    made = {}
    for name, tensor in tensors.items():
        made[name] = copy.deepcopy(tensor.detach(), memo).requires_grad_(tensor.requires_grad)
    return made


def _calls_of(operator: str, variant: Callable, sample) -> Iterator[Call | Unwritten]:
    recorder = _Recorder(operator)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with recorder:
                variant(sample.input, *sample.args, **sample.kwargs)
        except (RuntimeError, NotImplementedError, TypeError):
            pass  # in place into another dtype: the call is there all the same
    yield from recorder.found


class _Recorder(TorchFunctionMode):
    def __init__(self, operator: str) -> None:
        super().__init__()
        self.operator = operator
        self.found: list[Call | Unwritten] = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is torch._C._set_grad_enabled:  # a maker of samples is freed half-way
            return function(*args)
        try:
            self.found.append(_record(self.operator, function, args, kwargs or {}))
        except UnwritableError as reason:
            name = getattr(function, "__name__", str(function))
            self.found.append(Unwritten(self.operator, name, str(reason)))
        return function(*args, **(kwargs or {}))


@dataclass
class _Writer:
    """Writes arguments; independent of the code under test."""

    tensors: dict[str, torch.Tensor] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def write(self, value: object) -> str:
        match value:
            case torch.Tensor():
                if id(value) not in self.names:
                    self.names[id(value)] = f"t{len(self.names)}"
                    self.tensors[self.names[id(value)]] = value
                return self.names[id(value)]
            case bool() | int() | str() | None:
                return repr(value)
            case float():
                return repr(value) if math.isfinite(value) else f"float('{value}')"
            case complex():
                return f"complex({self.write(value.real)}, {self.write(value.imag)})"
            case np.generic():
                return self.write(value.item())
            case torch.dtype() | torch.layout() | torch.memory_format():
                return str(value)
            case torch.device():
                return f"torch.device('{value}')"
            case tuple():
                comma = "," if len(value) == 1 else ""
                return f"({', '.join(map(self.write, value))}{comma})"
            case list():
                return f"[{', '.join(map(self.write, value))}]"
        raise UnwritableError(f"takes a {type(value).__name__}")

    def index(self, value: object) -> str:
        match value:
            case tuple() if value:
                return ", ".join(map(self.index, value)) + ","
            case slice():
                ends = (value.start, value.stop, value.step)
                return ":".join("" if end is None else self.write(end) for end in ends)
            case _ if value is Ellipsis:
                return "..."
        return self.write(value)


def _record(operator: str, function, args: tuple, kwargs: dict) -> Call:
    writer = _Writer()
    path, source = _written(function, args, _without_private(function, kwargs), writer)
    names = {id(t): name for name, t in writer.tensors.items()}

    def direct(tensors: dict[str, torch.Tensor]) -> object:
        given = _replaced(args, names, tensors)
        return function(*given, **_replaced(kwargs, names, tensors))

    return Call(operator, path, source, duplicate(writer.tensors), direct)


def _replaced(value, names: dict[int, str], tensors: dict[str, torch.Tensor]):
    match value:
        case torch.Tensor():
            return tensors[names[id(value)]]
        case tuple() | list():
            return type(value)([_replaced(item, names, tensors) for item in value])
        case dict():
            return {key: _replaced(item, names, tensors) for key, item in value.items()}
    return value


def _written(function, args: tuple, kwargs: dict, writer: _Writer) -> tuple[str, str]:
    """Return the path and the source of a call. Raises UnwritableError."""
    path = _paths().get(_key(function), "")
    name = path.rpartition(".")[2]
    stem = name.strip("_")
    match args:
        case _ if not path:
            raise UnwritableError("is not public")
        case _ if name.startswith("sym_"):
            raise UnwritableError("is for shapes, not for tensors")
        case (owner, index) if name == "__getitem__":
            return "index", f"{writer.write(owner)}[{writer.index(index)}]"
        case (owner, index, value) if name == "__setitem__":
            return (
                "setindex",
                f"{writer.write(owner)}[{writer.index(index)}] = {writer.write(value)}",
            )
        case (one,) if name in UNARY:
            return UNARY[name], f"{UNARY[name]}{_operand(one, writer)}"
        case (one, other) if name.startswith("__"):
            for prefix, place in (("", 0), ("r", 1), ("i", 2)):
                symbol = BINARY.get(stem.removeprefix(prefix)) if stem.startswith(prefix) else None
                if symbol and place == 1:
                    return symbol, f"{_operand(other, writer)} {symbol} {_operand(one, writer)}"
                if symbol:
                    sign = f"{symbol}=" if place == 2 else symbol
                    return symbol, f"{_operand(one, writer)} {sign} {_operand(other, writer)}"
    if name.startswith("__"):
        raise UnwritableError("is Python's own")
    if path.startswith("Tensor."):
        owner = writer.write(args[0])
        if _is_property(function):
            return path, f"{owner}.{name}"
        return path, f"{owner}.{name}({_arguments(args[1:], kwargs, writer)})"
    return path, f"{path}({_arguments(args, kwargs, writer)})"


def _operand(value: object, writer: _Writer) -> str:
    text = writer.write(value)
    return f"({text})" if text.startswith("-") else text


def _without_private(function, kwargs: dict) -> dict:
    """Leave out what torch's functions hand to each other, where that changes nothing."""
    private = {key for key in kwargs if key.startswith("_")}
    if private:
        parameters = inspect.signature(function, follow_wrapped=False).parameters
        defaults = {key: parameters[key].default for key in private & parameters.keys()}
        told = [key for key in private if kwargs[key] is not defaults.get(key)]
        if told:
            raise UnwritableError(f"is given {', '.join(told)}")
    return {key: value for key, value in kwargs.items() if key not in private}


def _arguments(args: tuple, kwargs: dict, writer: _Writer) -> str:
    given = [writer.write(value) for value in args]
    return ", ".join(given + [f"{key}={writer.write(value)}" for key, value in kwargs.items()])


def _is_property(function) -> bool:
    return getattr(function, "__name__", "") == "__get__"


def _key(function) -> object:
    """Return what stays the same of a function that may be bound anew each time it is looked up."""
    return function.__self__ if _is_property(function) else function


@cache
def _paths() -> dict[object, str]:
    """Return where each public function stands."""
    found: dict[object, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in MODULES:
            for name in dir(module):
                value = getattr(module, name)
                if not name.startswith("_") and callable(value):
                    found.setdefault(value, f"{module.__name__}.{name}")
        for name in dir(torch.Tensor):
            if not name.startswith("_") or name.strip("_").lstrip("ri") in {*BINARY, *UNARY}:
                found.setdefault(getattr(torch.Tensor, name), f"Tensor.{name}")
    for name in ("__getitem__", "__setitem__", *UNARY):
        found[getattr(torch.Tensor, name)] = f"Tensor.{name}"
    for stem in BINARY:
        for prefix in ("", "r", "i"):
            name = f"__{prefix}{stem}__"
            if hasattr(torch.Tensor, name):
                found[getattr(torch.Tensor, name)] = f"Tensor.{name}"
    return found
