"""The forms of an entry of the catalogue: one for each of its overloads."""

from explorer.catalog import binding
from explorer.catalog.curated import curated_of
from explorer.catalog.operator import SEED, Operator, Texts
from explorer.catalog.signature import CatalogueEntry, Signature
from explorer.catalog.value import Call


def operator_of(entry: CatalogueEntry, texts: Texts | None = None) -> Operator:
    """Return the operator of `entry`, in the words of its curated row if it has one.

    `texts` are what its form starts with, those of the row by default. Of several overloads it is
    the most usual one that has fields for all of them.
    """
    row = curated_of(entry.path)
    if texts is None:
        texts = row.texts if row else {}
    names = {name for name, text in texts.items() if text} - {SEED}
    fitting = (s for s in entry.current if all(map(s.find, names)))
    return Operator(
        entry.path,
        row.label if row else entry.name,
        row.group if row else "",
        (),
        row.help if row else entry.help,
        "",  # a form does not start with the tensors of an example
        words=row.words if row else "",
        texts=texts,
        overloads=entry.current,
        is_property=entry.is_property,
    ).overloaded(next(fitting, entry.current[0]))


def filled(call: Call, entry: CatalogueEntry) -> Operator:
    """Return the operator whose `texts` make `call`. Raises NotCatalogueError if none do."""
    signature, values = binding.bind_to(call, entry)
    operator = operator_of(entry, {}).overloaded(signature)
    texts = {name: operator.text(name, value) for name, value in values.items()}
    return operator.starting(texts)


def brief(signature: Signature, others: tuple[Signature, ...]) -> str:
    """Return what tells an overload from the `others`: "input, dim [, keepdim]"."""
    shown = _parameters(signature, typed=False)
    if [_parameters(other, typed=False) for other in others].count(shown) > 1:
        return _parameters(signature, typed=True)
    return shown


def _parameters(signature: Signature, *, typed: bool) -> str:
    needed = [p for p in signature.parameters if not p.default]
    names = ", ".join(f"{p.name}: {p.kinds[0]}" if typed else p.name for p in needed)
    more = [p.name for p in signature.parameters if p.default and not p.writes]
    return f"{names} [, {', '.join(more)}]" if more else names
