"""What can be called, and with what: the catalogue of operators as data.

The engine fills it from the torch that runs, and hands it to the window; `call.bind` and `call.emit`
read and make calls by it. A *path* says what is called: "torch.gather", "torch.linalg.norm", "Tensor.view"
for a method or property, "numpy.add", "ndarray.sum", and as Python writes them "+", "==", "-x".
"""

from typing import Literal

import msgspec

from explorer.text import Text

Kind = Literal[
    "tensor",  # a name, a member, an expression
    "tensors",  # several of them: torch.cat
    "number",  # whole, fraction, complex, or True
    "numbers",  # several of them
    "integer",
    "count",  # a whole number from 0
    "boolean",
    "dim",  # the number of a dim, from either end
    "dims",  # several of them
    "size",  # how long each dim is, or another row of whole numbers: kernel sizes, shifts
    "index",  # what stands in x[...]
    "data",  # a number or nested lists of them
    "dtype",
    "device",
    "layout",
    "memory_format",
    "generator",
    "choice",  # one of `choices`
    "text",  # any other string: torch.einsum's equation
    "object",  # something of Python's that no field can hold
]
"""What a parameter takes, and so which field of a form it gets."""

Passing = Literal["either", "place", "keyword", "rest"]
"""How an argument is given: by place or keyword, only one of them, or as all that follow: *tensors."""

Tag = Literal["view", "in_place", "random", "unknown_size", "deprecated"]
"""What a call does besides computing a new tensor; "unknown_size": it depends on the values."""

SPREAD_NAMES = frozenset(("size", "sizes", "shape", "dims", "repeats"))


# The structs below hold no cycles: there are ten thousand, which Python's collector need not visit.
class Parameter(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One parameter of a signature, which is one field of its form.

    `kinds` are all that torch takes there, the most usual first: ("number", "tensor") of `other`;
    "None" needs no kind: it is taken where it is the default or the parameter is `nullable`.
    `default` is torch's own as an expression in source ("None", "0", "torch.float32", "(1, 2)"); ""
    says that there is none: the argument is required. `name` is the keyword that works at run time;
    "from" of `uniform_` is none, so its `passing` is "place". `length` is how many whole numbers
    belong in a size if torch says so (a single one then stands for all of them), else 0. `writes`
    says that what is given is written into: `out`, or `input` of a method in place. `names_also`
    are other keywords for the same: "axis" of `dim`. `choices` are the texts that "choice" takes.
    """

    name: str
    kinds: tuple[Kind, ...]
    default: str = ""
    passing: Passing = "either"
    nullable: bool = False
    length: int = 0
    writes: bool = False
    names_also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    help: Text = ""

    @property
    def required(self) -> bool:
        """True if a call can't do without it; *tensors may be none."""
        return not self.default and self.passing != "rest"

    @property
    def spreads(self) -> bool:
        """True if its whole numbers may stand without brackets: `torch.rand(5, 3)`."""
        return self.name in SPREAD_NAMES and not {"size", "dims"}.isdisjoint(self.kinds)


class Signature(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One overload: its parameters in the order in which they go by place, keyword-only ones last.

    The tensor that a method or property belongs to is the first of them, "input". `returns` names
    what comes out: () for nothing, ("Tensor",), ("int",), ("tensors",) of as many as there happen to
    be, or ("values", "indices") of several together.
    """

    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...] = ("Tensor",)
    tags: tuple[Tag, ...] = ()

    def find(self, keyword: str) -> Parameter | None:
        """Return the parameter that `keyword` means, None if there is none."""
        for parameter in self.parameters:
            if keyword == parameter.name or keyword in parameter.names_also:
                return parameter
        return None

    @property
    def given(self) -> tuple[Parameter, ...]:
        """What a call is about: all parameters but those like `out`."""
        return tuple(p for p in self.parameters if not (p.writes and p.passing == "keyword"))


class CatalogueEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One operator. `signatures` stand in the order in which they are tried, deprecated ones last.

    `help` is the first sentence of torch's own documentation, in English; `is_property` tells `x.T`
    from `x.t()`. What torch does not document is there for those who know its name, and not shown.
    """

    path: str
    signatures: tuple[Signature, ...]
    help: str = ""
    is_property: bool = False
    is_documented: bool = True

    @property
    def name(self) -> str:
        """What the operator is called without its module."""
        return self.path.rpartition(".")[2]

    @property
    def current(self) -> tuple[Signature, ...]:
        """The signatures that are not deprecated; all of them if they all are."""
        return tuple(s for s in self.signatures if "deprecated" not in s.tags) or self.signatures

    @property
    def is_member(self) -> bool:
        """True for a method or property, which stands behind the tensor that it belongs to."""
        return self.path.startswith(("Tensor.", "ndarray."))


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Every operator of one release of torch, by path."""

    torch_version: str
    entries: dict[str, CatalogueEntry]


def is_in_place(name: str) -> bool:
    """Return whether `name` is, by torch's convention, a method's that writes into its tensor: `add_`."""
    return name.endswith("_") and not name.endswith("__")
