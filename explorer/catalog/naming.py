"""Names for variables that hold what a file holds."""

import keyword
import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from explorer.catalog import literal
from explorer.catalog.number import Refusal


def variable_name(path: Path, taken: Collection[str] = ()) -> str:
    """Return a name for what `path` holds, none of `taken`: digits_images of digits-images.npy."""
    stem = unicodedata.normalize("NFKC", path.name.removesuffix(path.suffix))
    word = re.sub(r"\W+", "_", stem).strip("_")
    if not word:
        word = "data"
    elif not word.isidentifier() or keyword.iskeyword(word):
        word = f"data_{word}"
    try:
        base = literal.name(word)
    except Refusal:
        base = f"{word}_data"
    name = base
    n = 2
    while name in taken:
        name = f"{base}_{n}"
        n += 1
    return name
