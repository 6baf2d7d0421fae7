"""Since when a name is gone, as far as the script tells."""

import ast

from explorer.session import Session


def gone_since(session: Session, name: str) -> int:
    """Return the number of the script's last line that deletes `name`, 0 if none has run."""
    line, found = 0, 0
    for statement in session.done:
        try:
            body = ast.parse(statement.source).body
        except SyntaxError:
            body = []
        for node in body:
            if isinstance(node, ast.Delete) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets
            ):
                found = line + node.lineno
        line += statement.source.count("\n") + 1
    return found
