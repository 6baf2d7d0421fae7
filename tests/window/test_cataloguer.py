"""The catalogue comes when nothing else is to do, once for each torch."""

import pytest

from explorer.catalog.signature import Catalogue, CatalogueEntry, Parameter, Signature
from explorer.protocol import CatalogueAsk, Problem
from explorer.window.cataloguer import PIECE
from tests.conftest import ENGINE_MILLISECONDS

INPUT = Parameter(name="input", kinds=("tensor",))


def catalogue(torch_version="2.0", size=2 * PIECE):
    paths = [f"torch.op{n}" for n in range(size)]
    signatures = (Signature(parameters=(INPUT,)),)
    entries = {path: CatalogueEntry(path=path, signatures=signatures) for path in paths}
    return Catalogue(torch_version=torch_version, entries=entries)


@pytest.fixture
def start(controller, link):
    def start():
        controller.start()
        link.deliver_all()

    return start


def asks(link):
    return [job.work for job in link.jobs if isinstance(job.work, CatalogueAsk)]


@pytest.mark.parametrize("size", [0, 1, PIECE, 2 * PIECE + 1])
def test_the_catalogue_comes_whole(qtbot, controller, link, start, size):
    link.catalogue = catalogue(size=size)
    link.automatic = True
    assert controller.catalogue is None
    with qtbot.waitSignal(controller.catalogue_changed):
        start()
    assert controller.catalogue == link.catalogue
    assert list(controller.catalogue.entries) == list(link.catalogue.entries)


def test_a_line_does_not_wait_for_the_catalogue(qtbot, controller, link, start):
    start()
    assert not asks(link)
    controller.submit("x = 1")
    qtbot.waitUntil(lambda: bool(link.jobs))
    assert not asks(link)
    link.deliver_all()
    qtbot.waitUntil(lambda: bool(asks(link)))
    assert controller.catalogue is None


def test_another_engine_with_the_same_torch_is_not_asked_again(qtbot, controller, link, start):
    link.automatic = True
    with qtbot.waitSignal(controller.catalogue_changed):
        start()
    before = controller.catalogue
    told = []
    controller.catalogue_changed.connect(lambda: told.append(1))
    link.automatic = False
    controller.restart()
    link.deliver_all()
    controller.submit("x = 1")
    with qtbot.waitSignal(controller._cataloguer._leisure.rested):
        link.deliver_all()
    assert not asks(link)
    assert controller.catalogue is before
    assert not told


def test_another_torch_brings_another_catalogue(qtbot, controller, link, start):
    link.catalogue = catalogue("1.0")
    link.automatic = True
    with qtbot.waitSignal(controller.catalogue_changed):
        start()  # in an engine that says it has 2.0, as one whose file was mixed up
    assert controller.catalogue.torch_version == "1.0"
    link.catalogue = catalogue("2.0", size=3)
    with qtbot.waitSignal(controller.catalogue_changed):
        controller.restart()
    assert controller.catalogue == link.catalogue


def test_a_catalogue_that_does_not_come_is_told_and_not_asked_for_again(
    qtbot, controller, link, start
):
    problem = Problem(what="The engine could not answer")
    start()
    qtbot.waitUntil(lambda: bool(asks(link)))
    (job,) = link.jobs
    link.jobs.clear()
    with qtbot.waitSignal(controller.problem_raised) as told:
        link.answered.emit(job.ticket, problem)
    assert told.args == [problem]
    controller.submit("x = 1")
    link.deliver_all()
    assert not controller._cataloguer._leisure._quiet.isActive()


@pytest.mark.engine
def test_an_engine_tells_what_its_torch_can_do(qtbot, real_controller):
    controller = real_controller
    qtbot.waitUntil(lambda: controller.catalogue is not None, timeout=ENGINE_MILLISECONDS)
    assert controller.catalogue.torch_version == controller.versions.torch_version
    assert {"torch.gather", "Tensor.view", "torch.fft.hfft2"} <= controller.catalogue.entries.keys()
