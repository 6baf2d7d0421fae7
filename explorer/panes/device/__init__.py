"""Device: what torch can compute on, its memory, and the settings of new tensors. Its messages."""

from typing import Literal

from explorer.protocol import Answer, Ask, Message

Reason = Literal[
    "cpu build",
    "no driver",
    "no card",
    "hidden",
    "old driver",
    "driver error",
    "no amd",
    "no mac",
    "no metal",
    "old mac",
    "no xpu build",
    "no xpu",
    "lost",
]


class Device(Message, frozen=True, kw_only=True):
    """A device that torch can use, as a line names it: "cpu", "meta", "cuda", "cuda:1" of several.

    `total_bytes` is 0 where there is no memory, or none of its own that is known; `free_bytes` is
    None where nobody says; `own_bytes` is what this engine takes of it.
    """

    name: str
    title: str = ""
    total_bytes: int = 0
    free_bytes: int | None = None
    own_bytes: int = 0


class Absent(Message, frozen=True, kw_only=True):
    """A device that torch knows and can't use here; `detail` fills in the words of the reason."""

    name: str
    reason: Reason
    detail: str = ""


class DevicesAsk(Ask, frozen=True, kw_only=True):
    """Ask what there is to compute on, and where the random numbers began."""


class Devices(Answer, frozen=True, kw_only=True):
    """What there is now; `seed` is what torch's generator began with, from 0 to 2 ** 64 - 1."""

    devices: tuple[Device, ...]
    absent: tuple[Absent, ...] = ()
    seed: int = 0
