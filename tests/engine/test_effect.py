"""What a line can touch, told before it runs."""

import numpy as np
import pytest
import torch

from explorer.engine.effect import examine


@pytest.fixture
def namespace():
    """Give names as a session binds them."""
    x, y = torch.zeros(3), torch.ones(3)

    class Own(torch.Tensor):
        pass

    return {
        "torch": torch,
        "F": torch.nn.functional,
        "np": np,
        "x": x,
        "y": y,
        "xs": [x, y],
        "pair": (x, 1),
        "deep": [[[x]]],
        "keyed": {(0, 1): x},
        "w": {"a": y},
        "a": np.zeros(3),
        "own": torch.zeros(3).as_subclass(Own),
        "net": torch.nn.Linear(3, 3),
        "f": lambda t: t,
        "n": 3,
        "Own": Own,
    }


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("x.add_(y)", "x"),
        ("torch.add(x, 1, out=y)", "y"),
        ("x += y", "x"),
        ("n += 1", ""),
        ("x[0] = y[0]", "x"),
        ("(x + y).add_(1)", "xy"),
        ("w['a'].mul_(2)", "y"),
        ("xs[1][0] = 3", "y"),
        ("pair[0].add_(1)", "x"),
        ("z = x\nz += 1", "x"),
        ("z = x if n else y\nz += 1", "xy"),
        ("for t in (x, y):\n    t.zero_()", "xy"),
        ("a = x\nfor i in range(3):\n    a.add_(1)\n    a = y", "xy"),
        ("x.view(3).t().mul_(2)", "x"),
        ("torch.sin_(x)", "x"),
        ("F.batch_norm(x, y, y)", "xy"),
        ("z = x.clone()", ""),
        ("with torch.no_grad():\n    y -= x", "y"),
        ("x.requires_grad_()", "x"),
        ("print(x.sum().item(), f'{y}')", ""),
        ("torch.split(x, 1)[0].add_(1)", "x"),
        ("x.mT", ""),
        ("def g(a: int = 3) -> None:\n    x.add_(1)", ""),
        ("class A(torch.nn.Module):\n    b = 3", ""),
        ("unknown.add_(x)", ""),
        ("torch.svd(x).S", ""),
    ],
)
def test_a_covered_line_names_what_it_may_write(namespace, line, written):
    effect = examine(line, namespace)
    assert effect.covered
    found = {
        name
        for root in effect.written
        for name in "xy"
        if any(part is namespace[name] for part in ([root] if torch.is_tensor(root) else root))
    }
    assert found == set(written)


@pytest.mark.parametrize(
    "line",
    [
        "deep[0][0].clear()",
        "for rows in deep:\n    for row in rows:\n        row[0].add_(1)",
        "keyed[0, 1].add_(1)",
        "f(x)",
        "net(x)",
        "net.weight.add_(1)",
        "own.add_(1)",
        "own + x",
        "Own([1])",
        "xs.append(x)",
        "xs += [x]",
        "xs[0] = y",
        "ys = xs\nys.clear()",
        "ys = [xs]\nys[0].clear()",
        "for ys in [xs]:\n    ys.pop()",
        "w['b'] = x",
        "a[0] = 1",
        "a += 1",
        "torch.from_numpy(a).add_(1)",
        "x.numpy().sort()",
        "x.numpy()[0]",
        "a + x",
        "np.sin(x)",
        "x.data = y",
        "x.__class__ = Own",
        "x._version",
        "del xs[0]",
        "torch.save(x, 'f')",
        "torch.load('f')",
        "torch.from_file('f')",
        "torch.compile(f)",
        "torch._C._set_grad_enabled(False)",
        "torch.nn.init.zeros_(x)",
        "torch.optim.SGD([x], 1)",
        "x.sum().backward()",
        "x.register_hook(f)",
        "x.map_(y, f)",
        "sorted(xs, key=f)",
        "print(x, file=f)",
        "exec('x.add_(1)')",
        "eval('1')",
        "open('f')",
        "__import__('os')",
        "(lambda: x)()",
        "[t for t in xs]",
        "import contextlib\nwith contextlib.suppress(ValueError):\n    x.add_(1)",
        "try:\n    x.add_(1)\nexcept ValueError:\n    pass",
        "global x",
        "@f\ndef g(): pass",
        "class A(Own): pass",
        "class A(metaclass=f): pass",
        "torch = f\ntorch.add(x, 1)",
        "len = f\nlen(x)",
        "%timeit x",
        "x = (",
        "await x",
    ],
)
def test_the_rest_is_not_covered(namespace, line):
    assert not examine(line, namespace).covered


@pytest.mark.parametrize(
    ("line", "acts"),
    [
        ("x", False),
        ("x + y", False),
        ("x.add_(1)", True),
        ("x = 1", True),
        ("import torch", True),
        ("torch.manual_seed(0)", True),
        ("print(x)", False),
        ("(z := x)", True),
        ("f(x)", False),
        ("pass", False),
    ],
)
def test_the_syntax_tells_whether_a_line_acts(namespace, line, acts):
    assert examine(line, namespace).acts is acts


def test_deep_source_is_not_covered_and_does_not_crash(namespace):
    assert not examine("-" * 5000 + "x", namespace).covered
    assert not examine("x" + " + x" * 20000, namespace).covered
