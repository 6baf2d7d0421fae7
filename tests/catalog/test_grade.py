"""What is safe to evaluate unasked: allowed lines pass, and no attempt gets past."""

import functools
import inspect

import pytest
import torch

from explorer.catalog import allowance, consent
from explorer.catalog.grade import is_computed, is_path, names_in, owners, parse, refusal
from tests import operators


@pytest.fixture(scope="module")
def catalogue():
    return operators.catalogue()


ALLOWED = """
x
x.grad
w["0.bias"]
net.fc1.weight
attn[0].mean(0)
w1 - w2
-x + 1
(x > 0).float()
~(x == y) & (x < 3)
torch.softmax(x, -1)
torch.softmax(x, dim=-1)
torch.nn.functional.softmax(x, dim=-1)
F.relu(x)
x @ w.T
x.max(0).values
x.max(0)[1]
x[..., 1:5, None]
x[x > 0]
x[[0, 2]]
x.to(torch.float64)
torch.linalg.norm(x, dim=1)
torch.fft.rfft(x).abs()
torch.cat([x, y], dim=0)
torch.where(x > 0, x, torch.zeros_like(x))
torch.einsum("ij,kj->ik", x, w)
x * torch.pi
abs(x - y)
x.reshape(len(y), -1)
x.T @ x / x.shape[0]
(a - b).abs() / b.abs()
x ** 2
10 ** -3 * x
""".strip().splitlines()

REFUSED = """
__import__("os")
__import__("os").system("true")
open("secret").read()
eval("1")
exec("x = 1")
compile("1", "", "eval")
getattr(x, "numpy")()
print(x)
input()
breakpoint()
x.__class__
x.__class__.__mro__[1].__subclasses__()
().__class__.__bases__[0]
"".__class__
x._base
x._cdata
_secret
x.__dict__["a"]
torch.__builtins__
torch._C
torch._C._VariableFunctions.sin(x)
torch.os.system("true")
torch.sys.modules
torch.load("model.pt")
torch.save(x, "model.pt")
torch.hub.load("a/b", "c")
torch.hub.load_state_dict_from_url("http://a")
torch.ops.load_library("a.so")
torch.jit.load("a.pt")
torch.classes.load_library("a.so")
torch.from_file("a", size=4)
torch.frombuffer(b"1234", dtype=torch.int32)
torch.from_dlpack(x)
torch.from_numpy(a)
torch.compile(x)
torch.utils.data
torch.nn.Linear(2, 2)(x)
torch.vmap(f)(x)
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
torch.rand(3)
torch.empty(3)
torch.bernoulli(x)
torch.nn.functional.dropout(x)
F.relu(x, True)
torch.norm(x, 2, 0, False, y)
torch.tensordot(x, y, 2, out)
torch.add(x, y, out=z)
torch.zeros(3, requires_grad=True)
x.add_(1)
x.zero_()
x.set_(y)
x.data.fill_(1)
x.item()
x.tolist()
x.numpy()
x.storage()
x.untyped_storage().resize_(0)
x.data_ptr()
x.apply_(f)
x.map_(y, f)
x.register_hook(f)
x.backward()
x.requires_grad_()
x.share_memory_()
x.as_strided((9, 9), (1, 1), 999)
x.grad_fn
x.grad_fn.next_functions
x.mean
torch.softmax
torch
f(x)
net(x)
net.forward(x)
fs[0](x)
(lambda: x)()
lambda: x
[y for y in x]
{y for y in x}
{y: y for y in x}
(y for y in x)
{"a": x}
{x}
(y := x)
x if x else y
x and y
not x
0 < x < 1
x in y
x is y
f"{x}"
f(*x)
torch.add(*x)
torch.add(**x)
x[*y]
await x
b"1"
9**9**9
2**100000000
(9**9)**9
1 << 10000
"a" * 1000000000
[0] * 1000000000
(0,) * 1000000000
1000000000000000000000 * x
type(x)
type("A", (), {})
vars(x)
globals()["torch"]
locals()
setattr(x, "a", 1)
delattr(x, "a")
map(f, x)
sorted(x, key=f)
"{0.__class__}".format(x)
"%s" % x
"a".join(x)
f"{x.__class__}"
x.__getattribute__("storage")
x.__reduce_ex__(2)
x.__dlpack__()
x.__array__()
x.__torch_function__
torch.Tensor.__init__
torch.Tensor.numpy(x)
torch.Tensor.from_file("a")
torch.UntypedStorage.from_file("a")
torch.FloatStorage("a")
torch.serialization.load("a")
torch.package.PackageImporter("a")
torch.utils.cpp_extension.load("a")
torch.utils.dlpack.from_dlpack(x)
torch.nn.functional.torch.load("a")
F.torch.hub.load("a", "b")
torch.functional.torch.load("a")
torch.autograd.Function.apply(x)
torch.func.vmap(f)
torch.fx.symbolic_trace(f)
torch.distributed.init_process_group()
torch.multiprocessing.spawn(f)
torch.set_default_device("meta")
torch.set_num_threads(1)
torch.asarray(x)
torch.sparse_coo_tensor(x, x)
torch.linalg.lu_solve(x, x, x)
torch.bincount(x)
F.one_hot(x)
F.embedding(x, w, None, 1.0)
F.embedding(x, w, max_norm=1.0)
F.batch_norm(x, m, v, training=True)
F.silu(x, True)
F.triplet_margin_with_distance_loss(x, y, z, distance_function=f)
F.fractional_max_pool2d(x, 2, output_size=1)
torch.svd_lowrank(x)
x.register_post_accumulate_grad_hook(f)
x.retain_grad()
x.resize_(9)
x.numpy().tofile("a")
x.detach().numpy().dump("a")
x.module_load(y)
x.storage_offset()
torch.quantize_per_tensor(x, 1.0, 0, torch.qint8)
torch.native_channel_shuffle(x, 1)
torch.view_copy(x, (1,))
np.load("a.npy")
np.fromfile("a")
np.ones(3)
os.system("true")
sys.exit()
(yield x)
from torch import *
class A: pass
with open("a"): pass
for y in x: pass
assert x
raise x
global x
return x
x.grad = y
x = 1
x += 1
del x
import os
x; y
x +
(
""".strip().splitlines()


@pytest.mark.parametrize("text", ALLOWED)
def test_what_only_computes_is_allowed(text):
    assert refusal(text) == ""


@pytest.mark.parametrize("text", REFUSED)
def test_no_way_past_it_is_found(text):
    reason = refusal(text)
    assert len(reason) > 20, "a reason is a sentence"
    assert not reason.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "x.__ｃlass__",
        "torch.ｌoad('a')",
        "ｅval('1')",
        "torch.𝐥𝐨𝐚𝐝('a')",
        "x.ｉtem()",
        "x.\u200bitem()",
    ],
)
def test_letters_that_python_takes_for_others_do_not_pass(text):
    assert refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "x" + " + x" * 200,
        "-" * 400 + "x",
        "(" * 250 + "x" + ")" * 249,
        "x" + "[0]" * 100,
        "x + " * 1000 + "x",
        "x\0",
        "@f\ndef g(): pass",
        "x.reshape(" + "1, " * 300 + ")",
        "x[" * 30 + "0" + "]" * 30,
        "torch.zeros(" + "9" * 40 + ")",
        "",
        "   ",
    ],
)
def test_what_is_long_deep_or_nothing_is_refused(text):
    assert refusal(text)


def test_names_must_be_defined_where_they_are_known():
    assert refusal("x + w", {"x", "w"}) == ""
    assert refusal("x + v", {"x", "w"}) == "v is not in the workspace"


def test_a_name_that_hides_a_module_or_a_builtin_is_no_way_past():
    assert refusal("torch.zeros(3)", {"x", "torch"})
    assert refusal("abs(x)", {"x", "abs"})
    assert refusal("torch.T", {"torch"}) == "", "a tensor of that name is one"


def test_the_reason_says_what_is_wrong():
    assert refusal("x.add_(1)") == "add_ writes into its tensor: looking must not change it"
    assert "random" in refusal("torch.rand(3)")
    assert "files" in refusal("torch.load('x')")
    assert "call it" in refusal("x.mean")


def test_names_are_those_that_are_read():
    assert names_in("torch.softmax(x, -1) + abs(w['a'])[n:] + x") == ("x", "w", "n")


def test_paths_are_told_from_what_is_computed():
    assert not is_computed('net.fc1["a"][0].grad')
    assert is_computed("x[0:2]")
    assert is_computed("x - y")
    assert not is_computed("x -")
    assert is_path(parse("x.grad"))
    assert owners('w["ä"][0].T') == ('w["ä"][0]', 'w["ä"]', "w")


def _found(name):
    return functools.reduce(getattr, name.split(".")[1:], torch)


@pytest.mark.parametrize("name", sorted(allowance.FUNCTIONS))
def test_no_function_writes_what_it_is_given_by_place(name):
    try:
        parameters = list(inspect.signature(_found(name)).parameters.values())
    except (ValueError, AttributeError):  # built in: `out` goes by keyword alone
        return
    for i, parameter in enumerate(parameters):
        if parameter.name in ("out", "inplace", "generator"):
            by_place = parameter.kind is not parameter.KEYWORD_ONLY
            assert not by_place or allowance.POSITIONAL[name] <= i


ATEN = {
    "torch": "",
    "torch.nn.functional": "",
    "torch.linalg": "linalg_",
    "torch.fft": "fft_",
    "torch.special": "special_",
}
"""How torch's own operators are called behind its modules."""


def test_no_function_is_random_or_writes():
    names = {f"torch.{name}" for name in allowance.METHODS} | allowance.FUNCTIONS
    for path in names:
        module, _, name = path.rpartition(".")
        packet = getattr(torch.ops.aten, f"{ATEN[module]}{name}", None) if module in ATEN else None
        for overload in packet.overloads() if packet else ():
            operator = getattr(packet, overload)
            tensors = [a for a in operator._schema.arguments if str(a.type) == "Tensor"]
            assert not any(
                a.alias_info and a.alias_info.is_write and not a.is_out for a in tensors
            ), operator
            assert torch.Tag.nondeterministic_seeded not in operator.tags, operator


def _is_computed(path):
    name = path.removeprefix("Tensor.")
    return path in allowance.FUNCTIONS or (
        name != path and name in allowance.METHODS | allowance.ATTRIBUTES
    )


def test_every_operator_of_torch_is_allowed_or_refused_for_a_reason(catalogue):
    for path, entry in catalogue.entries.items():
        allowed = _is_computed(path)
        reason = allowance.why_not(path.removeprefix("Tensor."), default="")
        assert not (allowed and reason), path
        if entry.is_documented:
            assert allowed or reason, path


RUN_IN_SCRIPTS = {
    "torch.from_numpy",
    "torch.set_default_device",
    "torch.set_default_dtype",
    "Tensor.backward",
    "Tensor.grad_fn",
    "Tensor.retain_grad",
}
"""What an expression never does, and a script may: each was looked at by itself."""


def test_a_script_may_run_every_operator_but_those_that_nothing_runs_unasked(catalogue):
    may_run = consent.FUNCTIONS | consent.METHODS | consent.PROPERTIES
    refused = {
        path
        for path, entry in catalogue.entries.items()
        if entry.name not in allowance.ONCE
        and not entry.name.endswith("_")
        and allowance.why_not(path.removeprefix("Tensor."), default="")
    }
    assert refused & may_run == RUN_IN_SCRIPTS
    for path, entry in catalogue.entries.items():
        if entry.is_documented and not entry.name.endswith("_"):
            assert path in may_run | refused, path


def test_no_name_is_private_or_ends_with_an_underscore():
    for name in allowance.FUNCTIONS | allowance.METHODS | allowance.ATTRIBUTES:
        assert not any(part.startswith("_") or part.endswith("_") for part in name.split("."))
