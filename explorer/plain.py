"""Tell which lines a script may hold: plain Python, not what only IPython understands."""

import ast
import warnings

IPYTHON_NAMES = frozenset(
    """_ __ ___ _i _ii _iii _ih _oh _dh In Out get_ipython display exit quit""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""Names that IPython keeps or that end the program; one that the line binds itself is plain."""


def is_python(source: str) -> bool:
    """Return whether `source` reads as Python: no magic, no unfinished line."""
    return _tree(source) is not None


def is_plain(source: str) -> bool:
    """Return whether plain `python` could run `source` as a line of a script."""
    tree = _tree(source)
    if tree is None:
        return False
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    if (loaded - bound) & IPYTHON_NAMES:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A top-level `await` or `return` is refused only here.
            compile(tree, "<console>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _tree(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
