"""What is deleted, moved or edited can be put back, whatever else changed since."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from explorer.change import Change
from explorer.ledger import MOST_CHANGES, Ledger
from explorer.session import Place, Session


def script(count, cursor=None):
    session = Session.from_source("\n".join(f"x{n} = {n}" for n in range(count)))
    return session.move(count if cursor is None else cursor)


def change(session, kind, index, to=0, is_above=False):
    statement = session.statements[index]
    made = {
        "deleted": lambda: session.delete(statement.id),
        "moved": lambda: session.move_to(Place(session.statements[to], is_above), statement),
        "edited": lambda: session.edit(statement.id, "y = 5"),
    }[kind]()
    return Change.before(kind, session, statement.id), made


def sources(session):
    return [s.source for s in session.statements]


@given(st.integers(1, 6), st.data())
def test_any_changes_are_put_back_one_by_one(count, data):
    session = script(count, data.draw(st.integers(0, count)))
    for place in data.draw(st.lists(st.integers(0, count), max_size=4)):
        moved = session.move(place).attempt("nothing", "failed", "it failed")
        session = replace(moved, cursor=session.cursor)
    pictures, changes = [], []
    for _ in range(data.draw(st.integers(1, 4))):
        if not session.statements:
            break
        indices = st.integers(0, len(session.statements) - 1)
        kind = data.draw(st.sampled_from(["deleted", "moved", "edited"]))
        made, after = change(
            session, kind, data.draw(indices), data.draw(indices), data.draw(st.booleans())
        )
        pictures.append(session)
        changes.append(made)
        session = after
    while changes:
        session = changes.pop().put_back(session)
        assert session == pictures.pop()


def test_lines_that_came_since_stay():
    session = script(3)
    made, session = change(session, "deleted", 1)
    session = session.insert("z = 9", 50)
    assert sources(made.put_back(session)) == ["x0 = 0", "x1 = 1", "x2 = 2", "z = 9"]
    assert made.put_back(session).cursor == 4


def test_a_line_whose_neighbour_is_gone_returns_to_its_number():
    made, session = change(script(4), "deleted", 2)
    _, session = change(session, "deleted", 1)
    assert sources(made.put_back(session)) == ["x0 = 0", "x3 = 3", "x2 = 2"]


def test_a_line_that_was_undone_meanwhile_returns_undone():
    made, session = change(script(3), "deleted", 2)
    back = made.put_back(session.move(1))
    assert (sources(back), back.cursor) == (["x0 = 0", "x1 = 1", "x2 = 2"], 1)


def test_a_line_that_was_moved_returns_as_it_reads_now():
    made, session = change(script(3), "moved", 0, to=2)
    session = session.edit(session.statements[2].id, "x0 = 7")
    assert sources(made.put_back(session)) == ["x0 = 7", "x1 = 1", "x2 = 2"]


def test_an_edited_line_that_is_gone_returns_as_it_was():
    made, session = change(script(2), "edited", 1)
    session = session.delete(session.statements[1].id)
    assert sources(made.put_back(session)) == ["x0 = 0", "x1 = 1"]


def test_as_many_changes_are_kept_as_anyone_will_put_back():
    ledger, made = Ledger(), change(script(1), "deleted", 0)[0]
    for index in range(MOST_CHANGES + 5):
        ledger = ledger.changed(replace(made, index=index))
    assert [c.index for c in ledger.changes] == list(range(5, MOST_CHANGES + 5))
