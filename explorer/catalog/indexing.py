"""An index part by part: of `x[:, 1:3, None]` one for each dim, and what each makes of its dim.

Parts and text say the same: `read` makes the parts of a text, and `Index.text` is made of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import EllipsisType
from typing import Literal

from explorer.catalog import literal
from explorer.catalog.number import Refusal, shown
from explorer.catalog.parser import read_index
from explorer.catalog.picking import Cell, Key, Numbers, Picker, Region, Shape, broadcast
from explorer.catalog.printer import index_source
from explorer.catalog.value import Call, Constant, List, Name, Slice, Tuple, Value
from explorer.text import tr

Kind = Literal["all", "integer", "slice", "list", "tensor", "new", "rest"]
"""What a part is: `:`, `0`, `1:3`, `[0, 2]`, `mask` or `x > 0`, `None`, `...`."""
Known = Callable[[str], Numbers | None]
"""What is known of the tensor that an expression in an index is, None if nothing is yet."""
ALL, REST = ":", "..."
INTEGERS = ("int64", "int32", "bool", "uint8")
"""The dtypes of tensors that torch takes in an index."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an index says of `dims` of the tensor, which are of `sizes`.

    `key` is how `Picker` takes it; `is_known` is false while its values decide and are not known.
    `is_written` is false for a dim at the end that the text leaves out.
    """

    kind: Kind
    text: str
    dims: range
    sizes: Shape
    key: Key = None
    is_known: bool = True
    is_written: bool = True

    @property
    def made(self) -> tuple[int | None, ...]:
        """The sizes of the dims that come out of these, None where that is not known."""
        if isinstance(self.key, Numbers):
            return self.key.made
        if isinstance(self.key, range) and self.kind == "slice":
            return (len(self.key),)
        if self.kind in ("all", "rest"):
            return self.sizes
        if not self.is_known:
            return (None,)
        return (1,) if self.kind == "new" else ()


@dataclass(frozen=True)
class Index:
    """All parts of an index of a tensor of `shape`."""

    shape_of: Shape
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """What stands between the brackets."""
        return _joined([part.text for part in self.parts if part.is_written])

    @property
    def is_known(self) -> bool:
        """Whether it is known which cells it picks."""
        return all(part.is_known for part in self.parts)

    @property
    def is_view(self) -> bool:
        """Whether the result shares memory with the tensor: lists, masks and tensors copy."""
        return not any(part.kind in ("list", "tensor") for part in self.parts)

    @cached_property
    def picker(self) -> Picker:
        """Tells the cells. Raises ValueError while `is_known` is false."""
        if not self.is_known:
            raise ValueError(f"{self.text} depends on values that are not known")
        return Picker(self.shape_of, [key for part in self.parts for key in _keys(part)])

    @property
    def result(self) -> Shape | None:
        """The shape of what comes out, None while that is not known."""
        return self.picker.shape if self.is_known else None

    def regions(self, most: int) -> tuple[Region, ...] | None:
        """Return the cells picked, None if they are not known or fall into more than `most`."""
        if not self.is_known:
            return None
        found: dict[Region, None] = {}
        for region in self.picker.regions():
            found[region] = None
            if len(found) > most:
                return None
        return tuple(found)

    def source(self, index: Cell) -> Cell:
        """Return the tensor's cell that the result's cell at `index` is."""
        return self.picker.source(index)

    # --- changes, as text to be read anew -----------------------------------------------------

    def with_part(self, number: int, text: str) -> str:
        """Return the index with another text for a part."""
        texts = self._texts(number)
        texts[number] = text
        while text == ALL and REST not in texts and len(texts) > 1 and texts[-1] == ALL:
            texts.pop()  # what is left out at the end is all
        return _joined(texts)

    def with_mask(self, number: int, text: str, dims: int) -> str:
        """Return the index with a mask in place of the parts of its `dims`, from a part on."""
        start = self.parts[number].dims[0]
        texts = [p.text for p in self.parts[:number]]
        after = self.parts[number + 1 :]
        texts += [text, *(p.text for p in after if p.is_written and start + dims <= p.dims.start)]
        return _joined(texts)

    def with_rest(self, number: int) -> str:
        """Return the index with `...` in place of a part and all that follow it."""
        return _joined([*self._texts(number)[:number], REST])

    def with_new(self, number: int) -> str:
        """Return the index with a new dim before a part, or after the last."""
        texts = self._texts(number - 1)
        return _joined([*texts[:number], "None", *texts[number:]])

    def without(self, number: int) -> str:
        """Return the index without a part: `None`, or the dims that `...` stands for written out."""
        part, texts = self.parts[number], self._texts(number)
        texts[number : number + 1] = [ALL] * len(part.dims)
        return _joined(texts or [ALL])

    def _texts(self, number: int) -> list[str]:
        """Return the texts of the parts that are written, and of all up to one of this number."""
        written = sum(part.is_written for part in self.parts)
        return [part.text for part in self.parts[: max(written, number + 1)]]


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


def _keys(part: Part) -> Sequence[Key]:
    if part.kind in ("all", "rest"):
        return [range(size) for size in part.sizes]
    return [part.key]


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


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(texts) or REST
