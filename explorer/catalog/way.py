"""The ways to write one operation: `x + y`, `torch.add(x, y)`, with `out=`, in place `x.add_(y)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from explorer.catalog.sign import FUNCTIONS
from explorer.catalog.signature import CatalogueEntry, Parameter, Signature
from explorer.text import Text

WayName = Literal["symbol", "function", "method", "out", "in_place"]

_SYMBOL_OF = {name: symbol for symbol, names in FUNCTIONS.items() for name in names}
_OUT = "out"
_OWNERS = {"Tensor": "x", "ndarray": "a", "numpy": "np"}


@dataclass(frozen=True, slots=True)
class Way:
    """One of them. `path` is what it calls, `label` how it looks, `help` how it differs."""

    name: WayName
    path: str
    label: str
    help: Text


def ways(path: str, entries: Mapping[str, CatalogueEntry]) -> tuple[Way, ...]:
    """Return the ways to write what `path` does; none if there is only one.

    The method stands among them only if `path` is it: what it does differently is nothing.
    """
    stem = FUNCTIONS[path][0] if path in FUNCTIONS else path.rpartition(".")[2]
    module = path.rpartition(".")[0]
    stem = stem.removesuffix("_") if module == "Tensor" else stem
    function = f"{module if module not in ('', 'Tensor') else 'torch'}.{stem}"
    in_place = f"Tensor.{stem}_"
    found = []
    symbol = _SYMBOL_OF.get(stem) if function == f"torch.{stem}" else None
    if symbol:
        found.append(
            Way("symbol", symbol, look(symbol), "Makes a new tensor. Short for the function.")
        )
    if function in entries:
        found.append(
            Way("function", function, function, "Leaves its arguments as they are. Takes options.")
        )
    if path == f"Tensor.{stem}" and path in entries and not entries[path].is_property:
        found.append(
            Way("method", path, look(path), "Does what the function does, behind its tensor.")
        )
    if function in entries and _out_of(entries[function]):
        found.append(
            Way(
                "out",
                function,
                "out=",
                "Writes the result into a tensor that is there, over its old values.",
            )
        )
    if function.startswith("torch.") and function.count(".") == 1 and in_place in entries:
        found.append(
            Way(
                "in_place",
                in_place,
                look(in_place),
                "Writes the result into x, over its old values.",
            )
        )
    return tuple(found) if len(found) > 1 else ()


def in_hand(found: tuple[Way, ...], path: str, *, out: bool) -> Way | None:
    """Return which of `found` a form of `path` is; `out` says whether it writes into a tensor."""
    own = [way for way in found if way.path == path]
    return next((way for way in own if (way.name == "out") is out), own[0] if own else None)


def carried(
    texts: Mapping[str, str], before: Signature, after: Signature
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return `texts` of the fields of `before` for those of `after`, and the names that are lost.

    Fields of one name are the same; the operands that a call can't do without, in their order.
    """
    names = {p.name for p in after.parameters}
    pairs = dict(zip(_operands(before), _operands(after), strict=False))
    kept: dict[str, str] = {}
    lost = []
    for name, text in texts.items():
        to = name if name in names else pairs.get(name, "")
        if to:
            kept[to] = text
        elif text.strip() and name != _OUT:
            lost.append(name)
    return kept, tuple(lost)


def look(path: str) -> str:
    """Return how what is called at `path` looks in a line: "torch.mean", "x.view", "x + y", "-x"."""
    if path[0].isalpha():
        module, _, name = path.rpartition(".")
        return f"{_OWNERS[module]}.{name}" if module in _OWNERS else path
    return path if path.endswith("x") else f"x {path} y"


def _operands(signature: Signature) -> list[str]:
    return [p.name for p in signature.parameters if p.required and p.passing != "keyword"]


def _out_of(entry: CatalogueEntry) -> Parameter | None:
    found = (s.find(_OUT) for s in entry.signatures)
    return next((p for p in found if p and p.writes), None)
