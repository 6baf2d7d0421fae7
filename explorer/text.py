"""Translate what a person reads; usable without Qt."""

from collections.abc import Callable
from functools import cache

Text = str
"""A text in a table, which `tr` translates where it is shown; the catalogue is collected by it."""

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh_CN": "中文"}
"""The languages that a person may choose, by the name that its speakers call it."""


def _as_it_is(message: str) -> str:
    return message


_translate: Callable[[str], str] = _as_it_is
MOST_SAID = 500
_said: dict[str, tuple[Text, dict[str, object]]] = {}
"""What `said` returned last, oldest first, by its text."""


def tr(message: Text, **values: object) -> str:
    """Return `message` in the person's language with `{name}` fields filled in from `values`.

    `message` is a whole sentence in English and the key of the translation.
    """
    translated = _translate(message) if message else message
    return translated.format(**values) if values else translated


def said(message: Text, **values: object) -> str:
    """Return what `tr` does, for a text that may outlive the language: `anew` says it again."""
    text = tr(message, **values)
    _said.pop(text, None)
    _said[text] = message, values
    if len(_said) > MOST_SAID:
        del _said[next(iter(_said))]
    return text


def anew(text: str) -> str:
    """Return in the language of now what `said` returned in any; other text as it is."""
    if text not in _said:
        return text
    message, values = _said[text]
    return said(message, **{n: anew(v) if isinstance(v, str) else v for n, v in values.items()})


def in_languages(message: Text) -> tuple[str, ...]:
    """Return `message` in each of LANGUAGES, whichever is the person's; once where they agree."""
    return tuple(dict.fromkeys(_translator(language)(message) for language in LANGUAGES))


@cache
def _translator(language: str) -> Callable[[str], str]:
    """Return the function that translates into `language`, into none if its catalogue is broken."""
    from explorer.translation import translator

    try:
        return _as_it_is if language == ENGLISH else translator(language)
    except (OSError, ValueError):
        return _as_it_is


def set_language(language: str) -> None:
    """Translate into `language` from now on, "en" or a folder in resources/locale.

    Raises OSError or ValueError if its catalogue can't be read; the language then stays as it was.
    """
    global _translate  # noqa: PLW0603 - the language of a process is one fact
    if language == ENGLISH:
        _translate = _as_it_is
    else:
        from explorer.translation import translator

        _translate = translator(language)
