"""Asks, probes, and the reader that probes look through."""

import sys
import threading
import types

import pytest
import torch

from explorer.protocol import Answer, Ask, Prepare, Prepared, Problem, Undo


class Sum(Ask):
    """A probe's ask."""

    expression: str


class Total(Answer):
    """Its answer."""

    total: float
    grad_enabled: bool


def _sum(ask, reader):
    if ask.expression == "exit":
        raise SystemExit
    tensor = reader.tensor(ask.expression)
    return Total(total=(tensor + torch.zeros(1)).sum().item(), grad_enabled=torch.is_grad_enabled())


@pytest.fixture
def probe(monkeypatch):
    """Make `Sum` an ask of a pane."""
    module = types.ModuleType("explorer.panes.adding.probe")
    module.PROBES = {Sum: _sum}
    monkeypatch.setitem(sys.modules, "explorer.panes.adding", types.ModuleType("adding"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(Sum, "__module__", "explorer.panes.adding")


def ask_elsewhere(core, ask):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(core.answer(ask)))
    thread.start()
    thread.join()
    return answers[0]


def test_the_first_ask_tells_the_versions(session):
    answer = session.core.answer(Prepare())
    assert isinstance(answer, Prepared)
    assert answer.torch_version == str(torch.__version__)
    assert answer.delta.complete


def test_a_probe_answers_without_autograd(session, probe):
    session.run_all("x = torch.ones(3, requires_grad=True)")
    answer = ask_elsewhere(session.core, Sum(expression="x"))
    assert answer == Total(total=3.0, grad_enabled=False)


def test_a_probe_finds_the_default_device_of_the_session(session, probe):
    session.run_all("x = torch.ones(3)", "torch.set_default_device('meta')")
    answer = ask_elsewhere(session.core, Sum(expression="x"))
    assert isinstance(answer, Problem)  # a cpu tensor plus one on the default device
    session.run_all("torch.set_default_device(None)")
    assert isinstance(ask_elsewhere(session.core, Sum(expression="x")), Total)


def test_a_name_that_is_gone_is_told_in_plain_words(session, probe):
    answer = session.core.answer(Sum(expression="gone"))
    assert isinstance(answer, Problem)
    assert answer.what == "gone is gone"


def test_a_probe_that_exits_answers_with_a_problem(session, probe):
    answer = ask_elsewhere(session.core, Sum(expression="exit"))
    assert isinstance(answer, Problem)
    assert answer.cause == "SystemExit"


def test_an_ask_that_nobody_answers_is_a_problem(session):
    assert isinstance(session.core.answer(Sum(expression="x")), Problem)


def test_undo_of_a_line_that_never_ran_restores_nothing(session):
    assert not session.core.answer(Undo(statement=99)).restored


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("x", [[0, 1, 2], [3, 4, 5]]),
        ("x[0]", [0, 1, 2]),
        ("x[-1]", [3, 4, 5]),
        ("x.T", [[0, 3], [1, 4], [2, 5]]),
        ("w.grad", [2, 2]),
        ("d['a'][0]", [7]),
        ("net.weight", [[1]]),
    ],
)
def test_the_reader_walks_expressions(session, expression, values):
    session.run_all(
        "x = torch.arange(6.0).reshape(2, 3)",
        "w = torch.ones(2, requires_grad=True)",
        "(w * 2).sum().backward()",
        "d = {'a': [torch.tensor([7])]}",
        "net = torch.nn.Linear(1, 1)",
        "torch.nn.init.ones_(net.weight)",
    )
    assert session.core.reader.tensor(expression).tolist() == values
    assert session.core.reader.info(expression).expression == expression


@pytest.mark.parametrize(
    "expression",
    [
        "y",
        "x.grad",
        "x.grad.grad",
        "x.__class__",
        "x.sum",
        "x +",
        "d['b']",
        "d[x]",
        "d",
        "x[7]",
        "x['a']",
        "__import__('os')",
        "own.prop",
        "",
    ],
)
def test_the_reader_refuses_the_rest_and_runs_no_code(session, expression):
    session.run_all(
        "x = torch.zeros(2)",
        "d = {'a': x}",
        "class Own:\n    @property\n    def prop(self):\n        raise SystemExit",
        "own = Own()",
    )
    with pytest.raises(ValueError, match=r"is gone|is not|call it"):
        session.core.reader.tensor(expression)


def test_a_failure_shows_only_the_persons_frames(session):
    session.run_all("x = torch.ones(2)", "def f(a):\n    return torch.einsum('ij,jk', a, a)")
    ran = session.run("y = 1\nf(x)")
    assert ran.failure.line == 2
    detail = ran.failure.problem.detail
    assert f"<line {session.count}>" in detail
    assert f"<line {session.count - 1}>" in detail
    assert "site-packages" not in detail
    assert "explorer" not in detail


def test_an_exception_that_cannot_be_printed_is_told(session):
    session.run_all("class Rude(Exception):\n    def __str__(self): raise RuntimeError")
    ran = session.run("raise Rude()")
    assert ran.failure.problem.cause == "Rude"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_default_device_that_is_not_there_stops_only_what_makes_tensors(session):
    event = session.run("torch.set_default_device('cuda')")
    assert event.failure is None
    assert event.delta.modes.default_device == "cuda"
    event = session.run("x = torch.ones(2)")
    assert event.failure.problem.fix_code == 'torch.set_default_device("cpu")\nx = torch.ones(2)'
    session.run_all(event.failure.problem.fix_code)
    assert session.namespace["x"].device.type == "cpu"
    assert session.core.answer(Undo(statement=session.count)).restored
    assert session.core.runner.whole().modes.default_device == "cuda"
