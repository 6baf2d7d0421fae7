"""What is offered for several tensors is what torch takes, with the shape that torch gives it."""

import warnings

import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from explorer.catalog.arithmetic import RANKS, cat, offers, shapes_why_not, why_not
from explorer.engine.description import tensor_info
from explorer.engine.identity import Identities
from explorer.protocol import NUMPY, Delta, Entry, Modes
from explorer.workspace import Workspace
from tests.fake_link import tensor_info as info

LINES = ("z = x + y", "z = x - y", "z = x * y", "z = x / y", "z = x @ y", "z = torch.stack((x, y))")
IN_PLACE = ("x.add_(y)", "y.add_(x)")


def workspace_of(grad_enabled=True, **tensors):
    identities = Identities()
    entries = []
    for name, tensor in tensors.items():
        base = [other for other, t in tensors.items() if t is tensor._base]
        described = tensor_info(tensor, name, identities)
        described = replace(described, view_of=base[0] if base else "")
        entries.append(Entry(name=name, type_name="Tensor", summary="", tensors=(described,)))
    modes = Modes(grad_enabled=grad_enabled)
    return Workspace().apply(Delta(changed=tuple(entries), modes=modes))


def offered(workspace, *names):
    return {o.line: o.shape for o in offers([workspace.find(n) for n in names], workspace)}


def result(line, **tensors):
    """Return the shape that torch gives the line, None if it refuses."""
    namespace = {"torch": torch} | tensors
    name = line.partition(" = ")[0] if " = " in line else line.partition(".")[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(line, namespace)
    except (RuntimeError, IndexError):
        return None
    return tuple(namespace[name].shape)


def assert_as_torch_does(workspace, lines, **tensors):
    found = offered(workspace, *tensors)
    for line in lines:
        copies = {name: tensor.clone() for name, tensor in tensors.items()}
        assert found.get(line) == result(line, **copies), line


sizes = st.lists(st.sampled_from((0, 1, 2, 3)), max_size=4).map(tuple)
filled = st.lists(st.sampled_from((1, 2, 3)), max_size=3).map(tuple)
dtypes = st.sampled_from(sorted(RANKS))


@given(sizes, sizes)
@example((3, 4), (4, 5))
@example((2, 1, 3, 4), (5, 4, 2))
@example((4,), (4,))
@example((), (2,))
@settings(max_examples=400, deadline=None)
def test_shapes_are_those_of_torch_and_refused_where_torch_refuses(one, other):
    tensors = {"x": torch.zeros(one), "y": torch.zeros(other)}
    assert_as_torch_does(workspace_of(**tensors), (*LINES, *IN_PLACE), **tensors)


@given(filled, filled, dtypes, dtypes)
@settings(max_examples=400, deadline=None)
def test_dtypes_are_refused_where_torch_refuses(one, other, dtype, other_dtype):
    x = torch.zeros(one, dtype=getattr(torch, dtype))
    y = torch.ones(other, dtype=getattr(torch, other_dtype))
    assert_as_torch_does(workspace_of(x=x, y=y), (*LINES, *IN_PLACE), x=x, y=y)


@given(st.lists(sizes, min_size=2, max_size=3), st.integers(0, 4))
@example([(0,), (2, 3)], 1)
@settings(max_examples=400, deadline=None)
def test_tensors_are_laid_end_to_end_where_torch_does(shapes, dim):
    assume(dim < max(map(len, shapes)))  # torch lets any dim go for nothing but empty lists
    try:
        expected = tuple(torch.cat([torch.zeros(shape) for shape in shapes], dim).shape)
    except (RuntimeError, IndexError):
        expected = None
    assert cat(shapes, dim) == expected


VIEWS = {
    "all": lambda t: t,
    "rows after the first": lambda t: t[1:],
    "rows but the last": lambda t: t[:-1],
    "transposed": lambda t: t.T,
    "every other row": lambda t: t[::2],
    "a column": lambda t: t[:, 1],
    "a row": lambda t: t[1],
    "a number": lambda t: t[1, 1],
    "stretched": lambda t: t[:1].expand(4, 4),
    "stretched row": lambda t: t[0].expand(3, 4),
    "none": lambda t: t[:0],
}


@pytest.mark.parametrize("one", VIEWS)
@pytest.mark.parametrize("other", VIEWS)
def test_memory_that_overlaps_is_written_only_where_torch_does(one, other):
    def pair():
        base = torch.zeros(4, 4)
        return {"x": VIEWS[one](base), "y": VIEWS[other](base)}

    found = offered(workspace_of(**pair()), "x", "y")
    for line in IN_PLACE:
        assert found.get(line) == result(line, **pair()), line


@pytest.mark.parametrize("grad_enabled", [True, False])
@pytest.mark.parametrize("of_leaf", [lambda t: t, lambda t: t[0], lambda t: t * 1])
def test_a_leaf_that_requires_grad_is_not_written(of_leaf, grad_enabled):
    w, y = torch.ones(3, 3, requires_grad=True), torch.ones(3)
    with torch.set_grad_enabled(grad_enabled):
        x = of_leaf(w)
        found = offered(workspace_of(grad_enabled, w=w, x=x, y=y), "x", "y")
        assert found.get("x.add_(y)") == result("x.add_(y)", x=x, y=y)


def test_more_than_two_tensors_are_laid_end_to_end_or_piled():
    shapes = {"x": torch.zeros(2, 3), "y": torch.zeros(2, 3), "w": torch.zeros(2, 3)}
    assert offered(workspace_of(**shapes), "x", "y", "w") == {
        "z = torch.cat((x, y, w))": (6, 3),
        "z = torch.cat((x, y, w), dim=1)": (2, 9),
        "z = torch.stack((x, y, w))": (3, 2, 3),
    }


def test_lines_name_what_is_in_containers_and_a_result_that_is_free():
    entry = Entry(name="w", type_name="dict", summary="", tensors=(info('w["a"]', (2,)),))
    x = Entry(name="x", type_name="Tensor", summary="", tensors=(info("x", (2,)),))
    workspace = Workspace().apply(Delta(changed=(entry, x)))
    assert 'y = w["a"] + x' in offered(workspace, 'w["a"]', "x")


def test_what_a_line_writes_is_told():
    workspace = workspace_of(x=torch.zeros(2, 3), y=torch.zeros(3))
    found = offers([workspace.find("x"), workspace.find("y")], workspace)
    assert [(o.line, o.writes) for o in found if o.writes] == [("x.add_(y)", "x")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dtype": "float8_e4m3fn"}, "y.float()"),
        ({"layout": "sparse_coo"}, "y.to_dense()"),
        ({"layout": NUMPY}, "torch.from_numpy(y)"),
        ({"device": "cuda:0"}, "x.to(y.device)"),
    ],
)
def test_a_refusal_names_what_to_do(fields, words):
    x, y = info("x", (2, 3)), info("y", (2, 3), **fields)
    assert words in why_not((x, y))
    assert offers((x, y), Workspace()) == []


def test_shapes_that_go_together_in_no_way_are_named():
    x, y = info("x", (2, 3)), info("y", (4,))
    assert why_not((x, y)) == ""
    assert offers((x, y), Workspace()) == []
    assert "x [2, 3], y [4]" in shapes_why_not((x, y))


def test_a_card_takes_a_number_of_the_cpu_but_multiplies_no_matrices_of_whole_numbers():
    x = info("x", (2, 2), device="cuda:0", dtype="int64")
    number = info("n", (), dtype="int64")
    lines = [o.line for o in offers((x, number), Workspace())]
    assert {"x = x + n", "x.add_(n)"} <= set(lines)
    assert "n.add_(x)" not in lines
    assert not any("@" in o.line for o in offers((x, x), Workspace()))


def test_matrices_that_fit_in_the_other_order_only_are_offered_so():
    x, y = torch.zeros(4, 5), torch.zeros(3, 4)
    assert offered(workspace_of(x=x, y=y), "x", "y") == {"z = y @ x": (3, 5)}
