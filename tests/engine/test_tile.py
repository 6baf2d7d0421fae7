"""What heat maps are told while lines write: never what was there before."""

import pytest
import torch

from explorer.panes.heatmap import Plane, TileAsk, probe
from explorer.panes.heatmap.tiles import finder, pyramid
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.tile import tile

ASK = TileAsk(expression="x", plane=Plane(0, 1, (0, 0)), window=None, height_px=8, width_px=8)
WRITES = [
    "x.add_(1)",
    "x[0, 0] = 50.0",
    "x.T[0].fill_(3.0)",
    "x[10:20].mul_(2)",
    "x.numpy()[0, 0] = 90.0",
    "n = x.numpy(); n += 1",
    "x.data.mul_(2)",
    "for i in range(3): x[i, i] = -i",
    "x = x.clone()",
    "del x; x = torch.ones(64, 64)",
    "x.set_(torch.full((64, 64), 5.0))",
    "torch.manual_seed(1); x.normal_()",
    "exec('x.detach().numpy()[3, 3] = -70.0')",
]


@pytest.fixture(autouse=True)
def with_pyramids(monkeypatch):
    monkeypatch.setattr(pyramid, "LEAST_CELLS", 100)
    monkeypatch.setattr(finder, "LEAST_CELLS", 100)
    monkeypatch.setattr(probe, "FINDER", Finder())


def told(session):
    answer = session.core.answer(ASK)
    assert answer.is_exact
    return bytes(answer.values.data), answer.minimum, answer.maximum


def true(session):
    answer = tile(session.namespace["x"], ASK)
    return bytes(answer.values.data), answer.minimum, answer.maximum


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_tile_is_that_of_the_values_after_each_line(session):
    session.run_all("x = torch.rand(64, 64)")
    assert told(session) == true(session)
    for line in WRITES:
        session.run_all(line)
        assert told(session) == true(session), line


@pytest.mark.parametrize("line", ["x.add_(1)", "x[0, 0] = 50.0", "x.zero_()"])
def test_a_tile_is_that_of_the_values_after_undo_and_another_write(session, line):
    session.run_all("x = torch.rand(64, 64)")
    before = told(session)
    session.run_all(line)
    assert told(session) == true(session) != before
    assert session.undo().restored
    assert told(session) == true(session) == before
    session.run_all("x.sub_(7)")  # it has the version again that the other line's values had
    assert told(session) == true(session)


def test_a_tile_is_that_of_the_values_after_a_line_that_failed_and_was_rolled_back(session):
    session.run_all("x = torch.rand(64, 64)")
    before = told(session)
    ran = session.run("x.add_(1); x.view(3)")
    assert ran.failure is not None
    assert told(session) == true(session) == before


def test_a_line_that_is_known_to_write_nothing_leaves_what_was_kept(session, monkeypatch):
    session.run_all("x = torch.rand(64, 64)")
    before = told(session)
    session.run_all("y = torch.zeros(3)")
    monkeypatch.setattr(torch, "amin", lambda *_: pytest.fail("it was reduced again"))
    assert told(session) == before
