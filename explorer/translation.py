"""Catalogues of translations: gettext's .po files, read as they are.

English needs none of this, so it is imported only for another language.
"""

import ast
import math
import string
from collections.abc import Callable
from functools import cache
from pathlib import Path

from explorer.paths import LOCALE

PSEUDO = "pseudo"
"""Not a language: every text longer and with accents, to see what is not translated or cut off."""
LONGER = 0.4
ACCENTS = str.maketrans("aeiouyAEIOUYcnsCNS", "åéîöûýÅÉÎÖÛÝçñšÇÑŠ")


def path_of(language: str) -> Path:
    """Return where the catalogue of `language` is."""
    return LOCALE / language / "LC_MESSAGES" / "explorer.po"


def translator(language: str) -> Callable[[str], str]:
    """Return the function that translates into `language`.

    Raises OSError or ValueError if its catalogue can't be read.
    """
    if language == PSEUDO:
        return pseudo
    translations = read(path_of(language).read_text(encoding="utf-8"))
    # A text that lost a field says less than the English one, and one with a wrong field breaks.
    usable = {k: v for k, v in translations.items() if v and fields(k) == fields(v)}

    def translate(message: str) -> str:
        return usable.get(message, message)

    return translate


def read(text: str) -> dict[str, str]:
    """Return the translations of a .po file by their English, "" for one that is still missing.

    What is marked fuzzy counts as missing. Raises ValueError for a line that has no place in one.
    """
    entries: dict[str, str] = {}
    for number, block in enumerate(text.split("\n\n"), 1):
        parts: dict[str, list[str]] = {}
        keyword, is_fuzzy = "", False
        for raw in block.splitlines():
            line = raw.strip()
            if not line or line.startswith("#"):
                is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
                continue
            if not line.startswith('"'):
                keyword, _, line = line.partition(" ")
            parts.setdefault(keyword, []).append(_unquoted(line, number))
        if parts.keys() - {"msgid", "msgstr"}:
            raise ValueError(f"entry {number} has a line that is not understood")
        if message := "".join(parts.get("msgid", ())):
            entries[message] = "" if is_fuzzy else "".join(parts.get("msgstr", ()))
    return entries


@cache
def fields(message: str) -> frozenset[str]:
    """Return the names of the `{name}` fields of `message`; it may be no format at all."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(message) if name)
    except ValueError:
        return frozenset({message})  # only the same text has the same fields


def pseudo(message: str) -> str:
    """Return `message` with accents and 40 % longer; its fields stay as they are."""
    parts: list[str] = []
    try:
        for literal, name, spec, conversion in string.Formatter().parse(message):
            parts.append(literal.translate(ACCENTS).replace("{", "{{").replace("}", "}}"))
            if name is not None:
                parts.append(
                    "{" + name + (f"!{conversion}" if conversion else "")
                    + (f":{spec}" if spec else "") + "}"
                )  # fmt: skip
    except ValueError:
        parts = [message.translate(ACCENTS)]
    return "".join(parts) + "·" * max(1, math.ceil(LONGER * len(message)))


def _unquoted(text: str, number: int) -> str:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise ValueError(f"entry {number} has a text that is not in quotes")  # noqa: TRY004 - a file's fault
    return value
