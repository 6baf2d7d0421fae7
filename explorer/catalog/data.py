"""The values of a tensor as people type or paste them, as source of nested lists."""

import ast
import re

from explorer.catalog.number import (
    MAX_DEPTH,
    Number,
    Refusal,
    number_of,
    parse,
    plain,
    read_number,
    source_of,
)
from explorer.text import tr

MAX_VALUES = 20_000

_PRINTED = re.compile(
    r"(?:(?:torch|np|numpy)\.)?(?:tensor|array|asarray)\s*\((.*?)"
    r"(?:,\s*(?:dtype|device|requires_grad|grad_fn|size|shape|layout)\s*=.*)?\)",
    re.DOTALL,
)


def data(text: str) -> str:
    """Return source of a number or of nested lists of equal lengths. Raises Refusal.

    Takes Python lists, rows pasted from a spreadsheet, and what tensors and arrays print.
    """
    cleaned = plain(text)
    if not cleaned:
        raise Refusal(tr("Type the values, such as [[1, 2], [3, 4]]"))
    if printed := _PRINTED.fullmatch(cleaned):
        cleaned = printed.group(1).strip()
    if "..." in cleaned:
        raise Refusal(
            tr("A printout with ... leaves values out. Print all of it, or save it as a file")
        )
    if len(re.findall(r"[^\s,;]+", cleaned)) > MAX_VALUES:
        raise Refusal(
            tr(
                "More than {n} values are too many for a line. Save them in a file and open that",
                n=f"{MAX_VALUES:,}",
            )
        )
    if not re.search(r"[\[(]", cleaned) and re.search(r"[\n\t;]|\S +\S", cleaned):
        values = _read_rows(cleaned)
    else:
        if "," not in cleaned:
            # NumPy prints spaces between values: [[1. 2.]\n [3. 4.]]
            cleaned = re.sub(r"(?<=[\w.\]])\s+(?=[-+\[\w.])", ", ", cleaned)
        values = _read_lists(parse(cleaned), cleaned, 0)
    _check_rectangle(values)
    return source_of(values)


def _read_lists(node: ast.expr, text: str, depth: int) -> object:
    if not isinstance(node, ast.List | ast.Tuple):
        return number_of(node, text)
    if depth >= MAX_DEPTH:
        raise Refusal(tr("A tensor has at most {n} dimensions", n=MAX_DEPTH))
    return [_read_lists(element, text, depth + 1) for element in node.elts]


def _read_rows(text: str) -> object:
    lines = [line for line in text.splitlines() if line.strip("; \t")]
    if len(lines) == 1 and "\t" not in lines[0]:
        lines = [line for line in lines[0].split(";") if line.strip()]  # 1 2; 3 4
    rows = [
        [_read_cell(cell, number) for cell in _split_row(line)]
        for number, line in enumerate(lines, 1)
    ]
    return rows[0] if len(rows) == 1 else rows


def _split_row(line: str) -> list[str]:
    for separator in ("\t", ";", ","):
        if separator in line:
            cells = line.split(separator)
            # A comma or semicolon at the end closes the row; a tab there is an empty cell.
            return cells if separator == "\t" or cells[-1].strip() else cells[:-1]
    return line.split()


def _read_cell(cell: str, row_number: int) -> Number:
    if not cell.strip():
        raise Refusal(tr("Row {n} has an empty cell. Type a number or nan there", n=row_number))
    try:
        return read_number(cell.strip())
    except Refusal as refusal:
        raise Refusal(tr("Row {n}: {reason}", n=row_number, reason=refusal.message)) from None


def _check_rectangle(values: object) -> None:
    level = [values]
    while any(isinstance(item, list) for item in level):
        lengths = [len(item) if isinstance(item, list) else -1 for item in level]
        if -1 in lengths:
            raise Refusal(tr("Numbers stand beside lists here. Give every row its brackets"))
        for place, length in enumerate(lengths, 1):
            if length != lengths[0]:
                raise Refusal(
                    tr(
                        "Row 1 has {first} values and row {n} has {other}. Make them equally long",
                        first=lengths[0],
                        n=place,
                        other=length,
                    )
                )
        level = [element for item in level if isinstance(item, list) for element in item]
