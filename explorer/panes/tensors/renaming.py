"""The line that gives a tensor another name, and why a name can't be."""

from collections.abc import Container

from explorer.catalog.literal import Refusal, name
from explorer.text import tr


def renaming(old: str, text: str) -> str:
    """Return a statement that calls `old` what was typed, "" if it is called so. Raises Refusal."""
    new = name(text)
    return f"{new} = {old}\ndel {old}" if new != old else ""


def why_not(old: str, text: str, taken: Container[str]) -> str:
    """Return in words why `old` can't be called `text`, "" if it can."""
    try:
        new = name(text)
    except Refusal as refusal:
        return refusal.message
    if new != old and new in taken:
        return tr("{name} is taken. Choose another name", name=new)
    return ""
