"""The session as a Jupyter notebook: notes, code, what the code printed, and pictures."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import v4

from explorer.note import cut, text_of
from explorer.session import Record, Session, Statement

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def to_notebook(
    session: Session,
    records: Mapping[int, Record],
    pictures: Mapping[int, Iterable[bytes]] | None = None,
) -> str:
    """Return the text of an `.ipynb` file: one code cell a statement, its note above it.

    `pictures` are PNG files by the id of the statement under whose output they stand. What was
    undone goes along as comments in a last cell, as in a saved script; a script of which nothing
    has run becomes cells without outputs.
    """
    cells: list[Any] = []
    has_run = session.cursor > 0
    for number, statement in enumerate(session.done or session.statements, 1):
        head, body = cut(statement.source)
        if head:
            cells.append(v4.new_markdown_cell(text_of(head), id=f"note-{statement.id}"))
        if body.strip():
            record = records.get(statement.id, Record()) if has_run else Record()
            cell = v4.new_code_cell(body.strip("\n"), id=f"line-{statement.id}")
            cell.execution_count = number if has_run else None
            cell.outputs = [*_printed(record), *_shown((pictures or {}).get(statement.id, ()))]
            cells.append(cell)
    undone = session.statements[session.cursor :] if has_run else ()
    if undone:
        cells.append(_commented(undone))
    book = v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.validate(book)
    text: str = nbformat.writes(book)
    return text + "\n"


def _printed(record: Record) -> list[Any]:
    if not record.output:
        return []
    text = record.output if record.output.endswith("\n") else f"{record.output}\n"
    return [v4.new_output("stream", name="stdout", text=text)]


def _shown(pictures: Iterable[bytes]) -> list[Any]:
    return [
        v4.new_output("display_data", data={"image/png": base64.b64encode(picture).decode()})
        for picture in pictures
    ]


def _commented(undone: Iterable[Statement]) -> Any:  # noqa: ANN401 - nbformat is untyped
    lines = "\n".join(statement.source for statement in undone).strip("\n").split("\n")
    return v4.new_code_cell("\n".join(f"# {line}".rstrip() for line in lines), id="undone")
