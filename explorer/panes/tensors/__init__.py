"""Tensors: the workspace as a tree. Its messages."""

from explorer.protocol import Answer, Array, Ask, Entry


class Thumbnail(Answer, frozen=True, kw_only=True):
    """A tensor as a picture of a few pixels, made of sampled values.

    `plane` is uint8 (rows, columns): 0 to 254 from the lowest to the highest finite value in it,
    255 where the value is NaN or infinite. `diverging` says that 127 stands for zero.
    """

    plane: Array
    diverging: bool = False


class Thumbnails(Answer, frozen=True, kw_only=True):
    """A picture for each expression that was asked for, None where there can't be one."""

    pictures: tuple[Thumbnail | None, ...]


class ThumbnailsAsk(Ask, frozen=True, kw_only=True):
    """Ask for pictures of at most `size_px` by `size_px` pixels."""

    expressions: tuple[str, ...]
    size_px: int


class ChildrenAsk(Ask, frozen=True, kw_only=True):
    """Ask for the members of a container, `count` of them from `start` on."""

    expression: str
    start: int
    count: int


class Children(Answer, frozen=True, kw_only=True):
    """The members from `start` up to `end`, of `total`; those that no code names are left out."""

    expression: str
    start: int
    end: int
    total: int
    entries: tuple[Entry, ...]
