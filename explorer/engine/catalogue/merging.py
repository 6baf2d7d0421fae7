"""Overloads that a person takes for one, as one."""

from collections.abc import Iterable

from msgspec.structs import replace

from explorer.catalog.signature import Parameter, Signature


def merged(signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    """Return `signatures` without those that others stand for, deprecated ones last.

    Dropped are overloads with names for dims, which torch never finished, and those whose sizes
    stand without brackets: `Parameter.spreads` tells of them. Overloads that differ only in what
    they take become one that takes all of it.
    """
    signatures = list(signatures)
    kept = [s for s in signatures if not _has_names(s)] or signatures
    kept = [s for s in kept if not _is_spread(s, kept)]
    found: list[Signature] = []
    for signature in kept:
        for place, other in enumerate(found):
            if both := _joined(other, signature):
                found[place] = both
                break
        else:
            found.append(signature)
    return tuple(sorted(found, key=_is_deprecated))


def _has_names(signature: Signature) -> bool:
    return any(
        p.name in ("names", "out_dim") or (p.name in ("dim", "dims") and p.kinds == ("object",))
        for p in signature.parameters
    )


def _is_spread(signature: Signature, others: list[Signature]) -> bool:
    rest = next((p.name for p in signature.parameters if p.passing == "rest"), None)
    return any(p.name == rest and p.passing != "rest" for other in others for p in other.parameters)


def _joined(one: Signature, other: Signature) -> Signature | None:
    """Return a signature that stands for both, None if there is none."""
    if one.returns != other.returns or _is_deprecated(one) != _is_deprecated(other):
        return None
    longer, shorter = sorted((one, other), key=lambda s: len(s.parameters), reverse=True)
    theirs = {p.name: p for p in shorter.parameters}
    by_place = [p.name for p in shorter.parameters if p.passing != "keyword"]
    if by_place != [p.name for p in longer.parameters if p.passing != "keyword"]:
        return None
    names = {p.name for p in longer.parameters}
    if not theirs.keys() <= names:
        return None
    parameters = []
    for parameter in longer.parameters:
        same = theirs.get(parameter.name)
        if same is None and parameter.required:
            return None
        if same and bool(same.default) != bool(parameter.default):
            return None
        parameters.append(taking_both(parameter, same) if same else parameter)
    return replace(longer, parameters=tuple(parameters))


def taking_both(one: Parameter, other: Parameter) -> Parameter:
    """Return `one` taking what `other` takes too."""
    kinds = [kind for kind in (*one.kinds, *other.kinds) if kind != "object"]
    if "size" in kinds:  # a single number stands for all of a size
        kinds = [kind for kind in kinds if kind != "integer"]
    return replace(
        one,
        kinds=tuple(dict.fromkeys(kinds)) or one.kinds or other.kinds,
        nullable=one.nullable or other.nullable,
        length=max(one.length, other.length),
    )


def _is_deprecated(signature: Signature) -> bool:
    return "deprecated" in signature.tags
