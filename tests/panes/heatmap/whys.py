"""Asks the core of an engine why a cell has its value, as the window does."""

from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.whys.line import line_of
from explorer.panes.heatmap.whys.why import Why, WhyAsk


def ask_why(session, expression, index, source, statement, *, as_found=False, seconds=0.0):
    """Return the answer about a cell that the line `source` made, the session's `statement`.

    What it reads is taken as it is now, unless the line writes it, or with `as_found`.
    """
    line = line_of(source)
    found_at = -statement if line.is_alone else statement
    ask = WhyAsk(
        result=Term(expression),
        index=index,
        code=line.code,
        terms=tuple(
            Term(name, found_at if as_found or name in line.writes else 0) for name in line.reads
        ),
        seconds=seconds,
    )
    return session.core.answer(ask)


def told(session, expression, index, *sources):
    """Run lines, and return what a cell of the last one's result came from: {cell: derivative}."""
    session.run_all(*sources)
    why = ask_why(session, expression, index, sources[-1], session.count)
    assert isinstance(why, Why), why
    return {
        f"{source.term.expression}{list(cell.index)}": float(cell.partial)
        for source in why.sources
        for cell in source.cells
    }


def refused(session, expression, index, *sources):
    """Run lines, and return why it can't be told where a cell came from."""
    session.run_all(*sources)
    problem = ask_why(session, expression, index, sources[-1], session.count)
    assert not isinstance(problem, Why), problem
    assert "engine could not answer" not in problem.what, problem.detail
    return problem.what
