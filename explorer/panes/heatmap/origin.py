"""Why there is no tensor to show, as far as the script tells."""

import ast

from explorer.protocol import Problem
from explorer.session import Session
from explorer.text import tr
from explorer.workspace import root_name


def absence(session: Session, expression: str) -> Problem:
    """Return the words for an expression that names no tensor now; "" is none selected."""
    if not expression:
        return Problem(what=tr("Select a tensor to see its values"))
    line = gone_since(session, root_name(expression))
    if line:
        return Problem(what=tr("{x}: gone since line {n}", x=expression, n=line))
    return Problem(what=tr("{x} is not in the workspace", x=expression))


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
