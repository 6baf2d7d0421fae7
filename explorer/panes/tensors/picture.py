"""The thumbnails that the window holds, and which of them are out of date."""

from collections.abc import Iterable
from functools import cache

from PySide6.QtGui import QColor, QImage

from explorer.panes.tensors import Thumbnail
from explorer.protocol import TensorInfo

MOST_PICTURES = 2000
NOT_FINITE = "#e000c8"
# Viridis and a blue to red map through white, each at equal steps.
SEQUENTIAL = (
    *("#440154", "#482878", "#3e4a89", "#31688e", "#26828e"),
    *("#1f9e89", "#35b779", "#6dcd59", "#b4de2c", "#fde725"),
)
DIVERGING = ("#2151a8", "#6d93d6", "#bccfee", "#f7f7f7", "#f0c3b8", "#d97f6b", "#b3262f")

Key = tuple[object, ...]


class Pictures:
    """Pictures by expression. One of a tensor that has changed since is never given out."""

    def __init__(self) -> None:
        self._pictures: dict[str, tuple[Key, int, QImage | None]] = {}

    def find(self, tensor: TensorInfo) -> QImage | None:
        """Return the picture of `tensor`, None if there is none of it as it is now."""
        key, _, image = self._pictures.get(tensor.expression, ((), 0, None))
        return image if key == _key(tensor) else None

    def missing(self, tensors: Iterable[TensorInfo], data_revision: int) -> list[TensorInfo]:
        """Return those that must be asked for, now that the data is at `data_revision`."""
        return [t for t in tensors if not self._is_current(t, data_revision)]

    def put(self, tensor: TensorInfo, data_revision: int, answer: Thumbnail | None) -> None:
        """Keep the picture made when `tensor` was as described; None: there can't be one."""
        self._pictures.pop(tensor.expression, None)
        while len(self._pictures) >= MOST_PICTURES:
            del self._pictures[next(iter(self._pictures))]
        image = _image(answer) if answer else None
        self._pictures[tensor.expression] = (_key(tensor), data_revision, image)

    def _is_current(self, tensor: TensorInfo, data_revision: int) -> bool:
        key, revision, _ = self._pictures.get(tensor.expression, ((), -1, None))
        return key == _key(tensor) and revision == data_revision


def _key(tensor: TensorInfo) -> Key:
    return tensor.serial, tensor.version, tensor.content, tensor.shape, tensor.dtype


def _image(answer: Thumbnail) -> QImage:
    height, width = answer.plane.shape
    view = QImage(answer.plane.data, width, height, width, QImage.Format.Format_Indexed8)
    view.setColorTable(_colours(DIVERGING if answer.diverging else SEQUENTIAL))
    return view.copy()  # the view does not keep the message's memory alive


@cache
def _colours(stops: tuple[str, ...]) -> list[int]:
    """Return the colour of each level as Qt has it in an image: 0xAARRGGBB."""
    colours = [QColor(stop) for stop in stops]
    table = []
    for level in range(255):
        at = level / 254 * (len(colours) - 1)
        low = min(int(at), len(colours) - 2)
        a, b, share = colours[low], colours[low + 1], at - low
        red = round(a.red() + (b.red() - a.red()) * share)
        green = round(a.green() + (b.green() - a.green()) * share)
        blue = round(a.blue() + (b.blue() - a.blue()) * share)
        table.append(0xFF000000 | red << 16 | green << 8 | blue)
    return [*table, QColor(NOT_FINITE).rgb()]
