"""What the window is told of the namespace."""

import gc
import weakref

import numpy as np
import pytest

from explorer.protocol import Delta, encode


def entry(session, name):
    session.core.runner.workspace.look()
    return session.core.runner.workspace.entry(name)


def expressions(session, name):
    return [tensor.expression for tensor in entry(session, name).tensors]


def test_a_tensor_is_described_as_torch_describes_it(session):
    session.run_all("x = torch.zeros(4, 3, dtype=torch.float64)[1:, ::2]")
    (info,) = entry(session, "x").tensors
    assert (info.dtype, info.shape, info.stride, info.storage_offset) == (
        "float64",
        (3, 2),
        (3, 2),
        3,
    )
    assert (info.device, info.layout, info.contiguous, info.nbytes) == ("cpu", "strided", False, 48)


def test_gradients_stand_below_their_tensor(session):
    session.run_all("x = torch.ones(2, requires_grad=True)", "y = (x * 3).sum()")
    assert expressions(session, "x") == ["x"]
    ran = session.run("y.backward()")
    assert [e.name for e in ran.delta.changed] == ["x"]
    assert expressions(session, "x") == ["x", "x.grad"]
    assert entry(session, "y").tensors[0].grad_fn == "SumBackward0"


def test_a_gradient_made_anew_in_one_line_is_seen(session):
    session.run_all("x = torch.ones(2, requires_grad=True)", "(x * 3).sum().backward()")
    ran = session.run("x.grad = None; (x * 5).sum().backward()")
    assert [e.name for e in ran.delta.changed] == ["x"]
    assert session.namespace["x"].grad.tolist() == [5, 5]


def test_children_are_named_as_python_names_them(session):
    session.run_all(
        "w = {'0.bias': torch.zeros(2), 3: [torch.ones(1)], ('a',): torch.ones(1)}",
        "xs = [torch.zeros(1), (torch.ones(1), 'a', [torch.ones(1)])]",
        "net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))",
        "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc1 = torch.nn.Linear(2, 1)\n"
        "        self.tails = torch.nn.ModuleDict({'a b': torch.nn.Linear(1, 1, bias=False)})\n"
        "        self.add_module('0', torch.nn.Linear(1, 1, bias=False))",
        "own = Net()",
    )
    assert expressions(session, "w") == ['w["0.bias"]', "w[3][0]", "w[('a',)]"]
    assert expressions(session, "xs") == ["xs[0]", "xs[1][0]", "xs[1][2][0]"]
    assert expressions(session, "own") == [
        "own.fc1.weight",
        "own.fc1.bias",
        'own.tails["a b"].weight',
        'own._modules["0"].weight',
    ]
    assert "net[1].running_mean" in expressions(session, "net")
    for name in ("w", "xs", "net", "own"):
        for expression in expressions(session, name):
            expected = eval(expression, dict(session.namespace))
            assert session.core.reader.tensor(expression) is expected


def test_at_most_a_thousand_children_are_told(session):
    session.run_all("xs = [torch.zeros(1) for i in range(3000)]")
    assert len(entry(session, "xs").tensors) == 1000


@pytest.mark.parametrize(
    ("line", "type_name", "summary"),
    [
        ("z = 3", "int", "3"),
        ("z = 'a' * 1000", "str", "'" + "a" * 78 + "…"),
        ("z = 10 ** 10000", "int", "int"),
        ("import numpy as np; z = np.zeros((3, 4), 'f4')", "ndarray", "float32 [3, 4]"),
        ("def z(a, *, b=2): pass", "function", "function z(a, *, b=2)"),
        ("class z: pass", "type", "class z"),
        ("z = [1, 2]", "list", "list of 2"),
        ("z = torch.float32", "dtype", "torch.float32"),
        ("z = (i for i in ())", "generator", "generator"),
    ],
)
def test_other_objects_are_told_in_one_line(session, line, type_name, summary):
    session.run_all(line)
    assert (entry(session, "z").type_name, entry(session, "z").summary) == (type_name, summary)


def test_modules_and_private_names_are_no_entries(session):
    ran = session.run("import math; _hidden = 1; z = 2")
    assert [e.name for e in ran.delta.changed] == ["z"]


def test_a_name_that_becomes_a_module_is_gone(session):
    session.run_all("math = 1")
    assert session.run("import math").delta.gone == ("math",)


def test_a_view_names_its_base_while_there_is_one(session):
    session.run_all("x = torch.zeros(4)", "v = x.view(2, 2)")
    assert entry(session, "v").tensors[0].view_of == "x"
    ran = session.run("renamed = x; del x")
    assert ran.delta.gone == ("x",)
    assert entry(session, "v").tensors[0].view_of == "renamed"
    session.run_all("del renamed")
    assert entry(session, "v").tensors[0].view_of == ""


def test_views_share_a_storage_and_others_never_do(session):
    session.run_all("x = torch.zeros(4)", "v = x[1:]", "c = x.clone()")
    x, v, c = (entry(session, name).tensors[0] for name in "xvc")
    assert x.storage == v.storage != c.storage
    assert len({x.serial, v.serial, c.serial}) == 3


def test_a_freed_tensor_never_gives_its_numbers_to_another(session):
    seen = set()
    for _ in range(200):
        session.run_all("x = None", "x = torch.zeros(4)")
        info = entry(session, "x").tensors[0]
        seen |= {info.serial, -info.storage}
    assert len(seen) == 400


@pytest.mark.parametrize(
    "line",
    ["x.data.add_(1)", "x.numpy()[0] = 3", "x.data = torch.ones(3)", "from_x.add_(1)"],
)
def test_a_write_that_no_version_counts_is_seen(session, line):
    session.run_all("x = torch.zeros(3)", "from_x = torch.from_numpy(x.numpy())")
    ran = session.run(line)
    assert "x" in ran.wrote
    assert "x" in [e.name for e in ran.delta.changed]


def test_a_large_array_written_through_a_tensor_makes_views_ask_again(session):
    session.run_all(
        "import numpy as np", "a = np.zeros(5000)", "x = torch.from_numpy(a)",
        "y = torch.from_numpy(a)",
    )  # fmt: skip
    ran = session.run("x.add_(1)")
    assert set(ran.wrote) == {"x", "y", "a"}
    assert ran.opaque


@pytest.mark.parametrize(
    ("line", "is_effect"),
    [
        ("x", False),
        ("x.shape", False),
        ("x + 1", False),
        ("len(x)", False),
        ("x.tolist()", False),
        ("x.grad_fn", False),
        ("{'a': x}['a']", False),
        ("torch.rand(2)", True),
        ("x.zero_()", True),
        ("torch.manual_seed(0)", True),
        ("import torch", True),
        ("x = x", True),
        ("torch.set_num_threads(torch.get_num_threads())", True),
        ("open('/dev/null').close()", True),
    ],
)
def test_a_look_has_no_effect(session, line, is_effect):
    session.run_all("x = torch.zeros(3)")
    assert session.run(line).effect is is_effect


EXOTIC = (
    "torch.eye(3).to_sparse()",
    "torch.sparse_coo_tensor([[0, 0]], [1.0, 2.0], (3,))",
    "torch.eye(3).to_sparse_csr()",
    "torch.empty(3, device='meta')",
    "torch.quantize_per_tensor(torch.rand(3), 0.1, 0, torch.quint8)",
    "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])",
    "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)], layout=torch.jagged)",
    "FakeTensorMode().from_tensor(torch.zeros(3))",
    "torch.randn(3, dtype=torch.complex64).conj()",
    "torch.randn(3, dtype=torch.complex64).imag",
    "torch.zeros(3).to(torch.float8_e4m3fn)",
    "torch.empty(0)",
    "torch.empty(2, 0, 3)",
    "torch.tensor(3)",
    "torch.zeros(1).expand(1000000)",
    "torch.nn.Parameter(torch.zeros(2))",
    "torch.nn.parameter.UninitializedParameter()",
    "torch.inference_mode()(torch.zeros)(3)",
    "torch._C._functorch._add_batch_dim(torch.zeros(2, 3), 0, 1)",
    "torch.zeros(3).as_subclass(type('Own', (torch.Tensor,), {}))",
    "Rude()",
    "{1: Rude(), 2: torch.zeros(2)}",
    "RudeDict(a=1)",
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("line", EXOTIC)
def test_nothing_is_too_exotic_to_be_told(session, line):
    session.run_all(
        "from torch._subclasses.fake_tensor import FakeTensorMode",
        "class Rude:\n    def __repr__(self): raise RuntimeError\n"
        "    def __getattribute__(self, name): raise RuntimeError\n"
        "    def __eq__(self, other): raise RuntimeError\n    __hash__ = None",
        "class RudeDict(dict):\n    def items(self): raise RuntimeError\n"
        "    def __len__(self): raise RuntimeError",
    )
    ran = session.run(f"z = {line}")
    assert ran.failure is None, ran.failure
    assert [e.name for e in ran.delta.changed] == ["z"]
    encode(ran)
    assert session.run("z").delta.changed == ()
    session.run_all("z = None")


def test_a_deleted_tensor_is_not_kept_by_looking(session):
    session.run_all("x = (torch.zeros(3, requires_grad=True) * 2).detach().requires_grad_()")
    dead = weakref.ref(session.namespace["x"])
    session.core.runner.keeper.clear()
    session.run_all("exec('del x')")
    gc.collect()
    assert dead() is None


def test_the_whole_workspace_is_complete(session):
    session.run_all("x = 1", "y = torch.zeros(2)")
    whole = session.core.runner.whole()
    assert isinstance(whole, Delta)
    assert whole.complete
    assert [e.name for e in whole.changed] == ["x", "y"]
    assert whole.memory_bytes > 10**7


def test_with_many_tensors_those_that_a_line_names_are_still_hashed(session):
    session.run_all(
        "globals().update({f't{i}': torch.zeros(2) for i in range(600)})", "t5.data.add_(1)"
    )
    ran = session.run("t7.data.add_(1)")
    assert ran.wrote == ("t7",)


def test_a_fingerprint_tells_values_apart(session):
    one = session.run("x = torch.zeros(3)").fingerprint
    session.run_all("del x")
    two = session.run("x = torch.ones(3)").fingerprint
    session.run_all("del x")
    assert one == session.run("x = torch.zeros(3)").fingerprint
    assert 0 != one != two != 0
    assert session.run("y = torch.zeros(100000)").fingerprint == 0


def test_numpy_arrays_written_in_place_are_named(session):
    session.run_all("import numpy as np", "a = np.zeros(3)")
    ran = session.run("a[0] = 1")
    assert ran.wrote == ("a",)
    assert isinstance(session.namespace["a"], np.ndarray)


def test_a_covered_line_looks_at_what_it_can_have_touched_and_misses_nothing(session):
    session.run_all(
        "x = torch.zeros(4)",
        "same = x",
        "view = x[1:]",
        "cut = x.detach()",
        "xs = [x]",
        "other = torch.zeros(4)",
    )
    assert set(session.run("x.add_(1)").wrote) == {"x", "same", "view", "cut", "xs"}
    ran = session.run("x.requires_grad_()")
    assert {e.name for e in ran.delta.changed} == {"x", "same", "view", "xs"}
    assert session.core.runner.workspace.look().changed == ()
