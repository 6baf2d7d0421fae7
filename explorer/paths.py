"""Where things are: our resources, and the person's state and cache folders."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# The wheel carries resources/ inside the package; in a checkout it stands beside it.
RESOURCES = next(p for p in (PACKAGE / "resources", PACKAGE.parent / "resources") if p.is_dir())
EXAMPLES = RESOURCES / "examples"
LOCALE = RESOURCES / "locale"


def state_folder() -> Path:
    """Return the folder for journals and histories, created on first use."""
    import platformdirs  # here, because the engine's Python may not have it

    return platformdirs.user_state_path("tensor-explorer", appauthor=False, ensure_exists=True)


def cache_folder() -> Path:
    """Return the folder for what can be made again, which need not be there."""
    import platformdirs  # as above: ipykernel brings it to the engine's Python

    return platformdirs.user_cache_path("tensor-explorer", appauthor=False)


def settings_file() -> Path:
    """Return where the person's settings are kept."""
    import platformdirs

    return platformdirs.user_config_path("tensor-explorer", appauthor=False) / "tensor-explorer.ini"
