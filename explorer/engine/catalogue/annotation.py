"""What an annotation of torch's says of a parameter: Python's notation, and that of its schemas."""

import re
from functools import lru_cache
from typing import NamedTuple

import torch

from explorer.catalog.signature import Kind


class Annotation(NamedTuple):
    """What is taken, the most usual first; `length` as in `Parameter`."""

    kinds: tuple[Kind, ...]
    nullable: bool = False
    length: int = 0


ATOMS: dict[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("Tensor", "MaskedTensor"), ("tensor",)),
    **dict.fromkeys(("int", "SymInt", "IntLikeType"), ("integer",)),
    **dict.fromkeys(("float", "complex", "Number", "number", "SymFloat"), ("number",)),
    "bool": ("boolean",),
    "str": ("text",),
    **dict.fromkeys(("size", "symsize", "Size"), ("size",)),
    **dict.fromkeys(("dtype", "ScalarType"), ("dtype",)),
    **dict.fromkeys(("layout", "Layout"), ("layout",)),
    **dict.fromkeys(("device", "Device", "DeviceLikeType"), ("device",)),
    **dict.fromkeys(("memory_format", "MemoryFormat"), ("memory_format",)),
    "Generator": ("generator",),
    "list": ("data",),
    "size_any_t": ("size",),
    "ratio_any_t": ("number", "numbers"),
}
_FIXED_SIZE = re.compile(r"size_(\d)(?:_opt)?_t")
_FIXED_RATIO = re.compile(r"ratio_\d_t")
_CONTAINER = re.compile(r"(?:Sequence|Iterable|list|List|tuple|Tuple)\[(.*)\]")
_PREFIX = re.compile(r"\b(?:_|(?:[a-z_]\w*\.)+)(?=\w)")
"""Modules, and the underscore of aliases such as `_int`."""
_ROW_OF: dict[Kind, Kind] = {
    "tensor": "tensors",
    "integer": "size",
    "boolean": "size",  # row by row of True and False, which are whole numbers to torch
    "number": "numbers",
}
"""What several in a row are."""


@lru_cache(maxsize=1024)
def read(text: str) -> Annotation:
    """Return what `text` says; what nobody can type in is an object."""
    kinds: list[Kind] = []
    nullable, length = False, 0
    for part in _alternatives(_PREFIX.sub("", text.strip("'\""))):
        if part in ("None", "NoneType"):
            nullable = True
        elif match := _FIXED_SIZE.fullmatch(part):
            kinds.append("size")
            length = int(match[1])
        else:
            kinds += _kinds(part)
    if "size" in kinds and "integer" in kinds:  # one number stands for all of them
        kinds = [kind for kind in kinds if kind != "integer"]
        length = length or 1
    if "device" in kinds:  # its number and its name are no other kinds to a person
        kinds = ["device"]
    return Annotation(tuple(dict.fromkeys(kinds)), nullable, length)


def _alternatives(text: str) -> list[str]:
    """Split at each | outside brackets; Optional and Union are other ways to write it."""
    for name, separator, more in (("Optional", "", ["None"]), ("Union", ",", [])):
        if text.startswith(f"{name}[") and text.endswith("]"):
            inner = text[len(name) + 1 : -1]
            parts = _split(inner, separator) if separator else [inner]
            return [a for part in parts for a in _alternatives(part)] + more
    return _split(text, "|")


def _split(text: str, separator: str) -> list[str]:
    depth = 0
    parts = [""]
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == separator and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _kinds(part: str) -> tuple[Kind, ...]:
    if part in ATOMS:
        return ATOMS[part]
    if _FIXED_RATIO.fullmatch(part):
        return ATOMS["ratio_any_t"]
    if part in ("Literal[True]", "Literal[False]"):
        return ("boolean",)
    if part.startswith("Literal["):
        return ("text",)
    if match := _CONTAINER.fullmatch(part):
        item = read(_split(match[1], ",")[0]).kinds
        return tuple(dict.fromkeys(_ROW_OF.get(kind, "object") for kind in item))
    return ("object",)


def results(text: str) -> tuple[str, ...]:
    """Return what `Signature.returns` says of the annotation of a function's result."""
    text = _PREFIX.sub("", text.replace("torch.return_types.", "return_types:"))
    if text.startswith("return_types:"):
        parts: tuple[str, ...] = getattr(
            torch.return_types, text.removeprefix("return_types:")
        ).__match_args__
        return parts
    if text in ("None", "NoneType"):
        return ()
    if match := _CONTAINER.fullmatch(text):
        parts = tuple(_split(match[1], ","))
        # A row of as many as there happen to be has one name, which stands for all.
        if parts[-1] == "..." or not text.lower().startswith("tuple"):
            return (f"{parts[0].lower()}s",)
        return tuple(map(_result, parts))
    return (_result(text),)


def _result(text: str) -> str:
    first = _split(text, "|")[0]
    return {"Self": "Tensor", "S": "Tensor", "Number": "number"}.get(first, first)
