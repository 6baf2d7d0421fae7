"""What stands in the columns of the Tensors pane."""

from collections.abc import Callable
from enum import IntEnum

from explorer.measure import bytes_text
from explorer.panes.tensors.branch import Branch
from explorer.panes.tensors.words import (
    dtype_text,
    entry_tip,
    grad_text,
    grad_tip,
    note_text,
    object_text,
    shape_text,
    summary_text,
    tensor_tip,
)
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.workspace import names_type


class Column(IntEnum):
    """What stands in a column, in the order shown."""

    NAME = 0
    SHAPE = 1
    DTYPE = 2
    CHANGED = 3
    GRAD = 4
    SIZE = 5
    DEVICE = 6


TENSOR_TEXTS: dict[int, Callable[[TensorInfo], str]] = {
    Column.SHAPE: lambda tensor: shape_text(tensor.shape),
    Column.DTYPE: dtype_text,
    Column.GRAD: grad_text,
    Column.SIZE: lambda tensor: bytes_text(tensor.nbytes),
    Column.DEVICE: lambda tensor: tensor.device,
}


def header(column: Column) -> tuple[str, str]:
    """Return the title of a column, and what it means."""
    titles = {
        Column.NAME: (
            tr("Name"),
            tr("What Python calls it; a letter marks tensors that share memory"),
        ),
        Column.SHAPE: (tr("Shape"), tr("The size of each dimension")),
        Column.DTYPE: (tr("dtype"), tr("The type of each value")),
        Column.CHANGED: (
            tr("Changed by"),
            tr("The line of the script that last bound it or wrote in it"),
        ),
        Column.GRAD: (
            tr("Grad"),
            tr("How autograd follows it: a leaf that requires grad, or its grad_fn"),
        ),
        Column.SIZE: (tr("Size"), tr("The memory that its values take")),
        Column.DEVICE: (tr("Device"), tr("Where its values are")),
    }
    return titles[column]


def cell_text(found: Branch, column: int, line: int) -> str:
    """Return what a cell says; `line` last changed the entry, 0 if unknown."""
    if column == Column.NAME:
        return name_text(found)
    if column == Column.CHANGED:
        return tr("line {n}", n=line) if line and found.is_root else ""
    if found.tensor is not None:
        return TENSOR_TEXTS[column](found.tensor)
    if column == Column.SHAPE and not found.note:
        return summary_text(found.line)
    return found.line.type_name if column == Column.DTYPE and not names_type(found.line) else ""


def spanned(found: Branch, column: int) -> range:
    """Return the columns over which the text of a cell goes, with those that lend it room."""
    if found.note:
        return range(len(Column))
    is_summary = found.tensor is None and names_type(found.line)
    if is_summary and column in (Column.SHAPE, Column.DTYPE):
        return range(Column.SHAPE, Column.DTYPE + 1)
    return range(column, column + 1)


def name_text(found: Branch) -> str:
    """Return what the row adds to the one above, or what it says of what is to come."""
    return note_text(found.note, found.left, found.line.summary) if found.note else found.label


def cell_tip(found: Branch, column: Column, line: int) -> str:
    """Return the sentence or facts behind a cell."""
    tensor, name = found.tensor, found.entry.name
    if column is Column.CHANGED and line:
        return tr("{name} was last changed by line {n} of the script.", name=name, n=line)
    if found.note:
        return name_text(found)
    if tensor is None:
        return entry_tip(found.line)
    if column is Column.GRAD:
        return grad_tip(tensor)
    if column is Column.SIZE:
        return tr("{n} bytes", n=f"{tensor.nbytes:,}")
    return tensor_tip(tensor)


def spoken(found: Branch, letter: str, badge: int) -> str:
    """Return what a screen reader says of a row, with what is drawn beside the name."""
    tensor = found.tensor
    if found.note:
        return name_text(found)
    if tensor is None:
        return f"{found.expression}, {object_text(found.line)}"
    parts = [found.expression, dtype_text(tensor), shape_text(tensor.shape)]
    if letter:
        parts.append(tr("shares storage {letter}", letter=letter))
    if badge:
        parts.append(tr("operand {n}", n=badge))
    return ", ".join(parts)
