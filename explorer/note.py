"""Notes: the markdown cells of the percent format that stand above a statement.

# %% [markdown]
# The gradient of **y** with respect to `x`
# %%
y.backward()
"""

import re

CELL = re.compile(r"#\s*%%")
MARKDOWN = re.compile(r"#\s*%%.*\[(?:markdown|md)\]\s*$")


def cut(source: str) -> tuple[str, str]:
    """Return the lines of `source` that are its note, and the others; joined they are `source`."""
    lines = source.split("\n")
    end = 0
    while (start := _next_line(lines, end)) < len(lines) and MARKDOWN.match(lines[start]):
        end = start + 1
        while end < len(lines) and lines[end].startswith("#") and not CELL.match(lines[end]):
            end += 1
        closing = _next_line(lines, end)
        if (
            closing < len(lines)
            and CELL.match(lines[closing])
            and not MARKDOWN.match(lines[closing])
        ):
            end = closing + 1
            break
    head = "".join(f"{line}\n" for line in lines[:end])
    body = "\n".join(lines[end:])
    return (head, body) if end < len(lines) else (source, "")


def text_of(head: str) -> str:
    """Return the markdown in the lines that `cut` found; several cells are paragraphs of one."""
    texts: list[list[str]] = []
    for line in head.splitlines():
        if MARKDOWN.match(line):
            texts.append([])
        elif texts and line.startswith("#") and not CELL.match(line):
            texts[-1].append(line[2:] if line.startswith("# ") else line[1:])
    return "\n\n".join("\n".join(text).strip("\n") for text in texts)


def put(note: str, body: str) -> str:
    """Return `body` with `note` above it, none if that is empty."""
    if not note.strip():
        return body
    # A line that would begin a cell is written as markdown escapes it.
    lines = (re.sub(r"^(\s*)%%", r"\1\\%%", line) for line in note.strip("\n").split("\n"))
    commented = "\n".join(f"# {line}".rstrip() for line in lines)
    return f"# %% [markdown]\n{commented}\n# %%\n{body}"


def _next_line(lines: list[str], start: int) -> int:
    """Return the first line from `start` that is not blank."""
    while start < len(lines) and not lines[start].strip():
        start += 1
    return start
