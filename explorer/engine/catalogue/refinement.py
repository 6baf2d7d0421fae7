"""What names tell of parameters where types do not: an int that is a dim, a str of a few words."""

from msgspec.structs import replace

from explorer.catalog.enums import choices
from explorer.catalog.signature import Kind, Parameter, Signature, is_in_place

_DIM_NAMES = """dim dims dim0 dim1 dim2 axis axis0 axis1 start_dim end_dim dimension source
destination"""
_COUNT_NAMES = """n m M N k q r row col steps step chunks sections num_samples window_length num_classes
num_groups num_heads groups n_fft hop_length win_length length size split_size output_size repeats
upscale_factor downscale_factor minlength bins niter"""
DIM_NAMES = frozenset(_DIM_NAMES.split())
COUNT_NAMES = frozenset(_COUNT_NAMES.split())
"""Whole numbers that are no dims, and never negative."""
NOT_DIMS = frozenset(("tile", "tensordot"))
"""Whose `dims` say how often each dim is repeated, and how many or which pairs of them."""
NOT_COUNTS = frozenset(("matrix_power", "rot90", "narrow_copy"))
"""Which take negative numbers there."""
ROWS = frozenset(("tensors", "numbers", "dims"))
"""What is less usual than one of them."""

NAMED: dict[str, tuple[Kind, ...]] = {
    "input": ("tensor",),
    "other": ("tensor",),
    "mask": ("tensor",),
    "data": ("data",),
    "obj": ("data",),
    "dim": ("dim", "dims"),
    "dims": ("dims",),
    "size": ("size",),
    "sizes": ("size",),
    "scale_factor": ("number", "numbers"),
}
"""Where the type is erased or too loose to say anything."""

NUMPY_NAMES: dict[str, tuple[str, ...]] = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "input": ("x", "a", "x1"),
    "other": ("x2",),
}
"""Keywords of NumPy's that torch's native functions take for their own."""


def refined(path: str, signature: Signature, lengths: dict[str, int], *, native: bool) -> Signature:
    """Return `signature` of `path` with all that names tell.

    `lengths` are of its sizes, as in `Parameter`. `native` functions take NumPy's keywords.
    """
    name = path.rpartition(".")[2]
    is_member = path.startswith("Tensor.")
    in_place = is_member and is_in_place(name)
    parameters = []
    for place, parameter in enumerate(signature.parameters):
        found = _refined(name, parameter, lengths.get(parameter.name, 0))
        if place == 0 and is_member:
            found = replace(
                found, name="input", kinds=("tensor",), passing="place", writes=in_place
            )
        elif native and found.passing not in ("place", "rest"):
            found = replace(found, names_also=NUMPY_NAMES.get(found.name, ()))
        parameters.append(found)
    return replace(signature, parameters=tuple(parameters))


def _refined(function: str, parameter: Parameter, length: int) -> Parameter:
    name = parameter.name
    kinds = parameter.kinds
    if (not kinds or kinds == ("object",)) and name in NAMED:
        kinds = NAMED[name]
    if name == "dtype" and "integer" in kinds:  # TorchScript's idea of a dtype
        kinds = ("dtype",)
    if name in DIM_NAMES and function not in NOT_DIMS:
        kinds = _renamed(kinds, {"integer": "dim", "size": "dims"})
    if name in COUNT_NAMES and function not in NOT_COUNTS and parameter.default[:1] != "-":
        kinds = _renamed(kinds, {"integer": "count"})
    if name == "out" and "tensors" in kinds:  # of several results
        kinds = ("tensors",)
    words = choices(function, name) if {"text", "number", "size"}.intersection(kinds) else ()
    if words:
        kinds = (*(k for k in kinds if k != "text"), "choice")
        kinds = ("choice", *kinds[:-1]) if "text" in parameter.kinds else kinds
    name, passing = (
        (name.removesuffix("_"), "place") if name == "from_" else (name, parameter.passing)
    )
    if name == "self":  # a number where a tensor usually stands
        name, passing = "input", "place"
    return replace(
        parameter,
        name=name,
        passing=passing,
        kinds=tuple(sorted(kinds, key=ROWS.__contains__)) or ("object",),
        choices=words,
        nullable=parameter.nullable or parameter.default == "None",
        length=parameter.length if parameter.length > 1 or not length else length,
        writes=parameter.writes or name == "out",
    )


def _renamed(kinds: tuple[Kind, ...], names: dict[Kind, Kind]) -> tuple[Kind, ...]:
    return tuple(names.get(kind, kind) for kind in kinds)
