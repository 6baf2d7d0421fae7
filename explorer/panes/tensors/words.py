"""What the Tensors pane says about a tensor, in words."""

from explorer.protocol import Entry, TensorInfo
from explorer.text import tr

UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")


def bytes_text(nbytes: int) -> str:
    """Return `nbytes` as a person reads it: "48 B", "1.5 KiB", "7.3 MiB"."""
    if nbytes < 1024:
        return f"{nbytes} B"
    size = float(nbytes)
    for unit in UNITS:
        size /= 1024
        if size < 1023.95 or unit == UNITS[-1]:
            break
    return f"{size:.1f} {unit}" if size < 100 else f"{size:.0f} {unit}"


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as torch writes it in errors: "[3, 4]", "[]"."""
    return f"[{', '.join(map(str, shape))}]"


def grad_text(tensor: TensorInfo) -> str:
    """Return in one or two words how `tensor` takes part in autograd, "" if it does not."""
    if tensor.grad_fn:
        return tensor.grad_fn
    return tr("requires grad") if tensor.requires_grad else ""


def grad_tip(tensor: TensorInfo) -> str:
    """Return `grad_text` as a sentence for a learner."""
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
    if tensor.layout == "strided":
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


def entry_tip(entry: Entry) -> str:
    """Return what is known about a name that is not a tensor."""
    return f"{entry.name}: {entry.type_name}\n{entry.summary}".rstrip()


def search_text(expression: str, tensor: TensorInfo | None, type_name: str) -> str:
    """Return, in lower case, all that the filter line looks at."""
    if tensor is None:
        return f"{expression} {type_name}".lower()
    sizes = [str(size) for size in tensor.shape]
    return " ".join(
        (expression, tensor.dtype, tensor.device, shape_text(tensor.shape), "x".join(sizes))
    ).lower()
