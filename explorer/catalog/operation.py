"""What an expression that is evaluated unasked may call and read: names of torch that only compute.

None of them writes, draws random numbers, touches a file, or calls what it is given.
"""

from explorer.text import tr

ROOTS = {"torch": "torch", "F": "torch.nn.functional"}
"""Names by which scripts know torch and its functions."""

# ruff: noqa: SIM905 - tables of names read better as words

_BOTH = """
abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr adjoint all allclose amax amin
aminmax angle any arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort
argwhere asin asinh atan atan2 atanh baddbmm bitwise_and bitwise_left_shift bitwise_not bitwise_or
bitwise_right_shift bitwise_xor bmm broadcast_to ceil cholesky chunk clamp clamp_max clamp_min clip
clone conj conj_physical copysign corrcoef cos cosh count_nonzero cov cross cummax cummin cumprod
cumsum deg2rad dequantize det detach diag diag_embed diagflat diagonal diagonal_scatter diff digamma
dist div divide dot dsplit eq equal erf erfc erfinv exp exp2 expm1 fix flatten flip fliplr flipud
float_power floor floor_divide fmax fmin fmod frac frexp gather gcd ge greater greater_equal gt
hardshrink heaviside histc hsplit hypot i0 igamma igammac imag index_add index_copy index_fill
index_select inner int_repr inverse is_complex is_floating_point isclose isfinite isinf isnan
isneginf isposinf isreal kron kthvalue lcm ldexp le lerp less less_equal lgamma log log10 log1p log2
log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_not logical_or logical_xor
logit logsumexp lt masked_fill masked_scatter masked_select matmul matrix_exp matrix_power max
maximum mean median min minimum mm mode moveaxis movedim msort mul multiply mv mvlgamma nan_to_num
nanmean nanmedian nanquantile nansum narrow ne neg negative nextafter nonzero not_equal numel outer
permute pinverse polygamma positive pow prelu prod qr quantile rad2deg ravel real reciprocal relu
remainder renorm reshape resolve_conj resolve_neg roll rot90 round rsqrt scatter scatter_add
scatter_reduce select select_scatter sgn sigmoid sign signbit sin sinc sinh slice_scatter slogdet
softmax sort split sqrt square squeeze std sub subtract sum svd swapaxes swapdims t take
take_along_dim tan tanh tensor_split tile topk trace transpose tril triu true_divide trunc unbind
unflatten unique unique_consecutive unsqueeze var vdot vsplit where
xlogy
""".split()
"""Functions of torch that are methods of tensors too."""

_TORCH_ONLY = """
arange as_tensor atleast_1d atleast_2d atleast_3d block_diag broadcast_tensors cat cdist celu
column_stack complex concat concatenate conv1d conv2d cosine_similarity cumulative_trapezoid dstack
einsum eye full full_like hann_window hstack linspace logspace meshgrid norm ones ones_like
pairwise_distance polar row_stack scalar_tensor selu stack std_mean tensor tensordot trapezoid trapz
tril_indices triu_indices vander var_mean view_as_complex view_as_real vstack zeros zeros_like
""".split()
_MODULES = {
    "torch.nn.functional": """
adaptive_avg_pool1d adaptive_avg_pool2d avg_pool1d avg_pool2d binary_cross_entropy
binary_cross_entropy_with_logits conv1d conv2d cosine_similarity cross_entropy gelu huber_loss
interpolate kl_div l1_loss layer_norm linear log_softmax logsigmoid mse_loss nll_loss normalize pad
pairwise_distance pixel_shuffle relu sigmoid smooth_l1_loss softmax softmin softplus softsign tanh
tanhshrink
""",
    "torch.linalg": """
cholesky cond cross det diagonal eigh eigvals eigvalsh inv matrix_norm matrix_power matrix_rank
multi_dot norm pinv qr slogdet solve svd svdvals tensorinv vander vecdot vector_norm
""",
    "torch.fft": """
fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2
rfftfreq rfftn
""",
    "torch.special": """
bessel_j0 bessel_j1 digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammaln i0 i0e i1 i1e
log1p log_ndtr log_softmax logit logsumexp ndtr ndtri polygamma psi sinc softmax xlog1py xlogy zeta
""",
}
_CONSTANTS = """
pi e inf nan newaxis bool uint8 int8 int16 int32 int64 uint16 uint32 uint64 half float16 bfloat16
float float32 double float64 complex32 complex64 complex128 cfloat cdouble short int long
""".split()
_METHODS_ONLY = """
bfloat16 bool byte cdouble cfloat char coalesce col_indices contiguous cpu crow_indices cuda dim
double expand expand_as float half indices int is_contiguous long ndimension nelement new_full
new_ones new_tensor new_zeros norm repeat reshape_as short size std stride sum_to_size to to_dense
type_as unfold values view view_as
""".split()

FUNCTIONS = frozenset(
    [
        *(f"torch.{name}" for name in (*_BOTH, *_TORCH_ONLY)),
        *(f"{module}.{name}" for module, names in _MODULES.items() for name in names.split()),
    ]
)
CONSTANTS = frozenset(f"torch.{name}" for name in _CONSTANTS)
METHODS = frozenset((*_BOTH, *_METHODS_ONLY))
BUILTINS = frozenset(("abs", "len"))
ATTRIBUTES = frozenset(
    """shape dtype device layout ndim T mT H mH real imag grad data values indices sign logabsdet
    Q R U S V Vh eigenvalues eigenvectors min max mantissa exponent""".split()
)
"""Attributes of tensors, and of what torch's functions return together."""
POSITIONAL = {
    "torch.norm": 4,
    "torch.tensordot": 3,
    "torch.nn.functional.normalize": 4,
    "torch.nn.functional.relu": 1,
}
"""How many arguments go before one into which a function writes."""
KEYWORDS = frozenset(
    "out inplace generator pin_memory names requires_grad memory_format key file".split()
)
"""Keywords that nobody may give."""

_FILES = frozenset("load save from_file frombuffer open fromfile memmap hub".split())
_CODE = frozenset(
    """eval exec compile getattr setattr delattr globals locals vars import_module map_ map2_ apply_
    apply vmap backward autograd jit ops compiler register_hook requires_grad_ classes library
    type input breakpoint print help""".split()
)
_NUMBERS = frozenset("item tolist numpy tobytes dumps".split())
_MEMORY = frozenset(
    """storage untyped_storage data_ptr set_ share_memory_ from_dlpack from_numpy as_strided
    to_dlpack grad_fn resize as_subclass""".split()
)
_RANDOM = frozenset(
    """rand randn randint randperm rand_like randn_like randint_like normal bernoulli multinomial
    poisson dropout alpha_dropout feature_dropout rrelu gumbel_softmax seed manual_seed empty
    empty_like empty_strided new_empty""".split()
)


def why_not(name: str, default: str | None = None) -> str:
    """Return why `name` can't be called or read; `default` where nothing is known about it."""
    parts, last = set(name.split(".")), name.rpartition(".")[2]
    if last.startswith("_"):
        reason = tr("{name} begins with _: it is not for us to use", name=last)
    elif parts & _FILES:
        reason = tr("{name} reads or writes files, which is not done unasked", name=name)
    elif parts & _CODE:
        reason = tr("{name} can run code, which is not done unasked", name=name)
    elif last in _NUMBERS:
        reason = tr("{name} leaves torch: a heat map shows tensors as they are", name=name)
    elif last in _MEMORY:
        reason = tr("{name} reaches into memory, which is not done unasked", name=name)
    elif last in _RANDOM:
        reason = tr("{name} gives other values each time, and takes random numbers", name=name)
    elif last.endswith("_"):
        reason = tr("{name} writes into its tensor: looking must not change it", name=name)
    elif default is not None:
        reason = default
    else:
        reason = tr("{name} is not among the functions that only compute", name=name)
    return reason
