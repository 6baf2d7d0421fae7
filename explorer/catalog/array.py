"""The calls of NumPy that scripts for torch make: arrays to turn into tensors, and tensors' memory."""

from explorer.catalog.signature import CatalogueEntry, Kind, Parameter, Signature

_SHAPE = Parameter(name="shape", kinds=("size",))
_DATA = Parameter(name="object", kinds=("data",))
_DTYPE = Parameter(name="dtype", kinds=("dtype", "text"), default="None")
_NUMBER: tuple[Kind, ...] = ("number", "tensor")
_OUT = Parameter(name="out", kinds=("tensor",), default="None", passing="keyword", writes=True)
_SELF = Parameter(name="input", kinds=("tensor",))
_AXIS = Parameter(name="axis", kinds=("dim", "dims"), default="None")
_KEEPDIMS = Parameter(name="keepdims", kinds=("boolean",), default="False")
_OPERANDS = (
    Parameter(name="x1", kinds=("tensor", "number"), passing="place"),
    Parameter(name="x2", kinds=("tensor", "number"), passing="place"),
    _OUT,
)
_RANGE = tuple(Parameter(name=n, kinds=_NUMBER, passing="place") for n in ("start", "stop", "step"))
_STOP = Parameter(name="stop", kinds=_NUMBER)


def _entry(path: str, *overloads: tuple[Parameter, ...]) -> CatalogueEntry:
    signatures = tuple(Signature(parameters=p, returns=("ndarray",)) for p in overloads)
    return CatalogueEntry(path=path, signatures=signatures)


ARRAY_CALLS: dict[str, CatalogueEntry] = {
    entry.path: entry
    for entry in (
        _entry("numpy.array", (_DATA, _DTYPE)),
        _entry("numpy.asarray", (_DATA, _DTYPE)),
        _entry("numpy.empty", (_SHAPE, _DTYPE)),
        _entry("numpy.zeros", (_SHAPE, _DTYPE)),
        _entry("numpy.ones", (_SHAPE, _DTYPE)),
        _entry(
            "numpy.full", (_SHAPE, Parameter(name="fill_value", kinds=("number", "data")), _DTYPE)
        ),
        _entry(
            "numpy.eye",
            (
                Parameter(name="N", kinds=("count",)),
                Parameter(name="M", kinds=("count",), default="None"),
                Parameter(name="k", kinds=("integer",), default="0"),
                _DTYPE,
            ),
        ),
        _entry("numpy.arange", (_STOP, _DTYPE), (*_RANGE[:2], _DTYPE), (*_RANGE, _DTYPE)),
        _entry(
            "numpy.linspace",
            (
                Parameter(name="start", kinds=_NUMBER),
                _STOP,
                Parameter(name="num", kinds=("count",), default="50"),
            ),
        ),
        *(_entry(f"numpy.{name}", _OPERANDS) for name in ("add", "subtract", "multiply", "divide")),
        *(
            _entry(f"ndarray.{name}", (_SELF, _AXIS, _KEEPDIMS))
            for name in ("sum", "mean", "max", "min")
        ),
        _entry(
            "ndarray.reshape", (_SELF, Parameter(name="shape", kinds=("size",), passing="place"))
        ),
        _entry("ndarray.astype", (_SELF, Parameter(name="dtype", kinds=("dtype", "text")))),
        _entry("ndarray.copy", (_SELF,)),
        _entry("ndarray.fill", (_SELF, Parameter(name="value", kinds=("number",)))),
    )
}
"""NumPy's functions and methods by path, as in `Catalogue.entries`."""
