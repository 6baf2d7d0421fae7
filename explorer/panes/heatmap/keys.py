"""The keys of a heat map."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_K, _PLAIN = Qt.Key, Qt.KeyboardModifier.NoModifier
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

FAR = 1 << 62
"""More cells than any dim has: to the edge."""

EXPLAIN: tuple[str, tuple[int, ...]] = ("explain", ())
Key = tuple[Qt.KeyboardModifier, Qt.Key]
KEYS: dict[Key, tuple[str, tuple[int, ...]]] = {
    (_PLAIN, _K.Key_Up): ("move_cell", (-1, 0)),
    (_PLAIN, _K.Key_Down): ("move_cell", (1, 0)),
    (_PLAIN, _K.Key_Left): ("move_cell", (0, -1)),
    (_PLAIN, _K.Key_Right): ("move_cell", (0, 1)),
    (_CTRL, _K.Key_Up): ("move_cell", (-FAR, 0)),
    (_CTRL, _K.Key_Down): ("move_cell", (FAR, 0)),
    (_CTRL, _K.Key_Left): ("move_cell", (0, -FAR)),
    (_CTRL, _K.Key_Right): ("move_cell", (0, FAR)),
    (_PLAIN, _K.Key_PageUp): ("step_slice", (-1,)),
    (_PLAIN, _K.Key_PageDown): ("step_slice", (1,)),
    (_CTRL, _K.Key_PageUp): ("step_slice", (-1, 1)),
    (_CTRL, _K.Key_PageDown): ("step_slice", (1, 1)),
    (_PLAIN, _K.Key_G): ("slicer.toggle_grid", ()),
    (_PLAIN, _K.Key_Plus): ("zoom", (1,)),
    (_SHIFT, _K.Key_Plus): ("zoom", (1,)),
    (_PLAIN, _K.Key_Equal): ("zoom", (1,)),
    (_PLAIN, _K.Key_Minus): ("zoom", (-1,)),
    (_PLAIN, _K.Key_0): ("fit_view", ()),
    (_PLAIN, _K.Key_A): ("leveller.fit", ()),
    (_PLAIN, _K.Key_B): ("toggle_before", ()),
    (_PLAIN, _K.Key_Return): EXPLAIN,
    (_PLAIN, _K.Key_Enter): EXPLAIN,
    (_PLAIN, _K.Key_L): ("operands.linker.toggle", ()),
    (_SHIFT, _K.Key_L): ("leveller.share", ()),
    (_PLAIN, _K.Key_O): ("operands.toggle", ()),
    (_PLAIN, _K.Key_S): ("subject.toggle_statistics", ()),
    (_PLAIN, _K.Key_C): ("slicer.toggle_colours", ()),
    (_PLAIN, _K.Key_E): ("outlet.show_kinds", ()),
    (_PLAIN, _K.Key_X): ("subject.toggle_profiles", ()),
    (_SHIFT, _K.Key_Up): ("reading.extend", (-1, 0)),
    (_SHIFT, _K.Key_Down): ("reading.extend", (1, 0)),
    (_SHIFT, _K.Key_Left): ("reading.extend", (0, -1)),
    (_SHIFT, _K.Key_Right): ("reading.extend", (0, 1)),
    (_PLAIN, _K.Key_N): ("reading.seek_unfinite", (1,)),
    (_SHIFT, _K.Key_N): ("reading.seek_unfinite", (-1,)),
    (_PLAIN, _K.Key_M): ("reading.seek_largest", ()),
    (_SHIFT, _K.Key_M): ("reading.seek_smallest", ()),
    (_CTRL, _K.Key_F): ("reading.open_find", ()),
    (_PLAIN, _K.Key_F3): ("reading.find_again", (1,)),
    (_SHIFT, _K.Key_F3): ("reading.find_again", (-1,)),
    (_PLAIN, _K.Key_F2): ("reading.edit", ()),
    (_PLAIN, _K.Key_D): ("watching.find_difference", (1,)),
    (_SHIFT, _K.Key_D): ("watching.find_difference", (-1,)),
    (_SHIFT, _K.Key_F2): ("watching.edit", ()),
    (_CTRL, _K.Key_G): ("slicer.ask_index", ()),
    (_CTRL, _K.Key_C): ("outlet.copy_values", ()),
    (_CTRL | _SHIFT, _K.Key_C): ("outlet.copy_code", ()),
}
"""Modifier and key: the pane's method, or one of a part of it, and its arguments."""

ALSO_OF_EQUATIONS = frozenset(
    (
        "operands.toggle",
        "operands.linker.toggle",
        "toggle_before",
        "explain",
        "outlet.copy_values",
        "outlet.copy_code",
    )
)
"""What the pane does while operands stand beside the result; `EquationView` has methods of its own.

For anything else the tensor is shown alone first.
"""


def method_for(event: QKeyEvent) -> tuple[str, tuple[int, ...]] | None:
    """Return the method that a key calls, None if it is not one of ours."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return KEYS.get((modifiers, Qt.Key(event.key())))
