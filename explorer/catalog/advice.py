"""Errors as advice: torch's message, matched by a row of the table, told in plain words.

`ADVICE` is tried from top to bottom. A row's `what` and `fix` are filled in from the groups of its
pattern and from what the mender of its line found out; its `example` raises the error in torch.
"""

import re
from collections.abc import Collection, Mapping

from explorer.catalog import mending
from explorer.catalog.advices import dtype, gradient, index, line, matrix, place, shape
from explorer.catalog.advices.row import Advice
from explorer.catalog.mending import Tensors
from explorer.protocol import Problem
from explorer.text import tr

ADVICE: tuple[Advice, ...] = (
    *shape.ROWS,
    *matrix.ROWS,
    *index.ROWS,
    *dtype.ROWS,
    *gradient.ROWS,
    *place.ROWS,
    *line.ROWS,
)
"""Every row; what matches nearly anything stands last."""


def match(cause: str, message: str) -> tuple[Advice, re.Match[str]] | None:
    """Return the row for an exception of class `cause`, None if the table has none."""
    for row in ADVICE:
        if row.cause in ("", cause) and (found := re.search(row.pattern, message, re.DOTALL)):
            return row, found
    return None


def advise(
    cause: str, message: str, source: str, tensors: Tensors, attributes: Collection[str] = ()
) -> Problem:
    """Return what a person reads of an exception that `source` raised.

    `tensors` maps each tensor's name to (dtype, shape, device); `attributes` are those of the object
    that lacks one. `fix_code` takes the place of `source`.
    """
    matched = match(cause, message)
    if matched is None:
        first_line = message.strip().partition("\n")[0] or tr("no message")
        return Problem(what=f"{cause}: {first_line}", detail=message, cause=cause)
    row, found = matched
    facts = {key: text or "" for key, text in found.groupdict().items()}
    if cause == "AttributeError":
        facts["near"] = mending.nearest(facts.get("name", ""), attributes)
    facts |= _derive(facts)
    facts |= {"shapes": _shapes(source, tensors), "devices": _devices(source, tensors)}
    return Problem(
        what=tr(row.what, **facts),
        fix=tr(row.fix, **facts),
        fix_code=(row.mend(source, facts, tensors) or "") if row.mend else "",
        detail=message,
        cause=cause,
    )


def _derive(facts: Mapping[str, str]) -> dict[str, str]:
    """Return what a row's texts say beyond what the message says."""
    derived: dict[str, str] = {"named": "", "amount": "", "given": "", "meant": ""}
    if near := facts.get("near"):
        derived["meant"] = tr(" Did you mean {name}?", name=near)
    if size := facts.get("size", "").lstrip("-"):
        derived["last"] = str(int(size) - 1)
    if amount := facts.get("bytes"):
        derived["amount"] = tr(" ({gib} GiB)", gib=f"{int(amount) / 2**30:,.1f}")
    if module := facts.get("module"):
        derived["root"] = module.partition(".")[0]
    if (name := facts.get("name")) and "op" not in facts:
        derived["named"] = f" ({name})"
    if missing := facts.get("missing"):
        derived["given"] = tr(" (missing: {names})", names=missing.replace('"', ""))
    elif got := facts.get("got"):
        derived["given"] = tr(" (given: {types})", types=got.strip("()"))
    return derived


def _shapes(source: str, tensors: Tensors) -> str:
    """Return " x: float32 [5, 3], y: float32 [5]." of the tensors that `source` names."""
    return _told({n: f"{t[0]} {list(t[1])}" for n, t in tensors.items()}, source)


def _devices(source: str, tensors: Tensors) -> str:
    """Return " x: cuda:0, y: cpu." of the tensors that `source` names."""
    return _told({n: t[2] for n, t in tensors.items()}, source)


def _told(facts: Mapping[str, str], source: str) -> str:
    names = dict.fromkeys(re.findall(r"\w+", source))
    told = [f"{name}: {facts[name]}" for name in names if name in facts]
    return f" {', '.join(told)}." if told else ""
