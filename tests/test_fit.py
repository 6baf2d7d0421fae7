"""Every text on screen has the room that it needs, in every language and size."""

import pytest

from explorer.text import LANGUAGES
from explorer.translation import PSEUDO
from tests.fit import misfits
from tests.showcase import showcase

SIZES = ((1024, 700), (1440, 900))


@pytest.fixture(params=[*LANGUAGES, PSEUDO])
def language(request):
    return request.param


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request):
    return request.param


@pytest.fixture
def shown(qtbot, qapp, language, size):
    with showcase(qtbot, qapp, language=language, size=size) as found:
        yield found


def test_all_panes_fit(shown, size):
    window = shown.window
    assert window.size().toTuple() == size
    assert misfits(window) == []
    shown.run("x = tensor(3, 4)", "images = tensor(7, 3, 28, 28)")
    for name in ("create", "device", "script", "console"):
        shown.bring(name)
        assert misfits(window) == [], name
    assert window.size().toTuple() == size
