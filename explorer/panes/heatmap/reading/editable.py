"""Whether a cell of what is shown can be set, and why not."""

from explorer.catalog.cell import is_assignable
from explorer.protocol import NUMPY, Problem, TensorInfo
from explorer.text import tr
from explorer.workspace import Workspace


def refusal(info: TensorInfo, expression: str, workspace: Workspace, as_of: int) -> Problem | None:
    """Return why no cell of `expression` can be set, None if it can."""
    new = expression if expression.isidentifier() else workspace.free_name()
    if as_of:
        return Problem(
            what=tr("These are values of an earlier moment, and that is over"),
            fix=tr("Press Esc to see the values of now, then edit the cell."),
        )
    if not is_assignable(expression):
        return Problem(
            what=tr("{x} is computed anew each time: its cells can't be set", x=expression),
            fix=tr("Give it a name, then edit its cells."),
            fix_code=f"{new} = {expression}",
        )
    if info.layout not in ("strided", NUMPY):
        return Problem(
            what=tr("{x} is sparse: its cells can't be set one by one", x=expression),
            fix=tr("Make a dense tensor of it."),
            fix_code=f"{new} = {expression}.to_dense()",
        )
    repeats = zip(info.stride, info.shape, strict=False)
    if any(step == 0 and size > 1 for step, size in repeats):
        return Problem(
            what=tr("{x} shows the same memory several times", x=expression),
            fix=tr("Setting one cell would set others too. Copy it first."),
            fix_code=f"{new} = {expression}.clone()",
        )
    return None


def grad_refusal(
    info: TensorInfo, expression: str, workspace: Workspace, line: str
) -> Problem | None:
    """Return why autograd would not let `line` set a cell, None if it would."""
    if not (info.requires_grad and workspace.modes.grad_enabled):
        return None
    base = workspace.find(info.view_of) if info.view_of else None
    is_leaf_behind = base is not None and base.is_leaf and base.requires_grad
    if not info.is_leaf and not is_leaf_behind:
        return None
    name = expression if info.is_leaf else info.view_of
    return Problem(
        what=tr("{x} is a leaf that requires grad: its values can't be set just so", x=name),
        fix=tr("Autograd would have to record the change. Set the cell without recording."),
        fix_code=f"with torch.no_grad():\n    {line}",
    )
