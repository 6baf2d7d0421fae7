"""What the Tensors pane says about a tensor, in words."""

from typing import Literal

from explorer.measure import bytes_text
from explorer.protocol import NUMPY, Entry, TensorInfo
from explorer.text import tr
from explorer.workspace import described, summary_words

Note = Literal["waiting", "more", "problem", "unnamed"]
"""What stands in a row that is no member: what comes, is left to come, or can't be shown."""
PAGE = 1000
"""How many members are asked for at once."""


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as torch writes it in errors: "[3, 4]", "[]"."""
    return str(list(shape))


def grad_text(tensor: TensorInfo) -> str:
    """Return in one or two words how `tensor` takes part in autograd, "" if it does not."""
    if tensor.layout == NUMPY:
        return tr("NumPy array")
    if tensor.grad_fn:
        return tensor.grad_fn
    return tr("requires grad") if tensor.requires_grad else ""


def grad_tip(tensor: TensorInfo) -> str:
    """Return `grad_text` as a sentence for a learner."""
    if tensor.layout == NUMPY:
        return tr(
            "{name} is an array of NumPy's. torch.from_numpy({name}) makes a tensor of it that "
            "shares its memory, torch.tensor({name}) one with a copy.",
            name=tensor.expression,
        )
    if tensor.grad_fn:
        return tr(
            "{name} was computed from tensors that require grad. Its grad_fn is {function}, "
            "through which backward() passes; it is not a leaf.",
            name=tensor.expression,
            function=tensor.grad_fn,
        )
    if tensor.requires_grad:
        return tr(
            "{name} requires grad and is a leaf: backward() adds its gradient to {name}.grad.",
            name=tensor.expression,
        )
    return tr("{name} does not require grad: autograd does not follow it.", name=tensor.expression)


def storage_tip(tensor: TensorInfo, letter: str, others: list[str]) -> str:
    """Return who else writes where `tensor` does."""
    shown = ", ".join(others[:6])
    if len(others) > 6:
        shown = tr("{names} and {n} more", names=shown, n=len(others) - 6)
    return tr(
        "Storage {letter}: {name} shares memory with {others}. Writing one in place changes the others.",
        letter=letter,
        name=tensor.expression,
        others=shown,
    )


def tensor_tip(tensor: TensorInfo) -> str:
    """Return the facts about `tensor`, a line each."""
    lines = [
        tensor.expression,
        f"{tensor.dtype} {shape_text(tensor.shape)} · {tensor.device} · {bytes_text(tensor.nbytes)}",
    ]
    if tensor.layout == NUMPY:
        lines.append(tr("stride {stride}", stride=tensor.stride))
    elif tensor.layout == "strided":
        lines.append(
            tr(
                "stride {stride} · offset {offset} · version {version}",
                stride=tensor.stride,
                offset=tensor.storage_offset,
                version=tensor.version,
            )
        )
    else:
        lines.append(tr("layout {layout}", layout=tensor.layout))
    if tensor.view_of:
        lines.append(tr("a view of {name}", name=tensor.view_of))
    lines.append(grad_tip(tensor))
    return "\n".join(lines)


def dtype_text(tensor: TensorInfo) -> str:
    """Return the dtype as code has it, and so whose it is: "float32", "np.float32"."""
    is_word = tensor.layout == NUMPY and tensor.dtype.isidentifier()  # and not "<U5" or ">f4"
    return f"np.{tensor.dtype}" if is_word else tensor.dtype


def summary_text(entry: Entry) -> str:
    """Return one line about what is not a tensor."""
    return _with_reach(entry, summary_words(entry))


def object_text(entry: Entry) -> str:
    """Return what an object is and the line about it."""
    return _with_reach(entry, described(entry))


def _with_reach(entry: Entry, words: str) -> str:
    return words if entry.is_followed else tr("{summary}, partly followed", summary=words)


def entry_tip(entry: Entry) -> str:
    """Return what is known about a name that is not a tensor."""
    tip = f"{entry.name}: {entry.type_name}\n{summary_words(entry)}".rstrip()
    if entry.is_followed:
        return tip
    return (
        tip
        + "\n"
        + tr(
            "It is too large to be looked through after each line: a change deep within it is seen "
            "only where its rows are open."
        )
    )


def note_text(note: Note, left: int, problem: str) -> str:
    """Return what a row says that is no member."""
    match note:
        case "waiting":
            return tr("Looking inside")
        case "more":
            n, of = f"{min(left, PAGE):,}", f"{left:,}"
            return tr("Show {n} more of {of}", n=n, of=of)
        case "problem":
            return problem
        case "unnamed":
            return tr("Its keys are objects that code can't write")


def search_text(expression: str, tensor: TensorInfo | None, type_name: str) -> str:
    """Return, in lower case, all that the filter line looks at."""
    if tensor is None:
        return f"{expression} {type_name}".lower()
    sizes = [str(size) for size in tensor.shape]
    return " ".join(
        (expression, dtype_text(tensor), tensor.device, shape_text(tensor.shape), "x".join(sizes))
    ).lower()
