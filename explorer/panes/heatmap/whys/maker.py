"""Which line of the script made a tensor, or wrote it last, and as of when it found what it reads."""

import ast
from dataclasses import dataclass
from functools import lru_cache

from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.equations.tracer import term_at
from explorer.panes.heatmap.whys.line import Line, line_of
from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.workspace import root_name


@dataclass(frozen=True, slots=True)
class Maker:
    """A line; `statement` is the id of the one that it stands in, `number` counts from 1."""

    statement: int
    number: int
    line: Line


def maker_of(controller: Controller, expression: str, as_of: int) -> Maker | Problem:
    """Return the line that made what `expression` is as of a moment, or why there is none."""
    if as_of < 0:
        return Problem(
            what=tr("Values from before a line are not followed back"),
            fix=tr("Press B to see those after it"),
        )
    name = root_name(expression)
    done = controller.session.done
    last = as_of or controller.workspace.changed_by.get(name, 0)
    ids = [statement.id for statement in done]
    for i in reversed(range(ids.index(last) + 1 if last in ids else 0)):
        line, bound = _parsed(done[i].source)
        if line and name in line.writes:
            if not line.is_alone and name in line.reads:
                break  # nobody knows what it was in the midst of a statement
            return Maker(done[i].id, i + 1, line)
        if name in bound:
            break
    else:
        return Problem(what=tr("No line of the script computes {x}", x=expression))
    return Problem(
        what=tr("{x} was made together with other things by line {n}", x=expression, n=i + 1),
        fix=tr("A cell is followed back through a line that does one thing"),
    )


def terms_of(controller: Controller, maker: Maker, as_of: int) -> tuple[Term, ...]:
    """Return what the line reads, as it found it."""
    moment = -maker.statement if maker.line.is_alone else maker.statement
    return tuple(term_at(controller, name, moment, as_of) for name in maker.line.reads)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> tuple[Line | None, frozenset[str]]:
    """Return the line that a statement ends in, and all names that it binds."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None, frozenset()
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return line_of(source), frozenset(bound)
