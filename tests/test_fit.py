"""Every text on screen has the room that it needs, in every language and size."""

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QDialog, QPushButton

from explorer.catalog.creation import CREATION
from explorer.catalog.curated import CURATED
from explorer.panes.operate.pane import INDEXING
from explorer.protocol import Problem
from explorer.session import Document
from explorer.text import ENGLISH, LANGUAGES, tr
from explorer.translation import PSEUDO
from explorer.window.exporting import PictureDialog
from explorer.window.form.grid import GridDialog
from explorer.window.interpreter import Verdict
from explorer.window.journal import Page
from tests import fake_link
from tests.fake_link import FakeLink
from tests.fit import LEFT_OUT, misfits
from tests.showcase import showcase

SMALL, LARGE = (1024, 700), (1440, 900)
DOCKED = ("create", "operate", "device", "script", "console")
LONG_LINE = "images = torch.zeros(100, 3, 224, 224, dtype=torch.float32, device='cuda')[:, None]"
INDICES = ("0", ":, 1:3, None", "..., 0", "[0, 2], :, ::2, [[1], [2]]", "5, 9")


# What fits a language that is 40 % longer in a large window fits the others there too.
CASES = [*((language, SMALL) for language in (*LANGUAGES, PSEUDO)), (PSEUDO, LARGE)]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1][0]}x{case[1][1]}")
def case(request):
    return request.param


@pytest.fixture
def size(case):
    return case[1]


@pytest.fixture
def shown(qtbot, qapp, case):
    language, size = case
    with showcase(qtbot, qapp, language=language, size=size) as found:
        yield found
        assert found.window.size().toTuple() == size, "something made the window grow"


@pytest.fixture
def window(shown):
    shown.run("x = tensor(3, 4)", "images = tensor(7, 3, 28, 28)")
    return shown.window


def long_problem():
    return Problem(
        what=tr(
            "The shapes do not fit: dimension {dim} is {a} in one tensor and {b} in the other. {shapes}",
            dim=1, a=3, b=4, shapes="x: float32 [5, 3], y: float32 [4]",
        ),
        fix=tr(
            "Two sizes go together if they are equal or one of them is 1, counted from the last "
            "dimension. Add a dimension of size 1, transpose, or slice."
        ),
        fix_code=LONG_LINE,
        detail="Traceback\n" * 20,
    )  # fmt: skip


def without_left_out(window, size):
    """What a heat map says about its tensor may give way to a message, in a small window."""
    return [line for line in misfits(window) if size == LARGE or LEFT_OUT not in line]


def test_the_empty_window_fits(shown):
    assert misfits(shown.window) == []


@pytest.mark.parametrize("name", DOCKED)
def test_a_pane_fits(shown, window, name):
    shown.bring(name)
    assert misfits(window) == []


def test_every_form_fits(shown, window):
    shown.bring("create")
    pane = window.docks["create"].pane
    for operator in CREATION:
        pane.choose(operator.path)
        pane.form.fields.options_button.setChecked(True)
        shown.settle()
        assert misfits(pane) == [], operator.path


@pytest.mark.parametrize("case", [(ENGLISH, SMALL), (PSEUDO, SMALL)], indirect=True)
def test_the_form_of_every_usual_operator_fits(shown, window):
    shown.bring("operate")
    page = window.docks["operate"].pane.operators
    for row in CURATED:
        page.choose(row.path)
        page.form.fields.options_button.setChecked(True)
        shown.settle_to(lambda: misfits(page) == [])
        assert misfits(page) == [], row.path


@pytest.mark.parametrize("name", ["x", "images"])
def test_the_page_of_indexing_fits(shown, window, name):
    shown.bring("operate")
    pane = window.docks["operate"].pane
    pane.tabs.setCurrentIndex(INDEXING)
    for deed in (pane.indexing.reading, pane.indexing.assigning):
        deed.click()
        pane.indexing.tensor.set_text(name)
        for index in INDICES:
            pane.indexing.key.setText(index)
            shown.settle()
            assert misfits(window) == [], index


def test_what_the_search_finds_fits(shown, window):
    search = window.search
    shown.qtbot.waitUntil(lambda: search.popup.is_complete)
    search.setFocus()
    for query in ("mean", "x - 1", "gather", "images", "undo"):
        search.look_up(query)
        for row in range(search.results.rowCount()):
            search.popup.list.setCurrentIndex(search.results.index(row))
            assert misfits(search.popup) == [], query


def test_an_offer_of_recovery_fits(shown, window, size):
    document = Document(Document.new().session, path="/home/somebody/lessons/autograd.py")
    orphan = SimpleNamespace(page=Page(document=document, time=1e9), release=lambda: None)
    window.centre.recovery.offer([orphan])
    shown.settle()
    assert without_left_out(window, size) == []


def test_a_problem_fits_and_gives_its_room_back(shown, window, size):
    bar = window.centre.problems
    for problem in (Problem(what=tr("All lines are undone.")), long_problem()):
        shown.controller.report(problem)
    for clicked in (None, bar.toggle):
        if clicked:
            clicked.click()
        shown.settle()
        assert without_left_out(window, size) == []
    bar.dismiss()
    shown.settle()
    assert misfits(window) == []


def test_what_the_script_says_fits(shown, window):
    shown.bring("script")
    pane, controller = window.docks["script"].pane, shown.controller

    def at_line(index, act):
        pane.view.setCurrentIndex(pane.model.index(index, 0))
        act()
        shown.settle()
        assert misfits(window) == [], act.__name__

    at_line(2, pane.edit_line)
    pane.desk.cancel()
    at_line(2, pane.look_back)
    at_line(2, pane.show_now)
    for act in (lambda: controller.submit("x"), controller.undo, window.status.kill.show):
        act()
        shown.settle()
        assert misfits(window) == []


def test_a_line_opened_in_its_form_fits(shown, window, monkeypatch):
    monkeypatch.setattr(fake_link._Torch, "zeros", staticmethod(FakeLink._tensor), raising=False)
    shown.run("z = torch.zeros(2, 3)")
    window.commands.open_form(shown.controller.session.statements[-1])
    shown.settle()
    assert tr("Replace line {n}", n=5) in {b.text() for b in window.findChildren(QPushButton)}
    assert misfits(window) == []


def test_a_field_for_an_index_fits(shown, window):
    window.views.panes[0].slicer.ask_index()
    shown.settle()
    assert misfits(window) == []


def test_dialogs_fit(shown, window):
    for dialog in (
        GridDialog("1\t2\n3\t4", window),
        PictureDialog(["x", "images"], window),
    ):
        dialog.show()
        shown.settle()
        assert misfits(dialog) == []
        dialog.close()
    for command in ("shortcuts", "about", "preferences"):
        window.actions_by_id[command].trigger()
        dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
        shown.settle()
        assert misfits(dialog) == [], command
        if command == "preferences":
            words = tr("{python} does not start: {reason}", python="python", reason="x " * 80)
            dialog._say(Verdict(is_good=False, words=words, fix_code=LONG_LINE))
            shown.settle()
            assert misfits(dialog) == []
        dialog.close()


PROJECTOR = [(language, (1280, 720)) for language in (*LANGUAGES, PSEUDO)]


@pytest.mark.parametrize("case", PROJECTOR, ids=lambda case: case[0], indirect=True)
def test_presentation_fits_on_a_projector(shown, window, size):
    window.presentation.enter()
    shown.qtbot.waitUntil(
        lambda: window.centre.font().pointSizeF() > window.scale._font.pointSizeF()
    )
    window.setWindowState(window.windowState() & ~window.windowState())
    window.resize(*size)
    shown.settle()
    assert misfits(window) == []
