"""Amounts as a person reads them; usable without Qt."""

from explorer.text import tr

UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")


def bytes_text(nbytes: int) -> str:
    """Return `nbytes` as a person reads it: "48 B", "1.5 KiB", "7.3 MiB"."""
    if nbytes < 1024:
        return f"{nbytes} B"
    size = float(nbytes)
    for unit in UNITS:
        size /= 1024
        if size < 1023.95 or unit == UNITS[-1]:
            break
    return f"{size:.1f} {unit}" if size < 100 else f"{size:.0f} {unit}"


def seconds_text(seconds: float) -> str:
    """Return a time as a person reads it: "0.3 ms", "12 ms", "1.2 s", "3 min 5 s"."""
    if seconds < 0.00995:
        return tr("{n} ms", n=f"{seconds * 1000:.1f}")
    if seconds < 0.9995:
        return tr("{n} ms", n=f"{seconds * 1000:.0f}")
    if seconds < 59.95:
        return tr("{n} s", n=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    return tr("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
