"""The operators that a learner meets, with words of their own, in the tutorial's order.

Everything else that torch has is in `signature.Catalogue`, in torch's words.
"""

from functools import cache

from explorer.catalog.creation import CREATION
from explorer.catalog.curated import algebra, calculation, conversion, element, position, summary
from explorer.catalog.curated.row import Curated
from explorer.catalog.operator import Operator, bind
from explorer.text import Text

__all__ = ["CURATED", "GROUPS", "Curated", "curated_of"]


def _created(operator: Operator) -> Curated:
    tensors = {parameter.name for parameter in operator.fields if "tensor" in parameter.kinds}
    texts, _ = bind(operator, operator.example)
    return Curated(
        operator.path,
        operator.label,
        operator.group,
        operator.help,
        operator.example,
        {name: text for name, text in texts.items() if name not in tensors},
        operator.words,
    )


GROUPS: tuple[Text, ...] = (
    *dict.fromkeys(operator.group for operator in CREATION),
    conversion.SIZE,
    calculation.ARITHMETIC,
    calculation.IN_PLACE,
    element.COMPARISON,
    position.INDEXING,
    position.SHAPE,
    conversion.PYTHON,
    conversion.DTYPE,
    conversion.GRADIENTS,
    element.EACH,
    summary.REDUCTION,
    summary.ORDER,
    position.JOINING,
    algebra.MATRICES,
    algebra.NETWORKS,
)
"""What the rows are grouped by: first what the tutorial meets, in its order."""

_ROWS = (
    *conversion.ROWS,
    *calculation.ROWS,
    *element.ROWS,
    *position.ROWS,
    *summary.ROWS,
    *algebra.ROWS,
)

CURATED: tuple[Curated, ...] = tuple(
    sorted((*map(_created, CREATION), *_ROWS), key=lambda row: GROUPS.index(row.group))
)
"""Every row, a group after the other."""


@cache
def _by_path() -> dict[str, Curated]:
    return {row.path: row for row in CURATED}


def curated_of(path: str) -> Curated | None:
    """Return the row of the operator at `path`, None if it has none."""
    return _by_path().get(path)
