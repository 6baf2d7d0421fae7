"""What there is to compute on, for the window."""

from collections.abc import Callable

from explorer.engine.reader import Reader
from explorer.panes.device import Devices, DevicesAsk, hardware
from explorer.protocol import Answer, Ask


def devices(_ask: DevicesAsk, _reader: Reader) -> Devices:
    """Return what `hardware.find` finds; tests put a list of their own in its place."""
    return hardware.find()


PROBES: dict[type[Ask], Callable[..., Answer]] = {DevicesAsk: devices}
