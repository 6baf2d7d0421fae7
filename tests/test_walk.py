"""The first half of the tutorial, in Chinese, by somebody who has no mouse.

The tests are one walk through one window with a real engine, and follow on each other.
"""

import re

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from explorer import translation
from explorer.panes.tensors.column import Column
from explorer.text import set_language, tr
from explorer.window.client import Client
from explorer.window.controller import Controller
from explorer.window.docking import PANES
from explorer.window.language import Language
from explorer.window.main import MainWindow
from explorer.window.settings import Preferences, Settings
from explorer.window.theme import Theme
from tests.person import MOST_TABS, Person, at_work

pytestmark = pytest.mark.engine
PANE_NAMES = tuple(row.name for row in PANES)
OFFSCREEN = pytest.mark.qt_log_ignore(r"not support (raise|grabbing)", extend=True)
"""What opens a window of its own is told by the offscreen platform what it lacks."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def window(qapp):
    theme = Theme(qapp, "light")
    settings = Settings()
    settings.preferences = Preferences(language="zh_CN")
    language = Language(qapp, "zh_CN")
    options = settings.preferences.engine_options(language.code)
    controller = Controller(Client(None), options=options)
    window = MainWindow(controller, settings, theme, language=language)
    window.resize(1280, 800)
    with at_work(window):
        yield window
    language.choose("en")
    set_language("en")
    for made in (language, theme):
        made.deleteLater()


@pytest.fixture
def person(window, qtbot):
    person = Person(window, qtbot)
    person.sit_down()
    return person


def test_x_and_y_are_created_in_the_form(person):
    assert person.hears() == tr("Create a tensor")
    person.press("Space")
    assert person.hears() == tr("Search creation functions")
    person.type("tensor")
    person.press("Return")
    person.replace("[[1., 2., 3.], [4., 5., 6.]]")
    person.press("Ctrl+Return")
    person.wait()
    assert person.lines()[-1] == "x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])"
    assert person.values().tolist() == [[1, 2, 3], [4, 5, 6]]
    person.tab_to(tr("Search creation functions"), "Shift+Backtab")
    person.replace("rand")
    person.press("Return")
    person.replace("2, 3")
    person.press("Ctrl+Return")
    person.wait()
    assert person.lines()[-1] == "y = torch.rand(2, 3)"
    assert person.cell("y", Column.SHAPE) == "[2, 3]"


def test_the_four_adds_are_typed(person):
    x, y = np.arange(1.0, 7.0).reshape(2, 3), person.values()
    before = person.lines()
    person.run("x + y")
    assert person.lines() == before
    assert person.pane("script").look.value.toPlainText().startswith("tensor([[1.")
    person.run("z = x + y")
    np.testing.assert_allclose(person.values(), x + y, rtol=1e-6)
    while not person.is_in_pane("script"):
        person.press("F6")
    person.type("t = torch.add(x, y)")
    person.press("Return")
    person.wait()
    np.testing.assert_allclose(person.values(), x + y, rtol=1e-6)
    person.type("result = torch.empty(2, 3)")
    person.press("Return")
    person.type("torch.add(x, y, out=result)")
    person.press("Return")
    person.wait()
    np.testing.assert_allclose(person.values(), x + y, rtol=1e-6)
    assert person.lines()[len(before) :] == [
        "z = x + y",
        "t = torch.add(x, y)",
        "result = torch.empty(2, 3)",
        "torch.add(x, y, out=result)",
    ]


def test_an_add_in_place_shows_what_it_changed(person):
    person.press("Alt+1")
    assert person.is_in_pane("tensors")
    person.press("Down")
    person.type("y")
    person.wait()
    x, before = np.arange(1.0, 7.0).reshape(2, 3), person.values()
    person.run("y.add_(x)")
    np.testing.assert_allclose(person.values(), before + x, rtol=1e-6)
    line = person.lines().index("y.add_(x)") + 1
    heatmap = person.pane("heatmap")
    assert heatmap.page.item.picture.tile.changed == 6
    changed = tr("{cells} cells changed by line {n}", cells=6, n=line)
    assert heatmap.page.note.text().startswith(changed)
    assert person.cell("y", Column.CHANGED) == tr("line {n}", n=line)
    person.press("Alt+2")
    assert person.is_in_pane("heatmap")
    person.press("B")
    person.wait()
    np.testing.assert_allclose(person.values(), before, rtol=1e-6)
    assert CHINESE.search(heatmap.banner.label.text())
    person.press("B")
    person.wait()
    np.testing.assert_allclose(person.values(), before + x, rtol=1e-6)


def test_undo_and_redo_go_back_and_forth(person):
    after, lines = person.values(), person.lines()
    person.press("Ctrl+Z")
    person.wait()
    x = np.arange(1.0, 7.0).reshape(2, 3)
    np.testing.assert_allclose(person.values(), after - x, rtol=1e-5)
    person.press("Ctrl+Shift+Z")
    person.wait()
    np.testing.assert_allclose(person.values(), after, rtol=1e-6)
    assert person.lines() == lines


def test_an_index_is_typed(person):
    person.run("print(x[:, 1])")
    assert person.lines()[-1] == "print(x[:, 1])"
    person.run("column = x[:, 1]")
    assert person.values().tolist() == [[2, 5]]


def test_a_mistake_is_explained_and_put_right(person):
    person.run("x @ x")
    problem = person.window.centre.problems
    assert problem.isVisible()
    assert CHINESE.search(problem.heading.text())
    person.press("Ctrl+A")
    person.type("w = x @ x.T")
    person.press("Return")
    person.wait()
    assert not problem.isVisible()
    assert person.values().tolist() == [[14, 32], [32, 77]]


def test_dtype_and_device_are_set_in_the_device_pane(person, qtbot):
    person.press("Ctrl+K")
    person.type_chinese("设备")
    person.press("Return")
    qtbot.waitUntil(lambda: person.is_in_pane("device"))
    person.wait()
    person.tab_to(tr("Default dtype"))
    person.replace("float64")
    person.press("Ctrl+Return")
    person.wait()
    assert person.lines()[-1] == "torch.set_default_dtype(torch.float64)"
    person.tab_to(tr("Default device"), "Shift+Backtab")
    person.replace("meta")
    person.press("Return")
    person.wait()
    assert person.lines()[-1] == 'torch.set_default_device("meta")'
    person.run("plan = torch.rand(1000, 1000)")
    assert person.cell("plan", Column.DEVICE) == "meta"
    assert person.cell("plan", Column.DTYPE) == "float64"
    assert CHINESE.search(person.pane("heatmap").message.what.text())
    person.tab_to(tr("Default device"), "Shift+Backtab")
    person.replace("cpu")
    person.press("Return")
    person.wait()
    assert person.lines()[-1] == 'torch.set_default_device("cpu")'


@pytest.mark.parametrize("key", ["Tab", "Shift+Backtab"])
def test_tab_goes_through_all_that_is_there_and_comes_back(person, key):
    person.press("Ctrl+K")
    person.type("w")
    person.press("Return")
    person.wait()
    passed, panes = [], set()
    for _ in range(MOST_TABS):
        person.press(key)
        person.wait()  # a pane behind a tab comes to the front
        if person.hears() == tr("Search, or type a line of Python"):
            break
        passed.append(person.hears())
        panes |= {name for name in PANE_NAMES if person.is_in_pane(name)}
    assert panes == set(PANE_NAMES)
    assert all(passed)
    assert {tr("Script"), tr("Next line"), tr("Tensors"), tr("Heat map"), tr("Devices")} <= {
        *passed
    }


@OFFSCREEN
def test_the_session_is_saved_by_name(person, tmp_path):
    path = tmp_path / "walk.py"
    timer = QTimer(interval=10)  # while the dialog is open, the key that opened it has not returned

    def name_it():
        if isinstance(QApplication.activeWindow(), QFileDialog):
            timer.stop()
            person.type(str(path))
            person.press("Return")

    timer.timeout.connect(name_it)
    timer.start()
    person.press("Ctrl+S")
    assert path.read_text(encoding="utf-8").splitlines() == person.lines()
    assert not person.window.isWindowModified()


def test_an_opened_script_runs_unasked_only_if_all_it_does_is_compute(person, tmp_path):
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text("# Ones.\nimport torch\nx = torch.ones( 2,2 )  # of size 2, 2\n")
    person.window.filing.open([first])
    person.wait()
    assert person.values().tolist() == [[1, 1], [1, 1]]
    assert person.lines() == ["# Ones.\nimport torch", "x = torch.ones( 2,2 )  # of size 2, 2"]
    second.write_text(f"{first.read_text()}y = x + 1\nimport os\nz = x * len(os.sep)\n")
    person.window.filing.open([second])
    person.wait()
    banner = person.pane("script").banner
    assert tr("Only torch and NumPy are imported unasked") in banner.label.text()
    assert person.window.controller.session.statements[3].source == "import os"
    assert " 4 " in banner.label.text()
    assert person.window.controller.workspace.entries == {}
    banner.button.setFocus()
    person.press("Space")
    person.wait()
    assert person.cell("z", 1) == "[2, 2]"
    assert not banner.isVisible()


@OFFSCREEN
def test_menus_open_by_their_letters(person):
    person.press("Alt+F")
    menu = QApplication.activePopupWidget()
    assert menu.title() == "文件(&F)"
    person.press("Escape", "Escape")
    assert QApplication.activePopupWidget() is None


def test_nothing_of_all_this_was_in_english(person):
    catalogue = translation.read(translation.path_of("zh_CN").read_text(encoding="utf-8"))
    english = {text for text, chinese in catalogue.items() if chinese and chinese != text}
    assert person.texts() & english == set()
    titles = [menu.title() for menu in person.window.menu_bar.menus.values()]
    assert all(CHINESE.search(title) for title in titles)
