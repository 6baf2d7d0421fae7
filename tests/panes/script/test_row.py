"""Rows say what became of each line, and never more than is known."""

from explorer.panes.script.row import RowBook, Running
from explorer.session import Record, Session


def states(session: Session, records: dict[int, Record]) -> list[str]:
    rows = RowBook().rows(session, records, Running(), frozenset())
    return [row.state for row in rows]


def test_a_line_before_the_cursor_that_no_engine_has_run_is_not_said_to_have_run():
    assert states(Session.new(), {}) == ["waiting", "waiting", "cursor"]
    assert states(Session.new(), {1: Record(0.1)}) == ["ran", "waiting", "cursor"]


def test_a_line_that_was_undone_is_told_from_one_that_never_ran():
    session = Session.new().move(0)
    assert states(session, {1: Record(0.1)}) == ["cursor", "undone", "waiting"]
    assert states(session, {1: Record(failed="why")}) == ["cursor", "failed", "waiting"]
