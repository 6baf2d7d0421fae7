"""An operator becomes lines of the tensors and values at hand."""

import pytest

from explorer.catalog.call import bind, emit, entry_of, parse, to_source
from explorer.catalog.finding import entry_at, findables
from explorer.catalog.suggestion import suggest, suggestion_of
from explorer.catalog.value import NotCatalogueError
from tests import operators
from tests.fake_link import tensor_info

X, Y, IMG = tensor_info("x"), tensor_info("y", (4,)), tensor_info("img", (64, 64, 3))


@pytest.fixture(scope="module")
def catalogue():
    return operators.catalogue()


def names(results):
    return ["z"] if len(results) == 1 else list(results)


@pytest.fixture
def lines(catalogue):
    """Give a function that returns the lines of an operator."""

    def lines(path, *operands, values=()):
        entry = entry_at(path, catalogue.entries)
        return [made.line for made in suggest(entry, operands, values, names)]

    return lines


def test_there_is_a_line_for_the_whole_tensor_and_one_for_each_dim(lines):
    assert lines("Tensor.mean", IMG) == [
        "z = img.mean()",
        "z = img.mean(0)",
        "z = img.mean(1)",
        "z = img.mean(2)",
    ]


def test_where_a_dim_is_needed_there_is_a_line_for_each(lines):
    assert lines("torch.softmax", X) == ["z = torch.softmax(x, 0)", "z = torch.softmax(x, 1)"]


def test_operands_stand_in_their_order(lines):
    assert lines("torch.matmul", X, Y)[0] == "z = torch.matmul(x, y)"
    assert lines("torch.matmul", Y, X)[0] == "z = torch.matmul(y, x)"


def test_a_row_of_tensors_takes_all_of_them(lines):
    assert lines("torch.cat", X, Y, IMG)[0] == "z = torch.cat((x, y, img))"


@pytest.mark.parametrize(
    ("path", "values", "line"),
    [
        ("Tensor.mean", ("1",), "z = x.mean(1)"),
        ("Tensor.view", ("2", "6"), "z = x.view(2, 6)"),
        ("Tensor.view", ("2,6",), "z = x.view(2, 6)"),
        ("torch.clamp", ("0", "1"), "z = torch.clamp(x, min=0, max=1)"),
        ("torch.add", ("2",), "z = torch.add(x, 2)"),
        ("+", ("2.5",), "z = x + 2.5"),
        ("Tensor.to", ("float64",), "z = x.to(torch.float64)"),
        ("torch.topk", ("2",), "values, indices = torch.topk(x, 2)"),
    ],
)
def test_values_stand_where_they_fit(lines, path, values, line):
    assert lines(path, X, values=values)[0] == line


def test_what_is_lacking_is_named_in_its_place(catalogue):
    (made,) = suggest(catalogue.entries["torch.gather"], (X,), (), names)
    assert (made.line, made.is_whole) == ("torch.gather(x, dim, index)", False)
    assert made.texts == {"input": "x"}


def test_several_results_get_torchs_names(lines):
    assert lines("torch.sort", X)[0] == "values, indices = torch.sort(x)"


def test_what_writes_in_place_names_no_result(lines):
    assert lines("Tensor.add_", X, Y)[0] == "x.add_(y)"


def test_a_property_has_no_brackets(lines):
    assert lines("Tensor.T", X) == ["z = x.T"]


def test_what_takes_only_objects_of_python_makes_no_line(catalogue):
    bare = [entry for entry in catalogue.entries.values() if not entry.signatures]
    assert all(suggest(entry, (X,), (), names) == [] for entry in bare)


def test_every_operator_makes_lines_that_its_form_makes_too(catalogue):
    others = set()
    for path, entry in catalogue.entries.items():
        for operands in ((), (X,), (X, Y)):
            for made in suggest(entry, operands, (), names):
                if made.is_whole and remade(made.line, catalogue) != made.line:
                    others.add(path)
    # Two of their overloads take the same: x.size(0), x.size(dim=0).
    assert others <= {"Tensor.size", "Tensor.stride"}


def remade(line, catalogue):
    call = parse(line)
    signature, fields = bind(call, catalogue)
    return to_source(emit(entry_of(call, catalogue), signature, fields, call.targets))


def test_a_typed_line_is_taken_apart(catalogue):
    made = suggestion_of("z = torch.gather(x, 1, i)", catalogue.entries)
    assert made.path == "torch.gather"
    assert made.texts == {"input": "x", "dim": "1", "index": "i"}


@pytest.mark.parametrize("line", ["for i in x: pass", "y = torch.nothing_like_it(x)", "x +"])
def test_what_is_no_call_of_the_catalogue_is_refused(catalogue, line):
    with pytest.raises(NotCatalogueError):
        suggestion_of(line, catalogue.entries)


def test_every_operator_can_be_found_and_called(catalogue):
    found = [findable.path for findable in findables(catalogue.entries)]
    assert len(found) == len(set(found))
    assert all(entry_at(path, catalogue.entries) for path in found)
    documented = {path for path, entry in catalogue.entries.items() if entry.is_documented}
    assert documented <= set(found)


def test_before_the_catalogue_came_what_makes_tensors_can_be_called():
    assert entry_at("torch.rand", None)
    assert entry_at("+", None)
    assert entry_at("torch.gather", None) is None
    assert "torch.gather" in [findable.path for findable in findables(None)]
