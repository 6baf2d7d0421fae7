"""Who answers the asks of `explorer.protocol` that belong to no pane."""

from collections.abc import Callable
from typing import Any

from explorer.engine.catalogue import cache
from explorer.engine.preview.probe import preview
from explorer.engine.reader import Reader
from explorer.protocol import Answer, Ask, CatalogueAnswer, CatalogueAsk, PreviewAsk


def catalogue(_ask: CatalogueAsk, _reader: Reader) -> CatalogueAnswer:
    """Hand over the catalogue."""
    return CatalogueAnswer(data=cache.packed())


PROBES: dict[type[Ask], Callable[[Any, Reader], Answer]] = {
    CatalogueAsk: catalogue,
    PreviewAsk: preview,
}
"""As in a pane's `probe`: each is called under the main thread's default device, without autograd."""
