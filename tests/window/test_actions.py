"""Commands are rows, of which everything else is made."""

import pytest
from PySide6.QtGui import QKeySequence

from explorer.paths import RESOURCES
from explorer.window.actions import COMMANDS, MENUS
from explorer.window.help import ShortcutPage, rows_by_title


def test_no_two_commands_share_an_id_or_a_shortcut():
    ids = [command.id for command in COMMANDS]
    keys = [QKeySequence(k).toString() for command in COMMANDS for k in command.shortcuts]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)
    assert all(keys)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.id)
def test_every_command_has_a_text_a_tip_an_icon_and_a_menu(command):
    assert command.text[0].isupper()
    assert not command.text.removesuffix("...").endswith(".")
    assert command.tip
    assert not command.tip.endswith(".")
    assert (RESOURCES / "icons" / f"{command.icon}.svg").is_file()
    assert command.menu.partition("/")[0] in MENUS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.id)
def test_every_command_is_in_its_menu_and_in_the_search_box(window, command):
    action = window.actions_by_id[command.id]
    assert action in window.menu_bar.menus[command.menu].actions()
    action.setEnabled(True)
    window.search.look_up(command.text.removesuffix("..."))
    assert command.id in [row.key for row in window.search.results.rows]


def test_the_page_of_shortcuts_lists_every_key_and_filters(window, qtbot):
    rows = [row for group in rows_by_title(window.actions_by_id).values() for row in group]
    listed = " ".join(keys for _, keys, _ in rows)
    for command in COMMANDS:
        for keys in command.shortcuts:
            assert QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) in listed
    page = ShortcutPage(window.actions_by_id, window)
    qtbot.addWidget(page)
    page.filter.setText("undo")
    shown = [
        page.tree.topLevelItem(i).child(j).text(0)
        for i in range(page.tree.topLevelItemCount())
        for j in range(page.tree.topLevelItem(i).childCount())
        if not page.tree.topLevelItem(i).child(j).isHidden()
    ]
    assert "Undo" in shown
    assert "Save" not in shown
