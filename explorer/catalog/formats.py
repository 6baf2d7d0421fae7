"""File formats: the line of ordinary Python that opens each, and what is checked before it runs."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from explorer.catalog import checks
from explorer.catalog.naming import variable_name
from explorer.catalog.printer import quoted
from explorer.protocol import Problem
from explorer.text import tr


@dataclass(frozen=True, slots=True)
class Format:
    """A type of file. In its lines `{name}` is the variable and `{path}` the path as a literal.

    `imports` maps what the lines call a module to the statement that imports it. `choose` says
    whether a file is opened by `opens` or, where that can't be, by `otherwise`. `save_imports` and
    `saves` write `{name}`, which is of the kind that `opens` makes.
    """

    suffixes: tuple[str, ...]
    label: str
    imports: dict[str, str]
    opens: str
    saves: str
    check: checks.Check
    otherwise: str = ""
    choose: Callable[[Path], bool] = Path.exists


FORMATS: tuple[Format, ...] = (
    Format(
        (".npy",),
        "NumPy array",
        {"torch": "import torch", "np": "import numpy as np"},
        # Copy-on-write: "r" crashes on a write in place, "r+" rewrites the person's file.
        '{name} = torch.from_numpy(np.load({path}, mmap_mode="c"))',
        "np.save({path}, {name}.numpy())",
        checks.check_npy,
    ),
    Format(
        (".npz",),
        "NumPy arrays",
        {"torch": "import torch", "np": "import numpy as np"},
        "{name} = {{name: torch.from_numpy(array) for name, array in np.load({path}).items()}}",
        "np.savez({path}, **{{name: tensor.numpy() for name, tensor in {name}.items()}})",
        checks.check_npz,
    ),
    Format(
        (".pt", ".pth"),
        "PyTorch file",
        {"torch": "import torch"},
        '{name} = torch.load({path}, map_location="cpu", weights_only=True, mmap=True)',
        "torch.save({name}, {path})",
        checks.check_pt,
        otherwise='{name} = torch.load({path}, map_location="cpu", weights_only=True)',
        choose=checks.is_archive,
    ),
    Format(
        (".safetensors",),
        "Safetensors weights",
        {"safetensors.torch": "import safetensors.torch"},
        "{name} = safetensors.torch.load_file({path})",
        "safetensors.torch.save_file({name}, {path})",
        checks.check_safetensors,
    ),
)
SUFFIXES = tuple(suffix for row in FORMATS for suffix in row.suffixes)


def format_of(path: Path) -> Format | None:
    """Return the format that the ending of `path` names, None if it is none of ours."""
    return next((row for row in FORMATS if path.suffix.lower() in row.suffixes), None)


def check_file(path: Path) -> Problem | None:
    """Return why `path` can't be opened, None if it looks as its ending says."""
    row = format_of(path)
    return checks.check(path, row.check if row else _refuse_ending)


def open_file(path: Path, taken: Collection[str], modules: Collection[str]) -> list[str]:
    """Return the statements that open `path`, imports first; `check_file` has found it good.

    The variable is named after the file and is none of `taken`. `modules` are those that the
    script reaches already, as `imported` tells. Raises ValueError for an ending that is not ours.
    """
    row = format_of(path)
    if row is None:
        raise ValueError(f"{path.name} is not of a format in FORMATS")
    path = path.absolute()
    line = row.opens if row.choose(path) or not row.otherwise else row.otherwise
    imports = [statement for module, statement in row.imports.items() if module not in modules]
    return [*imports, line.format(name=variable_name(path, taken), path=quoted(str(path)))]


def imported(sources: Iterable[str]) -> frozenset[str]:
    """Return the modules that `sources` have imported under the name that FORMATS use."""
    lines = {line.strip() for source in sources for line in source.splitlines()}
    statements = {name: line for row in FORMATS for name, line in row.imports.items()}
    return frozenset(name for name, line in statements.items() if line in lines)


def _refuse_ending(path: Path) -> Problem:
    return Problem(
        what=tr("{name} is not a type of file that opens here.", name=path.name),
        fix=tr("Choose a file that ends in {suffixes}.", suffixes=", ".join(SUFFIXES)),
    )
