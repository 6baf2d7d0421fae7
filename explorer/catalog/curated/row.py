"""What an operator is to a person: its words, and what its form starts with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.text import Text


@dataclass(frozen=True, eq=False)
class Curated:
    """An operator in words.

    `path` as in `CatalogueEntry`. `example` is a line that runs where `x` and `z` are matrices of
    floats of one size, `s` is a square matrix that is symmetric and positive, `i` a row of indices,
    `c` a row of whole numbers, `w` requires grad and `a` is a NumPy array. `texts` are what a form
    starts with, by the parameter's name; tensors are the person's own. `words` are further names to
    find it by, with commas between: other words for it, its usual Chinese name in Pinyin.
    """

    path: str
    label: Text
    group: Text
    help: Text
    example: str
    texts: Mapping[str, str] = field(default_factory=dict)
    words: str = ""

    @property
    def name(self) -> str:
        """What the operator is called without its module."""
        return self.path.rpartition(".")[2]
