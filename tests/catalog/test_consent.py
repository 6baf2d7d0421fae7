"""Which scripts run without asking, and 70 attempts to get code, files or attributes past that."""

import ast
import subprocess
import sys

import pytest

from explorer.catalog.consent import safe_lines, why_ask
from explorer.catalog.number import Refusal

START = "import torch\nimport numpy as np\nx = torch.rand(2, 2)\na = np.ones(3)\n"

SAFE = [
    "y = torch.rand(5, 3)",
    "y = torch.empty(5, 3).uniform_(0, 1)",
    "x[0, 0] = 5",
    "x[x > 0] *= 2",
    "x += 1",
    "y = x + x",
    "torch.add(x, x, out=x)",
    "x.add_(1)",
    "v, i = x.max(dim=1)\nw = v * 2",
    "n = x[0, 0].item()",
    "print(x, x.shape)",
    "b = x.numpy()\nnp.add(b, 1, out=b)\nz = torch.from_numpy(b)",
    "w = torch.ones(2, 2, requires_grad=True)\n(w * 3).sum().backward()\nw.grad = None",
    "with torch.no_grad():\n    y = x * 2",
    "import torch.nn.functional as F\ny = F.relu(x)",
    "from torch.nn import functional as G\ny = G.softmax(x, dim=0)",
    "y = torch.linalg.norm(x, dim=(0, 1))",
    "y = torch.full((10 * 2, 3), -torch.inf)",
    "y = torch.tensor([1, 2]).view(1, -1).to(torch.float64)",
    "'''What this shows.'''  # a comment",
    "y = torch.cat([x, x.T], dim=0); z = y.sum()",
    "x.data = x.detach() * 2",
    "c = torch.cuda.is_available()",
]

UNSAFE = [
    # code
    ("eval('1')", "eval is no function"),
    ("exec('import os')", "exec is no function"),
    ("__import__('os')", "no function of torch"),
    ("import os", "Only torch and NumPy"),
    ("from os import system as relu", "Only torch and NumPy"),
    ("import torch.utils.cpp_extension", "Only torch and NumPy"),
    ("from torch import ops", "Only torch and NumPy"),
    ("from torch import *", "Only torch and NumPy"),
    ("from . import torch", "Only torch and NumPy"),
    ("x.map_(x, print)", "print is not in the workspace"),
    ("x.map_(x, x)", "can run code"),
    ("x.apply_(abs)", "not in the workspace"),
    ("x.register_hook(x)", "can run code"),
    ("torch.jit.script(x)", "can run code"),
    ("torch.compile(x)", "can run code"),
    ("torch.vmap(x)", "can run code"),
    ("torch.ops.aten.add(x, x)", "can run code"),
    ("torch.autograd.grad(x, x)", "can run code"),
    ("torch.classes.load_library('f')", "can run code"),
    ("f = lambda: 1", "no loops and no functions"),
    ("y = [z for z in x]", "no loops"),
    ("def f(): pass", "Only calls, arithmetic"),
    ("class A: pass", "Only calls, arithmetic"),
    ("for i in x: pass", "Only calls, arithmetic"),
    ("while True: pass", "Only calls, arithmetic"),
    ("if x: x = 1", "Only calls, arithmetic"),
    ("@x\ndef f(): pass", "Only calls, arithmetic"),
    ("(y := x)", "bound inside"),
    ("f'{x}'", "put together"),
    ("'{}'.format(x)", "neither a tensor nor an array"),
    ("'%s' % x", "Only tensors and numbers"),
    ("torch.add(*x)", "* hides"),
    ("torch.add(**x)", "** hides"),
    # files and the network
    ("open('f')", "open is no function"),
    ("torch.load('f')", "reads or writes files"),
    ("torch.save(x, 'f')", "reads or writes files"),
    ("torch.hub.load('a', 'b')", "reads or writes files"),
    ("torch.from_file('f')", "reads or writes files"),
    ("torch.Tensor.from_file('f')", "reads or writes files"),
    ("torch.frombuffer(x)", "reads or writes files"),
    ("np.load('f')", "reads or writes files"),
    ("np.save('f', a)", "reads or writes files"),
    ("np.memmap('f')", "reads or writes files"),
    ("np.fromfile('f')", "reads or writes files"),
    ("a.tofile('f')", "not among"),
    ("a.dump('f')", "not among"),
    ("print(x, file=x)", "file= is not given"),
    ("with open('f') as g: pass", "not other statements"),
    # attributes and names
    ("x.__class__", "begins with _"),
    ("x.T.__class__.__mro__", "begins with _"),
    ("torch._C", "is no constant"),
    ("torch._C._set_grad_enabled(True)", "begins with _"),
    ("x._backward_hooks", "begins with _"),
    ("x.foo = 1", "foo is not set"),
    ("x.__class__ = 1", "begins with _"),
    ("torch.rand = x", "is a module"),
    ("torch = x", "already means something"),
    ("np = x", "already means something"),
    ("import torch.nn.functional as F\nF = x", "is a module"),
    ("abs = x", "already means something"),
    ("print = x", "already means something"),
    ("_y = x", "begins with _"),
    ("y = unknown + 1", "unknown is not in the workspace"),
    ("x.grad_fn.next_functions", "neither a tensor nor an array"),
    ("y = {'a': x}", "names, numbers, texts"),
    ("a.ctypes", "not among"),
    ("a.data", "not among"),
    # memory
    ("x.set_(x)", "reaches into memory"),
    ("x.untyped_storage()", "reaches into memory"),
    ("x.data_ptr()", "reaches into memory"),
    ("torch.from_dlpack(x)", "reaches into memory"),
    ("x.as_strided((9,), (9,))", "reaches into memory"),
    ("y = torch.sparse_coo_tensor(x, x, check_invariants=False)", "trusts its indices"),
    ("y = torch.linalg.lu_solve(x, x, x)", "trusts its indices"),
    ("y = x.to_dense(is_coalesced=True)", "is_coalesced= is not given"),
    # Python's own numbers
    ("y = 9**9**9", "without a bound"),
    ("y = 1 << 99999999999", "without a bound"),
    ("n = x[0, 0].item()\nm = n * n", "without a bound"),
    ("n = torch.numel(x)\nm = n ** n", "without a bound"),
    ("n = x.tolist() * 99999", "without a bound"),
    ("m, n = x.shape\no = m * n", "without a bound"),
    ("n = 3\nn *= n", "without a bound"),
    ("m, n = (3, 4)\nm = m * m", "without a bound"),
    ("y = [1] * 999999999", "Only tensors and numbers"),
    ("y = 'a' * 999999999", "Only tensors and numbers"),
    ("y = torch.tensor(range(10))", "not among"),
    # text
    ("x = (", "not Python"),
    ("x = 1\0", "not Python"),
    ("x" * 200_001, "longer than"),
    ("-" * 100 + "x", "nested more than"),
]


@pytest.mark.parametrize("lines", SAFE)
def test_a_script_that_only_computes_runs_unasked(lines):
    assert why_ask(START + lines) == ""
    written = "\n".join(safe_lines(START + lines))
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(START + lines))
    assert safe_lines(written) == safe_lines(START + lines)


def test_every_script_that_runs_unasked_runs():
    script = "\n".join(START + lines for lines in SAFE)
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


@pytest.mark.parametrize(("lines", "reason"), UNSAFE, ids=lambda text: text[:40])
def test_a_script_that_could_do_more_asks_and_says_why(lines, reason):
    assert reason in why_ask(START + lines)


def test_the_reason_names_the_line():
    with pytest.raises(Refusal) as refusal:
        safe_lines(START + "\n# fine\ny = x\n\nopen('f')")
    assert refusal.value.message.startswith("Line 9: ")


def test_an_empty_script_runs_unasked():
    assert safe_lines("") == []
