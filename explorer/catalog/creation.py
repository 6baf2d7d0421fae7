"""The operators that make a tensor, in the order in which the tutorial meets them."""

from explorer.catalog.operator import Operator
from explorer.catalog.signature import Parameter
from explorer.text import Text

SHAPE: Text = "From a size"
RANDOM: Text = "Random"
VALUES: Text = "From values"
RANGE: Text = "Ranges"
LIKE: Text = "Like another tensor"
NEW: Text = "New, of a tensor's kind"
PARTS: Text = "From tensors"

_SIZE = Parameter(
    name="size", kinds=("size",), help="How long each dimension is: 5, 3 has 5 rows and 3 columns."
)
_DTYPE = Parameter(
    name="dtype",
    kinds=("dtype",),
    default="None",
    passing="keyword",
    help="The type of the values.",
)
_DEVICE = Parameter(
    name="device",
    kinds=("device",),
    default="None",
    passing="keyword",
    help="Where the values are kept.",
)
_REQUIRES_GRAD = Parameter(
    name="requires_grad",
    kinds=("boolean",),
    default="False",
    passing="keyword",
    help="Record what is computed from it, for backward. Needs a dtype of fractions.",
)
_KIND = (_DTYPE, _DEVICE, _REQUIRES_GRAD)
_INPUT = Parameter(
    name="input", kinds=("tensor",), help="The tensor whose size, dtype and device are taken."
)
_SELF = Parameter(
    name="self", kinds=("tensor",), help="The tensor whose dtype and device are taken."
)
_FILL = Parameter(name="fill_value", kinds=("number",), help="The value of every element.")
_DATA = Parameter(
    name="data", kinds=("data",), help="The values: nested lists, or rows from a spreadsheet."
)
_LOW = Parameter(name="low", kinds=("integer",), help="The smallest value, 0 if left empty.")
_HIGH = Parameter(name="high", kinds=("integer",), help="One more than the largest value.")
_START = Parameter(name="start", kinds=("number",), help="The first value.")
_END = Parameter(name="end", kinds=("number",), help="The last value.")
_STEPS = Parameter(name="steps", kinds=("count",), help="How many values, both ends included.")
_MATRIX = Parameter(name="input", kinds=("tensor",), help="The matrix, or a batch of them.")
_DIAGONAL = Parameter(
    name="diagonal",
    kinds=("integer",),
    default="0",
    help="0 is the main diagonal, 1 the one above it, -1 the one below.",
)

CREATION: tuple[Operator, ...] = (
    Operator(
        "torch.empty",
        "Memory as it is",
        SHAPE,
        (_SIZE, *_KIND),
        "Reserves memory without filling it: the values are whatever was there before.",
        "y = torch.empty(5, 3)",
        badge="uninitialised",
        words="uninitialised, allocate, memory, kong zhang liang, wei chu shi hua",
    ),
    Operator(
        "torch.rand",
        "Uniform from 0 to 1",
        RANDOM,
        (_SIZE, *_KIND),
        "Random fractions from 0 up to but not including 1, all equally likely.",
        "y = torch.rand(5, 3)",
        random=True,
        words="random, uniform, sui ji, jun yun fen bu",
    ),
    Operator(
        "torch.randn",
        "Standard normal",
        RANDOM,
        (_SIZE, *_KIND),
        "Random values from the normal distribution with mean 0 and standard deviation 1.",
        "y = torch.randn(5, 3)",
        random=True,
        words="random, gaussian, normal, sui ji, zheng tai fen bu, gao si",
    ),
    Operator(
        "torch.randint",
        "Whole numbers",
        RANDOM,
        (_LOW, _HIGH, _SIZE, *_KIND),
        "Random whole numbers from low up to but not including high, as int64.",
        "y = torch.randint(1, 4, (2, 3, 2))",
        longer=("low",),
        random=True,
        words="random, integers, dice, sui ji zheng shu",
    ),
    Operator(
        "torch.randperm",
        "Shuffled numbers",
        RANDOM,
        (Parameter(name="n", kinds=("count",), help="How many numbers: 0, 1, 2 ... n-1."), *_KIND),
        "The whole numbers from 0 to n-1, each once, in random order.",
        "y = torch.randperm(10)",
        random=True,
        words="random, shuffle, permutation, sui ji pai lie, da luan",
    ),
    Operator(
        "torch.tensor",
        "The values you give",
        VALUES,
        (_DATA, *_KIND),
        "Copies the values: whole numbers become int64, fractions the default, float32.",
        "y = torch.tensor([5.5, 3])",
        words="list, array, values, numbers, zhang liang, chuang jian",
    ),
    Operator(
        "torch.zeros",
        "All 0",
        SHAPE,
        (_SIZE, *_KIND),
        "Every element is 0.",
        "y = torch.zeros(5, 3)",
        words="zero, blank, quan ling, ling",
    ),
    Operator(
        "torch.ones",
        "All 1",
        SHAPE,
        (_SIZE, *_KIND),
        "Every element is 1.",
        "y = torch.ones(5, 3)",
        words="one, quan yi",
    ),
    Operator(
        "torch.full",
        "All one value",
        SHAPE,
        (_SIZE, _FILL, *_KIND),
        "Every element is the value, whose type decides the dtype: 7 gives int64, 7.0 float32.",
        "y = torch.full((5, 3), 7)",
        words="constant, fill, tian chong",
    ),
    Operator(
        "torch.eye",
        "Identity matrix",
        SHAPE,
        (
            Parameter(name="n", kinds=("count",), help="How many rows."),
            Parameter(
                name="m", kinds=("count",), help="How many columns, as many as rows if empty."
            ),
            *_KIND,
        ),
        "1 on the main diagonal, 0 elsewhere.",
        "y = torch.eye(5, 3)",
        longer=("m",),
        words="diagonal, unit matrix, dan wei ju zhen",
    ),
    Operator(
        "torch.arange",
        "Range with a step",
        RANGE,
        (
            Parameter(name="start", kinds=("number",), help="The first value, 0 if left empty."),
            Parameter(
                name="end", kinds=("number",), help="Where to stop; this value is not included."
            ),
            Parameter(name="step", kinds=("number",), help="The gap between two values."),
            *_KIND,
        ),
        "start, start + step, start + 2 × step ... up to but not including end.",
        "y = torch.arange(2, 10, 2)",
        longer=("start", "step"),
        words="sequence, count, steps, fan wei, deng cha",
    ),
    Operator(
        "torch.linspace",
        "Evenly spaced values",
        RANGE,
        (_START, _END, _STEPS, *_KIND),
        "A given count of values from start to end at equal gaps, both ends included.",
        "y = torch.linspace(2, 10, 3)",
        words="sequence, points, axis, deng jian ge, deng cha",
    ),
    Operator(
        "torch.logspace",
        "Evenly spaced exponents",
        RANGE,
        (
            Parameter(name="start", kinds=("number",), help="The exponent of the first value."),
            Parameter(name="end", kinds=("number",), help="The exponent of the last value."),
            _STEPS,
            Parameter(name="base", kinds=("number",), default="10.0", help="Raised to them."),
            *_KIND,
        ),
        "A given count of values from base to the power start to base to the power end.",
        "y = torch.logspace(0, 3, 4)",
        words="sequence, powers, geometric, dui shu, deng bi",
    ),
    Operator(
        "torch.normal",
        "Normal",
        RANDOM,
        (
            Parameter(name="mean", kinds=("number",), help="The mean."),
            Parameter(
                name="std",
                kinds=("number",),
                help="The standard deviation, the root of the variance.",
            ),
            _SIZE,
            *_KIND,
        ),
        "Random values from the normal distribution with this mean and standard deviation.",
        "y = torch.normal(0.0, 3.0, (5, 3))",
        random=True,
        words="random, gaussian, zheng tai fen bu, gao si, sui ji",
    ),
    Operator(
        "Tensor.uniform_",
        "Uniform in a range",
        RANDOM,
        (
            Parameter(name="from", kinds=("number",), passing="place", help="The smallest value."),
            Parameter(
                name="to",
                kinds=("number",),
                passing="place",
                help="The end of the range; this value is not included.",
            ),
        ),
        "Reserves memory, then fills it in place with random fractions between two values.",
        "y = torch.empty(5, 3).uniform_(0, 1)",
        random=True,
        # In-place filling of a leaf that requires grad is an error, so it has no such field.
        receiver=Operator("torch.empty", "", "", (_SIZE, _DTYPE, _DEVICE), "", ""),
        words="random, fill, jun yun fen bu, sui ji",
    ),
    Operator(
        "Tensor.new_zeros",
        "All 0",
        NEW,
        (_SELF, _SIZE, *_KIND),
        "A tensor of 0 with the dtype and device of another, and a size of its own.",
        "y = x.new_zeros(5, 3)",
        words="zero, same dtype, quan ling",
    ),
    Operator(
        "Tensor.new_ones",
        "All 1",
        NEW,
        (_SELF, _SIZE, *_KIND),
        "A tensor of 1 with the dtype and device of another, and a size of its own.",
        "y = x.new_ones(5, 3)",
        words="one, same dtype, quan yi",
    ),
    Operator(
        "Tensor.new_full",
        "All one value",
        NEW,
        (_SELF, _SIZE, _FILL, *_KIND),
        "A tensor of one value with the dtype and device of another, and a size of its own.",
        "y = x.new_full((5, 3), 7)",
        words="constant, same dtype, tian chong",
    ),
    Operator(
        "Tensor.new_empty",
        "Memory as it is",
        NEW,
        (_SELF, _SIZE, *_KIND),
        "Reserves memory without filling it, with the dtype and device of another tensor.",
        "y = x.new_empty(5, 3)",
        badge="uninitialised",
        words="allocate, same dtype, wei chu shi hua",
    ),
    Operator(
        "Tensor.new_tensor",
        "The values you give",
        NEW,
        (_SELF, _DATA, *_KIND),
        "Copies the values into a tensor with the dtype and device of another.",
        "y = x.new_tensor([[1, 2], [3, 4]])",
        words="values, same dtype, zhang liang",
    ),
    Operator(
        "torch.zeros_like",
        "All 0",
        LIKE,
        (_INPUT, *_KIND),
        "A tensor of 0 with the size, dtype and device of another.",
        "y = torch.zeros_like(x)",
        words="zero, same size, quan ling",
    ),
    Operator(
        "torch.ones_like",
        "All 1",
        LIKE,
        (_INPUT, *_KIND),
        "A tensor of 1 with the size, dtype and device of another.",
        "y = torch.ones_like(x)",
        words="one, same size, quan yi",
    ),
    Operator(
        "torch.full_like",
        "All one value",
        LIKE,
        (_INPUT, _FILL, *_KIND),
        "A tensor of one value with the size, dtype and device of another.",
        "y = torch.full_like(x, 7)",
        words="constant, same size, tian chong",
    ),
    Operator(
        "torch.empty_like",
        "Memory as it is",
        LIKE,
        (_INPUT, *_KIND),
        "Reserves memory without filling it, with the size, dtype and device of another tensor.",
        "y = torch.empty_like(x)",
        badge="uninitialised",
        words="allocate, same size, wei chu shi hua",
    ),
    Operator(
        "torch.rand_like",
        "Uniform from 0 to 1",
        LIKE,
        (_INPUT, *_KIND),
        "Random fractions from 0 up to 1 with the size, dtype and device of another tensor.",
        "y = torch.rand_like(x)",
        random=True,
        words="random, uniform, same size, sui ji",
    ),
    Operator(
        "torch.randn_like",
        "Standard normal",
        LIKE,
        (_INPUT, *_KIND),
        "Random values from the standard normal distribution, with the size of another tensor.",
        "y = torch.randn_like(x)",
        random=True,
        words="random, gaussian, same size, sui ji, gao si",
    ),
    Operator(
        "torch.randint_like",
        "Whole numbers",
        LIKE,
        (_INPUT, _LOW, _HIGH, *_KIND),
        "Random whole numbers below high, with the size and the dtype of another tensor.",
        "y = torch.randint_like(x, 1, 4)",
        longer=("low",),
        random=True,
        words="random, integers, same size, sui ji zheng shu",
    ),
    Operator(
        "torch.tril",
        "Lower triangle",
        PARTS,
        (_MATRIX, _DIAGONAL),
        "A copy that keeps the values on and below the diagonal; the others are 0.",
        "y = torch.tril(x)",
        words="triangular, causal mask, xia san jiao",
    ),
    Operator(
        "torch.triu",
        "Upper triangle",
        PARTS,
        (_MATRIX, _DIAGONAL),
        "A copy that keeps the values on and above the diagonal; the others are 0.",
        "y = torch.triu(x)",
        words="triangular, mask, shang san jiao",
    ),
    Operator(
        "torch.complex",
        "Complex numbers",
        PARTS,
        (
            Parameter(name="real", kinds=("tensor",), help="The real parts, float32 or float64."),
            Parameter(
                name="imag", kinds=("tensor",), help="The imaginary parts, of the same dtype."
            ),
        ),
        "Complex numbers from a tensor of real and one of imaginary parts.",
        "y = torch.complex(x, x)",
        words="imaginary, real, fu shu",
    ),
)


def operator_of(path: str) -> Operator:
    """Return the operator of CREATION with this path. Raises KeyError."""
    for operator in CREATION:
        if operator.path == path:
            return operator
    raise KeyError(path)
