"""Build an executable and prove that it runs: `python resources/packaging/build.py slim|full`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from contents import BUILDS, ROOT

HERE = Path(__file__).resolve().parent
TIMEOUT_SECONDS = 300
CPU_TORCH = "pip install torch --index-url https://download.pytorch.org/whl/cpu --force-reinstall"


def main() -> int:
    """Build what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=BUILDS, help="without torch, or with a CPU torch inside")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="where it goes")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="for what is in between")
    options = parser.parse_args()
    if options.kind == "full" and has_gpu_torch():
        print(f"The full build packs a CPU torch, and this is another one. Run: {CPU_TORCH}")
        return 1
    folder = options.dist / f"tensor-explorer-{options.kind}"
    started = time.monotonic()
    build(options.kind, options.dist, options.work)
    seconds = time.monotonic() - started
    size = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
    print(f"{folder}: {size / 1e6:.0f} MB in {seconds:.0f} s")
    return prove(folder / "tensor-explorer", "" if options.kind == "full" else sys.executable)


def has_gpu_torch() -> bool:
    """Return whether the torch that would be packed brings a GPU vendor's libraries along."""
    import torch

    return bool(torch.version.cuda or torch.version.hip)


def build(kind: str, dist: Path, work: Path) -> None:
    """Run PyInstaller. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-m", "PyInstaller", str(HERE / "tensor-explorer.spec")]
    folders = ["--distpath", str(dist), "--workpath", str(work / kind)]
    subprocess.run(  # noqa: S603 - the command is ours
        [*command, *folders, "--noconfirm", "--log-level", "WARN", "--", kind],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},  # it imports every module of torch
    )


def prove(program: Path, python: str) -> int:
    """Run the self-test and draw a picture from an empty environment; return 1 if either fails."""
    with tempfile.TemporaryDirectory() as home:
        empty = {"HOME": home, "PATH": os.defpath}
        if sys.platform == "win32":
            empty["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        picture = Path(home) / "picture.png"
        for arguments in (["--self-test"], ["--screenshot", str(picture)]):
            if python:
                arguments += ["--python", python]
            done = subprocess.run(  # noqa: S603 - it was just built
                [program, *arguments],
                env=empty,
                cwd=home,
                stdin=subprocess.DEVNULL,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
            if done.returncode:
                print(f"{program} {' '.join(arguments)} failed with status {done.returncode}")
                return 1
        if not picture.read_bytes().startswith(b"\x89PNG"):
            print(f"{picture} is not a picture")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
