"""Answers the window's questions about lines that have not run."""

from functools import cache

import torch

from explorer.engine.preview.foresight import foresee
from explorer.engine.reader import Reader
from explorer.protocol import PreviewAsk, Previews

_TYPICAL = """torch.rand(2, 3)
x + 1
x @ x.t()
x.sum(dim=0)
x[x > 0]
torch.cat([x, x])
x.view(-1).add_(1)
torch.nn.functional.softmax(x, 1)
x + torch.ones(5)"""


def preview(ask: PreviewAsk, reader: Reader) -> Previews:
    """Return what each of the sources will do, under the main thread's modes."""
    if not ask.sources:
        warm_up()
    if not warm_up.cache_info().currsize:  # the first tensor must not wait for what is loaded
        return Previews(previews=())
    with torch.set_grad_enabled(reader.modes.grad_enabled):
        return Previews(previews=tuple(foresee(s, reader.namespace) for s in ask.sources))


@cache
def warm_up() -> None:
    """Let torch load what lines without values take: a second or two of Python's time."""
    names = {"torch": torch, "x": torch.ones(2, 2, device="cpu")}
    for line in _TYPICAL.splitlines():
        foresee(line, names)
