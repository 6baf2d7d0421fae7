"""The session is an immutable script with a cursor."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.session import Document, Place, Session, Statement, split

SCRIPT = '''# %% a note
import math

# two on a line
a = 1; b = 2
def f():
    """A docstring.

    # not a comment
    """
    return a


@staticmethod
def g():
    pass
text = """
x
"""
# the end'''


def test_a_script_is_cut_into_whole_statements_with_their_comments():
    assert split(SCRIPT) == [
        "# %% a note\nimport math",
        "\n# two on a line\na = 1; b = 2",
        SCRIPT[SCRIPT.index("def f") : SCRIPT.index("\n\n\n@static")],
        "\n\n@staticmethod\ndef g():\n    pass",
        'text = """\nx\n"""',
        "# the end",
    ]


lines = st.sampled_from(
    ["x = 1", "# c", "", "y = [\n  1,\n]", "if x:\n    pass", "a = 1; b = 2", "s = '''\n#\n'''"]
)


@given(st.lists(lines))
def test_the_pieces_joined_are_the_script(parts):
    text = "\n".join(["x = 0", *parts])
    assert "\n".join(split(text)) == text.rstrip("\n")


@given(st.lists(lines, min_size=1), st.data())
def test_a_saved_session_keeps_what_ran_as_code_and_what_was_undone_as_comments(parts, data):
    session = Session.from_source("\n".join(["x = 0", *parts]))
    cursor = data.draw(st.integers(1, len(session.statements)))
    reopened = Session.from_source(session.move(cursor).to_source())
    code = [s.code for s in session.statements[:cursor] if s.code]
    assert [s.code for s in reopened.statements if s.code] == code
    for statement in session.statements[cursor:]:
        for line in statement.source.splitlines():
            assert line in reopened.to_source()
    assert reopened.to_source() == session.move(cursor).to_source()


def test_a_saved_session_runs_what_stands_before_its_cursor(tmp_path):
    session = Session.from_source("x = 20\nprint(x + 1)\nraise SystemExit(5)").move(2)
    file = tmp_path / "saved.py"
    file.write_text(session.to_source())
    run = subprocess.run([sys.executable, file], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "21\n", "")


def test_a_script_with_a_syntax_error_is_refused_with_its_line():
    with pytest.raises(SyntaxError) as raised:
        Session.from_source("x = 1\ny = (")
    assert raised.value.lineno == 2


def test_a_byte_order_mark_and_windows_line_ends_are_read():
    assert [s.source for s in Session.from_source("\ufeffx = 1\r\ny = 2\r\n").statements] == [
        "x = 1",
        "y = 2",
    ]


def test_a_new_line_goes_in_at_the_cursor_and_keeps_the_undone_lines():
    session = Session.from_source("a = 1\nb = 2").move(1)
    number, session = session.reserve()
    session = session.insert("c = 3", number)
    assert [s.source for s in session.statements] == ["a = 1", "c = 3", "b = 2"]
    assert session.cursor == 2


def test_attempts_move_with_the_lines_around_them():
    session = Session.from_source("a = 1\nb = 2\nc = 3").move(2)
    session = session.attempt("boom", "killed", "why").delete(1)
    assert [(a.source, a.place) for a in session.attempts] == [("boom", 1)]
    number, session = session.move(0).reserve()
    assert session.insert("z = 0", number).attempts[0].place == 2


@given(st.integers(1, 5), st.data())
def test_a_moved_line_is_in_the_script_once_on_its_neighbours_side_of_the_cursor(count, data):
    session = Session.from_source("\n".join(f"x = {i}" for i in range(count)))
    session = session.move(data.draw(st.integers(0, count)))
    statement, neighbour = (data.draw(st.sampled_from(session.statements)) for _ in range(2))
    is_above = data.draw(st.booleans())
    moved = session.move_to(Place(neighbour, is_above), statement)
    assert sorted(s.id for s in moved.statements) == [s.id for s in session.statements]
    if statement == neighbour:
        assert moved == session
    else:
        at = moved.index(statement.id)
        assert moved.statements[at + 1 if is_above else at - 1] == neighbour
        assert (statement in moved.done) == (neighbour in session.done) == (neighbour in moved.done)
    others = [s for s in session.done if s != statement]
    assert [s for s in moved.done if s != statement] == others


def test_an_inserted_line_leaves_attempts_where_they_stood():
    session = Session.from_source("a = 1\nb = 2\nc = 3").move(2).attempt("boom", "killed", "why")
    first = Place(session.statements[0], is_above=True)
    session = session.insert_at(first, Statement(9, "z = 0"))
    assert [s.source for s in session.statements] == ["z = 0", "a = 1", "b = 2", "c = 3"]
    assert (session.cursor, session.attempts[0].place) == (3, 3)


def test_scripts_that_differ_in_comments_are_the_same_code():
    session = Session.from_source("a = 1\nb = 2").move(2)
    assert session.edit(1, "# why\na = 1").is_same_code(session)
    assert not session.edit(1, "a = 2").is_same_code(session)


def test_a_success_ends_the_failed_attempts_at_its_place_but_not_the_killed():
    session = Session.new().attempt("bad", "failed", "why").attempt("worse", "killed", "why")
    number, session = session.reserve()
    session = session.insert("good = 1", number)
    assert [a.source for a in session.attempts] == ["worse"]


def test_the_statement_that_killed_the_engine_leaves_the_script_but_stays_visible():
    session = Session.from_source("a = 1\nb = 2").move(2)
    session = session.kill(session.statements[0].id, "why")
    assert [s.source for s in session.statements] == ["b = 2"]
    assert session.cursor == 1
    assert [(a.source, a.place, a.outcome) for a in session.attempts] == [("a = 1", 0, "killed")]


def test_a_document_is_dirty_until_it_is_saved():
    document = Document()
    assert not document.dirty
    number, session = document.session.reserve()
    document = Document(session.insert("x = 1", number))
    assert document.dirty
    assert not Document(document.session, "f.py", document.session.to_source()).dirty
