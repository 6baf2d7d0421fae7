"""A call as the fields of its form, and back."""

from collections.abc import Mapping
from functools import lru_cache

from explorer.catalog.array import ARRAY_CALLS
from explorer.catalog.fitting import Fit, fit, is_whole
from explorer.catalog.parser import read
from explorer.catalog.signature import Catalogue, CatalogueEntry, Parameter, Signature
from explorer.catalog.syntax import SYNTAX
from explorer.catalog.value import Call, Constant, List, NotCatalogueError, Spread, Tuple, Value
from explorer.text import tr

Fields = Mapping[str, Value]
"""What is given to each parameter, by its name; what is left out is not given."""


def bind(call: Call, catalogue: Catalogue) -> tuple[Signature, dict[str, Value]]:
    """Return the overload that `call` means and what it gives to each parameter.

    Raises NotCatalogueError if the catalogue has no such operator, or none that takes these values.
    """
    return bind_to(call, entry_of(call, catalogue))


def entry_of(call: Call, catalogue: Catalogue) -> CatalogueEntry:
    """Return the operator that `call` calls: torch's, NumPy's or Python's own. See `bind`."""
    for entries in (catalogue.entries, SYNTAX, ARRAY_CALLS):
        if entry := entries.get(call.path):
            return entry
    raise NotCatalogueError(tr("{name} is not in the catalogue", name=call.path))


def bind_to(call: Call, entry: CatalogueEntry) -> tuple[Signature, dict[str, Value]]:
    """Return what `bind` does, for a call of `entry`."""
    if call.is_property != entry.is_property:
        raise NotCatalogueError(
            tr("{name} is called with brackets", name=entry.name)
            if call.is_property
            else tr("{name} stands without brackets", name=entry.name)
        )
    best: tuple[Fit, Signature, dict[str, Value]] | None = None
    for signature in entry.signatures:
        found = _bind(call, signature, entry)
        if found and (best is None or found[0] > best[0]):
            best = found[0], signature, found[1]
    if best is None:
        raise NotCatalogueError(tr("{name} does not take these arguments", name=entry.path))
    return best[1], best[2]


def emit(
    entry: CatalogueEntry, signature: Signature, fields: Fields, targets: tuple[str, ...] = ()
) -> Call:
    """Return the call that `fields` mean.

    Required arguments go by place, others by keyword and only where they differ from the default.
    Raises NotCatalogueError if a required one is missing.
    """
    args: list[Value] = []
    kwargs: list[tuple[str, Value]] = []
    by_place = True
    must_stand = _last_in_place(signature, fields)
    for place, parameter in enumerate(signature.parameters):
        value = fields.get(parameter.name)
        if place <= must_stand and value is None and parameter.default:
            value = _default(parameter.default)
        if value is None and parameter.required:
            raise NotCatalogueError(tr("{name} is missing", name=parameter.name))
        if parameter.passing == "rest":
            args += _items(value)
        elif value is None or (place > must_stand and _is_default(value, parameter)):
            by_place = False
        elif place <= must_stand or (by_place and parameter.required and _goes_by_place(parameter)):
            args += _spread(value, place, signature, entry, fields)
        else:
            by_place = False
            kwargs.append((parameter.name, value))
    return Call(entry.path, tuple(args), tuple(kwargs), targets, is_property=entry.is_property)


# --- from a call ------------------------------------------------------------------------------


def _bind(
    call: Call, signature: Signature, entry: CatalogueEntry
) -> tuple[Fit, dict[str, Value]] | None:
    fields = _place(call.args, signature, entry)
    if fields is None:
        return None
    for keyword, value in call.kwargs:
        parameter = signature.find(keyword)
        if parameter is None or parameter.name in fields or parameter.passing in ("place", "rest"):
            return None
        fields[parameter.name] = value
    worst = Fit.EXACT
    for parameter in signature.parameters:
        if parameter.name not in fields:
            if parameter.required:
                return None
        elif parameter.passing != "rest":
            worst = min(worst, fit(fields[parameter.name], parameter))
        else:
            given = _items(fields[parameter.name])
            worst = min([worst, *(fit(v, parameter) for v in given if not isinstance(v, Spread))])
    return (worst, fields) if worst else None


def _place(
    args: tuple[Value, ...], signature: Signature, entry: CatalogueEntry
) -> dict[str, Value] | None:
    fields: dict[str, Value] = {}
    taken = 0
    for place, parameter in enumerate(signature.parameters):
        rest = args[taken:]
        if not rest or parameter.passing == "keyword":
            break
        if parameter.passing == "rest" or _is_spread(rest, place, signature, entry):
            fields[parameter.name] = Tuple(rest)
            return fields
        if isinstance(rest[0], Spread):
            return None
        fields[parameter.name] = rest[0]
        taken += 1
    return fields if taken == len(args) else None


def _is_spread(
    rest: tuple[Value, ...], place: int, signature: Signature, entry: CatalogueEntry
) -> bool:
    if not _may_spread(place, signature, entry) or not all(map(is_whole, rest)):
        return False
    # A single name may be bound to the whole size.
    return len(rest) > 1 or isinstance(rest[0], Constant | Spread)


def _may_spread(place: int, signature: Signature, entry: CatalogueEntry) -> bool:
    """Return whether torch takes the numbers of this parameter without brackets: the first one's."""
    parameters = signature.parameters
    return (
        not entry.path.startswith("numpy.")
        and place == int(entry.is_member)
        and parameters[place].spreads
        and not any(p.required and _goes_by_place(p) for p in parameters[place + 1 :])
    )


# --- to a call --------------------------------------------------------------------------------


def _spread(
    value: Value, place: int, signature: Signature, entry: CatalogueEntry, fields: Fields
) -> tuple[Value, ...]:
    match value:
        case Tuple(items=[Constant() as size]) if entry.path.startswith("numpy."):
            if "size" in signature.parameters[place].kinds:
                return (size,)  # NumPy takes a number for a shape of one dim
        case Tuple(items=[_, *_] as items) | List(items=[_, *_] as items):
            rest = signature.parameters[place + 1 :]
            alone = not any(_goes_by_place(p) and p.required and p.name in fields for p in rest)
            if alone and _may_spread(place, signature, entry) and all(map(is_whole, items)):
                single_name = len(items) == 1 and not isinstance(items[0], Constant | Spread)
                return (value,) if single_name else tuple(items)
    return (value,)


def _last_in_place(signature: Signature, fields: Fields) -> int:
    """Return up to which parameter all must stand, for the sake of one without a keyword; else -1."""
    last = -1
    for place, parameter in enumerate(signature.parameters):
        value = fields.get(parameter.name)
        if parameter.passing == "rest" and value is not None and _items(value):
            last = place
        if value is None or _is_default(value, parameter):
            continue
        # After x.uniform_(-1, one goes on as one began: x.uniform_(-1, 1).
        goes_on = last >= 0 and last == place - 1 and signature.parameters[last].default
        if parameter.passing == "place" or (goes_on and parameter.passing == "either"):
            last = place
    return last


def _goes_by_place(parameter: Parameter) -> bool:
    return parameter.passing in ("either", "place")


def _items(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value.items if isinstance(value, Tuple | List) else (value,)


def _is_default(value: Value, parameter: Parameter) -> bool:
    return bool(parameter.default) and value == _default(parameter.default)


@lru_cache(maxsize=1024)
def _default(source: str) -> Value:
    return read(source)
