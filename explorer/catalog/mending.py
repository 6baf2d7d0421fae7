"""Lines of code that mend a line that failed: one function for each kind of repair.

Each takes the source that failed, the facts found in torch's message and the tensors there are,
and returns the source to run in its place, None where it knows none.
"""

import ast
import difflib
import re
import textwrap
from collections.abc import Callable, Collection, Mapping

from explorer.catalog.number import TYPOGRAPHY
from explorer.catalog.signature import is_in_place

Facts = Mapping[str, str]
Tensors = Mapping[str, tuple[str, tuple[int, ...], str]]
"""dtype, shape and device of each tensor, by its name."""
Mender = Callable[[str, Facts, Tensors], str | None]

IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "math": "import math",
    "safetensors": "import safetensors.torch",
    "Path": "from pathlib import Path",
    "plt": "import matplotlib.pyplot as plt",
}


def replacing(pattern: str, replacement: str) -> Mender:
    """Return a mender that replaces the one place of the line that `pattern` matches."""

    def mend(source: str, _facts: Facts, _tensors: Tensors) -> str | None:
        mended, count = re.subn(pattern, replacement, source)
        return mended if count == 1 and _is_python(mended) else None

    return mend


reshape = replacing(r"\.view\(", ".reshape(")
to_list = replacing(r"\.item\(\)", ".tolist()")
sum_first = replacing(r"\.backward\(\)", ".sum().backward()")
detach = replacing(r"\.numpy\(\)", ".detach().numpy()")
to_float = replacing(r"\.(mean|std|var)\(", r".float().\1(")
float_dtype = replacing(r"requires_grad=True", "dtype=torch.float32, requires_grad=True")
with_values = replacing(
    r"""\b(\w+)\.(?:to\(["']cpu["']\)|cpu\(\))""", r'torch.zeros_like(\1, device="cpu")'
)
concatenate = replacing(r"torch\.stack\(", "torch.cat(")
call_tensor = replacing(r"\btorch\(", "torch.tensor(")
all_of_them = replacing(r"\bbool\((.+)\)$", r"bool((\1).all())")
native_order = replacing(
    r"torch\.from_numpy\((\w+)\)", r'torch.from_numpy(\1.astype(\1.dtype.newbyteorder("=")))'
)
clone_first = replacing(r"^(\w+)(\.\w+_\()", r"\1 = \1.clone()\2")
out_of_place = replacing(r"^(\w+)(\.\w+)_\(", r"\1 = \1\2(")
stack = replacing(r"torch\.cat\(", "torch.stack(")
one_name = replacing(r"^\w+(?:, *\w+)+ = ", "parts = ")
last_two = replacing(r"\.t\(\)", ".mT")
matmul = replacing(r"torch\.(?:dot|b?mm|mv)\(", "torch.matmul(")
times = replacing(" @ ", " * ")
pseudo_inverse = replacing(r"torch\.(?:linalg\.inv|inverse)\(", "torch.linalg.pinv(")
count_down = replacing(r"torch\.arange\(([^,()]+), ([^,()]+)\)", r"torch.arange(\1, \2, -1)")
its_value = replacing(r"\[-?\d+\]", ".item()")
flip = replacing(r"(?<=\w)\[::-1\]", ".flip(0)")
whole_index = replacing(r"\[(\w+)\]", r"[\1.long()]")
whole_last = replacing(
    r"((?:gather|index_select|take_along_dim)\((?:[^()]*, )?)([A-Za-z_]\w*)\)", r"\1\2.long())"
)
flatten_last = replacing(r"(index_select\((?:[^()]*, )?)([A-Za-z_]\w*)\)", r"\1\2.flatten())")
bool_mask = replacing(
    r"(torch\.masked_\w+\(\w+, |(?<!torch)\.masked_\w+\(|where\()(\w+)", r"\1\2.bool()"
)
match_last = replacing(
    r"\b(?!torch\b)(\w+)(\.scatter\w*\([^()]*, )(\w+)\)$", r"\1\2\3.to(\1.dtype))"
)
differ = replacing(r"(?<=[\w)\]]) - (?=[\w(])", " ^ ")
invert = replacing(r"(?<![\w)\]] )-(?=[A-Za-z_(])", "~")
negative = replacing(r"~(?=\w)", "-")
true_divide = replacing(" // ", " / ")
more_bits = replacing(r"dtype=torch\.u?int(?:8|16|32)\b", "dtype=torch.int64")
array_of_floats = replacing(
    r"torch\.(tensor|as_tensor|from_numpy)\((\w+)\)", r"torch.\1(\2.astype(float))"
)
list_as_tensor = replacing(r"(?<![\w\])])(\[[^\[\]]*\])", r"torch.tensor(\1)")
tensor_of_values = replacing(r"torch\.from_numpy\(", "torch.tensor(")
copy_array = replacing(r"torch\.(\w+)\((\w+(?:\[[^\]]*\])?)\)", r"torch.\1(\2.copy())")
as_probabilities = replacing(r"torch\.(bernoulli|multinomial)\((\w+)", r"torch.\1(\2.clamp(0, 1)")
replacement = replacing(r"(multinomial\([^()]*)\)", r"\1, replacement=True)")
gradient_of_ones = replacing(r"\b(\w+)\.backward\(.+\)$", r"\1.backward(torch.ones_like(\1))")
cut_off = replacing(r"^(\w+)\.requires_grad(?:_\(False\)| = False)$", r"\1 = \1.detach()")
allow_unused = replacing(r"(autograd\.grad\(.*)\)$", r"\1, allow_unused=True)")
dtype_of_torch = replacing(r"""["']((?:u?int|b?float|complex)\d+|bool)["']""", r"torch.\1")
without_brackets = replacing(
    r"\.(shape|dtype|device|ndim|itemsize|T|mT|grad|is_leaf|requires_grad)\(\)", r".\1"
)
round_brackets = replacing(r"\.(size|stride)\[([^\]]+)\]", r".\1(\2)")


def convert(source: str, facts: Facts, tensors: Tensors) -> str | None:
    """Make fractions of whole numbers, and whole numbers of fractions, of the only tensor named."""
    name = facts["dtype"]
    if name.startswith("Complex"):
        return None
    method = ".long()" if name in ("Half", "BFloat16", "Float", "Double") else ".float()"
    known = [n for n in dict.fromkeys(re.findall(r"(?<![\w.])\w+", source)) if n in tensors]
    if len(known) != 1:
        return None
    mended, count = re.subn(rf"(?<![\w.]){known[0]}\b(?! *=(?!=))", rf"{known[0]}{method}", source)
    return mended if count == 1 and _is_python(mended) else None


def convert_to_float(source: str, _facts: Facts, tensors: Tensors) -> str | None:
    """Make fractions of the only tensor that is named."""
    return convert(source, {"dtype": "Long"}, tensors)


def convert_to_long(source: str, _facts: Facts, tensors: Tensors) -> str | None:
    """Make whole numbers of the only tensor that is named."""
    return convert(source, {"dtype": "Float"}, tensors)


def correct_name(source: str, facts: Facts, tensors: Tensors) -> str | None:
    """Import a module by its usual name, or put the tensor with the most similar name."""
    name = facts["name"]
    if name in IMPORTS:
        return f"{IMPORTS[name]}\n{source}"
    close = difflib.get_close_matches(name, [n for n in tensors if n.isidentifier()], 1, 0.5)
    return re.sub(rf"(?<![\w.]){name}\b", close[0], source) if close else None


def correct_attribute(source: str, facts: Facts, _tensors: Tensors) -> str | None:
    """Put the attribute with the most similar name."""
    near = facts.get("near", "")
    mended, count = re.subn(rf"(?<=\.){facts['name']}\b", near, source)
    return mended if near and count and _is_python(mended) else None


def nearest(name: str, names: Collection[str]) -> str:
    """Return the most similar one of `names` that is meant to be used, "" if none is similar."""
    public = [known for known in names if known[:1] != "_" or name[:1] == "_"]
    return next(iter(difflib.get_close_matches(name, public, 1, 0.7)), "")


def broadcast(source: str, _facts: Facts, tensors: Tensors) -> str | None:
    """Give an operand that has one dimension less one of size 1, or transpose one that then fits."""
    operands = _operands(source, tensors)
    if operands is None:
        return None
    (a, b), (shape_a, shape_b) = operands, (tensors[o.id][1] for o in operands)
    for operand, shape, other in ((b, shape_b, shape_a), (a, shape_a, shape_b)):
        if len(shape) == 1 and len(other) == 2 and shape[0] == other[0]:
            return _put(source, operand, f"{operand.id}[:, None]")
        if len(shape) == len(other) == 2 and shape[::-1] == other:
            return _put(source, operand, f"{operand.id}.T")
    return None


def transpose(source: str, _facts: Facts, tensors: Tensors) -> str | None:
    """Transpose a factor of a matrix product if the product then fits."""
    operands = _operands(source, tensors)
    if operands is None:
        return None
    (a, b), (shape_a, shape_b) = operands, (tensors[o.id][1] for o in operands)
    if len(shape_a) == 2 and len(shape_b) == 2 and shape_a[1] == shape_b[1]:
        return _put(source, b, f"{b.id}.T")
    if len(shape_a) == 2 and shape_b and shape_a[0] == shape_b[0]:
        return _put(source, a, f"{a.id}.T")
    return None


def match_dtype(source: str, _facts: Facts, tensors: Tensors) -> str | None:
    """Convert the second operand to the dtype of the first."""
    operands = _operands(source, tensors)
    if operands is None or tensors[operands[0].id][0] == tensors[operands[1].id][0]:
        return None
    a, b = operands
    return _put(source, b, f"{b.id}.to({a.id}.dtype)")


def match_device(source: str, _facts: Facts, tensors: Tensors) -> str | None:
    """Move what is on other devices to the one that is written in place, meta, or else not the CPU."""
    if not _is_python(source):
        return None
    tree = ast.parse(source)
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in tensors]
    read = [n for n in names if isinstance(n.ctx, ast.Load)]
    written = _written(tree) & tensors.keys()
    there = {tensors[n.id][2]: n.id for n in read} | {tensors[n][2]: n for n in written}
    if len(there) != 2 or len({tensors[n][2] for n in written}) > 1:
        return None
    wanted = next(
        (tensors[n][2] for n in written), next((d for d in there if d == "meta"), "")
    ) or next(d for d in there if d != "cpu")
    moved = [n for n in read if tensors[n.id][2] != wanted]
    if any(tensors[n.id][2] == "meta" for n in moved):  # it has no values to move
        return None
    for node in sorted(moved, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        source = _put(source, node, f"{node.id}.to({there[wanted]}.device)")
    return source


def on_cpu(source: str, _facts: Facts, _tensors: Tensors) -> str | None:
    """Put the CPU for the device that is named, or make it the default if none is."""
    mended = re.sub(r"""["'](?:cuda|mps|xpu)(?::\d+)?["']""", '"cpu"', source)
    mended = re.sub(r"\.(?:cuda|xpu)\(\w*\)", ".cpu()", mended)
    if mended == source:
        mended = f'torch.set_default_device("cpu")\n{source}'
    return mended if _is_python(mended) else None


def without_grad(source: str, _facts: Facts, _tensors: Tensors) -> str | None:
    """Put the line inside torch.no_grad()."""
    return f"with torch.no_grad():\n{textwrap.indent(source, '    ')}"


def last_index(source: str, facts: Facts, _tensors: Tensors) -> str | None:
    """Put the last index that there is."""
    mended, count = re.subn(rf"(?<![\w.-]){facts['index']}(?![\w.])", facts["last"], source)
    return mended if count == 1 and facts["size"] != "0" else None


def let_torch_infer(source: str, facts: Facts, _tensors: Tensors) -> str | None:
    """Put -1 for the last size if the others divide the number of elements."""
    *kept, _ = facts["shape"].split(", ")
    product = 1
    for size in kept:
        product *= int(size)
    sizes = r",\s*".join(map(re.escape, facts["shape"].split(", ")))
    if product > 0 and int(facts["n"]) % product == 0:
        return re.sub(sizes, ", ".join([*kept, "-1"]), source, count=1)
    return re.sub(sizes, "-1", source, count=1) if product > 0 else None


def dedent(source: str, _facts: Facts, _tensors: Tensors) -> str | None:
    """Begin the lines at the left."""
    mended = textwrap.dedent(source)
    return mended if _is_python(mended) else None


def plain_punctuation(source: str, _facts: Facts, _tensors: Tensors) -> str | None:
    """Put ASCII for full-width and typographic characters."""
    mended = source.translate(TYPOGRAPHY)
    return mended if mended != source and _is_python(mended) else None


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _operands(source: str, tensors: Tensors) -> tuple[ast.Name, ast.Name] | None:
    """Return the two tensors of the only operation on two of them: `a + b`, `torch.mm(a, b)`."""
    found: list[tuple[ast.Name, ast.Name]] = []
    if not _is_python(source):
        return None
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(left=ast.Name() as a, right=ast.Name() as b):
                found.append((a, b))
            case ast.Call(args=[ast.Name() as a, ast.Name() as b]):
                found.append((a, b))
            case ast.Call(func=ast.Attribute(value=ast.Name() as a), args=[ast.Name() as b]):
                found.append((a, b))
            case _:
                pass
    known = [pair for pair in found if all(name.id in tensors for name in pair)]
    return known[0] if len(known) == 1 else None


def _written(tree: ast.AST) -> set[str]:
    """Return the names that are written in place: `x += y`, `x.add_(y)`, `x[0] = y`."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                if is_in_place(method):
                    found.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                found.add(name)
            case _:
                pass
    return found


def _put(source: str, node: ast.Name, replacement: str) -> str:
    """Return `source` with `node` replaced."""
    lines = source.split("\n")
    line = lines[node.lineno - 1].encode()
    end = node.end_col_offset or node.col_offset
    lines[node.lineno - 1] = (line[: node.col_offset] + replacement.encode() + line[end:]).decode()
    return "\n".join(lines)
