"""Who answers the asks of `explorer.protocol` that belong to no pane."""

from collections.abc import Callable
from typing import Any

from explorer.engine.reader import Reader
from explorer.protocol import Answer, Ask

PROBES: dict[type[Ask], Callable[[Any, Reader], Answer]] = {}
"""As in a pane's `probe`: each is called under the main thread's default device, without autograd."""
