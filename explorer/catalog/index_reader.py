"""Reads what stands between the brackets of `x[...]` as the parts of an index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import EllipsisType

from explorer.catalog import literal
from explorer.catalog.indexing import ALL, Index, Part
from explorer.catalog.number import Refusal, shown
from explorer.catalog.parser import read_index
from explorer.catalog.picking import Numbers, Shape, broadcast
from explorer.catalog.printer import index_source
from explorer.catalog.value import Call, Constant, List, Name, Slice, Tuple, Value
from explorer.text import tr

Known = Callable[[str], Numbers | None]
"""What is known of the tensor that an expression in an index is, None if nothing is yet."""
INTEGERS = ("int64", "int32", "bool", "uint8")
"""The dtypes of tensors that torch takes in an index."""


def read(text: str, shape: Shape, known: Known, names: Mapping[str, str] | None = None) -> Index:
    """Return the index that `text` is of a tensor of `shape`; `names` as in `parser.parse`.

    Raises Refusal with the reason if torch would not take it.
    """
    value = read_index(literal.index(text, names), names)
    items = value.items if isinstance(value, Tuple) else (value,)
    if len(items) == 1 and isinstance(items[0], List) and _depth(items[0]) > 1:
        raise Refusal(
            tr(
                "torch reads nested lists that stand alone in two ways. Write torch.tensor({text})",
                text=index_source(items[0]),
            )
        )
    used = sum(_dims_of(item, known) for item in items)
    left = len(shape) - used
    if left < 0:
        raise Refusal(
            tr(
                "This index is for {n} dims, and the tensor has {dims}",
                n=used,
                dims=len(shape),
            )
        )
    parts: list[Part] = []
    dim = 0
    for item in items:
        taken = left if item == Constant(...) else _dims_of(item, known)
        dims = range(dim, dim + taken)
        parts.append(_part(item, dims, shape, known))
        dim += taken
    parts += [
        Part("all", ALL, range(d, d + 1), (shape[d],), range(shape[d]), is_written=False)
        for d in range(dim, len(shape))
    ]
    _check_together([part.key for part in parts if isinstance(part.key, Numbers)])
    return Index(shape, tuple(parts))


def tensors_in(text: str, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the expressions in an index of which `read` wants to know the values. Raises Refusal."""
    value = read_index(literal.index(text, names), names)
    items = value.items if isinstance(value, Tuple) else (value,)
    return tuple(index_source(item) for item in items if isinstance(item, Name | Call))


# --- one part ---------------------------------------------------------------------------------


def _part(item: Value, dims: range, shape: Shape, known: Known) -> Part:
    text, sizes = index_source(item), tuple(shape[d] for d in dims)
    part = partial(Part, text=text, dims=dims, sizes=sizes)
    match item:
        case Slice():
            run = _run(item, sizes[0])
            found = part("all" if text == ALL else "slice", key=run, is_known=run is not None)
        case Constant(value=bool() as chosen):
            found = part("tensor", key=Numbers((), "bool", (int(chosen),)))
        case Constant(value=int() as i):
            _check_inside(i, dims[0], sizes[0])
            found = part("integer", key=i)
        case Constant(value=value):
            found = part("new" if value is None else "rest")
        case List() | Tuple():
            found = _picking(part("list"), _numbers(item, text))
        case _:
            numbers = known(text)
            found = part("tensor", is_known=False)
            found = found if numbers is None else _picking(found, numbers)
    return found


def _picking(part: Part, numbers: Numbers) -> Part:
    """Return a part that picks by numbers or by a mask."""
    if numbers.dtype not in INTEGERS:
        raise Refusal(
            tr(
                "{text} is {dtype}: an index holds whole numbers (int64) or True and False (bool)",
                text=shown(part.text),
                dtype=numbers.dtype,
            )
        )
    if numbers.is_mask and numbers.shape != part.sizes:
        raise Refusal(
            tr(
                "The mask {text} has the shape {mask}, and the dims that it is for have {sizes}",
                text=shown(part.text),
                mask=list(numbers.shape),
                sizes=list(part.sizes),
            )
        )
    values = numbers.values
    for value in () if numbers.is_mask else values or ():
        _check_inside(value, part.dims[0], part.sizes[0])
    is_one = values is not None and not numbers.shape and not numbers.is_mask
    key = values[0] if values and is_one else numbers
    return replace(part, key=key, is_known=values is not None)


def _dims_of(item: Value, known: Known) -> int:
    """Return how many dims a part is for; a tensor of which nothing is known is for one."""
    match item:
        case Constant(value=None | bool() | EllipsisType()):
            return 0
        case Name() | Call():
            found = known(index_source(item))
            return 1 if found is None else found.dims
        case List() | Tuple():
            return _numbers(item, index_source(item)).dims
    return 1


def _run(item: Slice, size: int) -> range | None:
    ends: list[int | None] = []
    for end in (item.start, item.stop, item.step):
        match end:
            case None | Constant(value=None):
                ends.append(None)
            case Constant(value=int() as i):
                ends.append(i)
            case _:
                return None  # it depends on a value
    return range(size)[slice(*ends)]


def _numbers(item: List | Tuple, text: str) -> Numbers:
    """Return a list of whole numbers, or of True and False, as the tensor that torch makes of it."""
    shape: list[int] = []
    flat: list[Value] = [item]
    while flat and all(isinstance(value, List | Tuple) for value in flat):
        rows = [value.items for value in flat if isinstance(value, List | Tuple)]
        if len({len(row) for row in rows}) > 1:
            raise Refusal(tr("The rows of {text} are not of one length", text=shown(text)))
        shape.append(len(rows[0]))
        flat = [value for row in rows for value in row]
    numbers = [value.value for value in flat if isinstance(value, Constant)]
    kinds = {type(number) for number in numbers}
    if len(numbers) < len(flat) or not kinds <= {int, bool} or len(kinds) > 1:
        raise Refusal(
            tr(
                "A list in an index holds whole numbers, or True and False: {text}",
                text=shown(text),
            )
        )
    values = tuple(int(number) for number in numbers if isinstance(number, int))
    return Numbers(tuple(shape), "bool" if kinds == {bool} else "int64", values)


def _depth(item: Value) -> int:
    if not isinstance(item, List):
        return 0
    return 1 + max(map(_depth, item.items), default=0)


def _check_inside(i: int, dim: int, size: int) -> None:
    if not -size <= i < size:
        raise Refusal(
            tr(
                "Dim {dim} has no index {i}: it has {n}, from 0 to {last}",
                dim=dim,
                i=i,
                n=size,
                last=size - 1,
            )
            if size
            else tr("Dim {dim} is empty: it has no index {i}", dim=dim, i=i)
        )


def _check_together(numbers: Sequence[Numbers]) -> None:
    """Refuse lists and tensors that don't broadcast: they pick together, one cell for each place."""
    made = [n.made for n in numbers]
    shapes = [
        tuple(size for size in shape if size is not None) for shape in made if None not in shape
    ]
    try:
        broadcast(shapes)
    except ValueError:
        raise Refusal(
            tr(
                "Lists and tensors in an index go together, one by one, and these have {shapes}",
                shapes=", ".join(str(list(shape)) for shape in shapes),
            )
        ) from None
