"""Which operators there are: the public functions of torch's modules and the members of a tensor."""

import importlib
import inspect
import warnings
from dataclasses import dataclass

import torch

from explorer.engine.torch_private import NATIVE_FUNCTIONS

MODULES = (
    "torch.nn.functional",
    "torch.linalg",
    "torch.fft",
    "torch.special",
    "torch.signal.windows",
    "torch.masked",
    "torch.sparse",
)
"""What is taken whole, beside torch itself: their `__all__`, where there is one, is not complete."""

CHOSEN = {
    "torch": """lobpcg get_device is_tensor manual_seed seed initial_seed get_rng_state set_rng_state
        get_default_dtype set_default_dtype get_default_device set_default_device is_grad_enabled
        is_inference_mode_enabled get_num_threads set_num_threads set_printoptions""",
    "torch.cuda": "is_available device_count",
}
"""What belongs to them though torch has no list of it: settings, and what asks for them."""

NOT_FOR_TENSORS = """assert_int_or_pair boolean_dispatch handle_torch_function has_torch_function
has_torch_function_unary has_torch_function_variadic as_sparse_gradcheck"""
"""Functions that live in these modules to help write others."""


@dataclass(frozen=True, slots=True)
class Found:
    """One operator: `value` is the function, or the property's descriptor."""

    path: str
    value: object
    is_property: bool = False

    @property
    def documentation(self) -> str:
        """Torch's own words, "" if there are none."""
        return inspect.getdoc(self.value) or ""


def operators() -> list[Found]:
    """Return every public operator, by module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some names are deprecated when looked at
        return [
            *_functions("torch", _names_of_torch()),
            *(
                found
                for module in MODULES
                for found in _functions(module, dir(importlib.import_module(module)))
            ),
            *_functions("torch.cuda", CHOSEN["torch.cuda"].split()),
            *_members(),
        ]


def _names_of_torch() -> list[str]:
    # Beside the native functions, torch's namespace is full of what has nothing to do with tensors.
    return sorted({*NATIVE_FUNCTIONS, *torch.functional.__all__, *CHOSEN["torch"].split()})


def _functions(module_name: str, names: list[str]) -> list[Found]:
    module = importlib.import_module(module_name)
    found = []
    for name in names:
        value = getattr(module, name, None)
        if name.startswith("_") or name in NOT_FOR_TENSORS.split():
            continue
        if inspect.isroutine(value) and _is_of_torch(value):
            found.append(Found(f"{module_name}.{name}", value))
    return found


def _is_of_torch(value: object) -> bool:
    """Return whether a Python function is no helper that was imported from elsewhere."""
    return not inspect.isfunction(value) or value.__module__.startswith("torch")


def _members() -> list[Found]:
    found = []
    for name in dir(torch.Tensor):
        value = getattr(torch.Tensor, name)
        if not name.startswith("_"):
            found.append(Found(f"Tensor.{name}", value, is_property=not callable(value)))
    return found
