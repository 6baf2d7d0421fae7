"""The words that some parameters take, which none of torch's own lists has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What `parameter` of the functions `names` takes; of all functions that have it if `names` is "".

    Names stand without their modules: a method takes what the function takes.
    """

    parameter: str
    names: str
    choices: str


ENUMS: tuple[Words, ...] = (
    Words("reduction", "kl_div", "none batchmean mean sum"),
    Words("reduction", "", "none mean sum"),
    Words("reduce", "scatter scatter_", "add multiply"),
    Words("reduce", "scatter_reduce scatter_reduce_", "sum prod mean amax amin"),
    Words("reduce", "index_reduce index_reduce_", "prod mean amax amin"),
    Words("reduce", "mm", "sum mean amax amin"),
    Words("reduce", "segment_reduce", "sum mean max min prod"),
    Words("rounding_mode", "", "trunc floor"),
    Words("indexing", "meshgrid", "ij xy"),
    Words("interpolation", "quantile nanquantile", "linear lower higher midpoint nearest"),
    Words("side", "searchsorted", "left right"),
    Words("approximate", "gelu", "none tanh"),
    Words(
        "compute_mode",
        "cdist",
        "use_mm_for_euclid_dist_if_necessary use_mm_for_euclid_dist donot_use_mm_for_euclid_dist",
    ),
    Words("pad_mode", "stft", "constant reflect replicate circular"),
    Words("mode", "pad", "constant reflect replicate circular"),
    Words("mode", "interpolate", "nearest linear bilinear bicubic trilinear area nearest-exact"),
    Words("mode", "upsample", "nearest linear bilinear bicubic trilinear"),
    Words("mode", "grid_sample", "bilinear nearest bicubic"),
    Words("padding_mode", "grid_sample", "zeros border reflection"),
    Words("mode", "embedding_bag", "sum mean max"),
    Words("mode", "qr", "reduced complete r"),
    Words("padding", "conv1d conv2d conv3d", "valid same"),
    Words("ord", "norm matrix_norm", "fro nuc"),
    Words("p", "norm cond", "fro nuc"),
    Words("norm", "", "forward backward ortho"),
    Words("driver", "lstsq", "gels gelsy gelsd gelss"),
    Words("driver", "svd svdvals", "gesvd gesvdj gesvda"),
    Words("UPLO", "eigh eigvalsh", "L U"),
    Words("method", "lobpcg", "basic ortho"),
    Words("profile", "set_printoptions", "default short full"),
)
"""Of several rows that fit, the first one holds."""


def choices(name: str, parameter: str) -> tuple[str, ...]:
    """Return the words that `parameter` of the function `name` takes; () if it takes any or none."""
    for row in ENUMS:
        if row.parameter == parameter and (not row.names or name in row.names.split()):
            return tuple(row.choices.split())
    return ()
