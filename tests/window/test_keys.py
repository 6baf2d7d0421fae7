"""Every key of the program reaches it: none is taken by the system, by Qt or by an input method."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import (
    QAction,
    QInputMethodQueryEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPlainTextEdit, QWidget

from explorer.panes.heatmap.keys import KEYS
from explorer.text import set_language, tr
from explorer.window.actions import COMMANDS, MENU_LETTERS, MENUS, with_letter
from explorer.window.docking import PANES
from explorer.window.focus import takes_tab

TAKEN = {
    "Ctrl+Space": "turns an input method on and off",
    "Shift+Space": "changes between full and half width",
    "Ctrl+Alt+Space": "turns an input method on and off",
    "Ctrl+.": "changes Chinese punctuation in Microsoft Pinyin, and opens emoji in ibus",
    "Ctrl+;": "opens fcitx's clipboard",
    "Ctrl+Shift+F": "changes between simplified and traditional characters",
    "Ctrl+Shift+K": "opens Sogou's soft keyboard",
    "Ctrl+Shift+Z": "opens Sogou's symbols",
    "Ctrl+Shift+U": "types a character by its number in ibus and GTK",
    "Ctrl+Shift+E": "opens emoji in ibus",
    "Ctrl+5": "reads fcitx's settings again",
    "Ctrl+7": "forgets a phrase of fcitx's",
    "Ctrl+8": "moves a phrase of fcitx's",
    "Alt+Space": "opens the window's menu",
    "Alt+Tab": "goes to another window",
    "Alt+Esc": "goes to another window",
    "Alt+F4": "closes the window",
    "Alt+F2": "runs a program on Linux",
    "Ctrl+Esc": "opens the start menu",
    "Ctrl+Shift+Esc": "opens the task manager",
    "Ctrl+Tab": "goes to another tab",
    "Print": "takes a picture of the screen",
    "Ctrl+U": "deletes the text of a field on Linux",
}
MODIFIERS = Qt.KeyboardModifier


@dataclass(frozen=True)
class Binding:
    """A key, what it does, and the widget in which it does so; None is all of the window."""

    keys: QKeySequence
    what: str
    scope: QWidget | None = None

    @property
    def combination(self) -> QKeyCombination:
        return self.keys[0]

    @property
    def modifiers(self) -> Qt.KeyboardModifier:
        return self.combination.keyboardModifiers()

    def __str__(self) -> str:
        return f"{self.keys.toString()}: {self.what}"


@pytest.fixture
def window(make_window, run):
    """A window with all panes, the heat map of a tensor among them."""
    window = make_window(panes=PANES)
    run("x = tensor(3, 4)")
    return window


@pytest.fixture
def bindings(window):
    """All keys of the window, of its panes and of the heat map."""
    found = []
    for action in window.findChildren(QAction):
        for keys in action.shortcuts():
            here = action.shortcutContext() is Qt.ShortcutContext.WidgetShortcut
            scope = action.parent() if here else None
            found.append(Binding(keys, action.text(), scope))
    shortcuts = window.findChildren(QShortcut)
    found += [Binding(s.key(), "apply the form", s.parent()) for s in shortcuts]
    cells = window.views.panes[0].page.cells
    for (modifiers, key), (what, _) in KEYS.items():
        found.append(Binding(QKeySequence(QKeyCombination(modifiers, key)), what, cells))
    return [b for b in found if not is_own(b)]


def is_own(binding):
    """Return whether Qt made it for itself: the undo of a text, the items of its menu."""
    scope = binding.scope
    return isinstance(scope, (QLineEdit, QPlainTextEdit)) and not isinstance(
        scope, QAbstractItemView
    )


def test_the_program_has_the_keys_that_it_lists(bindings):
    found = {binding.keys.toString() for binding in bindings}
    assert {"Ctrl+K", "F6", "Alt+1", "Ctrl+Return", "F2", "B", "Ctrl+G", "T"} <= found
    assert {QKeySequence(k).toString() for c in COMMANDS for k in c.shortcuts} <= found


def test_no_key_is_taken_by_the_system_or_by_an_input_method(bindings):
    by_command = {}
    for binding in bindings:
        by_command.setdefault((binding.what, binding.scope), []).append(binding)
    taken = [
        f"{bindings[0]} {TAKEN[bindings[0].keys.toString()]}"
        for bindings in by_command.values()
        if all(binding.keys.toString() in TAKEN for binding in bindings)
    ]
    assert taken == []


def test_no_key_types_a_character_or_belongs_to_the_desktop(bindings):
    """Ctrl+Alt is AltGr on Windows, the Windows key is the desktop's, Alt with a letter a menu's."""
    wrong = []
    for binding in bindings:
        letter = Qt.Key.Key_A <= binding.combination.key() <= Qt.Key.Key_Z
        has_alt = bool(binding.modifiers & MODIFIERS.AltModifier)
        has_control = bool(binding.modifiers & MODIFIERS.ControlModifier)
        has_meta = bool(binding.modifiers & MODIFIERS.MetaModifier)
        if has_meta or (has_alt and (has_control or letter)):
            wrong.append(str(binding))
    assert wrong == []


def test_no_key_does_two_things_at_one_place(bindings):
    """A key of a widget and the same of its window are ambiguous for Qt, which does neither."""
    clashes = []
    for i, one in enumerate(bindings):
        for other in bindings[i + 1 :]:
            nested = one.scope and other.scope and (
                one.scope.isAncestorOf(other.scope) or other.scope.isAncestorOf(one.scope)
            )  # fmt: skip
            meet = None in (one.scope, other.scope) or one.scope is other.scope or nested
            if one.keys == other.keys and meet:
                clashes.append(f"{one} / {other}")
    assert clashes == []


def test_letters_are_keys_only_where_no_input_method_composes(bindings):
    for binding in bindings:
        plain = binding.modifiers in (MODIFIERS.NoModifier, MODIFIERS.ShiftModifier)
        if plain and Qt.Key.Key_Space <= binding.combination.key() <= Qt.Key.Key_AsciiTilde:
            assert binding.scope is not None, str(binding)
            binding.scope.setFocus()
            if isinstance(binding.scope, QAbstractItemView):
                binding.scope.setCurrentIndex(binding.scope.model().index(0, 0))
            query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
            QApplication.sendEvent(binding.scope, query)
            assert not query.value(Qt.InputMethodQuery.ImEnabled), str(binding)


EDITING = {"undo", "redo"}
"""Commands whose keys a text that is being typed takes for itself."""


def test_no_control_keeps_a_key_of_the_window_for_itself(window, qtbot):
    controls = [
        widget
        for widget in window.findChildren(QWidget)
        if takes_tab(widget) and widget.window() is window
    ]
    assert len(controls) > 30
    kept = set()
    for command in COMMANDS:
        if command.id in EDITING:
            continue
        for text in command.shortcuts:
            pressed = QKeySequence(text)[0]
            for control in controls:
                event = QKeyEvent(
                    QEvent.Type.ShortcutOverride, pressed.key(), pressed.keyboardModifiers()
                )
                event.ignore()
                QApplication.sendEvent(control, event)
                if event.isAccepted():
                    kept.add(f"{type(control).__name__} keeps {text}")
    assert kept == set()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_menu_opens_by_a_letter_of_its_own(language):
    set_language(language)
    try:
        titles = [
            with_letter(tr(title), letter)
            for title, letter in zip(MENUS, MENU_LETTERS, strict=True)
        ]
    finally:
        set_language("en")
    letters = [title[title.index("&") + 1].upper() for title in titles]
    assert letters == list(MENU_LETTERS)
    assert len(set(letters)) == len(MENUS)


def test_a_menu_opens_by_its_letter_in_chinese(qtbot):
    assert with_letter("文件", "F") == "文件(&F)"
    assert with_letter("Engine", "G") == "En&gine"
