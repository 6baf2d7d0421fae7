"""The catalogue has every public operator of torch, with all that torch's sources tell of it."""

import inspect
import warnings

import msgspec
import pytest
import torch
from torch import overrides

from explorer.catalog.call import bind, emit, entry_of, parse, read, to_source
from explorer.catalog.enums import ENUMS
from explorer.catalog.signature import Catalogue
from explorer.engine.catalogue import cache
from explorer.engine.catalogue.documentation import plain
from tests.operators import catalogue

ENTRIES = catalogue().entries
SHAPES_ONLY = "sym_"
"""What works on symbolic sizes while torch compiles, and on no tensor."""


def names(module):
    return {path.rpartition(".")[2] for path in ENTRIES if path.rpartition(".")[0] == module}


def parameters(path):
    return [[p.name for p in s.parameters] for s in ENTRIES[path].signatures]


def parameter(path, name):
    return next(p for s in ENTRIES[path].signatures for p in s.parameters if p.name == name)


def tags(path):
    return {tag for s in ENTRIES[path].signatures for tag in s.tags}


def again(line):
    call = parse(line)
    return to_source(emit(entry_of(call, catalogue()), *bind(call, catalogue())))


# --- which operators --------------------------------------------------------------------------


def test_every_native_function_is_there():
    native = {n for n in dir(torch._C._VariableFunctions) if not n.startswith("_")}
    assert native & {*dir(torch)} <= names("torch")
    assert set(torch.functional.__all__) <= names("torch")


def test_every_function_that_torch_lets_others_override_is_there():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        overridable = overrides.get_overridable_functions()
    for module in (torch, torch.nn.functional, torch.linalg, torch.fft, torch.special):
        public = {n for n in dir(module) if not n.startswith(("_", SHAPES_ONLY))}
        functions = {f.__name__ for f in overridable.get(module, []) if inspect.isroutine(f)}
        listed = functions & public
        assert listed <= names(module.__name__)


def test_every_public_member_of_a_tensor_is_there():
    assert names("Tensor") == {n for n in dir(torch.Tensor) if not n.startswith("_")}


def test_the_modules_of_special_functions_are_whole():
    assert names("torch.special") == set(torch.special.__all__)
    assert set(torch.fft.__all__) - {"Tensor"} <= names("torch.fft")
    assert {"hfft2", "hfftn", "ihfft2", "ihfftn"} <= names("torch.fft")
    public = {n for n in dir(torch.linalg) if not n.startswith("_")}
    functions = {n for n in public if inspect.isroutine(getattr(torch.linalg, n))}
    assert names("torch.linalg") == functions


def test_there_are_as_many_as_torch_has():
    assert len(ENTRIES) > 1500
    assert len(names("torch")) > 600
    assert len(names("torch.nn.functional")) > 120
    assert all(entry.signatures for entry in ENTRIES.values())


def test_what_torch_does_not_document_is_marked():
    assert not ENTRIES["torch.constant_pad_nd"].is_documented
    assert not ENTRIES["torch.cudnn_convolution"].is_documented
    assert ENTRIES["torch.gather"].is_documented
    undocumented = [n for n in names("torch") if not ENTRIES[f"torch.{n}"].is_documented]
    assert 100 < len(undocumented) < 250


def test_a_property_is_no_method():
    assert ENTRIES["Tensor.T"].is_property
    assert not ENTRIES["Tensor.t"].is_property
    assert ENTRIES["Tensor.shape"].signatures[0].returns == ("Size",)


# --- their signatures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("torch.unique", ["input", "sorted", "return_inverse", "return_counts", "dim"]),
        ("Tensor.unique", ["input", "sorted", "return_inverse", "return_counts", "dim"]),
        ("torch.lu", ["A", "pivot", "get_infos", "out"]),
        ("torch.nn.functional.adaptive_max_pool2d", ["input", "output_size", "return_indices"]),
        (
            "torch.nn.functional.max_pool2d",
            [
                "input",
                "kernel_size",
                "stride",
                "padding",
                "dilation",
                "ceil_mode",
                "return_indices",
            ],
        ),
    ],
)
def test_what_hands_its_arguments_on_has_its_fields(path, fields):
    assert parameters(path) == [fields]
    assert ENTRIES[path].signatures[0].returns == (
        ("Tensor", "Tensor") if path == "torch.lu" else ("Tensor",)
    )


def test_what_python_has_no_keyword_for_goes_by_place():
    assert again("x.uniform_(-1, 2)") == "x.uniform_(-1, 2)"
    assert again("x.uniform_(to=2)") == "x.uniform_(to=2)"
    assert again("x.random_(2, 5)") == "x.random_(2, 5)"


@pytest.mark.parametrize("line", ["x.split([1, 3, 1])", "torch.split(x, [1, 3, 1])"])
def test_a_row_of_parts_keeps_its_brackets(line):
    assert again(line) == line


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("x.view((2, -1))", "x.view(2, -1)"),
        ("x.view(torch.int32)", "x.view(torch.int32)"),
        ("x.repeat((2, 1))", "x.repeat(2, 1)"),
        ("x.permute((1, 0))", "x.permute(1, 0)"),
        ("x.tile((2, 2))", "x.tile(2, 2)"),
        ("x.expand((2, 3))", "x.expand(2, 3)"),
        ("torch.rand((2, 3), generator=g)", "torch.rand(2, 3, generator=g)"),
        ("torch.sum(x, axis=0, keepdims=True)", "torch.sum(x, 0, keepdim=True)"),
        ("x.max(dim=1)", "x.max(1)"),
        ("torch.where(x > 0, x, 0.0)", "torch.where(x > 0, x, 0.0)"),
        ("torch.meshgrid(x, y, indexing='ij')", 'torch.meshgrid(x, y, indexing="ij")'),
        ("torch.div(x, y, rounding_mode='floor')", 'torch.div(x, y, rounding_mode="floor")'),
        ("x.norm(2, -1)", "x.norm(p=2, dim=-1)"),
        ("x.to('cpu', torch.double)", 'x.to(device="cpu", dtype=torch.double)'),
    ],
)
def test_a_usual_line_is_written_as_one_writes_it(line, written):
    assert again(line) == written


def test_numpys_keywords_work_where_they_are_said_to():
    x = torch.arange(6.0).view(2, 3)
    assert parameter("torch.sum", "dim").names_also == ("axis",)
    assert torch.sum(x=x, axis=0, keepdims=True).shape == (1, 3)
    assert torch.add(x1=x, x2=x).equal(x + x)
    assert parameter("torch.nn.functional.softmax", "dim").names_also == ()
    with pytest.raises(TypeError):
        torch.nn.functional.softmax(x, axis=0)


def test_no_overload_of_torchscript_alone_is_left():
    for path in ("torch.linalg.norm", "torch.special.log_softmax", "Tensor.split", "torch.sum"):
        for signature in ENTRIES[path].signatures:
            assert signature.parameters[0].kinds[0] == "tensor"


def test_kinds_come_from_names_where_types_say_nothing():
    kinds = {
        ("torch.gather", "dim"): ("dim",),
        ("torch.nn.functional.conv2d", "padding"): ("size", "choice"),
        ("torch.nn.functional.softmax", "dtype"): ("dtype",),
        ("torch.nn.functional.interpolate", "scale_factor"): ("number", "numbers"),
        ("torch.roll", "shifts"): ("size",),
        ("torch.topk", "out"): ("tensors",),
        ("Tensor.cuda", "device"): ("device",),
        ("torch.nn.functional.ctc_loss", "input_lengths"): ("tensor", "size"),
        ("torch.tile", "dims"): ("size",),
        ("torch.flip", "dims"): ("dims",),
        ("torch.linspace", "steps"): ("count",),
        ("torch.matrix_power", "n"): ("integer",),
        ("torch.linalg.norm", "ord"): ("number", "choice"),
        ("torch.masked.sum", "dtype"): ("dtype",),
        ("torch.tensor", "data"): ("data",),
        ("torch.cat", "tensors"): ("tensors",),
        ("Tensor.unique", "sorted"): ("boolean",),
    }
    assert {at: parameter(*at).kinds for at in kinds} == kinds
    assert parameter("torch.nn.functional.conv2d", "stride").length == 2


def test_parts_of_a_result_are_named():
    by_dim = next(s for s in ENTRIES["torch.max"].signatures if s.find("dim"))
    assert by_dim.returns == torch.return_types.max.__match_args__ == ("values", "indices")
    assert ENTRIES["torch.linalg.svd"].signatures[0].returns == ("U", "S", "Vh")
    assert ENTRIES["torch.split"].signatures[0].returns == ("tensors",)
    assert ENTRIES["Tensor.dim"].signatures[0].returns == ("int",)


def test_overloads_that_a_person_takes_for_one_are_one():
    assert parameters("torch.arange") == [
        ["start", "end", "step", "out", "dtype", "device", "requires_grad", "pin_memory", "layout"],
        ["end", "out", "dtype", "device", "requires_grad", "pin_memory", "layout"],
    ]
    assert parameters("torch.pow") == [["input", "exponent", "out"]]
    assert parameters("Tensor.view") == [["input", "dtype"], ["input", "size"]]
    assert parameters("Tensor.size") == [["input"], ["input", "dim"]]
    assert len(parameters("torch.sum")) == 2


def test_every_default_is_an_expression_that_can_be_read():
    for entry in ENTRIES.values():
        for signature in entry.signatures:
            names = [p.name for p in signature.parameters]
            assert len(set(names)) == len(names), entry.path
            for p in signature.parameters:
                assert p.default != "...", (entry.path, p.name)
                if p.default:
                    read(p.default)


def test_defaults_are_those_of_the_functions_themselves():
    for path in ENTRIES:
        module, _, name = path.rpartition(".")
        function = getattr(torch.nn.functional, name, None)
        if module != "torch.nn.functional" or not inspect.isfunction(function):
            continue
        for p in inspect.signature(function, follow_wrapped=False).parameters.values():
            plain_default = isinstance(p.default, bool | int | float | str | None)
            if not p.name.startswith("_") and p.kind is not p.VAR_KEYWORD and plain_default:
                assert eval(parameter(path, p.name).default) == p.default, path


@pytest.mark.parametrize("row", [row for row in ENUMS if row.names], ids=str)
def test_the_words_that_a_parameter_takes_stand_in_torchs_documentation(row):
    modules = (torch, torch.Tensor, torch.nn.functional, torch.linalg, torch.sparse)
    documented = ""
    for name in row.names.replace("stft", "pad").split():  # its pad_mode is handed on there
        for module in modules:
            documented += inspect.getdoc(getattr(module, name, None)) or ""
            documented += inspect.getdoc(getattr(module, name.rstrip("_"), None)) or ""
    assert [word for word in row.choices.split() if word not in documented] == []


# --- what they do -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("torch.add", set()),
        ("Tensor.add_", {"in_place"}),
        ("Tensor.t", {"view"}),
        ("Tensor.view", {"view"}),
        ("torch.transpose", {"view"}),
        ("torch.rand", {"random"}),
        ("torch.nn.functional.dropout", {"random"}),
        ("Tensor.uniform_", {"in_place", "random"}),
        ("torch.nonzero", {"unknown_size"}),
        ("torch.unique", {"unknown_size"}),
        ("torch.masked_select", {"unknown_size"}),
    ],
)
def test_tags_say_what_a_call_does_besides(path, expected):
    assert tags(path) - {"deprecated"} == expected


def test_what_is_written_into_is_marked():
    assert parameter("torch.add", "out").writes
    assert parameter("Tensor.add_", "input").writes
    assert not parameter("Tensor.add", "input").writes


def test_deprecated_overloads_come_last():
    for path, entry in ENTRIES.items():
        old = ["deprecated" in signature.tags for signature in entry.signatures]
        assert old == sorted(old), path
    assert "deprecated" in tags("torch.add")
    assert "deprecated" not in ENTRIES["torch.add"].signatures[0].tags


# --- their words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("torch.gather", "Gathers values along an axis specified by dim"),
        ("Tensor.gather", "Gathers values along an axis specified by dim"),
        ("Tensor.arctan", ENTRIES["torch.atan"].help),
        ("torch.absolute", ENTRIES["torch.abs"].help),
        ("Tensor.add_", "In-place version of Tensor.add"),
        ("torch.linalg.norm", "Computes a vector or matrix norm"),
    ],
)
def test_help_is_the_first_sentence_that_says_something(path, sentence):
    assert ENTRIES[path].help == sentence


def test_help_of_a_parameter_is_told_of_methods_too():
    assert parameter("torch.gather", "dim").help == "the axis along which to index"
    assert parameter("Tensor.gather", "dim").help == "the axis along which to index"
    assert parameter("torch.nn.functional.conv2d", "bias").help.startswith("optional bias tensor")


def test_every_documented_operator_says_what_it_does():
    silent = [p for p, entry in ENTRIES.items() if entry.is_documented and not entry.help]
    assert silent == []
    assert not [p for p, entry in ENTRIES.items() if set(entry.help) & set("`\\$")]


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        (r":func:`~torch.add` and :meth:`Tensor.sub_`", "torch.add and Tensor.sub_"),
        (r":attr:`dim` of ``x``", "dim of x"),
        (r":math:`\text{out}_i = a \times b \leq 3`", "out_i = a × b ≤ 3"),
        (r":math:`a < b > c`", "a < b > c"),
        (r"`a paper <https://x.org>`_ and :ref:`this <there>`", "a paper and there"),
        (r":math:`\frac{a}{b}`, :math:`\text{in\_channels} , x`", "a/b, in_channels, x"),
    ],
)
def test_documentation_is_plain_words(marked, words):
    assert plain(marked) == words


# --- the cache --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a cache folder, and a builder that is quick and counted."""
    built = []

    def build():
        built.append(1)
        return Catalogue(torch_version=str(torch.__version__), entries={})

    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(cache, "build", build)
    return tmp_path / "cache", built


def unpacked(data):
    return msgspec.msgpack.decode(data, type=Catalogue)


def test_the_catalogue_is_built_once(folder):
    path, built = folder
    first = cache.packed()
    assert unpacked(first).torch_version == str(torch.__version__)
    assert cache.packed() == first
    assert built == [1]
    assert len(list(path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\0", bytes(100)])
def test_a_damaged_cache_is_made_anew(folder, damage):
    path, built = folder
    whole = cache.packed()
    (file,) = path.iterdir()
    for broken in (damage, file.read_bytes()[:-1], file.read_bytes() + b"x"):
        file.write_bytes(broken)
        assert cache.packed() == whole
        assert file.read_bytes()[32:] == whole
    assert len(built) == 4


def test_another_torch_and_another_builder_have_a_file_of_their_own(folder, monkeypatch):
    path, built = folder
    cache.packed()
    monkeypatch.setattr(cache, "_edition", lambda: "another")
    cache.packed()
    monkeypatch.setattr(torch, "__version__", "9.9/../../odd")
    cache.packed()
    assert len(built) == len(list(path.iterdir())) == 3


def test_without_a_folder_to_write_the_catalogue_is_built_each_time(folder):
    path, built = folder
    path.write_text("not a folder")
    assert unpacked(cache.packed()) == unpacked(cache.packed())
    assert len(built) == 2


def test_the_edition_hashes_what_builds(monkeypatch, tmp_path):
    before = cache._edition()
    assert cache._edition() == before
    (tmp_path / "builder.py").write_text("another")
    monkeypatch.setattr(cache, "_HERE", tmp_path)
    assert cache._edition() != before


def test_the_real_catalogue_survives_its_wire():
    assert unpacked(msgspec.msgpack.encode(catalogue())) == catalogue()
