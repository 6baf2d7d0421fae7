"""Read a matrix of any dtype in pieces that torch can reduce, without a copy of its size."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch

from explorer.panes.heatmap import Part

CHUNK = 4_000_000
"""Elements of a piece where torch reads them in place."""
COPIED_CHUNK = 1_000_000
"""The same where they are first copied into another dtype or order."""

INT64_MIN = -(2**63)

_WORKING = {
    torch.bool: torch.uint8,
    torch.uint16: torch.int32,
    torch.uint32: torch.int64,
    torch.uint64: torch.int64,
    torch.float64: torch.float64,
    torch.complex128: torch.float64,
    **{d: d for d in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)},
}
_SUMMED = {
    **dict.fromkeys(
        (torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16), torch.float32
    ),
    **dict.fromkeys((torch.int32, torch.uint32), torch.float64),
}
"""Small integers are added up as floats: torch's own sums of them take four times as long."""
_INTEGERS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
_PARTS: dict[Part, Callable[[torch.Tensor], torch.Tensor]] = {
    "magnitude": torch.abs,
    "phase": torch.angle,
    "real": torch.real,
    "imaginary": torch.imag,
}

Span = tuple[int, int]
"""Start and end of a range of rows or columns."""


@dataclass(frozen=True, slots=True)
class Source:
    """A (rows, columns) matrix to be read in pieces of `working` numbers.

    `bias` is what was taken from every number in reading (uint64 does not fit int64).
    """

    matrix: torch.Tensor
    part: Part = "magnitude"

    @property
    def working(self) -> torch.dtype:
        """The dtype that pieces are read into; it holds every value of the matrix."""
        return _WORKING.get(self.matrix.dtype, torch.float32)

    @property
    def summed(self) -> torch.dtype:
        """The dtype that blocks are reduced in: it too holds every value."""
        return _SUMMED.get(self.matrix.dtype, self.working)

    @property
    def bias(self) -> int:
        """See the class."""
        return 2**63 if self.matrix.dtype == torch.uint64 else 0

    @property
    def in_place(self) -> bool:
        """Whether torch can reduce the matrix as it lies in memory."""
        unit = self.matrix.stride(1) == 1 or self.matrix.shape[1] == 1
        return self.matrix.dtype == self.summed and unit and not self.matrix.is_neg()

    @property
    def is_turned(self) -> bool:
        """Whether neighbours of one column are nearer in memory than those of one row.

        Such a matrix is to be read `turned`: it is the difference between 150 and 800 ms.
        """
        return abs(self.matrix.stride(0)) < abs(self.matrix.stride(1))

    def turned(self) -> "Source":
        """Return the source of the transposed matrix."""
        return replace(self, matrix=self.matrix.T)

    def read(self, rows: Span, columns: Span, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return a piece as `working` numbers, a view of the matrix where that is possible.

        With `out`, of the piece's shape and any dtype that holds its values, it is always `out`.
        """
        piece = self.matrix[rows[0] : rows[1], columns[0] : columns[1]]
        if out is None:
            if self.in_place and self.working == self.matrix.dtype:
                return piece
            out = torch.empty(piece.shape, dtype=self.working, device=piece.device)
        if piece.dtype == torch.bool:
            # Memory that nobody has written may hold other bytes than 0 and 1.
            return torch.ne(piece.view(torch.uint8), 0, out=out)
        if piece.dtype == torch.uint64:
            return torch.bitwise_xor(piece.view(torch.int64), INT64_MIN, out=out)
        if piece.is_complex():
            if piece.dtype not in {torch.complex64, torch.complex128}:
                piece = piece.to(torch.complex64)
            if self.part == "magnitude":
                return torch.abs(piece, out=out)
            piece = _PARTS[self.part](piece)
        return out.copy_(piece)


@dataclass(frozen=True, slots=True)
class Difference(Source):
    """1 where `matrix` and `other`, of one shape and dtype, differ in any bit, 0 elsewhere."""

    other: torch.Tensor = field(kw_only=True)

    @property
    def working(self) -> torch.dtype:
        """See `Source`."""
        return torch.float32

    @property
    def summed(self) -> torch.dtype:
        """See `Source`."""
        return torch.float32

    @property
    def bias(self) -> int:
        """See `Source`."""
        return 0

    @property
    def in_place(self) -> bool:
        """Return False: pieces are computed."""
        return False

    def turned(self) -> "Difference":
        """See `Source`."""
        return replace(self, matrix=self.matrix.T, other=self.other.T)

    def read(self, rows: Span, columns: Span, out: torch.Tensor | None = None) -> torch.Tensor:
        """See `Source`."""
        part = slice(*rows), slice(*columns)
        differs = _bits(self.matrix[part]) != _bits(self.other[part])
        if differs.ndim > self.matrix.ndim:
            differs = differs.any(-1)
        return differs.to(torch.float32) if out is None else out.copy_(differs)


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    """Return a matrix as integers of the same bits, two to a cell where one is not wide enough."""
    tensor = tensor.resolve_conj().resolve_neg()
    if tensor.itemsize == 16:
        return torch.view_as_real(tensor).view(torch.int64)
    return tensor.view(_INTEGERS[tensor.itemsize])


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows and columns of a matrix that make whole blocks of (height, width) cells.

    `row` and `column` number its first block.
    """

    rows: Span
    columns: Span
    row: int
    column: int
    height: int
    width: int


def pieces(rows: Span, columns: Span, block: tuple[int, int], limit: int) -> list[Piece]:
    """Cut a rectangle, row by row, into pieces of about `limit` cells, at least a block each.

    Blocks are counted from its corner; those at its far edges are cut short, in pieces of their own.
    """
    found = []
    across = columns[1] - columns[0]
    for part_rows, row, height in _runs(rows, block[0], max(1, limit // across)):
        wide = max(1, limit // (part_rows[1] - part_rows[0]))
        found += [
            Piece(part_rows, part_columns, row, column, height, width)
            for part_columns, column, width in _runs(columns, block[1], wide)
        ]
    return found


def _runs(span: Span, block: int, limit: int) -> list[tuple[Span, int, int]]:
    """Cut `span` into runs of whole blocks of about `limit` cells, and its rest.

    Returns (cells, index of the first block, cells per block) of each.
    """
    start, end = span
    full = (end - start) // block
    step = max(1, limit // block)
    runs = [
        ((start + i * block, start + min(i + step, full) * block), i, block)
        for i in range(0, full, step)
    ]
    if start + full * block < end:
        runs.append(((start + full * block, end), full, end - start - full * block))
    return runs
