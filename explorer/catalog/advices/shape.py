"""Shapes that do not fit, and sizes that can not be."""

from explorer.catalog import mending
from explorer.catalog.advices.row import Advice

ROWS: tuple[Advice, ...] = (
    Advice(
        "RuntimeError",
        r"size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)"
        r".* dimension (?P<dim>\d+)",
        "The shapes do not fit: dimension {dim} is {a} in one tensor and {b} in the other.{shapes}",
        "Two sizes go together if they are equal or one of them is 1, counted from the last "
        "dimension. Add a dimension of size 1, transpose, or slice.",
        "x = torch.rand(5, 3)\ny = torch.rand(5)\nx + y",
        mending.broadcast,
    ),
    Advice(
        "RuntimeError",
        r"shape '\[(?P<shape>[-\d, ]*)\]' is invalid for input of size (?P<n>\d+)",
        "{n} elements do not fill the shape [{shape}].",
        "The sizes must multiply to {n}. Write -1 for one of them and torch works it out.",
        "x = torch.ones(6)\nx.view(4, 2)",
        mending.let_torch_infer,
    ),
    Advice(
        "RuntimeError",
        "view size is not compatible with input tensor's size and stride",
        "view only relabels memory, and these values do not lie in memory in that order.",
        "Use reshape, which copies where it must, or .contiguous() before view.",
        "x = torch.ones(2, 3).t()\nx.view(6)",
        mending.reshape,
    ),
    Advice(
        "RuntimeError",
        r"expanded size of the tensor \((?P<to>\d+)\) must match the existing size \((?P<size>\d+)\)"
        r".* dimension (?P<dim>\d+)",
        "Dimension {dim} has size {size} and can't be stretched to {to}.",
        "Only a dimension of size 1 can be stretched. Add one with unsqueeze, or use repeat.",
        "x = torch.ones(3)\nx.expand(2, 4)",
    ),
    Advice(
        "RuntimeError",
        r"Sizes of tensors must match except in dimension (?P<dim>\d+)\. Expected size (?P<a>\d+) "
        r"but got size (?P<b>\d+)",
        "Tensors can only be joined along dimension {dim} if their other sizes agree: {a} is not {b}.",
        "Join them along another dimension, or slice them to the same size first.",
        "x = torch.rand(2, 3)\ny = torch.rand(3, 2)\ntorch.cat([x, y])",
    ),
    Advice(
        "RuntimeError",
        r"stack expects each tensor to be equal size, but got \[(?P<a>[\d, ]*)\].*\[(?P<b>[\d, ]*)\]",
        "Tensors of size [{a}] and [{b}] can't be stacked: stack needs equal sizes.",
        "Use torch.cat to join tensors end to end, or slice them to the same size first.",
        "x = torch.ones(2)\ny = torch.ones(3)\ntorch.stack([x, y])",
        mending.concatenate,
    ),
    Advice(
        "RuntimeError",
        r"negative dimension (?P<size>-\d+)|Dimension size must be non-negative",
        "A size can't be negative.",
        "Use whole numbers from 0.",
        "torch.zeros(-1, 3)",
    ),
    Advice(
        "RuntimeError",
        "more than one element of the written-to tensor refers to a single memory location",
        "This tensor shows some of its memory several times, so it can't be written in place.",
        "Make a copy of its own with .clone() and write that.",
        "x = torch.ones(3).expand(2, 3)\nx.add_(1)",
        mending.clone_first,
    ),
    Advice(
        "RuntimeError",
        r"output with shape \[(?P<a>[\d, ]*)\] doesn't match the broadcast shape \[(?P<b>[\d, ]*)\]",
        "The result has the size [{b}] and can't be written into a tensor of size [{a}].",
        "Use the form that makes a new tensor.",
        "x = torch.ones(3)\ny = torch.ones(2, 3)\nx.add_(y)",
        mending.out_of_place,
    ),
    Advice(
        "RuntimeError",
        r"value tensor of shape \[(?P<a>[\d, ]*)\] cannot be broadcast to indexing result of shape "
        r"\[(?P<b>[\d, ]*)\]",
        "The index names a part of size [{b}], and values of size [{a}] do not fill it.",
        "Give one number, or values of the size of that part.",
        "x = torch.ones(5)\nx[[0, 1]] = torch.ones(3)",
    ),
    Advice(
        "RuntimeError",
        r"must have same number of dimensions: got (?P<a>\d+) and (?P<b>\d+)",
        "Tensors with {a} and with {b} dimensions can't be joined.",
        "Give them equally many: unsqueeze adds a dimension of size 1.",
        "x = torch.ones(2)\ny = torch.ones(2, 2)\ntorch.cat((x, y))",
    ),
    Advice(
        "RuntimeError",
        r"zero-dimensional tensor \(at position \d+\) cannot be concatenated",
        "Tensors without dimensions can't be joined end to end.",
        "Use torch.stack, which gives them a dimension.",
        "x = torch.tensor(1)\ntorch.cat((x, x))",
        mending.stack,
    ),
    Advice(
        "",
        r"expect(?:ed|s) a non-empty (?:list of Tensors|TensorList)",
        "There is nothing to join: no tensor is given.",
        "Name at least one tensor.",
        "torch.cat([])",
    ),
    Advice(
        "ValueError",
        r"(?:too many|not enough) values to unpack \(expected (?P<n>\d+)",
        "The line has {n} names for another number of results.",
        "Write a name for each result, or one name for all of them.",
        "x = torch.ones(3)\na, b = x.split(1)",
        mending.one_name,
    ),
    Advice(
        "RuntimeError",
        r"t\(\) expects a tensor with <= 2 dimensions, but self is (?P<n>\d+)D",
        "t() swaps rows and columns, and this tensor has {n} dimensions.",
        "Use .mT, which swaps the last two, or name two dimensions with transpose.",
        "x = torch.ones(2, 3, 4)\nx.t()",
        mending.last_two,
    ),
    Advice(
        "RuntimeError",
        r"permute.* input\.dim\(\) = (?P<n>\d+) is not equal to len\(dims\) = (?P<m>\d+)",
        "The tensor has {n} dimensions, and an order is given for {m}.",
        "Name each of its dimensions once, in the order you want.",
        "x = torch.ones(2, 3)\nx.permute(0, 1, 2)",
    ),
    Advice(
        "RuntimeError",
        "only one dimension can be inferred",
        "-1 stands for more than one size, and torch can work out one only.",
        "Write all sizes but one as numbers.",
        "x = torch.ones(6)\nx.view(-1, -1)",
    ),
    Advice(
        "RuntimeError",
        r"number of sizes provided \((?P<n>\d+)\) must be greater or equal to the number of dimensions "
        r"in the tensor \((?P<m>\d+)\)",
        "The tensor has {m} dimensions, and expand was given only {n}.",
        "Give a size for each dimension, -1 for one that stays as it is.",
        "x = torch.ones(2, 3)\nx.expand(3)",
    ),
    Advice(
        "RuntimeError",
        "Number of dimensions of repeat dims can not be smaller",
        "repeat was given fewer numbers than the tensor has dimensions.",
        "Give a number for each dimension, 1 for one that stays as it is.",
        "x = torch.ones(2, 3)\nx.repeat(3)",
    ),
    Advice(
        "RuntimeError",
        r"expects split_sizes to sum exactly to (?P<size>\d+) .* dimension (?P<dim>\d+)\)",
        "The pieces do not add up: dimension {dim} has size {size}.",
        "Give sizes that sum to {size}, or one number, the size of each piece.",
        "x = torch.ones(3)\nx.split([1, 1])",
    ),
    Advice(
        "RuntimeError",
        r"start \((?P<a>-?\d+)\) \+ length \((?P<b>\d+)\) exceeds dimension size \((?P<size>\d+)\)",
        "From {a} on there are not {b} entries: the dimension has size {size}.",
        "Take fewer of them, or begin earlier.",
        "x = torch.ones(3)\nx.narrow(0, 2, 5)",
    ),
    Advice(
        "RuntimeError",
        r"weight of size \[(?P<shape>[\d, ]*)\], expected input\[(?P<a>[\d, ]*)\] to have (?P<n>\d+) "
        r"channels, but got (?P<m>\d+)",
        "The weights are for {n} channels, and the input of size [{a}] has {m}.",
        "The size of a batch of images is [images, channels, rows, columns]: permute puts it in order.",
        "x = torch.ones(1, 1, 3, 3)\nw = torch.ones(1, 3, 2, 2)\ntorch.nn.functional.conv2d(x, w)",
    ),
    Advice(
        "RuntimeError",
        r"Expected \dD \(unbatched\) or \dD \(batched\) input to (?P<op>\w+), but got input of size: "
        r"\[(?P<a>[\d, ]*)\]|non-empty 3D or 4D \(batch mode\) tensor expected",
        "The input is no image with channels, nor a batch of them.",
        "Add what is missing with unsqueeze: an image is [channels, rows, columns].",
        "x = torch.ones(3, 3)\ntorch.nn.functional.max_pool2d(x, 2)",
    ),
    Advice(
        "RuntimeError",
        r"Kernel size can't be greater than actual input size|Output size is too small",
        "The image is smaller than the square that slides over it.",
        "Use a smaller one, or widen the image with padding.",
        "x = torch.ones(1, 1, 2, 2)\nw = torch.ones(1, 1, 3, 3)\ntorch.nn.functional.conv2d(x, w)",
    ),
    Advice(
        "RuntimeError",
        r"upper bound and lower bound inconsistent with step sign",
        "A range with this step never gets from its start to its end.",
        "Use a negative step to count down, or swap start and end.",
        "torch.arange(5, 1)",
        mending.count_down,
    ),
    Advice(
        "RuntimeError",
        "step must be nonzero",
        "A range with step 0 never gets to its end.",
        "Use another step, such as 1.",
        "torch.arange(1, 5, 0)",
    ),
    Advice(
        "RuntimeError",
        r"'from' to be less than 'to', but got from=(?P<a>-?\d+) >= to=(?P<b>-?\d+)",
        "There are no whole numbers from {a} up to but not including {b}.",
        "The first number must be smaller than the second.",
        "torch.randint(4, 1, (2,))",
    ),
)
