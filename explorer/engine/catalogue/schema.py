"""Signatures and tags from the schemas by which torch's own dispatcher knows its operators."""

from collections.abc import Iterable
from typing import Any

from explorer.catalog.printer import quoted
from explorer.catalog.signature import Parameter, Signature, Tag
from explorer.engine import torch_private
from explorer.engine.catalogue import annotation

_PREFIXES = {"torch.linalg": "linalg_", "torch.fft": "fft_", "torch.special": "special_"}
_RENAMED = {
    "torch.unique": "_unique2",
    "Tensor.unique": "_unique2",
    "torch.sparse.softmax": "_sparse_softmax",
    "torch.sparse.log_softmax": "_sparse_log_softmax",
    "torch.sparse.mm": "_sparse_mm",
    "torch.sparse.addmm": "_sparse_addmm",
    "torch.sparse.sampled_addmm": "sparse_sampled_addmm",
    "torch.sparse.spdiags": "_spdiags",
    "torch.sparse.spsolve": "_spsolve",
}
"""Functions whose schema has another name than they."""
_TAGS: dict[str, Tag] = {
    "nondeterministic_seeded": "random",
    "dynamic_output_shape": "unknown_size",
}


class Schemas:
    """All schemas of aten, by name, without what only TorchScript's own types have."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Any]] = {}
        for schema in torch_private.schemas():
            if _is_for_tensors(schema):
                self._by_name.setdefault(schema.name.removeprefix("aten::"), []).append(schema)

    def signatures(self, path: str) -> list[Signature]:
        """Return the overloads of the function `path`; `out` is one more of its parameters."""
        overloads = self._overloads(path)
        writing = {_names(s): s for s in overloads if any(a.is_out for a in s.arguments)}
        return [
            _signature(schema, writing.get(_names(schema)))
            for schema in overloads
            if not any(a.is_out for a in schema.arguments)
        ]

    def tags(self, path: str, signature: Signature) -> tuple[Tag, ...]:
        """Return what the schemas say that this overload of `path` does."""
        tags = dict.fromkeys(tag for s in self._meant(path, signature) for tag in _tags(s))
        if any(p.writes and p.name != "out" for p in signature.parameters):
            tags["in_place"] = None
            tags.pop("view", None)  # it is the tensor itself that comes back
        return tuple(tags)

    def lengths(self, path: str) -> dict[str, int]:
        """Return how many numbers belong in each size that has a fixed length."""
        return {
            _python_name(argument): argument.N
            for schema in self._overloads(path)
            for argument in schema.arguments
            if argument.N is not None
        }

    def defaults(self, path: str) -> dict[str, str]:
        """Return the defaults that the schemas of `path` tell."""
        return {
            parameter.name: parameter.default
            for schema in self._overloads(path)
            for parameter in map(_parameter, schema.arguments)
            if parameter.default
        }

    def _overloads(self, path: str) -> list[Any]:
        module, _, name = path.rpartition(".")
        return self._by_name.get(_RENAMED.get(path, _PREFIXES.get(module, "") + name), [])

    def _meant(self, path: str, signature: Signature) -> list[Any]:
        """Return the schemas of this overload, all of the operator where names do not tell."""
        overloads = [s for s in self._overloads(path) if not any(a.is_out for a in s.arguments)]
        names = {p.name for p in signature.parameters} - {"out"}
        return [s for s in overloads if set(_names(s)) == names] or overloads


def _is_for_tensors(schema: Any) -> bool:  # noqa: ANN401 - torch does not annotate it
    """Return whether Python reaches an overload: TorchScript has more, of its own types and names."""
    if schema.overload_name.startswith("prim_") or schema.overload_name.endswith("_hacked_twin"):
        return False
    types = [str(a.real_type) for a in schema.arguments]
    if any(t == "t" or t.startswith(("Dict", "List[t]", "List[str]", "t[]")) for t in types):
        return False
    return any("Tensor" in t for t in (*types, *(str(r.type) for r in schema.returns)))


def _signature(schema: Any, writing: Any | None) -> Signature:  # noqa: ANN401 - as above
    parameters = [_parameter(argument) for argument in schema.arguments]
    if writing:
        outs = [a for a in writing.arguments if a.is_out]
        parameters.append(
            Parameter(
                name="out",
                kinds=("tensor",) if len(outs) == 1 else ("tensors",),
                default="None",
                passing="keyword",
                writes=True,
            )
        )
    if {"dtype", "layout"} <= {p.name for p in parameters}:  # what Python adds where it makes one
        parameters.append(
            Parameter(name="requires_grad", kinds=("boolean",), default="False", passing="keyword")
        )
    return Signature(parameters=tuple(parameters), returns=tuple(map(_result, schema.returns)))


def _parameter(argument: Any) -> Parameter:  # noqa: ANN401 - as above
    taken = annotation.read(str(argument.real_type))
    length = argument.N or 0
    default = _source(argument.default_value, taken) if argument.has_default_value() else ""
    return Parameter(
        name=_python_name(argument),
        kinds=taken.kinds,
        default=default,
        passing="keyword" if argument.kwarg_only else "either",
        nullable=taken.nullable,
        length=length,
        writes=bool(argument.alias_info and argument.alias_info.is_write),
    )


def _python_name(argument: Any) -> str:  # noqa: ANN401 - as above
    return "input" if argument.name == "self" else str(argument.name)


def _source(value: object, taken: annotation.Annotation) -> str:
    if isinstance(value, str):
        return quoted(value)
    if taken.kinds == ("size",) and value == []:  # "as many as needed" is None to Python
        return "()"
    return str(value)


def _names(schema: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    return tuple(_python_name(a) for a in schema.arguments if not a.is_out)


def _result(result: Any) -> str:  # noqa: ANN401 - as above
    (plain,) = annotation.results(str(result.type)) or ("None",)
    return str(result.name or plain)


def _tags(schema: Any) -> Iterable[Tag]:  # noqa: ANN401 - as above
    for name in torch_private.tags(schema):
        if name in _TAGS:
            yield _TAGS[name]
    aliases = [a.alias_info for a in (*schema.arguments, *schema.returns) if a.alias_info]
    if any(a.alias_info for a in schema.returns) and not any(a.is_write for a in aliases):
        yield "view"
