"""What is told of lines before they run: only what is true of the workspace that there is."""

import pytest

from explorer.protocol import Preview, PreviewAsk, PreviewResult, Previews, Problem
from explorer.window.previewer import Previewer
from explorer.window.warmer import QUIET_MILLISECONDS


def told(source: str, names: tuple[str, ...]) -> Preview:
    result = PreviewResult(
        shape=(len(source), len(names)),
        dtype="float32",
        device="cpu",
        requires_grad=False,
        badge="new",
    )
    return Preview(results=(result,))


@pytest.fixture
def asked(link):
    """Give the sources of each ask; the engine tells the length of a line and of its namespace."""
    asks = []

    def answer(ask):
        asks.append(ask.sources)
        names = tuple(link.namespace)
        return Previews(previews=tuple(told(source, names) for source in ask.sources))

    link.answers[PreviewAsk] = answer
    return asks


@pytest.fixture
def previewer(window, controller, asked):
    return Previewer(controller, window)


def shape(previewer, source):
    preview = previewer.preview_of(source)
    return preview and preview.results[0].shape


def test_a_line_is_told_once_the_engine_has_answered(previewer, link, qtbot):
    previewer.show(("x + 1",))
    assert previewer.preview_of("x + 1") is None
    with qtbot.waitSignal(previewer.previewed):
        link.deliver_all()
    assert shape(previewer, "x + 1") == (5, 0)


def test_only_the_newest_line_is_asked_while_a_person_types(previewer, link, asked):
    for end in range(1, 6):
        previewer.show(("x + 1"[:end],))
    link.deliver_all()
    assert asked == [("x",), ("x + 1",)]
    assert shape(previewer, "x + 1") == (5, 0)


def test_the_answer_to_an_outdated_line_is_not_shown(previewer, link):
    previewer.show(("x",))
    previewer.show(("x + y",))
    link.deliver_all()
    assert previewer.preview_of("x") is None
    assert shape(previewer, "x + y") == (5, 0)


def test_a_line_that_is_known_is_not_asked_again(previewer, link, asked):
    previewer.show(("a", "b"))
    link.deliver_all()
    previewer.show(("b", "a", "c", "c"))
    link.deliver_all()
    assert asked == [("a", "b"), ("c",)]


def test_another_workspace_makes_what_was_told_unknown_and_asks_again(qtbot, previewer, link, run):
    previewer.show(("a",))
    link.deliver_all()
    run("x = 3")
    assert previewer.preview_of("a") is None
    qtbot.waitSignal(previewer.previewed).wait()
    link.deliver_all()
    assert shape(previewer, "a") == (1, 1)


def test_an_answer_of_before_a_line_ran_is_not_shown_after_it(previewer, link, controller):
    controller.submit("x = 3")
    previewer.show(("a",))
    link.deliver_all()
    assert shape(previewer, "a") == (1, 1)


def test_an_engine_that_can_not_answer_says_why(previewer, link):
    link.answers[PreviewAsk] = lambda _: Problem(what="It is out of order")
    previewer.show(("a",))
    link.deliver_all()
    assert previewer.preview_of("a") == Preview(unknown="It is out of order")


def test_a_line_is_asked_again_once_the_engine_is_ready(previewer, controller, link, asked):
    answer = link.answers[PreviewAsk]
    link.answers[PreviewAsk] = lambda _: Previews(previews=())
    previewer.show(("a",))
    link.deliver_all()
    assert previewer.preview_of("a") is None
    link.answers[PreviewAsk] = answer
    controller._warmer._leisure._quiet.timeout.emit()
    link.deliver_all()
    assert asked == [(), ("a",)]
    assert shape(previewer, "a") == (1, 0)


def test_each_engine_gets_ready_once_nothing_runs(window, controller, link, asked, qtbot):
    leisure = controller._warmer._leisure
    assert leisure._quiet.isActive()
    assert leisure._quiet.interval() == QUIET_MILLISECONDS
    controller.submit("x = 3")
    assert not leisure._quiet.isActive()
    link.deliver_all()
    leisure._quiet.timeout.emit()
    link.deliver_all()
    assert asked == [()]
    controller.submit("y = 3")
    link.deliver_all()
    assert not leisure._quiet.isActive()
    link.die()
    link.deliver_all()
    assert leisure._quiet.isActive()
