"""What is computed of an expression: as torch does, once for each change, never too much."""

import gc
import weakref
from contextlib import nullcontext

import pytest
import torch

from explorer.engine import measure
from explorer.engine.measure import Budget
from explorer.engine.past import Past
from explorer.engine.watch import Watches
from explorer.protocol import Problem

EXPRESSIONS = """
x @ w.T
attn[0].mean(0)
w - x
(x > 2).float()
torch.softmax(x, -1)
x.max(0).values
x[x > 3]
x[:, None, 1:3]
weights["a b"] * 2
net.weight @ x.T
net.weight.grad + 1
torch.cat([x, w], dim=0)
x.shape[0] * x
x.to(torch.float16) / n
x.unique()
x.sort(dim=1, descending=True).indices
torch.linalg.svdvals(x)
torch.einsum("ij,kj->ik", x, w)
abs(-x)
+x
2 ** n
""".strip().splitlines()


@pytest.fixture
def filled(session):
    session.run_all(
        "x = torch.arange(12.0).reshape(3, 4)",
        "w = torch.ones(3, 4, requires_grad=True)",
        "attn = torch.rand(2, 3, 3)",
        "weights = {'a b': torch.ones(2)}",
        "net = torch.nn.Linear(4, 2)",
        "net(x).sum().backward()",
        "n = 3",
    )
    return session


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_it_is_what_torch_computes(filled, expression):
    watched = filled.core.reader.tensor(expression)
    expected = torch.as_tensor(eval(expression, filled.namespace))
    assert watched.dtype is expected.dtype
    assert torch.equal(watched, expected)


def test_it_is_computed_once_until_a_tensor_changes(filled):
    reader = filled.core.reader
    before = reader.info("x * w")
    first = reader.tensor("x * w")
    filled.run("other = torch.zeros(3)")
    assert reader.tensor("x * w") is first
    assert reader.info("x * w") == before
    assert reader.watches.evaluations == 1
    filled.run("x.add_(1)")
    assert torch.equal(reader.tensor("x * w"), filled.namespace["x"])
    assert reader.info("x * w") != before
    assert reader.watches.evaluations == 2


@pytest.mark.parametrize(
    "line",
    [
        "x[0, 0] = 9",
        "x.data.fill_(9)",
        "x.numpy()[0] = 9",
        "x = torch.full((3, 4), 9.0)",
        "torch.from_numpy(x.numpy()).mul_(9)",
        "n = 9",
        "torch.set_default_dtype(torch.float64)",
    ],
)
def test_whatever_changes_it_is_noticed(filled, line):
    reader = filled.core.reader
    expression = "x * (n / 2) + torch.tensor(0.5)"
    reader.tensor(expression)
    filled.run_all(line)
    expected = eval(expression, filled.namespace)
    assert torch.equal(reader.tensor(expression), expected)
    assert reader.tensor(expression).dtype is expected.dtype


def test_a_write_through_an_array_is_noticed(filled):
    filled.run_all("a = x.numpy()")
    before = filled.core.reader.tensor("x + 1").clone()
    filled.run("a[0] = 100")
    after = filled.core.reader.tensor("x + 1")
    assert after[0].tolist() == [101] * 4
    assert torch.equal(after[1:], before[1:])


def test_an_array_is_computed_with_once(filled):
    reader = filled.core.reader
    filled.run_all("import numpy", "a = numpy.arange(4.0)")
    assert reader.tensor("x + a")[1].tolist() == [4, 6, 8, 10]
    reader.tensor("x + a")
    assert reader.watches.evaluations == 1
    filled.run("a[0] = 7")
    assert reader.tensor("x + a")[1].tolist() == [11, 6, 8, 10]


def test_a_view_is_told_as_one_and_follows_what_is_written(filled):
    reader = filled.core.reader
    view = reader.info("x[1:]")
    assert view == reader.info("x[1:]"), "the same question again is no change"
    filled.run("x.mul_(2)")
    assert reader.tensor("x[1:]").data_ptr() == filled.namespace["x"][1:].data_ptr()
    assert reader.info("x[1:]") != view


def test_values_of_an_earlier_line_are_computed_from_what_was_then(session):
    session.run_all("x = torch.zeros(3)", "x.add_(1)", "y = x * 2")
    assert session.core.reader.tensor("x + 1", 3).tolist() == [1, 1, 1]
    assert session.core.reader.tensor("x + 1").tolist() == [2, 2, 2]
    with pytest.raises(ValueError, match=r"There was no y then|y is gone"):
        session.core.reader.tensor("x + y", 3)


def test_it_needs_no_gradient(filled):
    info = filled.core.reader.info("w * 2")
    assert (info.requires_grad, info.grad_fn) == (False, "")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("torch.zeros(10**6, 10**6)", "3.6 TiB"),
        ("x.repeat(10**5, 10**5)", "of memory"),
        ("x.expand(10**8, 3, 4).sum()", "elements each time"),
        ("torch.zeros(3000, 3000) @ torch.zeros(3000, 3000)", "elements each time"),
        ("x + torch.ones(5)", "do not fit together"),
        ("x + gone", "gone is gone"),
        ("net.nothing + 1", "net.nothing is gone"),
        ("x.shape + 1", "operators work on tensors and numbers"),
        ("x.max(0) ", "2 tensors together"),
        ("net + 1", "net is not a tensor"),
        ("x[7] + 1", "out of"),
        ("x[:, 9]", "out of bounds"),
        ("x.add_(1)", "writes into its tensor"),
        ("n ** n ** n", "too large"),
        ("(n + 10**17) ** (n + 61) * x", "too large a number"),
        ("1 / 0 * x", "zero"),
    ],
)
def test_what_can_not_be_computed_is_told_in_words(filled, expression, words):
    with pytest.raises(ValueError, match=words):
        filled.core.reader.tensor(expression)


def test_a_class_of_the_persons_own_is_not_called(session):
    session.run_all(
        "class Loud(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, *args, **kwargs):\n"
        "        raise SystemExit",
        "x = torch.zeros(3).as_subclass(Loud)",
        "class Item:\n    def __getattr__(self, name):\n        raise SystemExit",
        "y = Item()",
    )
    with pytest.raises(ValueError, match="class Loud"):
        session.core.reader.tensor("x + 1")
    assert session.core.reader.tensor("x[0] * 2").item() == 0, "as torch's own tensor"
    with pytest.raises(ValueError, match=r"not a tensor|gone"):
        session.core.reader.tensor("y.real + 1")


def test_what_the_person_puts_in_the_place_of_torchs_functions_is_not_called(filled):
    filled.run_all(
        "x.mean = lambda *a: 1 / 0",
        "keep = torch.Tensor.mean",
        "torch.Tensor.mean = lambda *a: 1 / 0",
    )
    try:
        assert filled.core.reader.tensor("x.mean() + 0").item() == 5.5
    finally:
        filled.run("torch.Tensor.mean = keep")
    filled.run_all("import types", "torch = types.ModuleType('torch')", "torch.sin = lambda x: 1/0")
    with pytest.raises(ValueError, match="not a tensor"):
        filled.core.reader.tensor("torch.sin(x)")


def test_tensors_of_the_person_and_their_memory_are_let_go(session):
    session.run_all("x = torch.zeros(1000)")
    reader = session.core.reader
    reader.tensor("x + 1")
    storage = weakref.ref(session.namespace["x"])
    session.core.runner.keeper.clear()
    session.run("del x")
    session.core.runner.keeper.clear()
    gc.collect()
    assert storage() is None
    session.run("y = torch.zeros(3)")
    reader.tensor("y + 1")
    assert reader.watches.nbytes == 12


def test_no_more_is_kept_than_the_budget(filled):
    watches = filled.core.reader.watches
    watches.budget_bytes = 100
    for expression in ("x + 1", "x + 2", "x + 3"):
        filled.core.reader.tensor(expression)
    assert watches.nbytes == 48 * 2


def test_a_budget_counts_what_is_made_on_the_way():
    budget = Budget(nbytes=100)
    x = torch.zeros(10)
    budget.spend(torch.Tensor.exp, (x,), {})
    budget.spend(torch.Tensor.exp, (x,), {})
    with pytest.raises(ValueError, match="120 B"):
        budget.spend(torch.Tensor.exp, (x,), {})


def test_the_engine_answers_an_unsafe_ask_with_a_reason(filled):
    from explorer.panes.heatmap import InfoAsk

    answer = filled.core.answer(InfoAsk(expression="open('a').read()"))
    assert isinstance(answer, Problem)
    assert "files" in answer.what or "functions" in answer.what


@pytest.mark.engine
def test_a_real_engine_computes_and_compares(engine):
    from explorer.panes.heatmap import Info, InfoAsk
    from explorer.panes.heatmap.watches.comparing import Verdict, VerdictAsk

    engine.run("import torch; x = torch.arange(6.0).reshape(2, 3); y = x.clone(); y[1, 1] = 9")
    subshell = engine.subshell()
    info = engine.ask(InfoAsk(expression="(x - y)[1:] @ x.T"), subshell)
    assert isinstance(info, Info)
    assert info.info.shape == (1, 2)
    found = engine.ask(VerdictAsk(expression="x - y", left="x", right="y"), subshell)
    assert isinstance(found, Verdict)
    assert (found.differing, found.largest, found.index) == (1, "5.0", (1, 1))


def test_what_hangs_on_a_tensor_is_not_taken_for_torchs(filled):
    filled.run_all(
        "class Evil:\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, *args, **kwargs):\n"
        "        raise SystemExit",
        "x.max = Evil()",
        "x.values = Evil()",
    )
    for expression in ("torch.add(x, x.max)", "torch.add(x, x.values)", "x + x.max"):
        with pytest.raises(ValueError, match="has no"):
            filled.core.reader.tensor(expression)


PLAIN = """
a @ b
a[0] @ b[0]
a @ b[0, :, 0]
a[0, 0] @ b[0, :, 0]
a + b.mT
a.sum()
a.sum(1)
a.mean((0, 2))
a.max(1)
a.max()
torch.max(a, b.mT)
torch.where(a > 0, a, b.mT)
torch.cat([a, b.mT])
a[a > 0]
a[i]
a[1:, ..., None]
a.long()
""".strip().splitlines()


@pytest.mark.parametrize("expression", PLAIN)
def test_what_is_plain_to_see_is_no_less_than_what_torch_makes(expression, monkeypatch):
    names = {
        "a": torch.rand(4, 3, 5),
        "b": torch.rand(4, 5, 3),
        "i": torch.tensor([[0, 1], [3, 3]]),
        "torch": torch,
    }
    made = eval(expression, names)
    tensors = made if isinstance(made, tuple) else (made,)
    told = []
    plain = measure._plain

    def watch(*arguments):
        told.append(plain(*arguments))
        return told[-1]

    monkeypatch.setattr(measure, "_plain", watch)
    past = Past(names, {}, ())
    with nullcontext() if len(tensors) == 1 else pytest.raises(ValueError, match="together"):
        Watches().find(expression, 0, past, 0)
    assert all(told), "torch need not be asked"
    own = {x.untyped_storage().data_ptr() for x in (names["a"], names["b"])}
    new = sum(x.nbytes for x in tensors if x.untyped_storage().data_ptr() not in own)
    assert sum(nbytes for nbytes, _ in told) >= new


@pytest.mark.parametrize(
    ("expression", "shape"),
    [("s @ d", (3, 2)), ("s.to_dense() + 1", (3, 3)), ("s.sum()", ()), ("s * 2", (3, 3))],
)
def test_sparse_tensors_are_computed_with(session, expression, shape):
    session.run_all(
        "s = torch.eye(3).to_sparse()",
        "d = torch.ones(3, 2)",
    )
    expected = eval(expression, session.namespace)
    found = session.core.reader.tensor(expression)
    assert tuple(found.shape) == shape
    assert torch.equal(found.to_dense(), expected.to_dense())


def test_a_large_sparse_tensor_is_not_made_dense(session):
    session.run_all(
        "s = torch.sparse_coo_tensor([[0], [1]], [1.0], (10**6, 10**6), check_invariants=True)"
    )
    with pytest.raises(ValueError, match="of memory"):
        session.core.reader.tensor("s.to_dense() + 1")
    with pytest.raises(ValueError, match="of memory"):
        session.core.reader.tensor("s @ s")
