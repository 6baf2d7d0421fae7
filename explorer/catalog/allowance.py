"""What an expression that is evaluated unasked may call and read: names of torch that only compute.

None of them writes, draws random numbers, touches a file, or calls what it is given. A name counts
as safe only once somebody has looked at it, so this is a table and not read from torch: its own tags
miss much of what writes or draws. A test holds it against all that the engine's catalogue knows.
"""

import re

from explorer.text import Text, tr

ROOTS = {"torch": "torch", "F": "torch.nn.functional"}
"""Names by which scripts know torch and its functions."""

# ruff: noqa: SIM905 - tables of names read better as words

_BOTH = """
abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr adjoint all allclose amax amin
aminmax angle any arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort
argwhere asin asinh atan atan2 atanh baddbmm bitwise_and bitwise_left_shift bitwise_not bitwise_or
bitwise_right_shift bitwise_xor bmm broadcast_to ceil cholesky cholesky_inverse cholesky_solve
chunk clamp clamp_max clamp_min clip clone conj conj_physical copysign corrcoef cos cosh
count_nonzero cov cross cummax cummin cumprod cumsum deg2rad dequantize det detach diag diag_embed
diagflat diagonal diagonal_scatter diff digamma dist div divide dot dsplit eq equal erf erfc
erfinv exp exp2 expm1 fix flatten flip fliplr flipud float_power floor floor_divide fmax fmin fmod
frac frexp gather gcd ge geqrf ger greater greater_equal gt hardshrink hash_tensor heaviside histc
histogram hsplit hypot i0 igamma igammac imag index_add index_copy index_fill index_reduce
index_select inner int_repr inverse is_complex is_floating_point isclose isfinite isinf isnan
isneginf isposinf isreal istft kron kthvalue lcm ldexp le lerp less less_equal lgamma log log10
log1p log2 log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_not logical_or
logical_xor logit logsumexp lt masked_fill masked_scatter masked_select matmul matrix_exp
matrix_power max maximum mean median min minimum mm mode moveaxis movedim msort mul multiply mv
mvlgamma nan_to_num nanmean nanmedian nanquantile nansum narrow ne neg negative nextafter nonzero
nonzero_static not_equal numel orgqr ormqr outer permute pinverse polygamma positive pow prelu
prod qr quantile rad2deg ravel real reciprocal relu remainder renorm reshape resolve_conj
resolve_neg roll rot90 round rsqrt scatter scatter_add scatter_reduce select select_scatter sgn
sigmoid sign signbit sin sinc sinh slice_scatter slogdet softmax sort split split_with_sizes sqrt
square squeeze std stft sub subtract sum svd swapaxes swapdims t take take_along_dim tan tanh
tensor_split tile topk trace transpose triangular_solve tril triu true_divide trunc unbind
unflatten unique unique_consecutive unsqueeze var vdot vsplit where xlogy
""".split()
"""Functions of torch that are methods of tensors too."""

_TORCH_ONLY = """
adaptive_avg_pool1d arange as_tensor atleast_1d atleast_2d atleast_3d avg_pool1d bartlett_window
bilinear blackman_window block_diag broadcast_tensors bucketize cartesian_prod cat cdist celu
chain_matmul channel_shuffle column_stack combinations complex concat concatenate conv1d conv2d
conv3d conv_transpose1d conv_transpose2d conv_transpose3d cosine_similarity cumulative_trapezoid
dstack einsum eye full full_like gradient hamming_window hann_window histogramdd hstack isin
kaiser_window linspace logspace lu lu_unpack meshgrid norm ones ones_like pairwise_distance pdist
pixel_shuffle pixel_unshuffle polar range row_stack scalar_tensor searchsorted selu
stack std_mean tensor tensordot trapezoid trapz tril_indices triu_indices unravel_index vander
var_mean view_as_complex view_as_real vstack zeros zeros_like
""".split()
_MODULES = {
    "torch.nn.functional": """
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
adaptive_max_pool1d_with_indices adaptive_max_pool2d adaptive_max_pool2d_with_indices
adaptive_max_pool3d adaptive_max_pool3d_with_indices affine_grid avg_pool1d avg_pool2d avg_pool3d
bilinear binary_cross_entropy binary_cross_entropy_with_logits celu channel_shuffle conv1d conv2d
conv3d conv_transpose1d conv_transpose2d conv_transpose3d cosine_embedding_loss cosine_similarity
cross_entropy elu embedding fold gaussian_nll_loss gelu glu grid_sample
group_norm hardshrink hardsigmoid hardswish hardtanh hinge_embedding_loss huber_loss interpolate
kl_div l1_loss layer_norm leaky_relu linear local_response_norm log_softmax logsigmoid lp_pool1d
lp_pool2d lp_pool3d margin_ranking_loss max_pool1d max_pool1d_with_indices max_pool2d
max_pool2d_with_indices max_pool3d max_pool3d_with_indices max_unpool1d max_unpool2d max_unpool3d
mish mse_loss multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss nll_loss
normalize pad pairwise_distance pdist pixel_shuffle pixel_unshuffle poisson_nll_loss prelu relu
relu6 rms_norm selu sigmoid silu smooth_l1_loss soft_margin_loss softmax softmin softplus
softshrink softsign tanh tanhshrink threshold triplet_margin_loss unfold
""",
    "torch.linalg": """
cholesky cholesky_ex cond cross det diagonal eig eigh eigvals eigvalsh householder_product inv
inv_ex ldl_factor ldl_factor_ex lstsq lu lu_factor lu_factor_ex matmul
matrix_exp matrix_norm matrix_power matrix_rank multi_dot norm pinv qr slogdet solve solve_ex
solve_triangular svd svdvals tensorinv tensorsolve vander vecdot vector_norm
""",
    "torch.fft": """
fft fft2 fftfreq fftn fftshift hfft hfft2 hfftn ifft ifft2 ifftn ifftshift ihfft ihfft2 ihfftn
irfft irfft2 irfftn rfft rfft2 rfftfreq rfftn
""",
    "torch.special": """
airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u
chebyshev_polynomial_v chebyshev_polynomial_w digamma entr erf erfc erfcx erfinv exp2 expit expm1
gammainc gammaincc gammaln hermite_polynomial_h hermite_polynomial_he i0 i0e i1 i1e
laguerre_polynomial_l legendre_polynomial_p log1p log_ndtr log_softmax logit logsumexp
modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 multigammaln ndtr
ndtri polygamma psi round scaled_modified_bessel_k0 scaled_modified_bessel_k1
shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v
shifted_chebyshev_polynomial_w sinc softmax spherical_bessel_j0 xlog1py xlogy zeta
""",
    "torch.signal.windows": """
bartlett blackman cosine exponential gaussian general_cosine general_hamming hamming hann kaiser
nuttall
""",
    "torch.masked": """
amax amin argmax argmin cumprod cumsum log_softmax logaddexp logsumexp mean median norm normalize
prod softmax softmin std sum var
""",
    "torch.sparse": """
addmm log_softmax mm sampled_addmm softmax spdiags sum
""",
}
_CONSTANTS = """
pi e inf nan newaxis bool uint8 int8 int16 int32 int64 uint16 uint32 uint64 half float16 bfloat16
float float32 double float64 complex32 complex64 complex128 cfloat cdouble short int long
""".split()
_METHODS_ONLY = """
bfloat16 bool byte cdouble cfloat chalf char coalesce col_indices contiguous cpu crow_indices cuda
dim double expand expand_as float half index_put indices int is_contiguous long lu ndimension
nelement new_full new_ones new_tensor new_zeros norm put repeat reshape_as short size sparse_mask
std stride sum_to_size to to_dense to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr
to_sparse_coo to_sparse_csc to_sparse_csr type_as unfold values view view_as xpu
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
_IN_PLACE_AFTER = {
    1: "hardsigmoid hardswish mish relu relu6 selu silu",
    2: "celu elu leaky_relu",
    3: "hardtanh threshold embedding",
    4: "normalize",
}
POSITIONAL = {
    "torch.norm": 4,
    "torch.tensordot": 3,
    **{
        f"torch.nn.functional.{name}": count
        for count, names in _IN_PLACE_AFTER.items()
        for name in names.split()
    },
}
"""How many arguments go before one into which a function writes."""
KEYWORDS = frozenset(
    "out inplace generator pin_memory names requires_grad memory_format key file max_norm".split()
)
"""Keywords that nobody may give."""

_FILES = "load save from_file frombuffer open fromfile memmap hub"
_CODE = """eval exec compile getattr setattr delattr globals locals vars import_module map_ map2_ apply_
apply vmap backward autograd jit ops compiler register_hook register_post_accumulate_grad_hook classes
library type input breakpoint print help requires_grad_ triplet_margin_with_distance_loss"""
_MEMORY = """storage untyped_storage data_ptr const_data_ptr set_ share_memory_ from_dlpack from_numpy
as_strided as_strided_scatter asarray to_dlpack grad_fn resize as_subclass pin_memory is_set_to"""
_SETTINGS = """set_default_device set_default_dtype set_num_threads set_printoptions set_rng_state
retain_grad record_stream module_load batch_norm instance_norm"""
_MACHINERY = """index is_masked_tensor conv_tbc grouped_mm scaled_grouped_mm scaled_mm linear_cross_entropy storage_type to_mkldnn
smm sspaddmm hspmm spsolve to_sparse_semi_structured upsample upsample_bilinear upsample_nearest qscheme ipu
mtia q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point"""
_TRUSTING = """sparse_coo_tensor sparse_csr_tensor sparse_csc_tensor sparse_bsr_tensor sparse_bsc_tensor
sparse_compressed_tensor lu_solve ldl_solve embedding_bag ctc_loss segment_reduce"""
_NUMBERS = "item tolist numpy tobytes dumps"
_RANDOM = """rand randn randint randperm rand_like randn_like randint_like normal bernoulli multinomial
poisson dropout dropout1d dropout2d dropout3d alpha_dropout feature_dropout feature_alpha_dropout rrelu
gumbel_softmax fractional_max_pool2d fractional_max_pool2d_with_indices fractional_max_pool3d
fractional_max_pool3d_with_indices scaled_dot_product_attention multi_head_attention_forward lobpcg
pca_lowrank svd_lowrank seed manual_seed empty empty_like empty_strided empty_permuted new_empty
new_empty_strided"""
_UNBOUNDED = "bincount one_hot repeat_interleave"
_TOLD = """broadcast_shapes can_cast promote_types result_type get_default_device get_default_dtype
get_num_threads get_rng_state initial_seed is_conj is_grad_enabled is_inference is_inference_mode_enabled
is_nonzero is_tensor is_available device_count dense_dim dim_order element_size get_device
is_coalesced is_neg is_pinned is_shared is_signed sparse_dim storage_offset grad_dtype is_cpu is_cuda is_ipu
is_leaf is_meta is_mps is_quantized is_sparse is_sparse_csr is_xla is_xpu itemsize nbytes requires_grad
retains_grad"""

MACHINERY: Text = "{name} is a part of torch's machinery, or out of use"
_NEVER: tuple[tuple[str, Text], ...] = (
    (_FILES, "{name} reads or writes files, which is not done unasked"),
    (_CODE, "{name} can run code, which is not done unasked"),
    (_MEMORY, "{name} reaches into memory, which is not done unasked"),
    (_SETTINGS, "{name} changes how later lines work, which is not done unasked"),
    (_TRUSTING, "{name} trusts its indices, and wrong ones would end the engine"),
    (_MACHINERY, MACHINERY),
)
"""What is refused wherever it stands in a name."""
_ONCE: tuple[tuple[str, Text], ...] = (
    (_NUMBERS, "{name} leaves torch: a heat map shows tensors as they are"),
    (_RANDOM, "{name} gives other values each time, and takes random numbers"),
    (_UNBOUNDED, "{name} makes a result as large as the values say, without a bound"),
    (_TOLD, "{name} tells about tensors, and gives none to show"),
)
"""What a script may do unasked, but not an expression that is evaluated again and again."""

ONCE = frozenset(name for names, _ in _ONCE for name in names.split())
"""Names, without their modules, of what a script may do unasked and an expression may not."""
_WHY_NEVER = {name: why for names, why in _NEVER for name in names.split()}
_WHY_ONCE = {name: why for names, why in _ONCE for name in names.split()}
_MACHINERY_NAME = re.compile(
    "(?:cudnn|fake_quantize|fbgemm|miopen|mkldnn|native|quantize|quantized|unsafe)_|(?!index_).*_copy$"
)


def why_not(name: str, default: str | None = None) -> str:
    """Return why `name` can't be called or read; `default` where nothing is known about it."""
    parts = name.split(".")
    last = parts[-1]
    why = next((_WHY_NEVER[part] for part in parts if part in _WHY_NEVER), _WHY_ONCE.get(last))
    if last.startswith("_"):
        reason = tr("{name} begins with _: it is not for us to use", name=last)
    elif why or _MACHINERY_NAME.match(last):
        reason = tr(why or MACHINERY, name=name)
    elif last.endswith("_"):
        reason = tr("{name} writes into its tensor: looking must not change it", name=name)
    elif default is not None:
        reason = default
    else:
        reason = tr("{name} is not among the functions that only compute", name=name)
    return reason
