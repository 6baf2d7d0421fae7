"""Python as people paste it: with prompts and printed results around it, and full-width punctuation."""

import re
import textwrap

from explorer.catalog.number import TYPOGRAPHY

FIRST = re.compile(r"^\s*(?:>>>|In \[\d+\]:)(?: |$)", re.MULTILINE)
PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.|In \[\d+\]:|\.{3,}:)(?: |$)")
# In code a multiplication sign is an operator; the names of numbers are left alone.
PUNCTUATION = {
    **{sign: ascii for sign, ascii in TYPOGRAPHY.items() if ascii not in ("x", "inf", "pi")},
    0x00D7: "*",
    0x3002: ".",
    0x201C: '"',
    0x201D: '"',
}
STRING_OR_COMMENT = re.compile(
    r"""
    (?P<kept>
        \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
      | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'?
      | \#[^\n]*
    )
    | “(?P<double>[^”"\\\n]*)”
    | ‘(?P<single>[^’'\\\n]*)’
    """,
    re.VERBOSE | re.DOTALL,
)


def clean_paste(text: str) -> str:
    """Return `text` without prompts, without what was printed between them, and not indented."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    if FIRST.search(text):
        lines = [line for line in text.split("\n") if PROMPT.match(line)]
        text = "\n".join(PROMPT.sub("", line) for line in lines)
    return clean_punctuation(textwrap.dedent(text).strip("\n"))


def clean_punctuation(text: str) -> str:
    """Return `text` with full-width and typographic signs outside strings and comments as ASCII."""
    if text.isascii():
        return text
    parts: list[str] = []
    end = 0
    for match in STRING_OR_COMMENT.finditer(text):
        parts.append(text[end : match.start()].translate(PUNCTUATION))
        if match["kept"] is not None:
            parts.append(match["kept"])
        elif match["double"] is not None:
            parts.append(f'"{match["double"]}"')
        else:
            parts.append(f"'{match['single']}'")
        end = match.end()
    parts.append(text[end:].translate(PUNCTUATION))
    return "".join(parts)
