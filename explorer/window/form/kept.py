"""What was typed into forms, as a pane's state keeps it from one run to the next."""


def texts_in(state: object) -> dict[str, dict[str, str]]:
    """Return the texts by operator's path, then parameter's name; wrong values are left out."""
    return {
        str(path): {str(name): text for name, text in texts.items() if isinstance(text, str)}
        for path, texts in (state.items() if isinstance(state, dict) else ())
        if isinstance(texts, dict)
    }
