"""How many tensors an operator is about, and so whether it fits those that are selected."""

from explorer.catalog.signature import CatalogueEntry, Signature

ANY = 1_000
"""More tensors than anybody selects: an operator that takes any number of them."""


def taken(entry: CatalogueEntry) -> frozenset[range]:
    """Return how many tensors each overload takes, from what it needs to what it may be given."""
    return frozenset(map(_taken, entry.current))


def fits(entry: CatalogueEntry, count: int) -> bool:
    """Return whether `count` tensors are what one of the overloads is about; any fits none."""
    return not count or any(count in numbers for numbers in taken(entry))


def _taken(signature: Signature) -> range:
    least = most = 0
    given = signature.given
    for parameter in given:
        if parameter.kinds[0] == "tensors" or parameter.passing == "rest":
            least, most = max(least, 1), ANY
        elif "tensor" in parameter.kinds:
            most += 1
            # A number does where a tensor may stand.
            least += parameter.required and "number" not in parameter.kinds
    # What only could be given a tensor in place of a number is not about tensors: torch.full.
    about = any(p.kinds[0] in ("tensor", "tensors") for p in given)
    return range(max(least, 1), most + 1) if about else range(0)
