"""An exported notebook is valid, runs as it is, and shows what the window showed."""

import base64
import json
import subprocess
import sys

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.notebook import to_notebook
from explorer.session import Record, Session

SCRIPT = """import math
# %% [markdown]
# ## The root
# of *two*
# %%
# to three digits
x = round(math.sqrt(2), 3)
print(x)
raise SystemExit(3)"""


@pytest.fixture
def session():
    return Session.from_source(SCRIPT).move(3)


def cells(text):
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    return [(cell.cell_type, cell.source) for cell in book.cells]


def test_notes_and_lines_become_cells_and_undone_lines_comments(session):
    assert cells(to_notebook(session, {})) == [
        ("code", "import math"),
        ("markdown", "## The root\nof *two*"),
        ("code", "# to three digits\nx = round(math.sqrt(2), 3)"),
        ("code", "print(x)"),
        ("code", "# raise SystemExit(3)"),
    ]


def test_its_code_runs_in_plain_python_and_prints_what_the_cells_say(session, tmp_path):
    printing = session.statements[2].id
    text = to_notebook(session, {printing: Record(output="1.414\n")})
    book = json.loads(text)
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    script = tmp_path / "cells.py"
    script.write_text("\n".join("".join(cell["source"]) for cell in code))
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    outputs = [output for cell in code for output in cell["outputs"]]
    assert ["".join(output["text"]) for output in outputs] == [ran.stdout] == ["1.414\n"]


def test_a_script_that_never_ran_has_no_outputs():
    session = Session.from_source("x = 1\nprint(x)")
    text = to_notebook(session, {s.id: Record(output="1") for s in session.statements})
    assert cells(text) == [("code", "x = 1"), ("code", "print(x)")]
    assert all(not cell["outputs"] for cell in json.loads(text)["cells"])


def test_a_picture_stands_under_its_line(session):
    text = to_notebook(session, {}, {session.statements[1].id: [b"\x89PNG"]})
    (output,) = json.loads(text)["cells"][2]["outputs"]
    assert base64.b64decode(output["data"]["image/png"]) == b"\x89PNG"


parts = st.sampled_from(
    ["x = 1", "# %% [markdown]\n# a note\n# %%", "# c", "", "if x:\n    pass", "s = '''\n# %%\n'''"]
)


@given(st.lists(parts), st.integers(0, 9))
def test_any_script_makes_a_valid_notebook_whose_code_is_all_there(sources, cursor):
    session = Session.from_source("\n".join(["x = 0", *sources])).move(cursor)
    found = cells(to_notebook(session, {}))
    lines = [line for kind, source in found if kind == "code" for line in source.split("\n")]
    for statement in session.done:
        assert all(line in lines for line in statement.code.split("\n") if line)
