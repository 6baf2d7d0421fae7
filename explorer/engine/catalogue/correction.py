"""What torch's sources leave out or have wrong, in the notation of its stubs."""

_CASTS = """bfloat16 bool byte cdouble cfloat chalf char double float half int long short"""
_CAST = "(self, *, memory_format: memory_format = torch.preserve_format) -> Tensor"
_MOVE = (
    "(self, device: device | None = None, non_blocking: bool = False, "
    "memory_format: memory_format = torch.preserve_format) -> Tensor"
)
_UNIQUE = "sorted: bool = True, return_inverse: bool = False, return_counts: bool = False"
_ROW = "tensors: Tensor | list[Tensor]"
_CONSECUTIVE = "return_inverse: bool = False, return_counts: bool = False, dim: int | None = None"
_RANGE = "start: Number | Tensor, end: Number | Tensor, steps: int"
_KIND = (
    "*, out: Tensor | None = None, dtype: dtype | None = None, layout: layout | None = None, "
    "device: DeviceLikeType | None = None, requires_grad: bool = False, pin_memory: bool = False"
)
_SPLIT = "split_size_or_sections: int | Sequence[int], dim: int = 0"

CORRECTIONS: dict[str, str] = {
    # The stub forgets what these take.
    **{f"Tensor.{name}": _CAST for name in _CASTS.split()},
    # The stub leaves out the number of steps, without which they fail.
    "torch.linspace": f"({_RANGE}, {_KIND}) -> Tensor",
    "torch.logspace": f"({_RANGE}, base: float = 10.0, {_KIND}) -> Tensor",
    # They take whatever they are given and hand it on.
    "torch.unique": f"(input: Tensor, {_UNIQUE}, dim: int | None = None) -> Tensor",
    "torch.unique_consecutive": f"(input: Tensor, {_CONSECUTIVE}) -> Tensor",
    "torch.lu": (
        "(A: Tensor, pivot: bool = True, get_infos: bool = False, "
        "out: tuple[Tensor, ...] | None = None) -> tuple[Tensor, Tensor]"
    ),
    "Tensor.new": "(self, *size: int) -> Tensor",
    # Without types in Python.
    "torch.from_numpy": "(ndarray: Tensor) -> Tensor",
    "torch.broadcast_tensors": "(*tensors: Tensor) -> tuple[Tensor, ...]",
    "torch.block_diag": "(*tensors: Tensor) -> Tensor",
    "torch.cartesian_prod": "(*tensors: Tensor) -> Tensor",
    "torch.chain_matmul": "(*matrices: Tensor, out: Tensor | None = None) -> Tensor",
    "torch.einsum": "(equation: str, *operands: Tensor | list[Tensor]) -> Tensor",
    "torch.meshgrid": f"(*{_ROW}, indexing: str | None = None) -> tuple[Tensor, ...]",
    **{f"torch.atleast_{n}d": f"(*{_ROW}) -> Tensor" for n in (1, 2, 3)},
    "torch.broadcast_shapes": "(*shapes: Size) -> Size",
    "torch.split": f"(tensor: Tensor, {_SPLIT}) -> tuple[Tensor, ...]",
    "torch.tensordot": (
        "(a: Tensor, b: Tensor, dims: int | Sequence[int] | Tensor = 2, "
        "out: Tensor | None = None) -> Tensor"
    ),
    "torch.norm": (
        "(input: Tensor, p: float | str | None = 'fro', dim: int | Sequence[int] | None = None, "
        "keepdim: bool = False, out: Tensor | None = None, dtype: dtype | None = None) -> Tensor"
    ),
    "Tensor.norm": (
        "(self, p: float | str | None = 'fro', dim: int | Sequence[int] | None = None, "
        "keepdim: bool = False, dtype: dtype | None = None) -> Tensor"
    ),
    "torch.get_device": "(input: Tensor) -> int",
    "Tensor.const_data_ptr": "(self) -> int",
    **{f"Tensor.{name}": _MOVE for name in ("ipu", "mtia")},
    # Of a scalar, and of anything else, which needs to be told from which gradient it starts.
    "Tensor.backward": "\n".join(
        f"(self, {gradient}retain_graph: bool | None = None, create_graph: bool = False, "
        "inputs: list[Tensor] | None = None) -> None"
        for gradient in ("*, ", "gradient: Tensor, ")
    ),
    "torch.manual_seed": "(seed: int) -> Generator",
    "torch.set_default_dtype": "(d: dtype) -> None",
    "torch.nn.functional.logsigmoid": "(input: Tensor) -> Tensor",
}
"""The overloads of an operator, a line each, by its path, in place of all that the sources say."""

TYPES: dict[str, str] = {
    "torch.nn.functional.ctc_loss": "(input_lengths: list[int], target_lengths: list[int])",
}
"""What some parameters take besides what the sources say."""
