"""An index part by part: of `x[:, 1:3, None]` one for each dim, and what each makes of its dim.

Parts and text say the same: `index_reader.read` makes the parts of a text, `Index.text` is made of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from explorer.catalog.picking import Cell, Key, Numbers, Picker, Region, Shape

Kind = Literal["all", "integer", "slice", "list", "tensor", "new", "rest"]
"""What a part is: `:`, `0`, `1:3`, `[0, 2]`, `mask` or `x > 0`, `None`, `...`."""
ALL, REST = ":", "..."


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


def _keys(part: Part) -> Sequence[Key]:
    if part.kind in ("all", "rest"):
        return [range(size) for size in part.sizes]
    return [part.key]


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(texts) or REST
