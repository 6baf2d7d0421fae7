"""The line that takes tensors out of the workspace."""

from collections.abc import Iterable

from explorer.panes.tensors.branch import Branch


def deletion(branches: Iterable[Branch]) -> str:
    """Return a statement that deletes all of them, "" if one of them can't be deleted.

    Names and items of a dict go by `del`, a gradient is set to None. An item of a list is refused,
    since the others would change their names, and a module's parameter, since it would break.
    """
    branches = list(branches)
    chosen = [found.expression for found in branches]
    lines = []
    names = [found.expression for found in branches if found.is_root]
    for found in branches:
        if found.is_root:
            continue
        if any(_is_below(found.expression, other) for other in chosen):
            continue  # it goes with that
        if found.expression.endswith(".grad"):
            lines.append(f"{found.expression} = None")
        elif found.above in ("dict", "OrderedDict", "defaultdict"):
            lines.append(f"del {found.expression}")
        else:
            return ""
    if names:
        lines.append(f"del {', '.join(names)}")
    return "\n".join(lines)


def _is_below(expression: str, other: str) -> bool:
    rest = expression.removeprefix(other)
    return rest != expression and rest[:1] in (".", "[")
