"""Builds the catalogue: for each operator the best source there is, and what the others add."""

from functools import reduce

import torch
from msgspec.structs import replace

from explorer.catalog.signature import Catalogue, CatalogueEntry, Parameter, Signature
from explorer.engine.catalogue import correction, documentation, function, stub
from explorer.engine.catalogue.documentation import Words
from explorer.engine.catalogue.merging import merged, taking_both
from explorer.engine.catalogue.names import Found, operators
from explorer.engine.catalogue.refinement import refined
from explorer.engine.catalogue.schema import Schemas

FUNCTIONAL = "torch.nn.functional"


def build() -> Catalogue:
    """Return the catalogue of the torch that runs."""
    builder = _Builder()
    found = operators()
    words = {f.path: documentation.read(f.documentation) for f in found}
    entries = {}
    for operator in found:
        entry = builder.entry(operator)
        if entry.signatures:  # a form needs one
            entries[operator.path] = _explained(entry, words)
    return Catalogue(torch_version=str(torch.__version__), entries=entries)


class _Builder:
    def __init__(self) -> None:
        self._schemas = Schemas()
        self._torch = stub.overloads(stub.body("_C/_VariableFunctions.pyi"))
        self._functional = stub.overloads(stub.body("nn/functional.pyi"))
        self._nn = stub.overloads(stub.body("_C/_nn.pyi"))
        tensor = stub.body("_C/__init__.pyi", "TensorBase")
        self._methods = stub.overloads(tensor, is_method=True)
        self._properties = stub.properties(tensor)

    def entry(self, found: Found) -> CatalogueEntry:
        path = found.path
        lengths = self._schemas.lengths(path)
        native = not hasattr(found.value, "__code__")
        signatures = []
        for signature in self._signatures(found):
            finished = refined(path, signature, lengths, native=native)
            tags = (*finished.tags, *self._schemas.tags(path, finished))
            signatures.append(replace(finished, tags=tags))
        return CatalogueEntry(
            path=path,
            signatures=merged(signatures),
            is_property=found.is_property,
            is_documented=bool(found.documentation),
        )

    def _signatures(self, found: Found) -> list[Signature]:
        module, _, name = found.path.rpartition(".")
        if found.path in correction.CORRECTIONS:
            lines = correction.CORRECTIONS[found.path].splitlines()
            return [stub.signature(name, line) for line in lines]
        if found.is_property:
            returns = self._properties.get(
                name, ("bool",) if name.startswith("is_") else ("object",)
            )
            parameters = (Parameter(name="input", kinds=("tensor",)),)
            return [Signature(parameters=parameters, returns=returns)]
        if module == FUNCTIONAL:
            return self._of_functional(name, found.value)
        typed = {"torch": self._torch, "Tensor": self._methods}.get(module, {})
        return typed.get(name) or _told(found.value) or self._schemas.signatures(found.path)

    def _of_functional(self, name: str, value: object) -> list[Signature]:
        path = f"{FUNCTIONAL}.{name}"
        types = self._functional.get(name, [])
        told = _told(value)
        if not told:  # max_pool2d passes its arguments on to one of two functions
            both = f"{name}_with_indices"
            told = [
                replace(signature, returns=("Tensor",))
                for signature in _told(getattr(torch.nn.functional, both, None))
            ]
            types = self._functional.get(both, types)
        if told:
            more = correction.TYPES.get(path)
            return [_typed(told[0], types + ([stub.signature(name, more)] if more else []))]
        native = self._nn.get(name) or self._torch.get(name) or types
        if not native:
            return self._schemas.signatures(path)
        defaults = self._schemas.defaults(path)
        return [_completed(signature, defaults) for signature in native]


def _completed(signature: Signature, defaults: dict[str, str]) -> Signature:
    """Return `signature` with the defaults that its stub only says there are."""
    return replace(
        signature,
        parameters=tuple(
            replace(p, default=defaults[p.name]) if p.default == stub.UNTOLD else p
            for p in signature.parameters
        ),
    )


def _told(value: object) -> list[Signature]:
    """Return what a function of Python's says of itself, nothing for others."""
    found = function.signature_of(value) if callable(value) else None
    return [found] if found else []


def _typed(signature: Signature, types: list[Signature]) -> Signature:
    """Return `signature` with the types of its stub too: for TorchScript's sake some are erased."""
    known: dict[str, list[Parameter]] = {}
    for other in types:
        for parameter in other.parameters:
            known.setdefault(parameter.name, []).append(parameter)
    return replace(
        signature,
        parameters=tuple(
            reduce(taking_both, known.get(p.name, []), p) for p in signature.parameters
        ),
    )


def _explained(entry: CatalogueEntry, words: dict[str, Words]) -> CatalogueEntry:
    """Return `entry` with its help, which for methods and aliases stands elsewhere."""
    own = words[entry.path]
    there = own
    for _ in range(3):  # a method says to see an alias
        there = words.get(there.elsewhere, there)
    function = words.get(f"torch.{entry.name.rstrip('_')}", there)
    helps = function.parameters | there.parameters | own.parameters
    signatures = tuple(
        replace(
            signature,
            parameters=tuple(
                replace(p, help=helps[p.name]) if p.name in helps else p
                for p in signature.parameters
            ),
        )
        for signature in entry.signatures
    )
    sentence = there.sentence or own.sentence or function.sentence
    return replace(entry, help=sentence, signatures=signatures)
