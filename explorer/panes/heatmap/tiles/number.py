"""Numbers as text: as torch prints them in a table, and exactly."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from explorer.engine import torch_private

Number = bool | int | float | complex


class Printing(NamedTuple):
    """What `torch.set_printoptions` sets of numbers; torch chooses the notation if `sci_mode` is None."""

    precision: int = 4
    sci_mode: bool | None = None

    @staticmethod
    def now() -> "Printing":
        """Return what the session set."""
        options = torch_private.print_options()
        return Printing(options["precision"], options["sci_mode"])


_SHORTEST = {torch.float16: np.float16, torch.float32: np.float32, torch.float64: float}
"""Types whose own text is the shortest that reads back."""


def table_texts(values: Sequence[Number], printing: Printing | None = None) -> tuple[str, ...]:
    """Return `values`, all of one kind, as torch prints them: one notation for all.

    Without `printing` as the session set it.
    """
    printing = printing or Printing.now()
    if values and isinstance(values[0], complex):
        parts = [complex(value) for value in values]
        real = table_texts([part.real for part in parts], printing)
        imaginary = table_texts([abs(part.imag) for part in parts], printing)
        signs = ["-" if math.copysign(1.0, part.imag) < 0 else "+" for part in parts]
        return tuple(f"{r}{s}{i}j" for r, s, i in zip(real, signs, imaginary, strict=True))
    if values and isinstance(values[0], float):
        style = _style([float(v.real) for v in values], printing)
        return tuple(_float_text(float(v.real), style) for v in values)
    return tuple(map(str, values))


def _style(values: list[float], printing: Printing) -> str:
    """Return the format that torch chooses for a tensor of `values`."""
    sizes = [abs(v) for v in values if math.isfinite(v) and v != 0]
    if not sizes:
        return ".0f"
    whole = all(size == math.floor(size) for size in sizes)
    scientific = printing.sci_mode
    if scientific is None:
        smallest, largest = min(sizes), max(sizes)
        # A quotient would overflow where the smallest is denormal.
        wide = largest > 1000 * smallest or largest > 1e8
        scientific = wide or (not whole and smallest < 1e-4)
    if scientific:
        return f".{printing.precision}e"
    return ".0f" if whole else f".{printing.precision}f"


def _float_text(value: float, style: str) -> str:
    point = "." if style == ".0f" and math.isfinite(value) else ""
    return f"{value:{style}}{point}"


def exact_text(value: Number, dtype: torch.dtype) -> str:
    """Return the shortest text that reads back as `value` in `dtype`."""
    if isinstance(value, complex):
        part = {torch.complex128: torch.float64, torch.complex64: torch.float32}.get(
            dtype, torch.float16
        )
        sign = "-" if math.copysign(1.0, value.imag) < 0 else "+"
        return f"{exact_text(value.real, part)}{sign}{exact_text(abs(value.imag), part)}j"
    if isinstance(value, float) and math.isfinite(value):
        if dtype in _SHORTEST:
            return repr(float(str(_SHORTEST[dtype](value))))
        for digits in range(1, 18):
            text = repr(float(f"{value:.{digits}g}"))
            if torch.tensor(float(text), dtype=dtype).item() == value:
                return min(text, repr(value), key=len)
    return str(value)
