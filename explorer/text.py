"""Translate what a person reads; usable without Qt."""

import gettext
from pathlib import Path

Text = str
"""A text in a table, which `tr` translates where it is shown; the catalogue is collected by it."""

_translations: gettext.NullTranslations = gettext.NullTranslations()


def tr(message: str, **values: object) -> str:
    """Return `message` in the person's language with `{name}` fields filled in from `values`.

    `message` is a whole sentence in English and the key of the translation.
    """
    translated = _translations.gettext(message) if message else message
    return translated.format(**values) if values else translated


def set_language(language: str, folder: Path) -> None:
    """Translate with `folder`/<language>/LC_MESSAGES/explorer.mo from now on, English if absent."""
    global _translations  # noqa: PLW0603 - the language of a process is one fact
    _translations = gettext.translation("explorer", folder, [language], fallback=True)
