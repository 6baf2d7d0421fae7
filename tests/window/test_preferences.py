"""The settings dialog: what is chosen is kept and applied."""

import sys

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from explorer.protocol import Configure
from explorer.window import interpreter
from explorer.window.interpreter import examine
from explorer.window.preferences import PreferencesDialog
from explorer.window.settings import Preferences

ALL_CHANGED = Preferences("dark", "zh_CN", 150, 7, "float64", 512, "/usr/bin/python3")


@pytest.fixture
def make_dialog(qtbot, window):
    def make(preferences=None):
        dialog = PreferencesDialog(preferences or Preferences(), window)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


@pytest.mark.parametrize(
    "preferences", [Preferences(), ALL_CHANGED, Preferences(scale_percent=110)]
)
def test_the_dialog_shows_what_is_chosen(make_dialog, preferences):
    assert make_dialog(preferences).preferences() == preferences


def test_what_the_person_chooses_is_told_once_they_agree(make_dialog, qtbot):
    dialog = make_dialog()
    dialog.seed.setValue(42)
    dialog.dtype.setCurrentText("float64")
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert told.args == [Preferences(seed=42, dtype="float64")]


def test_cancel_changes_nothing_and_defaults_put_all_back(make_dialog, qtbot):
    dialog = make_dialog(ALL_CHANGED)
    dialog.defaults.click()
    assert dialog.preferences() == Preferences()
    with qtbot.assertNotEmitted(dialog.chosen):
        dialog.reject()


def test_every_control_has_a_name(make_dialog):
    dialog = make_dialog()
    for name in ("theme", "language", "scale", "seed", "dtype", "keep", "python"):
        control = getattr(dialog, name)
        labelled = any(label.buddy() is control for label in dialog.findChildren(_label()))
        assert labelled or control.accessibleName(), name


def _label():
    from PySide6.QtWidgets import QLabel

    return QLabel


def test_nothing_in_the_dialog_is_cut_off_in_the_longer_pseudo_language(make_dialog):
    from explorer.text import set_language

    set_language("pseudo")
    try:
        dialog = make_dialog()
        dialog.resize(dialog.sizeHint())
        for label in dialog.findChildren(_label()):
            if label.isVisible() and not label.wordWrap():
                assert label.width() >= label.sizeHint().width(), label.text()
    finally:
        set_language("en")


def test_the_settings_are_applied_at_once(window, controller, link, qtbot):
    window.actions_by_id["preferences"].trigger()
    dialog = window.findChild(PreferencesDialog)
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.keep.setValue(512)
    dialog.seed.setValue(7)
    dialog.dtype.setCurrentText("float64")
    dialog.python.setText("/somewhere/python")
    dialog.accept()
    link.deliver_all()
    assert window.theme.choice == "dark"
    assert [a.options.keep_mib for a in link.asked if isinstance(a, Configure)] == [512]
    assert link.python == "/somewhere/python"
    assert [s.source for s in controller.session.statements] == [
        "import torch",
        "torch.manual_seed(7)",
        "torch.set_default_dtype(torch.float64)",
    ]
    assert not controller.document.dirty
    assert window.settings.preferences == Preferences(
        "dark", "system", 100, 7, "float64", 512, "/somewhere/python"
    )


def test_a_session_in_hand_keeps_its_first_lines(window, controller, run, link):
    run("x = 1")
    window.tuning.prefer(Preferences(seed=7))
    link.deliver_all()
    assert [s.source for s in controller.session.statements][1] == "torch.manual_seed(0)"


def test_a_new_session_begins_as_chosen(window, controller, run, link, qtbot, monkeypatch):
    run("x = 1")
    window.tuning.prefer(Preferences(seed=7))
    monkeypatch.setattr(window.filing, "may_leave", lambda: True)
    window.filing.new()
    qtbot.waitUntil(lambda: link.deliver_all() or len(controller.session.statements) == 2)
    assert [s.source for s in controller.session.statements][1] == "torch.manual_seed(7)"
    assert controller.document.is_untouched


# --- the engine's Python --------------------------------------------------------------------------


def test_a_python_that_will_do_is_told_with_its_torch():
    verdict = examine(sys.executable)
    assert verdict.is_good
    import torch

    assert torch.__version__ in verdict.words


def test_a_python_without_torch_is_told_with_the_line_that_mends_it(tmp_path):
    import venv

    venv.create(tmp_path, with_pip=False)
    python = tmp_path / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    verdict = examine(str(python))
    assert not verdict.is_good
    assert "lacks torch, ipykernel, msgspec" in verdict.words
    assert verdict.fix_code.endswith('-m pip install torch "ipykernel>=7" msgspec numpy')


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("#!/bin/sh\necho hello", "not a Python"),
        ("#!/bin/sh\necho '[1]'", "not a Python"),
        ("#!/nowhere/sh\n", "can't be started"),
        ('#!/bin/sh\necho \'{"python": "3.9.1", "recent": false, "torch": "", '
         '"missing": [], "pip": ""}\'', "3.9.1; the engine needs 3.11"),
    ],
)  # fmt: skip
@pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")
def test_a_program_that_will_not_do_is_told_apart(tmp_path, script, words):
    path = tmp_path / "python"
    path.write_text(script)
    path.chmod(0o755)
    verdict = examine(str(path))
    assert not verdict.is_good
    assert words in verdict.words


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    assert "no program" in examine(str(tmp_path / "python")).words


def test_the_check_runs_aside_and_its_verdict_stands_under_the_path(make_dialog, qtbot):
    dialog = make_dialog()
    dialog.check.click()
    assert not dialog.check.isEnabled()
    qtbot.waitUntil(dialog.check.isEnabled, timeout=30_000)
    assert "torch" in dialog.verdict.text()
    dialog.python.setText("/other")
    assert not dialog.verdict.isVisible()


def test_a_verdict_on_another_path_is_not_shown(make_dialog, qtbot, monkeypatch):
    dialog = make_dialog()
    dialog._check.finished.emit("/other", interpreter.Verdict(is_good=False, words="bad"))
    assert not dialog.verdict.isVisible()
