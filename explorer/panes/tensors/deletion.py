"""The line that takes tensors out of the workspace."""

from collections.abc import Iterable

from explorer.panes.tensors.branch import Branch


def deletion(branches: Iterable[Branch]) -> str:
    """Return a statement that deletes all of them, "" if one of them can't be deleted.

    Names and items of a dict go by `del`, a gradient is set to None. An item of a list is refused,
    since the others would change their names, and a module's parameter, since it would break.
    """
    branches = list(branches)
    roots = {found.expression for found in branches if found.is_root}
    lines = []
    names = [e for e in (found.expression for found in branches) if e in roots]
    for found in branches:
        if found.entry.name in roots:
            continue  # it goes with its root
        if found.expression.endswith(".grad"):
            lines.append(f"{found.expression} = None")
        elif found.entry.type_name == "dict" and found.expression.endswith("]"):
            lines.append(f"del {found.expression}")
        else:
            return ""
    if names:
        lines.append(f"del {', '.join(names)}")
    return "\n".join(lines)
