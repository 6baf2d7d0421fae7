"""The tree changes row by row and always equals the workspace."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from explorer.panes.tensors.branch import Loaded, branch
from explorer.panes.tensors.column import Column, name_text
from explorer.panes.tensors.deletion import deletion
from explorer.panes.tensors.model import TensorsModel
from explorer.protocol import NUMPY, Delta, Entry
from explorer.workspace import Workspace
from tests.fake_link import tensor_info


def entry(name, *children, own=True, type_name="Tensor", size=0, **fields):
    expressions = [*([name] if own else []), *(name + child for child in children)]
    tensors = tuple(tensor_info(e, **fields) for e in expressions)
    return Entry(name=name, type_name=type_name, summary="summary", tensors=tensors, size=size)


def container(name, size, *tensors, type_name="dict"):
    return entry(name, *tensors, own=False, type_name=type_name, size=size)


def loaded(*entries, total=0):
    return Loaded(entries, len(entries), total or len(entries))


def workspace(*entries, statement=0):
    return Workspace().apply(Delta(changed=entries), statement)


def tree(model, parent=None):
    """Return the model as nested pairs of name and rows below."""
    parent = parent or model.index_of("no such row")
    rows = [model.index(row, 0, parent) for row in range(model.rowCount(parent))]
    assert all(model.parent(index) == parent for index in rows)
    assert [index.row() for index in rows] == list(range(len(rows)))
    return [(index.data(), tree(model, index)) for index in rows]


def plant(found):
    return [(name_text(child), plant(child.children)) for child in found.values()]


@pytest.fixture
def model(qapp):
    model = TensorsModel()
    model.tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return model


def test_a_gradient_stands_below_its_tensor_and_items_below_their_dict(model):
    model.update(workspace(entry("x", ".grad"), container("w", 2)), {})
    assert tree(model) == [("x", [("grad", [])]), ("w", [("Looking inside", [])])]
    model.load("w", loaded(entry('w["0.bias"]', ".grad"), container('w["a"]', 1)))
    inside = [('["0.bias"]', [("grad", [])]), ('["a"]', [("Looking inside", [])])]
    assert tree(model) == [("x", [("grad", [])]), ("w", inside)]
    model.load('w["a"]', loaded(entry('w["a"]["b.c"]')))
    inside[1] = ('["a"]', [('["b.c"]', [])])
    assert tree(model) == [("x", [("grad", [])]), ("w", inside)]
    model.load("w", loaded(container('w["a"]', 1)))
    assert tree(model) == [("x", [("grad", [])]), ("w", inside[1:])]


def test_the_last_row_says_how_many_members_are_left(model):
    model.update(workspace(container("xs", 5000, type_name="list")), {})
    model.load("xs", loaded(entry("xs[0]"), entry("xs[1]"), total=5000))
    rows = tree(model)[0][1]
    assert [name for name, _ in rows] == ["[0]", "[1]", "Show 1,000 more of 4,998"]
    last = model.index(2, 0, model.index_of("xs"))
    assert model.offers_more(last)
    assert not last.flags() & Qt.ItemFlag.ItemIsSelectable
    assert model.mimeData([last]).text() == ""


def test_members_that_code_cannot_write_or_that_are_gone_are_said_to_be(model):
    model.update(workspace(container("d", 1)), {})
    model.load("d", Loaded((), 1, 1))
    assert tree(model) == [("d", [("Its keys are objects that code can't write", [])])]
    model.load("d", Loaded(problem="d is gone"))
    assert tree(model) == [("d", [("d is gone", [])])]


def test_what_was_inside_is_forgotten_with_its_name(model):
    model.update(workspace(container("d", 1)), {})
    model.load("d", loaded(entry('d["a"]')))
    model.update(workspace(), {})
    model.load("d", loaded(entry('d["a"]')))
    assert tree(model) == []
    model.update(workspace(container("d", 1)), {})
    assert tree(model) == [("d", [("Looking inside", [])])]


def test_a_row_says_what_it_adds_to_the_one_above_and_its_tip_all(model):
    model.update(workspace(container("net", 1, type_name="Net")), {})
    model.load("net", loaded(container("net.conv1", 1, type_name="Conv2d")))
    model.load("net.conv1", loaded(entry("net.conv1.bias")))
    index = model.index_of("net.conv1.bias")
    assert index.data() == "bias"
    assert "net.conv1.bias" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert model.mimeData([index]).text() == "net.conv1.bias"


def test_a_container_that_is_too_large_says_so(model):
    large = Entry(name="xs", type_name="list", summary="list of 9", size=9, is_followed=False)
    model.update(workspace(large), {})
    texts = [model.index_of("xs", column).data() for column in list(Column)[:3]]
    assert texts == ["xs", "list of 9, partly followed", ""]
    assert "too large" in model.index_of("xs").data(Qt.ItemDataRole.ToolTipRole)


def test_an_array_is_a_row_like_a_tensor_that_says_whose_it_is(model):
    info = tensor_info("a", layout=NUMPY, storage=5, memory=5, dtype="float64")
    array = Entry(name="a", type_name="ndarray", summary="", arrays=(info,))
    model.update(workspace(array, entry("x", storage=6, memory=5)), {})
    texts = [model.index_of("a", column).data() for column in list(Column)[:5]]
    assert texts == ["a", "[3, 4]", "np.float64", "", "NumPy array"]
    tip = model.index_of("a").data(Qt.ItemDataRole.ToolTipRole)
    assert "torch.from_numpy(a)" in tip
    assert "shares memory with x" in tip
    assert model.workspace.sharing.letter(info) == "A"


names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
children = st.lists(st.sampled_from(["[0]", '["k"]', "[1]", ".a"]), unique=True, min_size=1)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(names, st.dictionaries(st.sampled_from("abcdefgh"), children), st.booleans()),
        min_size=2,
        max_size=6,
    )
)
def test_after_any_changes_the_rows_are_the_workspaces(qapp, steps):
    model = TensorsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    kept = {}
    for order, below, filtered in steps:
        members = {
            name: loaded(*(entry(name + way, ".grad") for way in ways))
            for name, ways in below.items()
            if name in order
        }
        entries = [
            container(name, len(below[name])) if name in below else entry(name) for name in order
        ]
        space = workspace(*entries)
        model.update(space, {}, "grad" if filtered else "")
        for name, found in members.items():
            model.load(name, found)
        expected = {e.name: branch(e, members) for e in entries}
        if filtered:
            expected = {n: b for n, b in expected.items() if "grad" in b.search}
            assert [name for name, _ in tree(model)] == list(expected)
        else:
            assert tree(model) == plant(expected)
        for name, index in kept.items():
            assert not index.isValid() or index.data() == name
        kept = {name: QPersistentModelIndex(model.index_of(name)) for name in expected}
        assert all(index.isValid() for index in kept.values())
    del tester


def test_an_unchanged_row_is_not_touched(model):
    model.update(workspace(entry("x"), entry("y")), {})
    kept = QPersistentModelIndex(model.index_of("y"))
    changed = []
    model.dataChanged.connect(lambda first, last, roles: changed.append((first.row(), last.row())))
    space = model.workspace.apply(Delta(changed=(entry("x", version=1),)))
    model.update(space, {})
    assert changed == [(0, 0)]
    assert kept.isValid()


def test_columns_tell_all_about_a_tensor(model):
    facts = {"requires_grad": True, "dtype": "float64", "nbytes": 96, "device": "cuda:0"}
    space = workspace(entry("x", **facts), statement=7)
    model.update(space, {7: 3})
    texts = [model.index_of("x", column).data() for column in Column]
    assert texts == ["x", "[3, 4]", "float64", "line 3", "requires grad", "96 B", "cuda:0"]
    tip = model.index_of("x").data(Qt.ItemDataRole.ToolTipRole)
    assert "backward() adds its gradient to x.grad" in tip
    assert "stride (4, 1)" in tip


def test_a_result_names_its_function(model):
    model.update(
        workspace(entry("y", requires_grad=True, is_leaf=False, grad_fn="MulBackward0")), {}
    )
    index = model.index_of("y", Column.GRAD)
    assert index.data() == "MulBackward0"
    assert "not a leaf" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_what_is_no_tensor_is_shown_by_type_and_summary(model):
    model.update(workspace(Entry(name="n", type_name="int", summary="3")), {})
    assert [model.index_of("n", column).data() for column in list(Column)[:3]] == ["n", "3", "int"]


def test_tensors_of_one_storage_carry_one_letter_and_name_each_other(model):
    model.update(workspace(entry("x", storage=5), entry("y", storage=5), entry("z")), {})
    assert "shares memory with y" in model.index_of("x").data(Qt.ItemDataRole.ToolTipRole)
    spoken = model.index_of("x").data(Qt.ItemDataRole.AccessibleTextRole)
    assert "shares storage A" in spoken
    assert "storage" not in model.index_of("z").data(Qt.ItemDataRole.AccessibleTextRole)


def test_operands_are_numbered_only_if_there_are_several(model):
    model.update(workspace(entry("x"), entry("y")), {})
    model.set_badges(("y", "x"))
    assert (model.badge("y"), model.badge("x")) == (1, 2)
    model.set_badges(("y",))
    assert model.badge("y") == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IMG", ["img"]),
        ("float64", ["img"]),
        ("[3, 4]", ["x"]),
        ("3x4", ["x"]),
        ("bias", ["w"]),
        ("float32 x", ["x"]),
        ("dict", ["w"]),
        ("nothing", []),
    ],
)
def test_the_filter_looks_at_name_dtype_and_shape(model, text, found):
    space = workspace(
        entry("x"),
        entry("img", dtype="float64", shape=(8, 8)),
        entry("w", '["bias"]', '["a"]', own=False, type_name="dict", shape=(2,), size=2),
    )
    model.update(space, {}, text)
    assert [name for name, _ in tree(model)] == found
    model.update(space, {}, "")
    assert len(tree(model)) == 3


def test_the_filter_keeps_only_the_items_that_match(model):
    model.update(workspace(container("w", 2, '["bias"]', '["a"]')), {}, "bias")
    assert tree(model) == [("w", [("Looking inside", [])])]
    model.load("w", loaded(entry('w["bias"]'), entry('w["a"]')))
    assert tree(model) == [("w", [('["bias"]', [])])]


def test_the_filter_leads_on_to_what_is_not_open_yet(model):
    tensors = (".conv1.bias", ".conv2.weight")
    model.update(workspace(container("net", 2, *tensors, type_name="Net")), {}, "bias")
    one, two = (container(f"net.conv{n}", 1, type_name="Conv2d") for n in (1, 2))
    model.load("net", loaded(one, two))
    assert tree(model) == [("net", [("conv1", [("Looking inside", [])])])]


def test_a_drag_carries_the_expressions(model):
    model.update(workspace(entry("x", ".grad")), {})
    data = model.mimeData([model.index_of("x.grad"), model.index_of("x.grad", Column.SHAPE)])
    assert data.text() == "x.grad"


def test_only_names_can_be_edited(model):
    model.update(workspace(entry("x", ".grad")), {})
    renamed = []
    model.renamed.connect(lambda old, new: renamed.append((old, new)))
    for index in (model.index_of("x.grad"), model.index_of("x", Column.SHAPE)):
        assert not model.setData(index, "y")
    assert not model.index_of("x.grad").flags() & Qt.ItemFlag.ItemIsEditable
    assert model.index_of("x").flags() & Qt.ItemFlag.ItemIsEditable
    assert model.setData(model.index_of("x"), "y")
    assert renamed == [("x", "y")]


def test_a_drag_can_only_copy(model):
    assert model.supportedDragActions() == Qt.DropAction.CopyAction


@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        (["x"], "del x"),
        (["x", "y"], "del x, y"),
        (["x.grad"], "x.grad = None"),
        (["x", "x.grad"], "del x"),
        (['d["k"]', "x"], 'del d["k"]\ndel x'),
        (["l[0]"], ""),
        (['d["l"][0]'], ""),
        (['d["l"][0]', 'd["l"]'], 'del d["l"]'),
        (["x", "l[0]"], ""),
        ([], ""),
    ],
)
def test_a_deletion_is_one_statement_or_none(chosen, line):
    roots = {
        "x": branch(entry("x", ".grad")),
        "y": branch(entry("y")),
        "d": branch(
            container("d", 2),
            {
                "d": loaded(entry('d["k"]'), container('d["l"]', 1, type_name="list")),
                'd["l"]': loaded(entry('d["l"][0]')),
            },
        ),
        "l": branch(container("l", 1, type_name="list"), {"l": loaded(entry("l[0]"))}),
    }
    found = {**roots, **{e: c for root in roots.values() for e, c in root.children.items()}}
    found |= found['d["l"]'].children
    assert deletion([found[expression] for expression in chosen]) == line
