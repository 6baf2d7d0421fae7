"""Every snippet of the tutorial is made through the panes, by keyboard, each as a line of its own.

The tests are walks through one window with a real engine; each begins a new session. Beside it plain
Python runs every line that the script is to have, and what it makes is what the window must show.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox

from explorer.session import Document
from explorer.window.client import Client
from explorer.window.controller import Controller
from explorer.window.main import MainWindow
from explorer.window.settings import Settings
from explorer.window.theme import Theme
from tests.person import MOST_TABS, START_MILLISECONDS, Person, at_work

pytestmark = pytest.mark.engine
NAME = "Name of the result"
CREATE, OPERATE, INDEX, DEVICE, SEARCH = "create", "operate", "index", "device", "search"


@dataclass(frozen=True)
class Snippet:
    """A line, and how it is made: in which pane, what is searched there, and typed into the fields.

    `name` is what the result is called, "" for what has none; DOWN chooses the next of a list.
    """

    line: str
    pane: str
    search: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    name: str = ""


DOWN = "Down"
WAYS = ("Symbol", "Function", "Into out=", "In place")


def create(line, search, name, **fields):
    return Snippet(line, CREATE, search, fields, name)


def operate(line, search, name="", **fields):
    return Snippet(line, OPERATE, search, fields, name)


def index(line, tensor, key, name="", value=""):
    fields = {"Tensor": tensor, "Index": key}
    return Snippet(line, INDEX, "", fields | ({"Value": value} if value else {}), name)


def typed(line):
    return Snippet(line, SEARCH)


MAKING = (
    create("x = torch.empty(5, 3)", "torch.empty", "x", size="5, 3"),
    create("x = torch.rand(5, 3)", "torch.rand", "x", size="5, 3"),
    create("x = torch.randn(5, 3)", "torch.randn", "x", size="5, 3"),
    create(
        "x = torch.randint(1, 4, (2, 3, 2))", "torch.randint", "x", low="1", high="4", size="2,3,2"
    ),
    create("x = torch.randperm(10)", "torch.randperm", "x", n="10"),
    create("x = torch.tensor([5.5, 3])", "torch.tensor", "x", data="[5.5, 3]"),
    create(
        "x = torch.zeros(5, 3, dtype=torch.int64)", "torch.zeros", "x", size="5, 3", dtype="long"
    ),
    create("x = torch.ones(2, 3)", "torch.ones", "x", size="2, 3"),
    create("x = torch.eye(3)", "torch.eye", "x", n="3", m=""),
    create("x = torch.arange(1, 10, 2)", "torch.arange", "x", start="1", end="10", step="2"),
    create("x = torch.linspace(1, 10, 3)", "torch.linspace", "x", start="1", end="10", steps="3"),
    create("x = torch.normal(0, 3, (5, 3))", "torch.normal", "x", mean="0", std="3", size="5, 3"),
    create(
        "x = torch.empty(5, 3).uniform_(-1, 1)", "uniform", "x", size="5, 3", **{"from": "-1"}, to="1"
    ),
    create(
        "x = x.new_ones(5, 3, dtype=torch.float64)",
        "new_ones", "x", self="x", size="5, 3", dtype="double",
    ),
    create("y = torch.randn_like(x)", "randn_like", "y", input="x"),
    operate("s = x.size()", "Tensor.size", "s", input="x"),
)  # fmt: skip
ADDING = (
    create("x = torch.rand(5, 3)", "torch.rand", "x", size="5, 3"),
    create("y = torch.rand(5, 3)", "torch.rand", "y", size="5, 3"),
    operate("z = x + y", "+", "z", input="x", other="y"),
    operate("z = torch.add(x, y)", "torch.add", "z", input="x", other="y", alpha=""),
    create("result = torch.empty(5, 3)", "torch.empty", "result", size="5, 3"),
    operate(
        "torch.add(x, y, out=result)", "torch.add",
        **{"Into out=": "", "input": "x", "other": "y", "out": "result"},
    ),
    operate("y.add_(x)", "Tensor.add_", input="y", other="x"),
)  # fmt: skip
CHOOSING = (
    create("x = torch.randn(3, 4)", "torch.randn", "x", size="3, 4"),
    index("y = x[0, :]", "x", "0, :", "y"),
    operate("y.add_(1)", "Tensor.add_", input="y", other="1"),
    index("c = x[:, 1]", "x", ":, 1", "c"),
    index("x[0, 0] = 0", "x", "0, 0", value="0"),
    create("i = torch.tensor([0, 2])", "torch.tensor", "i", data="[0, 2]"),
    operate("s = torch.index_select(x, 0, i)", "index_select", "s", input="x", dim="0", index="i"),
    operate("m = x > 0", ">", "m", input="x", other="0"),
    operate(
        "t = torch.masked_select(x, x > 0)", "torch.masked_select", "t", input="x", mask="x > 0"
    ),
    index("w = x[x > 0]", "x", "x > 0", "w"),
    index("x[m] = 0", "x", "m", value="0"),
    operate("n = torch.nonzero(x)", "torch.nonzero", "n", input="x"),
    create(
        "j = torch.tensor([[0, 1], [2, 3], [1, 0]])",
        "torch.tensor", "j", data="[[0, 1], [2, 3], [1, 0]]",
    ),
    operate("g = torch.gather(x, 1, j)", "torch.gather", "g", input="x", dim="1", index="j"),
)  # fmt: skip
SHAPING = (
    create("x = torch.randn(5, 3)", "torch.randn", "x", size="5, 3"),
    operate("y = x.view(15)", "Tensor.view", "y", input="x", size="15"),
    operate("z = x.view(-1, 5)", "Tensor.view", "z", input="x", size="-1, 5"),
    operate("c = x.clone().view(15)", "Tensor.view", "c", input="x.clone()", size="15"),
    operate("x.sub_(1)", "Tensor.sub_", input="x", other="1"),
    operate("u = torch.unsqueeze(x, 0)", "torch.unsqueeze", "u", input="x", dim="0"),
    operate("s = torch.squeeze(u)", "torch.squeeze", "s", input="u"),
    operate("k = torch.clone(x)", "torch.clone", "k", input="x"),
    operate("k.t_()", "Tensor.t_", input="k"),
    operate("s.copy_(x)", "Tensor.copy_", input="s", other="x"),
    operate("a = x.sum()", "Tensor.sum", "a", input="x"),
    operate("n = a.item()", "Tensor.item", "n", input="a"),
    operate("x = x.squeeze()", "Tensor.squeeze", "x", input="x"),
)
BROADCASTING = (
    operate("x = torch.arange(1, 3).view(1, 2)", "Tensor.view", "x",
            input="torch.arange(1, 3)", size="1, 2"),
    operate("y = torch.arange(1, 4).view(3, 1)", "Tensor.view", "y",
            input="torch.arange(1, 4)", size="3, 1"),
    operate("z = x + y", "+", "z", input="x", other="y"),
)  # fmt: skip
BRIDGING = (
    typed("import numpy as np"),
    create("x = torch.ones(5)", "torch.ones", "x", size="5"),
    operate("a = x.numpy()", "Tensor.numpy", "a", input="x"),
    operate("x.add_(1)", "Tensor.add_", input="x", other="1"),
    operate("b = np.ones(5)", "numpy.ones", "b", shape="5"),
    operate("y = torch.from_numpy(b)", "torch.from_numpy", "y", ndarray="b"),
    operate("np.add(b, 1, out=b)", "numpy.add", x1="b", x2="1", out="b"),
)
MOVING = (
    create("x = torch.rand(2, 3)", "torch.rand", "x", size="2, 3"),
    operate("c = torch.cuda.is_available()", "torch.cuda.is_available", "c"),
    create(
        'y = torch.ones_like(x, device="cpu")', "torch.ones_like", "y", input="x", device="cpu"
    ),
    Snippet(
        'z = x.to("cpu", torch.float64)', DEVICE, "",
        {"Tensor": "x", "To": "cpu", "As dtype": "double"},
    ),
    operate("z = x + y", "+", "z", input="x", other="y"),
)  # fmt: skip
DIFFERENTIATING = (
    create(
        "x = torch.ones(2, 2, requires_grad=True)",
        "torch.ones", "x", size="2, 2", requires_grad="True",
    ),
    operate("y = x + 2", "+", "y", input="x", other="2"),
    operate("f = y.grad_fn", "Tensor.grad_fn", "f", input="y"),
    operate("l = x.is_leaf", "Tensor.is_leaf", "l", input="x"),
    operate("z = y * y * 3", "*", "z", input="y * y", other="3"),
    operate("out = z.mean()", "Tensor.mean", "out", input="z"),
    operate("out.backward()", "Tensor.backward", input="out"),
    operate("g = x.grad", "Tensor.grad", "g", input="x"),
    operate("with torch.no_grad():\n    n = x * 2", "*", "n",
            **{"input": "x", "other": "2", "Run within": "torch.no_grad()"}),
    create("a = torch.rand(2, 2)", "torch.rand", "a", size="2, 2"),
    operate("a.requires_grad_()", "Tensor.requires_grad_", input="a"),
    operate("b = a.detach()", "Tensor.detach", "b", input="a"),
    operate("x.grad.zero_()", "Tensor.zero_", input="x.grad"),
)  # fmt: skip
VECTORS = (
    create(
        "x = torch.randn(3, requires_grad=True)",
        "torch.randn", "x", size="3", requires_grad="True",
    ),
    operate("y = x * 2", "*", "y", input="x", other="2"),
    typed("while y.data.norm() < 1000: y = y * 2"),
    create("v = torch.tensor([0.1, 1.0, 0.0001])", "torch.tensor", "v", data="[0.1, 1.0, 0.0001]"),
    operate("y.backward(v)", "Tensor.backward",
            **{"Another way to call it": DOWN, "input": "y", "gradient": "v"}),
)  # fmt: skip
WALKS = {
    "making": MAKING,
    "adding": ADDING,
    "choosing": CHOOSING,
    "shaping": SHAPING,
    "broadcasting": BROADCASTING,
    "bridging to NumPy": BRIDGING,
    "moving": MOVING,
    "differentiating": DIFFERENTIATING,
    "differentiating a vector": VECTORS,
}


class Learner(Person):
    """Makes lines in the panes' forms."""

    def begin(self):
        """Begin a new session."""
        self.window.controller.open(Document.new())
        self.wait()

    def lines(self):
        """Return the script, which may stand behind another pane."""
        return [statement.source for statement in self.window.controller.session.statements]

    def bring(self, name):
        """Go to a pane by its key."""
        rows = list(self.window.docking.rows)
        self.press(f"Alt+{rows.index(name) + 1}")
        self.wait()
        assert self.is_in_pane(name)

    def make(self, snippet):
        """Make a line where the snippet says."""
        if snippet.pane == SEARCH:
            self.run(snippet.line)
            return
        self.bring(OPERATE if snippet.pane == INDEX else snippet.pane)
        self.arrive(snippet)
        for name, text in snippet.fields.items():
            self.put(name, text)
        if snippet.name:
            self.put(NAME, snippet.name)
        self.press("Ctrl+Return")
        self.wait()

    def arrive(self, snippet):
        """Go to the form of the snippet, from wherever in its pane the focus is."""
        if snippet.pane == INDEX:
            self.turn("What to do", "Right")
            self.pick("Assign" if "Value" in snippet.fields else "Read", ("Read", "Assign"))
        elif snippet.pane == OPERATE:
            self.turn("What to do", "Left")
            self.tab_to("Search operators")
            self.replace(snippet.search)
        elif snippet.pane == CREATE:
            self.tab_to("Search creation functions", "Shift+Backtab")
            self.replace(snippet.search)
        else:
            self.tab_to("Devices", "Shift+Backtab")

    def turn(self, name, key):
        """Turn to a page by the arrow keys."""
        self.tab_to(name, "Shift+Backtab")
        self.press(key)

    def put(self, name, text):
        """Type into a field, tick a box, choose from a list or press a button."""
        if name in WAYS:
            self.pick(name, WAYS)
            return
        self.tab_to_field(name)
        focus = QApplication.focusWidget()
        if isinstance(focus, QCheckBox):
            if focus.isChecked() != (text == "True"):
                self.press("Space")
        elif isinstance(focus, QComboBox) and not focus.isEditable():
            self.press(DOWN) if text == DOWN else self.type(text)
        elif text:
            self.replace(text)
        else:
            self.press("Ctrl+A", "Delete")

    def pick(self, name, names):
        """Choose one of a row of buttons, which is one stop of Tab: the arrow keys go on from there."""
        while self.hears() not in names:
            self.press("Tab")
        for key in ("Left", "Right"):
            for _ in names:
                if self.hears() != name:
                    self.press(key)
        assert self.hears() == name
        self.press("Space")
        self.wait()  # there are other fields now

    def tab_to_field(self, name):
        """Go on to a field, or back to it; one that is folded away is unfolded first."""
        passed = []
        for key in ("Tab", "Shift+Backtab"):
            for _ in range(MOST_TABS):
                if self.hears() == name:
                    return
                passed.append(self.hears())
                if self.hears().endswith(" more") and not QApplication.focusWidget().isChecked():
                    self.press("Space")
                self.press(key)
        raise AssertionError(f"no {name!r}: {passed}")

    def shows(self, name, value, *, has_values=True):
        """Assert that the window shows `value` as that of `name`; without values only its kind."""
        entry = self.window.controller.workspace.entries[name]
        if isinstance(value, torch.Tensor | np.ndarray):
            (info,) = [*entry.tensors, *entry.arrays][:1]
            assert info.shape == tuple(value.shape), name
            assert info.dtype == str(value.dtype).removeprefix("torch.")
            if not has_values:
                return
            self.window.controller.select(name)
            self.wait()
            array = value.detach().numpy() if isinstance(value, torch.Tensor) else value
            while array.ndim > 2:
                array = array[0]
            np.testing.assert_allclose(self.values(), np.atleast_2d(array), rtol=1e-6)
        else:
            assert entry.type_name == type(value).__name__
            assert str(value) in entry.summary or "Backward" in entry.type_name


@pytest.fixture(scope="module")
def window(qapp):
    theme = Theme(qapp, "light")
    controller = Controller(Client(None))
    window = MainWindow(controller, Settings(), theme)
    window.resize(1280, 900)
    with at_work(window):
        yield window
    theme.deleteLater()


@pytest.fixture
def learner(window, qtbot):
    learner = Learner(window, qtbot)
    learner.sit_down()
    qtbot.waitUntil(lambda: window.controller.catalogue is not None, timeout=START_MILLISECONDS)
    learner.begin()
    return learner


@pytest.mark.parametrize("snippets", WALKS.values(), ids=WALKS)
def test_every_line_of_the_tutorial_is_made_by_keyboard(learner, snippets):
    namespace = {}
    for line in learner.lines():
        exec(line, namespace)
    for snippet in snippets:
        learner.make(snippet)
        assert learner.lines()[-1] == snippet.line
        exec(snippet.line, namespace)
        if snippet.name:
            is_made = "torch.empty(" not in snippet.line or "uniform_" in snippet.line
            learner.shows(snippet.name, namespace[snippet.name], has_values=is_made)
    for name, value in namespace.items():
        if isinstance(value, torch.Tensor):
            learner.shows(name, value)
