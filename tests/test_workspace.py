"""The workspace follows what the engine reports, and its letters stay with their storages."""

from hypothesis import given
from hypothesis import strategies as st

from explorer.ledger import last_result
from explorer.protocol import NUMPY, Delta, Entry
from explorer.workspace import Workspace
from tests.fake_link import tensor_info


def entry(name, storage):
    tensors = (tensor_info(name, storage=storage),)
    return Entry(name=name, type_name="Tensor", summary="", tensors=tensors)


def letters(workspace):
    return {t.expression: workspace.sharing.letter(t) for t in workspace.tensors()}


def array(name, memory):
    info = tensor_info(name, layout=NUMPY, storage=memory, memory=memory)
    return Entry(name=name, type_name="ndarray", summary="", arrays=(info,))


def test_an_array_shares_a_letter_with_the_tensors_on_its_memory():
    tensors = (tensor_info("t", storage=7, memory=3),)
    t = Entry(name="t", type_name="Tensor", summary="", tensors=tensors)
    workspace = Workspace().apply(Delta(changed=(array("a", 3), t, array("b", 4), entry("x", 9))))
    sharing = workspace.sharing
    assert [sharing.letter(workspace.find(name)) for name in "atbx"] == ["A", "A", "", ""]
    # Python's objects without memory of their own, such as sparse tensors, share nothing.
    assert Workspace().apply(Delta(changed=(entry("p", 0), entry("q", 0)))).sharing.numbers == {}


def test_arrays_can_be_found_but_are_no_operands():
    workspace = Workspace().apply(Delta(changed=(array("a", 3), entry("x", 9))))
    assert workspace.find("a").layout == NUMPY
    assert [t.expression for t in workspace.tensors()] == ["x"]
    assert [t.expression for t in workspace.viewable()] == ["a", "x"]
    assert workspace.without_arrays(("a", "x", "xs[3000]")) == ("x", "xs[3000]")


def test_what_is_in_a_container_too_large_to_follow_may_be_there():
    small = Entry(name="d", type_name="dict", summary="", size=1)
    large = Entry(name="xs", type_name="list", summary="", size=9999, is_followed=False)
    workspace = Workspace().apply(Delta(changed=(small, large)))
    known = ("xs[5000]", "xs", 'd["a"]', "gone[0]")
    assert [workspace.may_have(e) for e in known] == [True, False, False, False]


def test_a_line_that_writes_in_a_container_does_not_turn_the_eye_from_what_is_looked_at():
    tensors = (tensor_info("net.a"), tensor_info("net.b"))
    net = Entry(name="net", type_name="Net", summary="", tensors=tensors, size=2)
    workspace = Workspace().apply(Delta(changed=(entry("x", 9), net, array("a", 3))))
    assert last_result(workspace, ["x", "net"]) == "net.a"
    assert last_result(workspace, ["x", "net"], ("net.b",)) == ""
    assert last_result(workspace, ["x", "net"], ("net.gone",)) == "net.a"
    assert last_result(workspace, ["net", "x"], ("net.b",)) == "x"
    assert last_result(workspace, ["x", "a"], ("x",)) == "a"


names = st.sampled_from("abcdef")
storages = st.integers(1, 3)


@given(
    st.lists(
        st.tuples(st.dictionaries(names, storages), st.lists(names, unique=True), st.booleans())
    )
)
def test_after_any_changes_a_letter_marks_what_is_shared(steps):
    workspace = Workspace()
    for changed, gone, complete in steps:
        delta = Delta(
            changed=tuple(entry(n, s) for n, s in changed.items()),
            gone=tuple(gone),
            complete=complete,
        )
        workspace = workspace.apply(delta)
        known = [t.storage for t in workspace.tensors()]
        shared = {storage for storage in known if known.count(storage) > 1}
        found = {t.storage: workspace.sharing.letter(t) for t in workspace.tensors()}
        assert {storage for storage, letter in found.items() if letter} == shared
        assert len({found[storage] for storage in shared}) == len(shared)


def test_a_storage_keeps_its_letter_while_another_is_no_longer_shared():
    first = Workspace().apply(
        Delta(changed=(entry("a", 1), entry("b", 1), entry("c", 2), entry("d", 2)))
    )
    assert letters(first) == {"a": "A", "b": "A", "c": "B", "d": "B"}
    second = first.apply(Delta(gone=("a",)))
    assert letters(second) == {"b": "", "c": "B", "d": "B"}
    third = second.apply(Delta(changed=(entry("e", 3), entry("f", 3))))
    assert letters(third) == {"b": "", "c": "B", "d": "B", "e": "A", "f": "A"}
    assert letters(first) == {"a": "A", "b": "A", "c": "B", "d": "B"}


def test_after_z_the_letters_are_numbered():
    pairs = [entry(f"{side}{i}", i) for i in range(1, 54) for side in "ab"]
    found = letters(Workspace().apply(Delta(changed=tuple(pairs))))
    assert [found[f"a{i}"] for i in (1, 26, 27, 53)] == ["A", "Z", "A1", "A2"]


def test_a_name_remembers_the_line_that_changed_it_until_it_goes():
    workspace = Workspace().apply(Delta(changed=(entry("a", 1), entry("b", 2))), 3)
    workspace = workspace.apply(Delta(changed=(entry("b", 2),)), 4, wrote=("a", "gone"))
    assert workspace.changed_by == {"a": 4, "b": 4}
    assert workspace.apply(Delta(gone=("a",)), 5).changed_by == {"b": 4}
    replaced = workspace.apply(Delta(changed=(entry("a", 9),), complete=True))
    assert replaced.changed_by == {"a": 4}
    assert list(replaced.entries) == ["a"]


def test_a_free_name_is_the_first_that_nothing_has():
    taken = Workspace().apply(Delta(changed=(entry("x", 1), entry("z", 2))))
    assert taken.free_name() == "y"
    assert taken.free_name(frozenset({"y", "t1"})) == "t2"
