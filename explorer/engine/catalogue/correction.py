"""What torch's sources leave out or have wrong, in the notation of its stubs."""

_CASTS = """bfloat16 bool byte cdouble cfloat chalf char double float half int long short"""
_CAST = "(self, *, memory_format: memory_format = torch.preserve_format) -> Tensor"
_UNIQUE = "sorted: bool = True, return_inverse: bool = False, return_counts: bool = False"
_CONSECUTIVE = "return_inverse: bool = False, return_counts: bool = False, dim: int | None = None"
_SPLIT = "split_size_or_sections: int | Sequence[int], dim: int = 0"

CORRECTIONS: dict[str, tuple[str, ...]] = {
    # The stub forgets what these take.
    **{f"Tensor.{name}": (_CAST,) for name in _CASTS.split()},
    # They take whatever they are given and hand it on.
    "torch.unique": (f"(input: Tensor, {_UNIQUE}, dim: int | None = None) -> Tensor",),
    "torch.unique_consecutive": (f"(input: Tensor, {_CONSECUTIVE}) -> Tensor",),
    "torch.lu": (
        "(A: Tensor, pivot: bool = True, get_infos: bool = False) -> tuple[Tensor, Tensor]",
    ),
    "Tensor.new": ("(self, *size: int) -> Tensor",),
    # Without types in Python.
    "torch.from_numpy": ("(ndarray: Tensor) -> Tensor",),
    "torch.broadcast_tensors": ("(*tensors: Tensor) -> tuple[Tensor, ...]",),
    "torch.block_diag": ("(*tensors: Tensor) -> Tensor",),
    "torch.cartesian_prod": ("(*tensors: Tensor) -> Tensor",),
    "torch.chain_matmul": ("(*matrices: Tensor, out: Tensor | None = None) -> Tensor",),
    "torch.einsum": ("(equation: str, *operands: Tensor) -> Tensor",),
    "torch.meshgrid": ("(*tensors: Tensor, indexing: str | None = None) -> tuple[Tensor, ...]",),
    **{f"torch.atleast_{n}d": ("(*tensors: Tensor) -> Tensor",) for n in (1, 2, 3)},
    "torch.broadcast_shapes": ("(*shapes: Size) -> Size",),
    "torch.split": (f"(tensor: Tensor, {_SPLIT}) -> tuple[Tensor, ...]",),
    "torch.tensordot": (
        "(a: Tensor, b: Tensor, dims: int | Sequence[Sequence[int]] | Tensor = 2, "
        "out: Tensor | None = None) -> Tensor",
    ),
    "torch.norm": (
        "(input: Tensor, p: float | str | None = 'fro', dim: int | Sequence[int] | None = None, "
        "keepdim: bool = False, out: Tensor | None = None, dtype: dtype | None = None) -> Tensor",
    ),
    "Tensor.norm": (
        "(self, p: float | str | None = 'fro', dim: int | Sequence[int] | None = None, "
        "keepdim: bool = False, dtype: dtype | None = None) -> Tensor",
    ),
    "Tensor.index": (),
    "torch.manual_seed": ("(seed: int) -> Generator",),
    "torch.set_default_dtype": ("(d: dtype) -> None",),
    "torch.nn.functional.logsigmoid": ("(input: Tensor) -> Tensor",),
}
"""The overloads of an operator, by its path, in place of all that the sources say."""
