"""The line that the fields of the Device pane mean, what it will do, and what it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.catalog.device import (
    SETTINGS,
    count,
    is_there,
    item_bytes,
    move_line,
    plan_line,
    resolve,
    setting_line,
)
from explorer.catalog.literal import Refusal, device, dtype, size
from explorer.measure import bytes_text
from explorer.panes.device import Devices
from explorer.panes.device.words import missing_text, move_text
from explorer.text import tr
from explorer.workspace import Workspace

MOVE, PLAN = "move", "plan"
SETTINGS_BY_NAME = {setting.name: setting for setting in SETTINGS}
TASKS = (*SETTINGS_BY_NAME, MOVE, PLAN)


@dataclass(frozen=True, slots=True)
class Made:
    """A line, in words what it will do, and the device that it needs, "" for none."""

    line: str
    words: str = ""
    needs: str = ""


def make(
    task: str, text: Callable[[str], str], target: str, workspace: Workspace, found: Devices
) -> Made:
    """Return the line of a task: a setting's name, MOVE or PLAN. Raises Refusal.

    `text` gives what stands in a field, `target` is the name of the result.
    """
    if task == PLAN:
        return _plan(text("plan.size"), target, workspace.modes.default_dtype)
    if task == MOVE:
        return _move(text, target, workspace, found)
    setting = SETTINGS_BY_NAME[task]
    line = setting_line(setting, text(setting.name))
    needs = _present(text(setting.name), found) if setting.kind == "device" else ""
    return Made(line, tr(setting.help), needs)


def names_of(found: Devices) -> list[str]:
    """Return the names of the devices that there are."""
    return [device.name for device in found.devices]


def as_listed(name: str, found: Devices) -> str:
    """Return the name in the list of a device that a tensor calls "cuda:0"."""
    names = names_of(found)
    return next((n for n in names if resolve(n, names) == resolve(name, names)), name)


def _plan(typed: str, target: str, kind: str) -> Made:
    source = size(typed)
    line = plan_line(target, source)
    taken = bytes_text(count(source) * item_bytes(kind))
    return Made(line, tr("With values it would take {size}, as {dtype}", size=taken, dtype=kind))


def _move(text: Callable[[str], str], target: str, workspace: Workspace, found: Devices) -> Made:
    typed = text("move.tensor")
    tensor = workspace.find(typed) if workspace.without_arrays([typed]) else None
    if tensor is None:
        raise Refusal(tr("Choose a tensor. If there is none yet, create one first"))
    to, kind = text("move.device"), text("move.dtype")
    line = move_line(target, tensor, to, kind)
    there = _present(to, found)
    wanted = dtype(kind).removeprefix("torch.") if kind.strip() else ""
    free = {d.name: d.free_bytes for d in found.devices}.get(as_listed(there, found))
    words = move_text(tensor, resolve(there, names_of(found)), wanted, free)
    return Made(line, words, there)


def _present(typed: str, found: Devices) -> str:
    """Return the device that was typed. Raises Refusal with the reason if it is not there."""
    name = device(typed).strip('"')
    if found.devices and not is_there(name, names_of(found)):
        raise Refusal(missing_text(name, found.absent))
    return name
