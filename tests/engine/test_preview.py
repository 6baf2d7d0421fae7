"""What is told of a line before it runs: exactly what comes of it, and nothing happens by asking."""

import gc
import random
import weakref

import numpy as np
import pytest
import torch

from explorer.engine import torch_private
from explorer.engine.preview.demand import WORKED
from explorer.protocol import Preview, PreviewAsk, Previews

GIB = 2**30


@pytest.fixture
def preview(session):
    """Give a function that asks the session's core about one line."""

    session.core.answer(PreviewAsk())

    def ask(source: str) -> Preview:
        answer = session.core.answer(PreviewAsk(sources=(source,)))
        assert isinstance(answer, Previews), answer
        return answer.previews[0]

    return ask


@pytest.fixture
def tutorial(session):
    session.run_all(
        "import numpy as np",
        "import torch.nn.functional as F",
        "x = torch.rand(5, 3)",
        "y = torch.rand(5, 3)",
        "result = torch.zeros(5, 3)",
        "w = torch.ones(3, requires_grad=True)",
        "a = np.ones((2, 3))",
        "mask = x > 0.5",
        "i = torch.tensor(2)",
        "v = x.view(15)",
        "batch = {'image': torch.rand(8, 3)}",
        "n = 4",
    )
    return session


TUTORIAL = (
    ("z = torch.empty(5, 3)", (5, 3), "float32", "new", ""),
    ("z = torch.randint(0, 9, (2, 3))", (2, 3), "int64", "new", ""),
    ("z = torch.tensor([5.5, 3])", (2,), "float32", "new", ""),
    ("z = x.new_ones(5, 3, dtype=torch.double)", (5, 3), "float64", "new", ""),
    ("z = torch.randn_like(x, dtype=torch.float)", (5, 3), "float32", "new", ""),
    ("z = x + y", (5, 3), "float32", "new", ""),
    ("z = torch.add(x, y)", (5, 3), "float32", "new", ""),
    ("torch.add(x, y, out=result)", (5, 3), "float32", "in_place", "result"),
    ("x.add_(y)", (5, 3), "float32", "in_place", "x"),
    ("x += y", (5, 3), "float32", "in_place", "x"),
    ("z = x[:, 1]", (5,), "float32", "view", "x"),
    ("z = x[:, None, 1:3]", (5, 1, 2), "float32", "view", "x"),
    ("z = x[i]", (3,), "float32", "view", "x"),
    ("x[mask] = 0", (5, 3), "float32", "in_place", "x"),
    ("x[0, :2] = 5", (5, 3), "float32", "in_place", "x"),
    ("z = torch.index_select(x, 1, torch.tensor([0, 2]))", (5, 2), "float32", "new", ""),
    ("z = x.gather(1, torch.tensor([[0, 1], [2, 0]]))", (2, 2), "float32", "new", ""),
    ("z = x.view(15)", (15,), "float32", "view", "x"),
    ("z = x.view(-1, 5)", (3, 5), "float32", "view", "x"),
    ("z = x.unsqueeze(0).squeeze()", (5, 3), "float32", "view", "x"),
    ("z = x.clone()", (5, 3), "float32", "new", ""),
    ("x.t_()", (3, 5), "float32", "in_place", "x"),
    ("x.copy_(y)", (5, 3), "float32", "in_place", "x"),
    ("z = x", (5, 3), "float32", "same", "x"),
    ("z = x.contiguous()", (5, 3), "float32", "same", "x"),
    ("z = x.to(torch.float32)", (5, 3), "float32", "same", "x"),
    ("z = x.to('cpu', torch.double)", (5, 3), "float64", "new", ""),
    ("b = x.numpy()", (5, 3), "float32", "view", "x"),
    ("z = torch.from_numpy(a)", (2, 3), "float64", "view", "a"),
    ("z = x.T", (3, 5), "float32", "view", "x"),
    ("z = v[3]", (), "float32", "view", "v"),
    ("v.zero_()", (15,), "float32", "in_place", "v"),
    ("x.requires_grad_()", (5, 3), "float32", "in_place", "x"),
    ("x.requires_grad = True", (5, 3), "float32", "in_place", "x"),
    ("z = batch['image'].mean(dim=0)", (3,), "float32", "new", ""),
    ("z = F.relu(x @ y.T + n)", (5, 5), "float32", "new", ""),
)


@pytest.mark.parametrize("line", TUTORIAL, ids=[row[0] for row in TUTORIAL])
def test_a_line_of_the_tutorial_is_told_as_it_comes(tutorial, preview, line):
    source, shape, dtype, badge, of = line
    told = preview(source)
    assert told.problem is None
    assert [(r.shape, r.dtype, r.badge, r.of) for r in told.results] == [(shape, dtype, badge, of)]
    before = set(tutorial.names)
    tutorial.run_all(source)
    (name,) = set(tutorial.names) - before or {of}
    came = torch.as_tensor(tutorial.names[name])
    assert (tuple(came.shape), str(came.dtype)) == (shape, f"torch.{dtype}")
    if badge in ("view", "same") and of != "a":
        owner = tutorial.names[of]
        assert came.untyped_storage().data_ptr() == owner.untyped_storage().data_ptr()


def test_several_results_are_told_in_order(tutorial, preview):
    told = preview("values, indices = x.max(dim=0)")
    assert [(r.shape, r.dtype) for r in told.results] == [((3,), "float32"), ((3,), "int64")]


def test_a_size_that_the_values_decide_is_open_and_the_others_are_told(tutorial, preview):
    told = preview("x[mask]")
    assert told.unknown_size
    assert told.results[0].shape == (-1,)
    assert preview("x.nonzero()").results[0].shape == (-1, 2)
    assert preview("x[x[:, 0] > 0]").results[0].shape == (-1, 3)


def test_a_number_that_the_values_decide_is_not_told(tutorial, preview):
    for source in ("x.sum().item()", "float(i)", "i.tolist()", "torch.equal(x, y)"):
        told = preview(source)
        assert told.unknown_size, source
        assert not told.results, source


def test_what_is_no_tensor_is_told_as_python_prints_it(tutorial, preview):
    assert preview("x.size()").value == "torch.Size([5, 3])"
    assert preview("x.shape[0]").value == "5"
    assert preview("w.grad").value == "None"
    assert preview("x.dtype").value == "torch.float32"


@pytest.mark.parametrize(
    "source", ["torch.rand(3)", "F.dropout(x)", "x.uniform_()", "torch.randperm(9)"]
)
def test_chance_is_told(tutorial, preview, source):
    assert preview(source).random


def test_no_chance_is_told_where_there_is_none(tutorial, preview):
    assert not preview("F.dropout(x, training=False)").random
    assert not preview("torch.zeros_like(x)").random


def test_gradients_are_told(tutorial, preview):
    assert preview("w * 2").results[0].requires_grad
    assert not preview("w.detach()").results[0].requires_grad
    assert not preview("with torch.no_grad(): z = w * 2").results[0].requires_grad


# --- the modes of the session -----------------------------------------------------------------


def test_the_default_dtype_of_the_session_holds(tutorial, preview):
    tutorial.run_all("torch.set_default_dtype(torch.float64)")
    assert preview("torch.ones(3)").results[0].dtype == "float64"


def test_the_default_device_of_the_session_holds(tutorial, preview):
    tutorial.run_all("torch.set_default_device('meta')")
    assert preview("torch.ones(3)").results[0].device == "meta"
    assert preview("torch.ones(3)").memory_bytes == 0


def test_the_grad_mode_of_the_session_holds(tutorial, preview):
    tutorial.run_all("torch.set_grad_enabled(False)")
    assert not preview("w * 2").results[0].requires_grad
    assert torch.is_grad_enabled() is False


# --- errors -----------------------------------------------------------------------------------

BAD = (
    "x + w.reshape(3, 1)[:2]",
    "x @ y",
    "x.view(4, 4)",
    "x.T.view(15)",
    "x.sum(dim=2)",
    "x[7]",
    "x[0, 0, 0]",
    "torch.cat([x, w], 0)",
    "w.add_(1)",
    "w.numpy()",
    "nothing + 1",
    "x.shap",
    "torch.zeross(3)",
    "torch.rand(-1)",
    "torch.tensor([[1, 2], [3]])",
    "torch.add(x)",
    "x.squeeze('a')",
    "F.softmax(x, dim=5)",
    "torch.linalg.inv(x)",
    "x.expand(4, 3)",
    "first, second = x",
    "x.item()",
    "x.permute(0)",
    "torch.stack([x, w])",
    "torch.einsum('ij,jk->ik', x, y)",
    "F.conv2d(x, y)",
    "batch['label'].sum()",
    "torch.ones(3, device='cuda:99')",
    "x.to('cuda:99')",
    "x.reshape(7)",
    "torch.zeros(2, 3).add_(torch.zeros(4, 3))",
)


@pytest.mark.parametrize("source", BAD)
def test_the_error_that_comes_is_told(tutorial, preview, source):
    told = preview(source)
    came = tutorial.run(source).failure
    assert told.problem is not None, told
    assert (told.problem.cause, told.problem.what) == (came.problem.cause, came.problem.what)


def test_a_dim_of_a_single_number_is_no_error(tutorial, preview):
    assert preview("F.softmax(i.float(), dim=0)").results[0].shape == ()


def test_an_error_brings_the_line_that_mends_it(tutorial, preview):
    told = preview("z = x @ y")
    assert told.problem.fix_code
    assert preview(told.problem.fix_code).problem is None


def test_operands_too_large_to_be_made_are_refused_in_the_same_words(tutorial, preview):
    told = preview("torch.empty(9, 10**6, 10**6) + torch.empty(8, 1, 1)")
    assert "dimension 0 is 9 in one tensor and 8 in the other" in told.problem.what


# --- what is not told -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(3): x + i",
        "torch.manual_seed(3)",
        "torch.load('x.pt')",
        "x.backward()",
        "x.apply_(abs)",
        "x.register_hook(abs)",
        "np.add(a, 1, out=a)",
        "torch.from_file('x.bin')",
        "open('x')",
        "x.untyped_storage()",
        "2 ** 99999999",
        "torch.tensor(range(10**9))",
        "torch.ones(10**9).unbind()",
        "torch.ones(10**9).split(1)",
        "x.to_sparse() + s",
        "[x] * 10**9",
    ],
)
def test_what_is_not_tried_says_why(tutorial, preview, source):
    tutorial.run_all("s = torch.eye(5, 3).to_sparse()")
    told = preview(source)
    assert told.unknown
    assert told.problem is None
    assert not told.results


def test_a_tensor_of_the_persons_own_class_is_left_alone(tutorial, preview):
    tutorial.run_all(
        "class Loud(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, *args, **kwargs):\n"
        "        raise AssertionError('it was touched')",
        "loud = torch.rand(3).as_subclass(Loud)",
    )
    assert "Loud" in preview("loud + 1").unknown


# --- memory -----------------------------------------------------------------------------------

MEMORY = (
    ("torch.rand(10**6, 10**6)", 4 * 10**12),
    ("torch.zeros(10**5).repeat(10**5)", 4 * 10**10 + 4 * 10**5),
    ("torch.tensor(1.0).repeat(10**12)", 4 * 10**12),
    ("torch.ones(10**5, 1) + torch.ones(1, 10**6)", 4 * 10**11 + 4 * 1_100_000),
    ("torch.zeros(3).expand(10**9, 3)", 12),
    ("torch.arange(0, 10**12)", 8 * 10**12),
    ("torch.empty(2, 3).resize_(10**6, 10**7)", 4 * 10**13),
    ("torch.empty(10**6, 10**6, device='meta')", 0),
    ("x.add_(1)", 0),
    ("torch.cumsum(torch.empty(10**6, 100), 0)", 8 * 10**8),
    ("torch.empty(10**6, 100).nonzero()", 10**8 * (4 + 16)),
    ("torch.empty(10**6, 100).var()", 4 * 10**8 + 4),
    ("x.view(-1)", 0),
)


@pytest.mark.parametrize(("source", "nbytes"), MEMORY, ids=[row[0] for row in MEMORY])
def test_the_memory_of_a_line_is_told(tutorial, preview, source, nbytes):
    told = preview(source)
    assert told.memory_bytes == pytest.approx(nbytes, abs=8)


def test_a_line_that_does_not_fit_is_told_with_the_figure(tutorial, preview):
    told = preview("torch.rand(10**6, 10**6)")
    assert round(told.memory_bytes / GIB) == 3725
    assert 0 < told.free_bytes < told.memory_bytes
    assert not told.fits
    assert preview("torch.rand(10, 10)").fits


def test_what_is_freed_on_the_way_is_counted_once(tutorial, preview):
    chain = "torch.empty(1000, 1000)" + ".add(1)" * 9
    assert preview(chain).memory_bytes <= 3 * 4_000_000


def test_working_memory_is_counted_where_an_operator_hides_it(tutorial, preview):
    tutorial.run_all("m = torch.empty(100, 100)")
    assert preview("m.sort()").memory_bytes == int(WORKED * (40_000 + 80_000 + 40_000))
    assert preview("torch.linalg.inv(m)").memory_bytes >= 3 * 80_000


# --- nothing happens --------------------------------------------------------------------------


def test_previews_change_nothing_of_the_session(tutorial, preview):
    names = tutorial.names
    tensors = [value for value in names.values() if isinstance(value, torch.Tensor)]
    before = [(t.clone(), t._version, t.requires_grad, t.shape) for t in tensors]
    array = names["a"].copy()
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    for source in 6 * [row[0] for row in TUTORIAL]:
        preview(source)
    for tensor, (values, version, requires_grad, shape) in zip(tensors, before, strict=True):
        assert torch.equal(tensor, values)
        assert (tensor._version, tensor.requires_grad, tensor.shape) == (
            version,
            requires_grad,
            shape,
        )
    assert np.array_equal(names["a"], array)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states[1:]


def test_previews_keep_no_tensor(tutorial, preview):
    tutorial.run_all("big = torch.ones(1000)")
    for source in ("big.view(10, 100).t() + 1", "big[:5] = 2", "big + y", "big[big > 0]"):
        preview(source)
    big = weakref.ref(tutorial.names["big"])
    storage = torch_private.WeakStorage(big().untyped_storage())
    del tutorial.namespace["big"]
    tutorial.run_all("None")
    gc.collect()
    assert big() is None
    assert not storage.is_alive()


def test_a_constant_in_the_line_is_not_computed_with(tutorial, preview):
    """Torch itself would count up to it, which takes 800 GB."""
    assert preview("torch.bincount(torch.tensor([10**11]))").unknown_size


# --- the engine -------------------------------------------------------------------------------


@pytest.mark.engine
def test_once_it_is_ready_lines_are_told_while_one_runs_and_what_torch_warns_of_is_not_printed(
    engine, tmp_path
):
    lane = engine.subshell()
    engine.run("import torch, pathlib")
    engine.run("x = torch.rand(4, 3)")
    assert engine.ask(PreviewAsk(sources=("x + 1",)), lane) == Previews(previews=())
    assert engine.ask(PreviewAsk(), lane) == Previews(previews=())
    told_file = tmp_path / "told"
    ticket = engine.execute(f"while not pathlib.Path({str(told_file)!r}).exists(): pass", 3)
    told = engine.ask(PreviewAsk(sources=("torch.tensor(x)",)), lane)
    told_file.touch()
    kinds = [message["msg_type"] for message in engine.messages(ticket)]
    assert told.previews[0].results[0].shape == (4, 3)
    assert "tx_event" in kinds
    assert "stream" not in kinds
