"""Whether what was typed can run, or waits for more lines."""

import ast
import codeop
import warnings


def is_complete(source: str) -> bool:
    """Return whether Enter runs `source`, rather than begin another line.

    As at Python's prompt, an empty line ends a block. What more lines could not mend is complete
    too: running it says what is wrong.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they come when the line runs
            code = codeop.compile_command(source, symbol="exec")
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return True
    return code is not None and not _is_open_block(source)


def next_indent(source: str) -> str:
    """Return the white space that the line after `source` begins with."""
    last = source.rpartition("\n")[2]
    indent = last[: len(last) - len(last.lstrip())]
    code = last.partition("#")[0].rstrip()
    if code.endswith(":"):
        return indent + "    "
    word = code.strip().partition(" ")[0]
    leaves = word in ("return", "raise", "pass", "break", "continue")
    return indent[:-4] if leaves else indent


def _is_open_block(source: str) -> bool:
    last_line = source.rpartition("\n")[2]
    if not last_line.strip() or "\n" not in source:
        return False
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return bool(body) and hasattr(body[-1], "body") and last_line[0] in " \t"
