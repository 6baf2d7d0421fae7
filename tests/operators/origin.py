"""A cell of a call's result: does what is told of its origin agree with torch's own Jacobian?"""

import ast
import math
import random
import warnings

import torch

from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.whys.line import line_of
from explorer.panes.heatmap.whys.why import Why, WhyAsk
from explorer.protocol import Problem
from tests.engine.conftest import Session
from tests.operators.calls import Call

BY_MEMORY = ("as_strided", "as_strided_", "as_strided_scatter")
"""They count places in memory, which the Jacobian's copies have others of; torch's own derivative
of the last does not see that it overwrites elements."""
NEAR = 1e-3
"""Derivatives of the same function agree so far, by one road and by another."""


class Origins:
    """Asks a real core about calls, one after the other."""

    def __init__(self) -> None:
        self.session = Session()
        self.session.run("import torch")

    def ask(self, call: Call) -> "Asked | None":
        """Ask about some cell of what a call makes; None if that is no tensor of fractions."""
        found = None if call.path.rpartition(".")[2] in BY_MEMORY else _result(call)
        if found is None:
            return None
        result, tensor = found
        choose = random.Random(call.source)
        index = tuple(choose.randrange(size) for size in tensor.shape)
        line = _line(call.source)
        namespace = self.session.namespace
        kept = set(namespace)
        namespace.update(call.fresh())
        namespace["result"] = result
        name = _name(result, tensor)
        ask = WhyAsk(
            result=Term(name),
            index=index,
            code=line,
            terms=tuple(Term(name) for name in line_of(line).reads),
        )
        before = torch.get_rng_state()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = self.session.core.answer(ask)
        is_quiet = torch.equal(before, torch.get_rng_state())
        for other in set(namespace) - kept:
            del namespace[other]
        return Asked(call, name, index, answer, is_quiet)


class Asked:
    """One answer; `fault` says what is wrong with it."""

    def __init__(self, call: Call, name: str, index, answer, is_quiet: bool) -> None:
        self.call, self.name, self.index, self.answer = call, name, index, answer
        self.is_quiet = is_quiet

    @property
    def reason(self) -> str:
        """Why it was not told, "" if it was."""
        return self.answer.what if isinstance(self.answer, Problem) else ""

    @property
    def is_missed(self) -> bool:
        """Whether nothing is told though torch has derivatives, and chance is no reason."""
        if not self.reason or "random" in self.reason:
            return False
        try:
            return bool(jacobian_row(self.call, self.name, self.index, ()))
        except (RuntimeError, TypeError):
            return False

    def fault(self) -> str:
        """Return how the answer differs from the row of the Jacobian, "" if it does not."""
        where = f"{self.call.source} at {list(self.index)}"
        if not self.is_quiet:
            return f"{where}: random numbers were drawn"
        if not isinstance(self.answer, Why | Problem):
            return f"{where}: {self.answer}"
        if self.reason:
            return f"{where}: {self.answer.detail}" if "could not answer" in self.reason else ""
        told = {
            (source.term.expression, cell.index): cell.partial
            for source in self.answer.sources
            for cell in source.cells
        }
        row = jacobian_row(self.call, self.name, self.index, self.answer.unknown)
        counts = {s.term.expression: (s.count, len(s.cells)) for s in self.answer.sources}
        for name, (count, crossed) in counts.items():
            if count > crossed and count != sum(key == name for key, _ in row):
                return f"{where}: {count} cells of {name} are counted"
        for (name, index), slope in row.items():
            count, crossed = counts.get(name, (0, 0))
            if (name, index) not in told and count == crossed:
                return f"{where}: {name}{list(index)} is not told, its derivative is {slope}"
            if (name, index) in told and not _is_near(complex(told[name, index]), slope):
                return f"{where}: {name}{list(index)} has {told[name, index]} for {slope}"
        fractions = {name for name, t in self.call.tensors.items() if t.is_floating_point()}
        more = [
            (name, index) for name, index in told if name in fractions and (name, index) not in row
        ]
        return f"{where}: {more[0]} is told, its derivative is 0" if more else ""


def jacobian_row(call: Call, name: str, index: tuple[int, ...], without: tuple[str, ...]) -> dict:
    """Return those derivatives of a cell that are not 0, by torch.autograd.functional.jacobian.

    `without` are the tensors that torch can't differentiate by, and that it raises for.
    """
    fresh = call.fresh()
    names = [
        key for key, tensor in fresh.items() if tensor.is_floating_point() and key not in without
    ]

    def cell(*values):
        # Some calls write into what they are given, which must then be no leaf.
        tensors = {key: tensor.detach() for key, tensor in fresh.items()} | {
            key: value.clone() for key, value in zip(names, values, strict=True)
        }
        made = call.direct(tensors)
        made = tensors[call_target(call.source)] if made is None else made
        return eval(f"{name}[index]", {"result": made, "index": index})

    if not names:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = torch.autograd.functional.jacobian(
            cell, tuple(fresh[key].detach() for key in names)
        )
    return {
        (key, tuple(place)): float(row[tuple(place)])
        for key, row in zip(names, found, strict=True)
        for place in (row != 0).nonzero().tolist()
    }


def _result(call: Call):
    """Return what a call makes and the first tensor of fractions in it, None if there is none."""
    tensors = call.fresh()
    torch.manual_seed(0)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            result = call.direct(tensors)
        except Exception:  # noqa: BLE001 - some samples are of what fails
            return None
    if result is None:
        result = tensors[call_target(call.source)]
    several = result if isinstance(result, tuple | list) else [result]
    for tensor in several:
        if (
            isinstance(tensor, torch.Tensor)
            and tensor.layout == torch.strided
            and tensor.is_floating_point()
            and tensor.numel()
            and not tensor.is_meta
        ):
            return result, tensor
    return None


def _name(result, tensor) -> str:
    if result is tensor:
        return "result"
    return f"result[{next(i for i, other in enumerate(result) if other is tensor)}]"


def _line(source: str) -> str:
    node = ast.parse(source).body[0]
    if isinstance(node, ast.Expr):
        return f"result = {source}"
    return f"{source}\nresult = {call_target(source)}"


def call_target(source: str) -> str:
    """Return what `x[0] = y` and `x += y` write."""
    node = ast.parse(source).body[0]
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return ast.unparse(target.value if isinstance(target, ast.Subscript) else target)


def _is_near(one: complex, other: float) -> bool:
    if math.isnan(one.real) or math.isnan(other):
        return math.isnan(one.real) and math.isnan(other)
    return abs(one - other) <= NEAR * max(1.0, abs(other)) or one.real == other
