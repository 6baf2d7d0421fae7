"""Signatures from stub files: the typed overloads that torch ships for editors."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import torch

from explorer.catalog.signature import Parameter, Signature
from explorer.engine.catalogue import annotation

Overloads = dict[str, list[Signature]]

_DOCSTRING = re.compile(r'r?""".*?"""', re.DOTALL)
_FOLDER = Path(torch.__file__).parent
UNTOLD = "..."
"""A default of which a stub says only that there is one."""
_CONSTANTS = {
    "strided": "torch.strided",
    "contiguous_format": "torch.contiguous_format",
    "inf": "torch.inf",
}
"""What stubs import by name from torch."""


def read(name: str, class_name: str = "") -> Overloads:
    """Return the overloads in a stub file of torch's, of its functions or of a class's methods.

    A file that this torch does not ship has none.
    """
    try:
        text = (_FOLDER / name).read_text(encoding="utf-8")
    except OSError:
        return {}
    if class_name:
        text = text[text.index(f"\nclass {class_name}") :]
        end = re.search(r"\n(?=[^\s#)])", text[1:])
        text = text[: end.start() + 1] if end else text
    return read_text(_DOCSTRING.sub("...", text))


def read_text(text: str) -> Overloads:
    """Return the overloads of the functions in `text`, or of the methods of its only class."""
    found: Overloads = {}
    tree = ast.parse(text).body
    methods = bool(tree) and isinstance(tree[0], ast.ClassDef)
    body = tree[0].body if isinstance(tree[0], ast.ClassDef) else tree
    for function in body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            found.setdefault(function.name, []).append(_signature(function, is_method=methods))
    return found


def _signature(function: ast.FunctionDef, *, is_method: bool) -> Signature:
    arguments = function.args
    by_place = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(by_place) - len(arguments.defaults)) + arguments.defaults
    parameters = [_parameter(arg, default) for arg, default in zip(by_place, defaults, strict=True)]
    if arguments.vararg:
        parameters.append(_rest(arguments.vararg))
    parameters += _keyword_only(arguments.kwonlyargs, arguments.kw_defaults)
    # Old forms such as add(self, alpha, other) call their tensor as the schemas do.
    old = not is_method and any(p.name == "self" and "tensor" in p.kinds for p in parameters)
    return Signature(
        parameters=tuple(parameters),
        returns=annotation.results(ast.unparse(function.returns) if function.returns else "None"),
        tags=("deprecated",) if old else (),
    )


def _parameter(arg: ast.arg, default: ast.expr | None) -> Parameter:
    if arg.annotation is None:
        return Parameter(name=arg.arg, kinds=("tensor",), default=_source(default))
    taken = annotation.read(ast.unparse(arg.annotation))
    return Parameter(
        name=arg.arg,
        kinds=taken.kinds,
        default=_source(default),
        nullable=taken.nullable,
        length=taken.length,
    )


def _rest(arg: ast.arg) -> Parameter:
    kinds = annotation.read(ast.unparse(arg.annotation)).kinds if arg.annotation else ("object",)
    return Parameter(name=arg.arg, kinds=kinds, passing="rest")


def _keyword_only(
    arguments: Iterable[ast.arg], defaults: Iterable[ast.expr | None]
) -> Iterable[Parameter]:
    for arg, default in zip(arguments, defaults, strict=True):
        found = _parameter(arg, default)
        yield Parameter(
            name=found.name,
            kinds=found.kinds,
            # Where only the type says that it may be left out, None is what stands for that.
            default=found.default or ("None" if found.nullable else ""),
            passing="keyword",
            nullable=found.nullable,
            length=found.length,
        )


def _source(default: ast.expr | None) -> str:
    text = ast.unparse(default) if default else ""
    return _CONSTANTS.get(text, text)
