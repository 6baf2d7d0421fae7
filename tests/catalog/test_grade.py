"""What is safe to evaluate unasked: allowed lines pass, and no attempt gets past."""

import functools
import inspect

import pytest
import torch

from explorer.catalog import operation
from explorer.catalog.grade import is_computed, is_path, names_in, owners, parse, refusal

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


def test_letters_that_python_takes_for_others_do_not_pass():
    assert refusal("x.__ｃlass__")
    assert refusal("torch.ｌoad('a')")


@pytest.mark.parametrize(
    "text",
    [
        "x" + " + x" * 200,
        "-" * 400 + "x",
        "(" * 250 + "x" + ")" * 249,
        "x" + "[0]" * 100,
        "x + " * 1000 + "x",
        "x\0",
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


@pytest.mark.parametrize("name", sorted(operation.FUNCTIONS))
def test_no_function_writes_what_it_is_given_by_place(name):
    try:
        parameters = list(inspect.signature(_found(name)).parameters.values())
    except (ValueError, AttributeError):  # built in: `out` goes by keyword alone
        return
    for i, parameter in enumerate(parameters):
        if parameter.name in ("out", "inplace", "generator"):
            by_place = parameter.kind is not parameter.KEYWORD_ONLY
            assert not by_place or operation.POSITIONAL[name] <= i


def test_no_function_is_random_or_writes():
    names = {name.rpartition(".")[2] for name in operation.FUNCTIONS | operation.METHODS}
    for name in names:
        for prefix in ("", "linalg_", "fft_", "special_"):
            packet = getattr(torch.ops.aten, prefix + name, None)
            for overload in packet.overloads() if packet else ():
                operator = getattr(packet, overload)
                arguments = operator._schema.arguments
                tensors = [a for a in arguments if str(a.type) == "Tensor"]
                writes = any(
                    a.alias_info and a.alias_info.is_write and not a.is_out for a in tensors
                )
                assert not writes, operator
                assert torch.Tag.nondeterministic_seeded not in operator.tags, operator


def test_no_name_is_private_or_ends_with_an_underscore():
    for name in operation.FUNCTIONS | operation.METHODS | operation.ATTRIBUTES:
        assert not any(part.startswith("_") or part.endswith("_") for part in name.split("."))
