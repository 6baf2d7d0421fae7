"""What containers and arrays lead to: told when asked for, followed at a bounded price."""

import numpy as np
import pytest
import torch

from explorer.engine import reach as module
from explorer.engine.reach import MOST_VISITS, members, reach
from explorer.panes.heatmap import InfoAsk, Plane, TableAsk, Window
from explorer.panes.tensors import Children, ChildrenAsk
from explorer.protocol import NUMPY, Line, Problem, Replay, decode, encode

NET = (
    "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc1 = torch.nn.Linear(3, 4)\n"
    "        self.tails = torch.nn.ModuleDict({'a b': torch.nn.Linear(4, 1, bias=False)})"
)


def look_into(session, expression, start=0, count=1000):
    answer = session.core.answer(ChildrenAsk(expression=expression, start=start, count=count))
    assert isinstance(answer, Children), answer
    assert decode(*encode(answer)) == answer
    return answer


def lines(session, expression):
    entries = look_into(session, expression).entries
    return [(e.name, e.type_name, e.summary, e.size) for e in entries]


def entry(session, name):
    session.core.runner.workspace.look()
    return session.core.runner.workspace.entry(name)


def test_the_members_of_a_dict_are_told_a_line_each(session):
    session.run_all(
        "import numpy as np",
        "d = {'w': torch.zeros(2), 3: [1, 2], 'n': 5, 'a': np.zeros((3, 4)), True: {'x': None},"
        " 'shape': torch.Size([2]), 'kind': torch.float32}",
    )
    assert lines(session, "d") == [
        ('d["w"]', "Tensor", "float32 (2,)", 0),
        ("d[3]", "list", "list of 2", 2),
        ('d["n"]', "int", "5", 0),
        ('d["a"]', "ndarray", "float64 [3, 4]", 0),
        ("d[True]", "dict", "dict of 1", 1),
        ('d["shape"]', "Size", "torch.Size([2])", 0),
        ('d["kind"]', "dtype", "torch.float32", 0),
    ]
    assert lines(session, "d[True]") == [('d[True]["x"]', "NoneType", "None", 0)]


def test_a_module_is_told_by_its_parts_at_any_depth(session):
    session.run_all(NET, "net = Net()", "net.fc1(torch.ones(3)).sum().backward()")
    assert entry(session, "net").summary == "Net"
    assert lines(session, "net") == [
        ("net.fc1", "Linear", "Linear(in_features=3, out_features=4, bias=True)", 2),
        ("net.tails", "ModuleDict", "ModuleDict", 1),
    ]
    weight = look_into(session, "net.fc1").entries[0]
    assert [t.expression for t in weight.tensors] == ["net.fc1.weight", "net.fc1.weight.grad"]
    assert lines(session, "net.tails")[0][0] == 'net.tails["a b"]'
    (deep,) = look_into(session, 'net.tails["a b"]').entries
    assert session.core.reader.tensor(deep.name) is session.namespace["net"].tails["a b"].weight


def test_members_come_in_pages_and_what_code_cannot_name_is_left_out(session):
    session.run_all("xs = list(range(2500))", "d = {object(): 1, 'a': 2, float('nan'): 3}")
    page = look_into(session, "xs", 2000)
    assert (page.start, page.end, page.total) == (2000, 2500, 2500)
    assert page.entries[0].name == "xs[2000]"
    assert page.entries[-1].summary == "2499"
    named = look_into(session, "d")
    assert [e.name for e in named.entries] == ['d["a"]']
    assert (named.end, named.total) == (3, 3)


def test_what_is_gone_is_said_in_words(session):
    session.run_all("xs = [[1]]")
    answer = session.core.answer(ChildrenAsk(expression="xs[4]", start=0, count=10))
    assert isinstance(answer, Problem)
    assert answer.what == "xs[4] is gone"


def test_what_holds_itself_can_be_opened_for_ever_and_costs_a_line_nothing(session):
    session.run_all("d = {'t': torch.zeros(2)}", "d['self'] = d", "xs = [d]; d['xs'] = xs")
    assert [t.expression for t in entry(session, "d").tensors] == ['d["t"]']
    assert entry(session, "d").is_followed
    assert lines(session, 'd["self"]["xs"][0]["self"]')[0][0] == 'd["self"]["xs"][0]["self"]["t"]'


@pytest.mark.parametrize("name", ["OrderedDict", "defaultdict", "Counted"])
def test_no_code_of_a_class_of_its_own_runs(session, name):
    session.run_all(
        "from collections import OrderedDict, defaultdict",
        "class Counted(dict):\n    calls = 0\n    def __getitem__(self, key):\n"
        "        Counted.calls += 1\n        return 0\n    items = __len__ = __iter__ = __getitem__",
        f"d = {name}()",
        "dict.__setitem__(d, 'w', torch.zeros(2))",
    )
    assert [t.expression for t in entry(session, "d").tensors] == ['d["w"]']
    assert session.core.reader.tensor('d["w"]') is dict.get(session.namespace["d"], "w")
    answer = session.core.answer(ChildrenAsk(expression='d["no"]', start=0, count=1))
    assert isinstance(answer, Problem)
    assert dict.__len__(session.namespace["d"]) == 1
    assert session.namespace["Counted"].calls == 0


def test_the_parts_of_what_torch_returns_can_be_shown(session):
    session.run_all("found = torch.max(torch.eye(3), dim=1)")
    assert [t.expression for t in entry(session, "found").tensors] == ["found[0]", "found[1]"]
    assert session.core.reader.tensor("found[1]").tolist() == [0, 1, 2]


def test_a_line_pays_little_for_a_million_elements(session, monkeypatch):
    session.run_all(
        "xs = list(range(10**6))",
        "d = {str(i): i for i in range(10**6)}",
        "deep = [[0] * 1000 for i in range(1000)]",
        "w = torch.zeros(2)",
        "late = {'numbers': xs, 'w': w}",
    )
    assert not any(entry(session, name).is_followed for name in ("xs", "d", "deep", "late"))
    assert [t.expression for t in entry(session, "late").tensors] == ['late["w"]']
    assert len(encode(session.run("exec('x = 1')").delta)[1]) < 2000
    visits = []
    items = module._items
    monkeypatch.setattr(
        module,
        "_items",
        lambda *place: visits.append(len(found := items(*place))) or found,
    )
    for name in ("xs", "d", "deep", "late"):
        visits.clear()
        reach(session.namespace[name], name)
        assert 0 < sum(visits) <= MOST_VISITS + len(visits)


def test_a_number_in_a_dict_that_changes_is_the_lines_doing(session):
    session.run_all("cfg = {'lr': 0.1, 'deep': [1, {'a': 2}]}")
    for line in ("cfg['lr'] = 0.2", "cfg['deep'][1]['a'] = 3", "cfg['deep'][1]['b'] = 3"):
        ran = session.run(line)
        assert [e.name for e in ran.delta.changed] == ["cfg"], line
        assert ran.opaque
    assert session.run("len(cfg)").delta.changed == ()


def test_a_tensor_deep_in_a_container_that_a_line_writes_is_seen(session):
    session.run_all(
        NET, "net = Net()", "d = {'layers': [{'w': net.fc1.weight}]}", "t = torch.ones(2)"
    )
    ran = session.run("with torch.no_grad():\n    net.fc1.weight.zero_()")
    assert {"net", "d"} <= set(ran.wrote)
    info = {t.expression: t for t in entry(session, "d").tensors}['d["layers"][0]["w"]']
    assert info.version == session.namespace["net"].fc1.weight._version
    assert {"net", "d"} & {e.name for e in session.run("t.add_(1)").delta.changed} == set()


def test_what_is_deep_in_a_container_is_taken_back_and_replayed(session):
    sources = ("d = {'a': [torch.zeros(2), 'text'], 'n': 1}", "d['a'][0].add_(1)")
    session.run_all(*sources)
    assert session.undo().restored
    assert session.namespace["d"]["a"][0].tolist() == [0, 0]
    session.run_all(sources[1])
    replayed = session.core.answer(
        Replay(lines=tuple(Line(statement=i, source=s) for i, s in enumerate(sources, 1)))
    )
    (changed,) = replayed.delta.changed
    assert [t.expression for t in changed.tensors] == ['d["a"][0]']
    assert session.core.reader.tensor('d["a"][0]').tolist() == [1, 1]


# --- arrays -------------------------------------------------------------------------------------


def infos(session, name):
    found = entry(session, name)
    return (*found.tensors, *found.arrays)


@pytest.mark.parametrize(
    "lines",
    [
        ("a = np.arange(6.0)", "t = torch.from_numpy(a)"),
        ("t = torch.arange(6.0)", "a = t.numpy()"),
        ("a = np.arange(60.0)[6:12]", "t = torch.from_numpy(a)"),
        (
            "whole = np.arange(60.0)",
            "t = torch.from_numpy(whole[6:12])",
            "a = whole.reshape(6, 10)",
        ),
        ("t = torch.arange(6.0).reshape(2, 3)[1]", "a = np.asarray(t)"),
    ],
)
def test_an_array_and_the_tensor_on_its_memory_have_one_number(session, lines):
    session.run_all("import numpy as np", *lines, "other = np.arange(6.0)")
    (a,), (t,), (other,) = (infos(session, name) for name in ("a", "t", "other"))
    number = [info.memory or info.storage for info in (a, t, other)]
    assert number[0] == number[1] != number[2]
    assert a.layout == NUMPY


def test_memory_that_was_freed_gives_its_number_to_no_other(session):
    session.run_all("import numpy as np")
    seen = set()
    for _ in range(50):
        session.run_all("a = None; t = None", "a = np.zeros(5000)", "t = torch.from_numpy(a)")
        (a,), (t,) = (infos(session, name) for name in "at")
        assert a.memory == t.memory
        seen.add(a.memory)
    assert len(seen) == 50


def test_an_array_is_described_as_numpy_describes_it(session):
    session.run_all("import numpy as np", "a = np.zeros((4, 3), 'f4')[::2]")
    (a,) = infos(session, "a")
    assert (a.dtype, a.shape, a.stride, a.nbytes, a.contiguous) == (
        "float32",
        (2, 3),
        (6, 1),
        24,
        False,
    )
    assert session.core.answer(InfoAsk(expression="a")).info == a


@pytest.mark.parametrize("size", [3, 5000])
@pytest.mark.parametrize(
    "make", ["a = np.zeros({n}); t = torch.from_numpy(a)", "t = torch.zeros({n}); a = t.numpy()"]
)
def test_a_write_through_the_tensor_shows_in_the_array(session, make, size):
    session.run_all("import numpy as np", make.format(n=size))
    ran = session.run("t.add_(1)")
    assert {"a", "t"} <= set(ran.wrote)


def test_an_array_is_seen_as_of_an_earlier_line(session):
    session.run_all("x = torch.zeros(2)", "a = x.numpy()", "x.add_(1)", "n = 1")
    assert session.core.reader.tensor("a").tolist() == [1, 1]
    before = 1 - session.count
    assert session.core.reader.tensor("a", before).tolist() == [0, 0]
    info = session.core.reader.info("a", before)
    assert (info.layout, info.shape) == (NUMPY, (2,))
    assert info.content != session.core.reader.info("a").content


@pytest.mark.parametrize(
    "made",
    [
        "np.arange(6).reshape(2, 3)",
        "np.arange(6, dtype='f2').reshape(2, 3)[:, ::2]",
        "np.array([[True, False]])",
        "np.array([[1j]])",
        "np.frombuffer(b'ab', 'u1').reshape(1, 2)",
        "np.arange(6, dtype='u8').reshape(2, 3)",
    ],
)
def test_torch_reads_an_array_where_it_lies_and_without_a_word(session, made):
    session.run_all("import numpy as np", f"d = {{'a': {made}}}")
    array = session.namespace["d"]["a"]
    tensor = session.core.reader.tensor('d["a"]')
    assert tensor.tolist() == array.tolist()
    assert tensor.data_ptr() == array.__array_interface__["data"][0]
    window = Window(0, 0, *array.shape)
    table = session.core.answer(
        TableAsk(expression='d["a"]', plane=Plane(0, 1, (0, 0)), window=window)
    )
    assert not isinstance(table, Problem), table


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("np.array(['a', 'b'])", "torch has no dtype"),
        ("np.array([None])", "torch has no dtype"),
        ("np.zeros(2, 'M8[s]')", "torch has no dtype"),
        ("np.arange(3)[::-1]", r"Copy it first: a\.copy\(\)"),
        ("np.zeros(2, '>f4')", "bytes in the other order"),
        ("np.zeros(2, [('x', 'u1'), ('y', 'f4')])['y']", r"Copy it first: a\.copy\(\)"),
    ],
)
def test_an_array_that_torch_cannot_read_is_refused_in_words(session, made, words):
    session.run_all("import numpy as np", f"a = {made}")
    (info,) = infos(session, "a")
    assert info.shape == session.namespace["a"].shape
    with pytest.raises(ValueError, match=words):
        session.core.reader.tensor("a")


def test_members_are_looked_at_without_their_methods():
    class Rude(list):
        __len__ = __iter__ = __getitem__ = None

    assert members(Rude([torch.zeros(1), 2]), 1, 2) == [("[1]", 2)]
    assert reach({"a": Rude([np.zeros(1)])}, "d").arrays[0][0] == 'd["a"][0]'
