"""All that a statement can set beside its names: modes of torch, random streams, the process."""

import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.protocol import Modes


@dataclass(frozen=True, slots=True)
class Setting:
    """Something global that can be read and put back."""

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], object]


def _default_device() -> str:
    try:
        return str(torch.get_default_device())
    except (AssertionError, RuntimeError, ImportError):  # a device that is not here may be set
        return torch_private.default_device()


def _set_default_device(device: str) -> None:
    # None, not "cpu": a default device costs each factory call a detour through Python.
    torch.set_default_device(None if device == "cpu" else device)


def _anomaly() -> tuple[bool, bool]:
    return torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()


def _set_anomaly(state: tuple[bool, bool]) -> None:
    torch.autograd.set_detect_anomaly(*state)


def _deterministic() -> tuple[bool, bool]:
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )


def _set_deterministic(state: tuple[bool, bool]) -> None:
    torch.use_deterministic_algorithms(state[0], warn_only=state[1])


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - Path.cwd() does the same, slower, before every line
    except FileNotFoundError:
        return ""


def _set_folder(folder: str) -> None:
    if folder:
        os.chdir(folder)


def _set_path(path: list[str]) -> None:
    sys.path[:] = path


def _set_arguments(arguments: list[str]) -> None:
    sys.argv[:] = arguments


SETTINGS: tuple[Setting, ...] = (
    Setting("default dtype", torch.get_default_dtype, torch.set_default_dtype),
    Setting("default device", _default_device, _set_default_device),
    Setting("grad mode", torch.is_grad_enabled, torch.set_grad_enabled),
    Setting("threads", torch.get_num_threads, torch.set_num_threads),
    Setting("anomaly mode", _anomaly, _set_anomaly),
    Setting("deterministic algorithms", _deterministic, _set_deterministic),
    Setting(
        "matmul precision",
        torch.get_float32_matmul_precision,
        torch.set_float32_matmul_precision,
    ),
    Setting("warn always", torch.is_warn_always_enabled, torch.set_warn_always),
    Setting("print options", torch_private.print_options, torch_private.set_print_options),
    Setting("working folder", _folder, _set_folder),
    Setting("module path", lambda: list(sys.path), _set_path),
    Setting("arguments", lambda: list(sys.argv), _set_arguments),
)


def read_settings() -> tuple[Any, ...]:
    """Return every setting's value."""
    return tuple(setting.read() for setting in SETTINGS)


def write_settings(values: tuple[Any, ...]) -> None:
    """Put back what `read_settings` returned, as far as it differs."""
    for setting, value in zip(SETTINGS, values, strict=True):
        if setting.read() != value:
            setting.write(value)


def modes() -> Modes:
    """Return the modes of this thread as the window is told them."""
    return Modes(
        default_device=_default_device(),
        default_dtype=str(torch.get_default_dtype()).removeprefix("torch."),
        grad_enabled=torch.is_grad_enabled(),
        threads=torch.get_num_threads(),
    )


@dataclass(frozen=True, slots=True)
class Randomness:
    """Where the random streams of torch, Python and NumPy stand.

    NumPy's is None before something imported `numpy.random`; `cuda` is empty before CUDA began.
    """

    torch: bytes
    cuda: tuple[bytes, ...]
    python: tuple[Any, ...]
    numpy: tuple[Any, ...] | None


def read_randomness() -> Randomness:
    """Return where the random streams stand."""
    numpy_random: Any = sys.modules.get("numpy.random")
    numpy: tuple[Any, ...] | None = None
    if hasattr(numpy_random, "get_state"):  # absent while another thread imports it
        kind, keys, *rest = numpy_random.get_state()
        numpy = (kind, keys.tobytes(), *rest)
    cuda_module: Any = torch.cuda  # torch does not annotate all of it
    cuda = cuda_module.get_rng_state_all() if cuda_module.is_initialized() else []
    return Randomness(
        _to_bytes(torch.default_generator.get_state()),
        tuple(_to_bytes(state) for state in cuda),
        random.getstate(),
        numpy,
    )


def write_randomness(state: Randomness) -> None:
    """Put the random streams back.

    A stream of NumPy that was not there then begins anew, from the system's entropy.
    """
    torch.default_generator.set_state(_from_bytes(state.torch))
    if state.cuda:
        torch.cuda.set_rng_state_all([_from_bytes(device) for device in state.cuda])
    random.setstate(state.python)
    numpy_random: Any = sys.modules.get("numpy.random")
    if numpy_random is None:
        return
    if state.numpy is None:
        numpy_random.seed()
    else:
        kind, keys, *rest = state.numpy
        numpy_random.set_state((kind, sys.modules["numpy"].frombuffer(keys, "uint32"), *rest))


def _to_bytes(state: torch.Tensor) -> bytes:
    return state.numpy().tobytes()


def _from_bytes(state: bytes) -> torch.Tensor:
    return torch.frombuffer(bytearray(state), dtype=torch.uint8)
