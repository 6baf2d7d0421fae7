"""The command line: what a person may ask for, without importing Qt or torch."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from explorer import __version__
from explorer.paths import PACKAGE
from explorer.text import LANGUAGES

THEMES = ("light", "dark", "system")
EPILOG = """\
Files may be .npy .npz .pt .pth .safetensors, each of which becomes a line of Python in the session,
or a .py script: one that only computes with tensors runs at once, any other is shown and waits until
you say so. --run and --exec run what they name.
What stands after -- becomes the script's sys.argv[1:].
"""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, checked. `exec_lines` run after `files` and `run`; "" and None are absent."""

    files: tuple[Path, ...] = ()
    run: Path | None = None
    exec_lines: tuple[str, ...] = ()
    pane: str = ""
    screenshot: Path | None = None
    size: tuple[int, int] | None = None
    theme: str = ""
    language: str = ""
    scale_percent: int = 0
    python: str = ""
    self_test: bool = False
    arguments: tuple[str, ...] = ()


def parse(argv: list[str]) -> Options:
    """Return what `argv` asks for. Raises SystemExit for --help, --version and mistakes."""
    arguments: list[str] = []
    if "--" in argv:
        at = argv.index("--")
        argv, arguments = argv[:at], argv[at + 1 :]
    found = _parser().parse_args(argv)
    return Options(
        files=tuple(found.files),
        run=found.run,
        exec_lines=tuple(found.exec_lines),
        pane=found.pane or "",
        screenshot=found.screenshot,
        size=found.size,
        theme=found.theme,
        language=found.lang,
        scale_percent=found.scale,
        python=found.python,
        self_test=found.self_test,
        arguments=tuple(arguments),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tensor-explorer",
        usage="%(prog)s [options] [FILES ...] [-- ARGUMENTS ...]",
        description="Shows what PyTorch does: every value, shape and gradient, and its line of code.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("files", metavar="FILES", nargs="*", type=Path, help="tensors or a script to open")
    add("--run", metavar="SCRIPT", type=Path, help="open a script and run all of it")
    add(
        "--exec",
        metavar="LINE",
        dest="exec_lines",
        action="append",
        default=[],
        help="run a line of Python; may be given several times",
    )
    add("--pane", metavar="NAME", type=_pane, help="bring a pane to the front")
    add("--screenshot", metavar="OUT.png", type=Path, help="draw the window to a file and exit")
    add("--size", metavar="WxH", type=_size, help="size of the window in pixels: 1024x700")
    add("--theme", choices=THEMES, default="", help="colours, for this run only")
    add(
        "--lang",
        choices=("system", *LANGUAGES, "pseudo"),
        default="",
        help="language, for this run only",
    )
    add("--scale", metavar="PERCENT", type=_scale, default=0, help="size of everything: 100 to 200")
    add("--python", metavar="PATH", default="", help="the Python whose torch is to be used")
    add("--self-test", action="store_true", help="check that the program works, then exit")
    add("--version", action="version", version=f"Tensor Explorer {__version__}")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, mark, height = text.lower().partition("x")
    if not (mark and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size: write width x height, 1024x700")
    size = int(width), int(height)
    if not all(100 <= n <= 10_000 for n in size):
        raise argparse.ArgumentTypeError(f"{text!r} is out of range: 100 to 10000 pixels each")
    return size


def _scale(text: str) -> int:
    if not (text.isdecimal() and 100 <= int(text) <= 200):
        raise argparse.ArgumentTypeError(f"{text!r} is not a scale: a whole number from 100 to 200")
    return int(text)


def _pane(text: str) -> str:
    names = sorted(path.parent.name for path in PACKAGE.glob("panes/*/pane.py"))
    if text not in names:
        raise argparse.ArgumentTypeError(
            f"there is no pane {text!r}; choose from {', '.join(names)}"
        )
    return text
