"""Expressions that heat maps watch: computed from tensors of the workspace, which do not name them."""

from explorer.catalog.grade import is_computed, names_in, owners, refusal
from explorer.catalog.number import Refusal
from explorer.workspace import Workspace

_VIEWS = (".T", ".mT", ".H", ".mH", ".real", ".imag")


def is_watch(expression: str, workspace: Workspace) -> bool:
    """Return whether `expression` is computed, or a part of a tensor: `a - b`, `attn[0]`, `x.T`."""
    if not expression or workspace.find(expression):
        return False
    if is_computed(expression):
        return True
    is_part = expression.endswith(("]", *_VIEWS))
    return is_part and any(workspace.find(owner) for owner in owners(expression))


def why_not(expression: str, workspace: Workspace) -> str:
    """Return why `expression` can't be watched, in words for the person; "" if it can."""
    return refusal(expression, workspace.entries)


def missing_name(expression: str, workspace: Workspace) -> str:
    """Return the first name in a watch that is not in the workspace, "" if all are."""
    try:
        names = names_in(expression)
    except Refusal:
        return ""
    return next((name for name in names if name not in workspace.entries), "")
