"""What a part of an index begins with when a person chooses its kind."""

from explorer.catalog.grade import in_brackets
from explorer.catalog.indexing import ALL, Index, Part
from explorer.protocol import TensorInfo
from explorer.workspace import Workspace


def starting(kind: str, index: Index, number: int, tensor: str, workspace: Workspace) -> str:
    """Return the index with part `number` of another kind: a first guess."""
    part = index.parts[number]
    size = part.sizes[0] if part.sizes else 1
    match kind:
        case "integer":
            return index.with_part(number, "0" if size else ALL)
        case "slice":
            return index.with_part(number, f"0:{size}")
        case "list":
            last = size - 1
            return index.with_part(number, f"[0, {last}]" if last > 0 else f"[{'0' * size}]")
        case "tensor":
            return _picking(index, number, part, tensor, workspace)
    return index.with_part(number, ALL)


def _picking(index: Index, number: int, part: Part, tensor: str, workspace: Workspace) -> str:
    """Return the index with a mask of the workspace that fits, else with a comparison."""
    after = index.shape_of[part.dims[0] :]
    for found in workspace.tensors():
        if found.dtype == "bool" and found.shape and found.shape == after[: len(found.shape)]:
            return index.with_mask(number, found.expression, len(found.shape))
    for found in workspace.tensors():
        if _is_row_of_indices(found):
            return index.with_part(number, found.expression)
    name = in_brackets(tensor)
    if part.dims[0] == 0:
        return index.with_mask(number, f"{name} > 0", len(index.shape_of))
    keys = [ALL if dim in part.dims else "0" for dim in range(len(index.shape_of))]
    return index.with_part(number, f"{name}[{', '.join(keys)}] > 0")


def _is_row_of_indices(info: TensorInfo) -> bool:
    return info.dtype == "int64" and len(info.shape) == 1
