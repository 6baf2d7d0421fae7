"""One line about an object that is a member of another, as the window shows it."""

from typing import Any, cast

import numpy as np
import torch

from explorer.engine.array import array_info
from explorer.engine.description import gradient, summary, tensor_info
from explorer.engine.identity import Identities
from explorer.engine.reach import count
from explorer.protocol import Entry


def describe(expression: str, value: object, identities: Identities) -> Entry:
    """Return a line about `value`; of what it holds, only how much that is."""
    tensors, arrays = [], []
    if issubclass(type(value), torch.Tensor):
        tensor = cast("torch.Tensor", value)
        tensors.append(tensor_info(tensor, expression, identities))
        grad = gradient(tensor)
        if grad is not None:
            tensors.append(tensor_info(grad, f"{expression}.grad", identities))
    elif issubclass(type(value), np.ndarray):
        arrays.append(array_info(cast("np.ndarray[Any, Any]", value), expression, identities))
    return Entry(
        name=expression,
        type_name=type(value).__name__,
        summary=summary(value),
        tensors=tuple(tensors),
        arrays=tuple(arrays),
        size=count(value),
    )
