"""What backward needs, and what is in its way."""

from explorer.catalog import mending
from explorer.catalog.advices.row import Advice

ROWS: tuple[Advice, ...] = (
    Advice(
        "RuntimeError",
        r"a (?P<view>view of a )?leaf Variable that requires grad.*in-place",
        "A tensor that requires grad is an input of backward, so it can't be written in place.",
        "Write it inside torch.no_grad(), which records nothing for backward.",
        "w = torch.ones(3, requires_grad=True)\nw.add_(1)",
        mending.without_grad,
    ),
    Advice(
        "RuntimeError",
        r"modified by an inplace operation: \[\S+ \[(?P<shape>[\d, ]*)\]\], which is output .* of "
        r"(?P<op>\w+)",
        "Backward needs a value of size [{shape}] that {op} made, and a later line overwrote it.",
        "Use the form that makes a new tensor (y = y + 1, not y.add_(1)) between forward and backward.",
        "a = torch.ones(2, requires_grad=True)\nb = a.exp()\nb.add_(1)\nb.sum().backward()",
    ),
    Advice(
        "RuntimeError",
        r"[Oo]nly Tensors of floating point.* can require gradients",
        "Only a tensor of fractions can require grad; this one would hold whole numbers.",
        "Give it a dtype such as torch.float32.",
        "torch.arange(3, requires_grad=True)",
        mending.float_dtype,
    ),
    Advice(
        "RuntimeError",
        "grad can be implicitly created only for scalar outputs",
        "backward() starts from a single number, and this tensor has several.",
        "Reduce it first with .sum() or .mean(), or pass backward a gradient of the same size.",
        "w = torch.ones(3, requires_grad=True)\ny = w * 2\ny.backward()",
        mending.sum_first,
    ),
    Advice(
        "RuntimeError",
        "Trying to backward through the graph a second time",
        "Backward has run through this graph already and freed what it needed.",
        "Run the lines that compute it again, or give the first backward retain_graph=True.",
        "w = torch.ones(3, requires_grad=True)\ny = (w * w).sum()\ny.backward()\ny.backward()",
    ),
    Advice(
        "RuntimeError",
        "does not require grad and does not have a grad_fn",
        "Nothing leads back from here: no tensor that it was computed from requires grad.",
        "Make the input with requires_grad=True, and compute outside torch.no_grad().",
        "x = torch.ones(3)\nx.sum().backward()",
    ),
    Advice(
        "RuntimeError",
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy knows nothing of gradients, so a tensor that requires grad does not turn into an array.",
        "Detach it first: the array then shares the values but not the graph.",
        "w = torch.ones(3, requires_grad=True)\nw.numpy()",
        mending.detach,
    ),
    Advice(
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        "What stands before .{name} is None: it has no value yet.",
        "A tensor's .grad is None until backward() has reached it; run backward first.",
        "x = torch.ones(2, requires_grad=True)\nx.grad.zero_()",
    ),
    Advice(
        "RuntimeError",
        r"grad_output\[\d+\] has a shape of torch\.Size\(\[(?P<a>[\d, ]*)\]\) and output\[\d+\] has a "
        r"shape of torch\.Size\(\[(?P<b>[\d, ]*)\]\)",
        "Backward was given a gradient of size [{a}] for a tensor of size [{b}].",
        "Give a gradient of the size of the tensor, such as all 1.",
        "w = torch.ones(3, requires_grad=True)\ny = w * 2\ny.backward(torch.ones(2))",
        mending.gradient_of_ones,
    ),
    Advice(
        "RuntimeError",
        r"assign a gradient of size '\[(?P<a>[\d, ]*)\]' to a tensor of size '\[(?P<b>[\d, ]*)\]'",
        "A gradient of size [{a}] does not belong to a tensor of size [{b}].",
        "Give one of the size of the tensor, or None to clear it.",
        "w = torch.ones(3)\nw.grad = torch.ones(2)",
    ),
    Advice(
        "RuntimeError",
        "you can only change requires_grad flags of leaf variables",
        "This tensor was computed, so it requires grad as its inputs do.",
        "Use .detach() for the same values without history.",
        "w = torch.ones(3, requires_grad=True)\ny = w * 2\ny.requires_grad_(False)",
        mending.cut_off,
    ),
    Advice(
        "RuntimeError",
        r"[Ii]nference tensor",
        "The tensor was made in inference mode, which leaves out what gradients and writing need.",
        "Make a copy with .clone() and go on with that.",
        "with torch.inference_mode():\n    x = torch.ones(3)\nx.add_(1)",
        mending.clone_first,
    ),
    Advice(
        "RuntimeError",
        "appears to not have been used in the graph",
        "The result does not depend on one of the tensors that a gradient is asked for.",
        "Check which tensors it is computed from, or allow None for the others.",
        "w = torch.ones(3, requires_grad=True)\nv = torch.ones(3, requires_grad=True)\n"
        "torch.autograd.grad((w * 2).sum(), (w, v))",
        mending.allow_unused,
    ),
)
