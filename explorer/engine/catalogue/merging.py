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
    while len(found := _joined_once(kept)) < len(kept):  # what was joined may now stand for a third
        kept = found
    return tuple(sorted(found, key=_is_deprecated))


def _joined_once(signatures: list[Signature]) -> list[Signature]:
    found: list[Signature] = []
    for signature in signatures:
        for place, other in enumerate(found):
            if both := _joined(other, signature):
                found[place] = both
                break
        else:
            found.append(signature)
    return found


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
    longer, shorter = sorted((one, other), key=lambda s: len(_by_place(s)), reverse=True)
    if not _continues(_by_place(longer), _by_place(shorter)):
        return None
    theirs = {p.name: p for p in shorter.parameters}
    ours = {p.name for p in longer.parameters}
    parameters = [
        taking_both(p, theirs[p.name]) if p.name in theirs else _optional(p)
        for p in longer.parameters
    ]
    parameters += [_optional(p) for p in shorter.parameters if p.name not in ours]
    return replace(longer, parameters=tuple(parameters))


def _by_place(signature: Signature) -> list[Parameter]:
    return [p for p in signature.parameters if p.passing != "keyword"]


def _continues(longer: list[Parameter], shorter: list[Parameter]) -> bool:
    """Return whether places are the same, but for what may be left out at the end."""
    pairs = list(zip(longer, shorter, strict=False))
    if any(a.name != b.name for a, b in pairs):
        return False
    if len(longer) == len(shorter):
        return True
    # torch.var with `unbiased` needs a dim, and with `correction` it does not.
    same = all(a.required == b.required for a, b in pairs)
    return same and not any(p.required for p in longer[len(shorter) :])


def _optional(parameter: Parameter) -> Parameter:
    """Return a keyword of which the other overload knows nothing."""
    return replace(parameter, default=parameter.default or "None")


def taking_both(one: Parameter, other: Parameter) -> Parameter:
    """Return `one` taking what `other` takes too."""
    kinds = [kind for kind in (*one.kinds, *other.kinds) if kind != "object"]
    if "size" in kinds:  # a single number stands for all of a size
        kinds = [kind for kind in kinds if kind != "integer"]
    return replace(
        one,
        kinds=tuple(dict.fromkeys(kinds)) or one.kinds or other.kinds,
        default=one.default or other.default,
        nullable=one.nullable or other.nullable,
        length=max(one.length, other.length),
    )


def _is_deprecated(signature: Signature) -> bool:
    return "deprecated" in signature.tags
