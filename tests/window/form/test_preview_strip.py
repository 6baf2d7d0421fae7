"""The strip under a form, and the button that says when there is not enough memory."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.protocol import Preview, PreviewAsk, PreviewResult, Previews, Problem
from explorer.window.form import preview_strip
from explorer.window.form.preview_words import words_of
from explorer.window.line_form import LineForm
from tests.panes.fake import FakeController

GIB = 1 << 30


def result(shape=(4, 3), badge="new", of="", **changes):
    values = {"dtype": "float32", "device": "cpu", "requires_grad": False} | changes
    return PreviewResult(shape=shape, badge=badge, of=of, **values)


@pytest.mark.parametrize(
    ("preview", "main", "note"),
    [
        (Preview(results=(result(),)), "[4, 3] float32 · new tensor", ""),
        (Preview(results=(result((12,), "view", "x"),)), "[12] float32 · view of x", ""),
        (Preview(results=(result((), "same", "x"),)), "[] float32 · x itself, same object", ""),
        (Preview(results=(result((3,), "in_place", "x"),)), "[3] float32 · writes x in place", ""),
        (
            Preview(results=(result((-1, 2)),), unknown_size=True),
            "[?, 2] float32 · new tensor",
            "size depends on the values",
        ),
        (Preview(results=(result(),), random=True), "[4, 3] float32 · new tensor", "random"),
        (
            Preview(results=(result(device="cuda:0", requires_grad=True),)),
            "[4, 3] float32 · cuda:0 · new tensor · requires grad",
            "",
        ),
        (
            Preview(results=(result(), result((4,)), result(()))),
            "[4, 3] float32 · new tensor\n[4] float32 · new tensor",
            "1 more results",
        ),
        (Preview(value="torch.Size([4, 3])"), "torch.Size([4, 3])", ""),
        (Preview(unknown="Nobody can tell"), "Nobody can tell", ""),
        (
            Preview(results=(result(),), memory_bytes=GIB, free_bytes=100 * GIB),
            "[4, 3] float32 · new tensor",
            "takes 1.0 GiB of memory",
        ),
        (
            Preview(results=(result(),), memory_bytes=1 << 20, free_bytes=4 << 20),
            "[4, 3] float32 · new tensor",
            "takes 1.0 MiB of memory",
        ),
        (
            Preview(results=(result(),), memory_bytes=1 << 20, free_bytes=GIB),
            "[4, 3] float32 · new tensor",
            "",
        ),
    ],
)
def test_a_preview_is_told_in_words(preview, main, note):
    words = words_of(preview)
    assert (words.main, words.note) == (main, note)
    assert words.tone == "info"
    assert main.splitlines()[0] in words.spoken


def test_what_does_not_fit_is_told_with_its_figure():
    words = words_of(Preview(results=(result(),), memory_bytes=9 * GIB, free_bytes=GIB))
    assert words.main == "This needs about 9.0 GiB of memory, and 1.0 GiB are free"
    assert words.tone == "error"


class Host(QWidget):
    def __init__(self, controller):
        super().__init__()
        self.foot = LineForm("run", "Apply", self, controller)
        QVBoxLayout(self).addWidget(self.foot)


@pytest.fixture
def controller():
    return FakeController()


@pytest.fixture
def host(qtbot, controller):
    host = Host(controller)
    host.resize(300, 200)
    qtbot.addWidget(host)
    host.show()
    qtbot.waitExposed(host)
    return host


def answer(controller, *previews):
    asked = controller.asked[-1]
    assert isinstance(asked.ask, PreviewAsk)
    asked.receive(Previews(previews=previews))


def test_the_line_is_asked_about_as_it_stands_in_the_box(host, controller, qtbot):
    host.foot.show_line("y = x + 1")
    assert controller.asked[-1].ask.sources == ("y = x + 1",)
    answer(controller, Preview(results=(result(),)))
    assert host.foot.strip.words.main == "[4, 3] float32 · new tensor"
    assert host.foot.strip.accessibleName() == "[4, 3] float32 · new tensor"
    host.foot.line.moveCursor(host.foot.line.textCursor().MoveOperation.End)
    qtbot.keyClicks(host.foot.line, "0")
    assert controller.asked[-1].ask.sources == ("y = x + 10",)
    host.foot.show_line("")
    assert host.foot.strip.words.main == ""


def test_what_was_told_of_another_line_goes_when_nothing_comes(host, controller, qtbot):
    host.foot.show_line("y = x + 1")
    answer(controller, Preview(results=(result(),)))
    host.foot.show_line("y = x + 2")
    qtbot.waitUntil(lambda: host.foot.strip.words.main == "")


def test_nothing_moves_as_words_come_and_go(host, controller):
    strip = host.foot.strip
    host.foot.show_line("y = 0")
    before = strip.height(), host.foot.sizeHint().height()
    problem = Problem(what="They do not fit. " * 9, fix="Do this", fix_code="y = x.T + 1")
    previews = (
        Preview(results=(result(),), random=True),
        Preview(problem=problem),
        Preview(unknown="Nobody can tell"),
    )
    for number, preview in enumerate(previews, 1):
        host.foot.show_line(f"y = {number}")
        answer(controller, preview)
        assert (strip.height(), host.foot.sizeHint().height()) == before


def test_an_expected_error_offers_its_fix_which_takes_the_place_of_the_line(
    host, controller, qtbot
):
    host.foot.show_line("y = x @ z")
    answer(controller, Preview(problem=Problem(what="No", fix="Turn it", fix_code="y = x @ z.T")))
    strip = host.foot.strip
    assert strip.words.main == "Expected error: No Turn it"
    assert strip.words.tone == "error"
    assert "y = x @ z.T" in strip.fix.accessibleName()
    qtbot.mouseClick(strip.fix, Qt.MouseButton.LeftButton)
    assert host.foot.source == "y = x @ z.T"
    assert host.foot.line.by_hand
    assert controller.asked[-1].ask.sources == ("y = x @ z.T",)
    qtbot.waitUntil(strip.fix.isHidden)


def test_what_does_not_fit_runs_by_the_button_alone_which_says_so(host, controller, qtbot):
    foot = host.foot
    foot.show_line("y = torch.rand(10**6, 10**6)")
    answer(controller, Preview(results=(result(),), memory_bytes=9 * GIB, free_bytes=GIB))
    assert foot.button.text() == "Run anyway"
    foot.line.setFocus()
    with qtbot.assertNotEmitted(foot.applied):
        QTest.keyClick(foot.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert foot.button.hasFocus()
    with qtbot.waitSignal(foot.button.clicked):
        QTest.keyClick(foot.button, Qt.Key.Key_Space)
    foot.name_button("Add line")
    assert foot.button.text() == "Run anyway"
    foot.show_line("y = torch.rand(2)")
    assert foot.button.text() == "Add line"
    with qtbot.waitSignal(foot.applied):
        QTest.keyClick(foot.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_screen_reader_hears_what_comes_out_once_nothing_more_is_typed(
    host, controller, qtbot, monkeypatch
):
    said = []
    monkeypatch.setattr(preview_strip, "announce", lambda _widget, text: said.append(text))
    monkeypatch.setattr(preview_strip.QAccessible, "isActive", lambda: True)
    for shape in ((1,), (2,), (3,)):
        host.foot.show_line(f"y = torch.rand({shape[0]})")
        answer(controller, Preview(results=(result(shape),)))
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["[3] float32 · new tensor"]
