"""Errors as advice: torch's message, matched by a row of the table, told in plain words.

`ADVICE` is tried from top to bottom. A row's `what` and `fix` are filled in from the groups of its
pattern and from what the mender of its line found out; its `example` raises the error in torch.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from explorer.catalog import mending
from explorer.catalog.mending import Mender, Tensors
from explorer.protocol import Problem
from explorer.text import Text, tr


@dataclass(frozen=True, slots=True)
class Advice:
    """One explained error.

    `cause` is the class of the exception, "" for any; `pattern` is searched in its message. `mend`
    gives the line of code that mends the one that failed. The last line of `example` raises it.
    """

    cause: str
    pattern: str
    what: Text
    fix: Text
    example: str
    mend: Mender | None = None


ADVICE: tuple[Advice, ...] = (
    Advice(
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        "Nothing is called {name} here.",
        "Check the spelling, or run the line that makes {name} first.",
        "image = torch.rand(2)\nimagee + 1",
        mending.correct_name,
    ),
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
        r"mat1 and mat2 shapes cannot be multiplied "
        r"\((?P<n>\d+)x(?P<k>\d+) and (?P<l>\d+)x(?P<m>\d+)\)",
        "[{n}, {k}] can't be multiplied by [{l}, {m}]: the first has {k} columns, the second {l} rows.",
        "The columns of the first must be as many as the rows of the second. Transpose one of them.",
        "x = torch.rand(5, 3)\ny = torch.rand(5, 3)\nx @ y",
        mending.transpose,
    ),
    Advice(
        "RuntimeError",
        r"size mismatch, got input \((?P<n>\d+)\), mat \((?P<shape>[\dx]+)\), vec \((?P<k>\d+)\)",
        "A matrix of {shape} can't be multiplied by a vector of {k} elements.",
        "The vector needs as many elements as the matrix has columns. Transpose the matrix.",
        "x = torch.rand(3, 5)\ny = torch.rand(3)\nx @ y",
        mending.transpose,
    ),
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
        "more than one element of the written-to tensor refers to a single memory location",
        "This tensor shows some of its memory several times, so it can't be written in place.",
        "Make a copy of its own with .clone() and write that.",
        "x = torch.ones(3).expand(2, 3)\nx.add_(1)",
        mending.clone_first,
    ),
    Advice(
        "",
        r"index (?P<index>-?\d+) is out of bounds for dimension (?P<dim>\d+) with size (?P<size>\d+)",
        "Index {index} is too far: dimension {dim} has {size} entries, counted from 0.",
        "Use an index from 0 to {last}, or from -{size} to -1 to count from the end.",
        "x = torch.rand(5, 3)\nx[7]",
        mending.last_index,
    ),
    Advice(
        "IndexError",
        r"too many indices for tensor of dimension (?P<n>\d+)",
        "There are more indices than the tensor has dimensions, which is {n}.",
        "Give one index for each dimension, or fewer.",
        "x = torch.rand(5, 3)\nx[0, 0, 0]",
    ),
    Advice(
        "IndexError",
        r"shape of the mask \[(?P<mask>[\d, ]*)\].*indexed tensor \[(?P<shape>[\d, ]*)\]",
        "A mask of size [{mask}] does not lie over a tensor of size [{shape}].",
        "Make the mask from the tensor itself, such as x > 0, or one of the size of its first dimension.",
        "x = torch.rand(5, 3)\nx[torch.ones(2) > 0]",
    ),
    Advice(
        "IndexError",
        r"Dimension out of range \(expected to be in range of \[(?P<low>-?\d+), (?P<high>-?\d+)\], "
        r"but got (?P<dim>-?\d+)\)",
        "There is no dimension {dim}.",
        "Dimensions count from 0: use one from {low} to {high} (-1 is the last).",
        "x = torch.rand(5, 3)\nx.sum(dim=2)",
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
        r"same dtype, but got: (?P<a>[\w:]+) != (?P<b>[\w:]+)|same dtype, but found (?P<c>\w+) and (?P<d>\w+)"
        r"|scalar type (?P<e>\w+) but (?:got|found)(?: scalar type)? (?P<f>\w+)",
        "The two tensors have different dtypes, and this operation does not convert them.{shapes}",
        "Convert one to the other's dtype with .to(...).",
        "x = torch.ones(2, 2)\ny = torch.ones(2, 2, dtype=torch.float64)\nx @ y",
        mending.match_dtype,
    ),
    Advice(
        "RuntimeError",
        r"result type (?P<a>\w+) can't be cast to the desired output type (?P<b>\w+)",
        "A result of type {a} does not fit in place into a tensor of type {b}.",
        "Use the form that makes a new tensor, or convert the tensor to {a} first.",
        "x = torch.ones(2, dtype=torch.int64)\nx.add_(0.5)",
        mending.out_of_place,
    ),
    Advice(
        "RuntimeError",
        r"(?P<op>\w+)\(\): could not infer output dtype.*Got: (?P<dtype>\w+)",
        "{op} needs fractions, and this tensor holds whole numbers or truth values ({dtype}).",
        "Convert it first with .float().",
        "x = torch.arange(3)\nx.mean()",
        mending.to_float,
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
        "",
        r"Tensor with (?P<n>\d+) elements cannot be converted to Scalar"
        r"|only one element tensors can be converted to Python scalars",
        "Only a tensor with one element can become a Python number.",
        "Pick one element, reduce it with .sum() or .mean(), or use .tolist() for all of them.",
        "x = torch.ones(3)\nx.item()",
        mending.to_list,
    ),
    Advice(
        "RuntimeError",
        "Boolean value of Tensor with .* is ambiguous",
        "A tensor of several values is neither true nor false.",
        "Say which you mean: .any() or .all().",
        "x = torch.ones(3)\nbool(x > 0)",
        mending.all_of_them,
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
        "UnpicklingError",
        r"Weights only load failed(?:.*GLOBAL (?P<name>[\w.]+))?",
        "The file holds Python objects{named} that would run code when loaded, so it was not opened.",
        "Ask for the weights alone (a state_dict, or .safetensors). Load it with weights_only=False "
        "only if you trust whoever made it.",
        "import io\nbuffer = io.BytesIO()\ntorch.save(print, buffer)\nbuffer.seek(0)\n"
        "torch.load(buffer, weights_only=True)",
    ),
    Advice(
        "",
        r"Torch not compiled with (?:CUDA|XPU)|[Nn]o (?:CUDA|XPU) GPUs|Found no NVIDIA driver"
        r"|[Cc]annot access accelerator|invalid device ordinal"
        r"|not linked with support for mps|from the '(?:MPS|CUDA|XPU)' backend",
        "The device that is asked for is not one that torch can use here.",
        "Use the CPU. The Device pane lists the devices there are, and says why others are missing.",
        'torch.ones(2, device="cuda")',
        mending.on_cpu,
    ),
    Advice(
        "",
        r"[Ee]xpected all tensors to be on the same device|is not on the expected device"
        r"|indices should be either on|should be on the same device|Input type \(torch\.cuda",
        "The tensors are on different devices, and torch does not move them by itself.{devices}",
        "Move them to one device with .to(...).",
        'x = torch.ones(2)\ny = torch.ones(2, device="meta")\nx + y',
        mending.match_device,
    ),
    Advice(
        "",
        r"Cannot copy out of meta tensor|cannot be called on meta tensors|convert meta device type",
        "A tensor on meta has a shape but no values, so there is nothing to copy or to read.",
        "Make one with values on a real device, such as zeros of the same shape.",
        'x = torch.ones(2, device="meta")\ny = x.to("cpu")',
        mending.with_values,
    ),
    Advice(
        "",
        r"DefaultCPUAllocator.*allocate (?P<bytes>\d+) bytes|out of memory",
        "There is not enough memory for the result{amount}.",
        "Make it smaller: fewer elements, or a smaller dtype.",
        "torch.rand(10**7, 10**7)",
    ),
    Advice(
        "ModuleNotFoundError",
        r"No module named '(?P<module>[\w.]+)'",
        "The module {module} is not installed where the engine runs.",
        "Check the spelling, or install it with: python -m pip install {root}",
        "import a_module_that_nobody_has",
    ),
    Advice(
        "FileNotFoundError",
        r"No such file or directory: (?P<path>.+)",
        "There is no file {path}.",
        "Check the path. A relative path begins in the folder of the script.",
        'open("a-file-that-nobody-has.npy")',
    ),
    Advice(
        "EOFError",
        "",
        "The file ends too early: it is empty or was cut off.",
        "Save or download it again.",
        "import io\ntorch.load(io.BytesIO(b''), weights_only=True)",
    ),
    Advice(
        "ValueError",
        r"byte order different from the native byte order",
        "The array keeps its bytes in the other order, and torch takes only this computer's own.",
        "Convert the array first with .astype(array.dtype.newbyteorder('=')).",
        'import numpy as np\na = np.ones(2, dtype=">f4")\ntorch.from_numpy(a)',
        mending.native_order,
    ),
    Advice(
        "ValueError",
        r"expected sequence of length (?P<a>\d+) at dim (?P<dim>\d+) \(got (?P<b>\d+)\)",
        "The rows differ in length: one has {a} values, another {b}.",
        "Give every row as many values.",
        "torch.tensor([[1, 2], [3]])",
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
        r"Expected one of cpu, cuda.* device string: (?P<device>\S+)",
        "There is no device called {device}.",
        "Use cpu, cuda, mps or meta. For another dtype pass torch.float32, not its name in quotes.",
        'torch.ones(2, device="gpu")',
    ),
    Advice(
        "TypeError",
        r"'module' object is not callable",
        "torch itself is a module and can't be called.",
        "Call a function of it: torch.tensor([5.5, 3]) makes a tensor of values.",
        "torch([5.5, 3])",
        mending.call_tensor,
    ),
    Advice(
        "TypeError",
        r"(?P<op>\w+)\(\) (?:missing \d+ required positional arguments?: (?P<missing>.+)"
        r"|received an invalid combination of arguments - got (?P<got>\([^\n]*\)), but expected)",
        "{op} was called with other arguments than it takes{given}.",
        "Look at what it takes below, or choose it from the list and fill in its form.",
        "torch.full((2,))",
    ),
    Advice(
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        "What stands before .{name} is None: it has no value yet.",
        "A tensor's .grad is None until backward() has reached it; run backward first.",
        "x = torch.ones(2, requires_grad=True)\nx.grad.zero_()",
    ),
    Advice(
        "AttributeError",
        r"module 'torch' has no attribute 'new_(?P<kind>\w+)'",
        "new_{kind} belongs to a tensor, not to torch.",
        "Call it on the tensor whose dtype it is to take: x.new_{kind}(...).",
        "torch.new_ones(5, 3)",
    ),
    Advice(
        "AttributeError",
        r"(?P<owner>.+) has no attribute '(?P<name>\w+)'",
        "There is no {name} here.{meant}",
        "Check the spelling, or look for it in the list of operators.",
        "x = torch.rand(2)\nx.shap",
        mending.correct_attribute,
    ),
    Advice(
        "IndentationError",
        r"(?P<reason>.*)",
        "A line begins further right or left than Python expects.",
        "Begin lines of one block in the same column.",
        "  x = 3",
        mending.dedent,
    ),
    Advice(
        "SyntaxError",
        r"(?P<reason>.*?)(?: \([^()]*line \d+\))?$",
        "This is not Python: {reason}.",
        "Look at the brackets, quotes, commas and colons.",
        "x = torch.rand（5，3）",
        mending.plain_punctuation,
    ),
)


def match(cause: str, message: str) -> tuple[Advice, re.Match[str]] | None:
    """Return the row for an exception of class `cause`, None if the table has none."""
    for row in ADVICE:
        if row.cause in ("", cause) and (found := re.search(row.pattern, message, re.DOTALL)):
            return row, found
    return None


def advise(
    cause: str, message: str, source: str, tensors: Tensors, attributes: Collection[str] = ()
) -> Problem:
    """Return what a person reads of an exception that `source` raised.

    `tensors` maps each tensor's name to (dtype, shape, device); `attributes` are those of the object
    that lacks one. `fix_code` takes the place of `source`.
    """
    matched = match(cause, message)
    if matched is None:
        first_line = message.strip().partition("\n")[0] or tr("no message")
        return Problem(what=f"{cause}: {first_line}", detail=message, cause=cause)
    row, found = matched
    facts = {key: text or "" for key, text in found.groupdict().items()}
    if cause == "AttributeError":
        facts["near"] = mending.nearest(facts.get("name", ""), attributes)
    facts |= _derive(facts)
    facts |= {"shapes": _shapes(source, tensors), "devices": _devices(source, tensors)}
    return Problem(
        what=tr(row.what, **facts),
        fix=tr(row.fix, **facts),
        fix_code=(row.mend(source, facts, tensors) or "") if row.mend else "",
        detail=message,
        cause=cause,
    )


def _derive(facts: Mapping[str, str]) -> dict[str, str]:
    """Return what a row's texts say beyond what the message says."""
    derived: dict[str, str] = {"named": "", "amount": "", "given": "", "meant": ""}
    if near := facts.get("near"):
        derived["meant"] = tr(" Did you mean {name}?", name=near)
    if size := facts.get("size", "").lstrip("-"):
        derived["last"] = str(int(size) - 1)
    if amount := facts.get("bytes"):
        derived["amount"] = tr(" ({gib} GiB)", gib=f"{int(amount) / 2**30:,.1f}")
    if module := facts.get("module"):
        derived["root"] = module.partition(".")[0]
    if (name := facts.get("name")) and "op" not in facts:
        derived["named"] = f" ({name})"
    if missing := facts.get("missing"):
        derived["given"] = tr(" (missing: {names})", names=missing.replace('"', ""))
    elif got := facts.get("got"):
        derived["given"] = tr(" (given: {types})", types=got.strip("()"))
    return derived


def _shapes(source: str, tensors: Tensors) -> str:
    """Return " x: float32 [5, 3], y: float32 [5]." of the tensors that `source` names."""
    return _told({n: f"{t[0]} {list(t[1])}" for n, t in tensors.items()}, source)


def _devices(source: str, tensors: Tensors) -> str:
    """Return " x: cuda:0, y: cpu." of the tensors that `source` names."""
    return _told({n: t[2] for n, t in tensors.items()}, source)


def _told(facts: Mapping[str, str], source: str) -> str:
    names = dict.fromkeys(re.findall(r"\w+", source))
    told = [f"{name}: {facts[name]}" for name in names if name in facts]
    return f" {', '.join(told)}." if told else ""
