"""Keep tests off the person's display, files and settings, and fail on unexpected log lines."""

import atexit
import itertools
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest

ENGINE_MILLISECONDS = 30_000
# Before anything imports Qt, platformdirs, IPython or Jupyter: each reads these once.
HOME = Path(tempfile.mkdtemp(prefix="tx-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for variable, folder in (
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_DATA_HOME", "data"),
    ("IPYTHONDIR", "ipython"),
    ("JUPYTER_CONFIG_DIR", "jupyter/config"),
    ("JUPYTER_DATA_DIR", "jupyter/data"),
    ("JUPYTER_RUNTIME_DIR", "jupyter/runtime"),
):
    path = HOME / folder
    path.mkdir(parents=True, mode=0o700)
    os.environ[variable] = str(path)
if sys.platform == "linux" and not (os.getenv("DISPLAY") or os.getenv("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QStandardPaths  # noqa: E402 - only now may Qt look at the environment

if sys.platform != "linux":  # there Qt asks the system, not the variables above
    QStandardPaths.setTestModeEnabled(True)

# Tests share a machine with other work: no example may fail for being slow.
hypothesis.settings.register_profile("tests", deadline=None, print_blob=True)
hypothesis.settings.load_profile("tests")


def pytest_runtest_setup(item):
    """Skip what needs a card where torch can use none, and say why it can't."""
    if item.get_closest_marker("cuda"):
        from explorer.panes.device import hardware
        from explorer.panes.device.words import missing_text

        found = hardware.find()
        if not any(device.name.startswith("cuda") for device in found.devices):
            pytest.skip(missing_text("cuda", found.absent))


@pytest.fixture
def theme(qapp):
    """Give the light theme, which is on again afterwards."""
    from explorer.window.theme import Theme

    made = Theme(qapp, "light")
    yield made
    made.choose("light")
    made.deleteLater()


@pytest.fixture(scope="session")
def _one_controller(qapp):
    yield from started()


@pytest.fixture(scope="session")
def _another_controller(qapp):
    yield from started()


@pytest.fixture
def real_controller(_one_controller, qtbot):
    """Give a new session on a real engine, started once in a test run, that nobody may kill."""
    return renewed(_one_controller, qtbot)


@pytest.fixture
def mortal_controller(_another_controller, qtbot):
    """Give a new session on a real engine that is there to be killed."""
    return renewed(_another_controller, qtbot)


def started():
    from explorer.window.client import Client
    from explorer.window.controller import Controller

    minutes = itertools.count(0, 60)  # passes with each death: too many in one would be the last
    controller = Controller(Client(None), lambda: next(minutes))
    controller.start()
    yield controller
    controller.close()


def renewed(controller, qtbot):
    from explorer.session import Document

    qtbot.waitUntil(lambda: controller.is_settled, timeout=ENGINE_MILLISECONDS)
    controller.open(Document.new())
    qtbot.waitUntil(lambda: controller.is_settled, timeout=ENGINE_MILLISECONDS)
    return controller


@pytest.fixture(autouse=True)
def _no_unexpected_log_lines(caplog):
    """Fail a test that logs a warning; one that expects it asserts on it, then clears `caplog`."""
    yield
    lines = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    if lines:
        pytest.fail("unexpected log lines:\n" + "\n".join(lines), pytrace=False)
