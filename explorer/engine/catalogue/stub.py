"""Signatures from stub files: the typed overloads that torch ships for editors."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import torch

from explorer.catalog.printer import quoted
from explorer.catalog.signature import Parameter, Signature
from explorer.engine.catalogue import annotation

Overloads = dict[str, list[Signature]]

_DOCSTRING = re.compile(r'r?""".*?"""', re.DOTALL)
_NEXT = re.compile(r"\n(?=[^\s#)])")
"""Where a class ends: what follows stands at the left again."""
_FOLDER = Path(torch.__file__).parent
UNTOLD = "..."
"""A default of which a stub says only that there is one."""
_CONSTANTS = {
    "strided": "torch.strided",
    "contiguous_format": "torch.contiguous_format",
    "inf": "torch.inf",
}
"""What stubs import by name from torch."""


def body(name: str, class_name: str = "") -> list[ast.stmt]:
    """Return what stands in a stub file of torch's, or in a class there, without the docstrings.

    Where this torch does not ship it, that is nothing.
    """
    try:
        text = (_FOLDER / name).read_text(encoding="utf-8")
    except OSError:
        return []
    if not class_name:
        return ast.parse(_DOCSTRING.sub("...", text)).body
    _, _, text = text.partition(f"\nclass {class_name}")
    end = _NEXT.search(text)
    text = f"class {class_name}{text[: end.start()] if end else text}"
    (node,) = ast.parse(_DOCSTRING.sub("...", text)).body if end else [None]
    return node.body if isinstance(node, ast.ClassDef) else []


def overloads(body: list[ast.stmt], *, is_method: bool = False) -> Overloads:
    """Return the signatures of the functions, or methods, in `body`."""
    found: Overloads = {}
    for function in body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            signature = _signature(function, is_method=is_method)
            found.setdefault(function.name, []).append(signature)
    return found


def properties(body: list[ast.stmt]) -> dict[str, tuple[str, ...]]:
    """Return what each property is, in the body of a class."""
    return {
        node.target.id: annotation.results(ast.unparse(node.annotation))
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def signature(name: str, text: str) -> Signature:
    """Return the signature of which `text` is all behind the name."""
    (found,) = overloads(ast.parse(f"def {name}{text}: ...").body)[name]
    return found


def _signature(function: ast.FunctionDef, *, is_method: bool) -> Signature:
    arguments = function.args
    by_place = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(by_place) - len(arguments.defaults)) + arguments.defaults
    parameters = [
        _parameter(arg, default)
        for arg, default in zip(by_place, defaults, strict=True)
        if not _is_only_none(arg)
    ]
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


def _is_only_none(arg: ast.arg) -> bool:
    """Return whether an argument is there to tell one overload from another that has it."""
    return isinstance(arg.annotation, ast.Constant) and arg.annotation.value is None


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
    if isinstance(default, ast.Constant) and isinstance(default.value, str):
        return quoted(default.value)
    text = ast.unparse(default) if default else ""
    return _CONSTANTS.get(text, text)
