"""What of torch and Python touches nothing but its arguments: the words of a covered line."""

import builtins
import math
from collections.abc import Callable
from types import ModuleType

import torch
from torch.nn import functional

from explorer.engine import torch_private


def _public(module: ModuleType) -> frozenset[str]:
    return frozenset(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and not isinstance(value, type)
    )


_REFUSED_FUNCTIONS = frozenset(
    """from_file frombuffer resize_as_ resize_as_sparse_ detach_ as_subclass
    has_torch_function has_torch_function_unary has_torch_function_variadic handle_torch_function
    boolean_dispatch assert_int_or_pair""".split()  # noqa: SIM905 - a table of names reads better as words
)
SETTERS = frozenset(
    """manual_seed seed set_rng_state set_default_dtype set_default_device set_grad_enabled
    set_num_threads set_printoptions set_warn_always set_float32_matmul_precision
    use_deterministic_algorithms""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""Functions of torch that set something `setting` keeps: they act even if nothing differs."""

_TORCH_EXTRA = frozenset(
    """tensor as_tensor asarray from_numpy Size device Tensor is_tensor is_storage numel typename
    finfo iinfo dtype get_default_dtype get_default_device get_num_threads get_rng_state
    initial_seed is_grad_enabled is_inference_mode_enabled equal sym_int sym_float
    compiled_with_cxx11_abi""".split()  # noqa: SIM905 - a table of names reads better as words
)

FUNCTIONS: dict[ModuleType, frozenset[str]] = {
    torch: (torch_private.NATIVE_FUNCTIONS | frozenset(torch.functional.__all__) | _TORCH_EXTRA)
    - _REFUSED_FUNCTIONS
    | SETTERS,
    torch.linalg: _public(torch.linalg),
    torch.fft: _public(torch.fft),
    torch.special: _public(torch.special),
    functional: _public(functional) - _REFUSED_FUNCTIONS,
    torch.cuda: frozenset(("is_available", "device_count")),
    math: _public(math),
}
"""Module -> its functions that a covered line may call."""

WRITES_ARGUMENTS = frozenset(
    name
    for names in FUNCTIONS.values()
    for name in names
    if "batch_norm" in name
    or "instance_norm" in name
    or "moving_avg" in name
    or name in ("embedding", "embedding_bag")
)
"""Functions that may write their arguments without saying so in their name."""

ARRAY_FUNCTIONS = frozenset(("from_numpy", "tensor", "as_tensor", "asarray"))
"""Functions of torch that may be given a NumPy array."""

METHODS = frozenset(name for name in dir(torch.Tensor) if not name.startswith("_")) - frozenset(
    """backward register_hook register_post_accumulate_grad_hook retain_grad detach_
        set_ apply_ map_ map2_ resize resize_ resize_as resize_as_ resize_as_sparse_ sparse_resize_
        sparse_resize_and_clear_ share_memory_ pin_memory record_stream module_load reinforce
        storage untyped_storage storage_type as_subclass volatile data_ptr const_data_ptr
        rename_ align_to requires_grad grad data""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""Methods of tensors that a covered line may call."""

ATTRIBUTES = frozenset(
    """shape dtype device layout T mT H mH real imag grad data requires_grad is_leaf grad_fn ndim
    itemsize nbytes retains_grad is_sparse is_quantized is_meta is_cuda is_cpu is_nested output_nr
    next_functions type index values indices min max solution LU pivots Q R U S V Vh""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""Attributes that a covered line may read of a tensor or of what torch returned."""

SETTABLE = frozenset(("grad", "requires_grad"))
"""Attributes of a tensor that a covered line may set."""

PLAIN_METHODS = frozenset(
    name
    for kind in (str, bytes, int, float, complex, tuple, torch.Size, type(torch.float32))
    for name in dir(kind)
    if not name.startswith("_")
)
"""Methods of what cannot change."""

READING_METHODS = frozenset(("keys", "values", "items", "get", "index", "count", "copy"))
"""Methods of lists and dicts that leave them alone."""

HOLDER_METHODS = frozenset(name for kind in (list, dict, set) for name in dir(kind))

BUILTINS = frozenset(
    """print len range float int bool complex str repr abs min max sum round sorted tuple list dict
    set zip enumerate isinstance type id slice divmod pow any all reversed format""".split()  # noqa: SIM905 - a table of names reads better as words
)
GRAD_CONTEXTS: tuple[Callable[..., object], ...] = (
    torch.no_grad,
    torch.enable_grad,
    torch.inference_mode,
    torch.set_grad_enabled,
)
EXCEPTIONS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
IMMUTABLES = (
    int,
    float,
    complex,
    bool,
    str,
    bytes,
    type(None),
    range,
    slice,
    type(...),
    torch.dtype,
    torch.device,
    torch.Size,
    torch.layout,
    torch.memory_format,
)
