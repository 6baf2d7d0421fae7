"""Collects torch for running it: without headers, tests, and what compiles C++ extensions."""

from pathlib import Path

from PyInstaller.utils.hooks import (
    PY_DYLIB_PATTERNS,
    collect_data_files,
    collect_dynamic_libs,
    collect_submodules,
    get_package_paths,
)

DEVELOPMENT = ["include/**", "share/**", "test/**", "bin/**", "lib/*.a", "lib/*.lib"] + [
    f"**/*.{suffix}" for suffix in ("h", "hpp", "cuh", "cpp", "pyi", "cmake")
]
STUBS = ("_C/__init__.pyi", "_C/_VariableFunctions.pyi", "_C/_nn.pyi", "nn/functional.pyi")
"""Where the engine reads what torch's functions take."""
TESTS = ("torch.testing._internal.distributed", "torch.testing._internal.opinfo")
TEST_LIBRARIES = ("torchbind_test", "jitbackend_test", "backend_with_compiler", "aoti_custom_ops")


def _is_needed(module: str) -> bool:
    return not module.startswith((*TESTS, "torch.utils.tensorboard"))


def _is_library(file: str, folder: str) -> bool:
    if Path(folder).parts[:2] in (("torch", "test"), ("torch", "bin")):
        return False
    return not any(name in Path(file).name for name in TEST_LIBRARIES)


module_collection_mode = "pyz+py"  # torch.jit.script reads the source of torch's own functions
warn_on_missing_hiddenimports = False
hiddenimports = collect_submodules("torch", filter=_is_needed, on_error="ignore")
datas = collect_data_files("torch", excludes=DEVELOPMENT)
TORCH = Path(get_package_paths("torch")[1])
datas += [(str(TORCH / name), str(Path("torch", name).parent)) for name in STUBS]
# Looked for when torch is imported, and the only one of its programs that is.
datas += [(str(path), "torch/bin") for path in (TORCH / "bin").glob("torch_shm_manager*")]
binaries = [
    (file, folder)
    for file, folder in collect_dynamic_libs(
        "torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"]
    )
    if _is_library(file, folder)
]
# Through a link in the folder above, torch's libraries would look for each other there.
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
