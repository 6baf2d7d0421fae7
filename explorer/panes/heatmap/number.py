"""Numbers as text: as torch prints them in a table, and exactly."""

import math
from collections.abc import Sequence

import numpy as np
import torch

Number = bool | int | float | complex

_SHORTEST = {torch.float16: np.float16, torch.float32: np.float32, torch.float64: float}
"""Types whose own text is the shortest that reads back."""


def table_texts(values: Sequence[Number]) -> tuple[str, ...]:
    """Return `values`, all of one kind, as torch prints them: one notation for all, 4 digits."""
    if values and isinstance(values[0], complex):
        parts = [complex(value) for value in values]
        real = table_texts([part.real for part in parts])
        imaginary = table_texts([abs(part.imag) for part in parts])
        signs = ["-" if math.copysign(1.0, part.imag) < 0 else "+" for part in parts]
        return tuple(f"{r}{s}{i}j" for r, s, i in zip(real, signs, imaginary, strict=True))
    if values and isinstance(values[0], float):
        style = _style([float(v.real) for v in values])
        return tuple(_float_text(float(v.real), style) for v in values)
    return tuple(map(str, values))


def _style(values: list[float]) -> str:
    """Return the format that torch chooses for a tensor of `values`."""
    sizes = [abs(v) for v in values if math.isfinite(v) and v != 0]
    if not sizes:
        return ".0f"
    whole = all(size == math.floor(size) for size in sizes)
    smallest, largest = min(sizes), max(sizes)
    # A quotient would overflow where the smallest is denormal.
    wide = largest > 1000 * smallest or largest > 1e8
    if wide or (not whole and smallest < 1e-4):
        return ".4e"
    return ".0f" if whole else ".4f"


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
