"""Lines about devices run in torch, and what is said before is what torch does."""

import pytest
import torch

from explorer.catalog import device
from explorer.catalog.number import Refusal
from tests.panes.fake import tensor

SETTINGS = {setting.name: setting for setting in device.SETTINGS}
CARDS = ("cpu", "cuda:0", "cuda:1", "mps", "meta")
ONE_CARD = ("cpu", "cuda", "meta")


@pytest.fixture(autouse=True)
def _torch_as_before():
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        yield
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(threads)


def test_every_setting_has_a_line_that_sets_it():
    lines = {
        name: device.setting_line(SETTINGS[name], typed)
        for name, typed in {
            "device": "meta",
            "dtype": "double",
            "threads": "3",
            "seed": "-7",
        }.items()
    }
    assert lines == {
        "device": 'torch.set_default_device("meta")',
        "dtype": "torch.set_default_dtype(torch.float64)",
        "threads": "torch.set_num_threads(3)",
        "seed": "torch.manual_seed(-7)",
    }
    assert set(lines) == set(SETTINGS)
    for line in lines.values():
        exec(line, {"torch": torch})
    made = torch.ones(2)
    assert (made.device.type, made.dtype) == ("meta", torch.float64)
    assert torch.get_num_threads() == 3
    assert torch.initial_seed() == 2**64 - 7


@pytest.mark.parametrize("dtype", device.FLOAT_DTYPES)
def test_torch_takes_every_default_dtype_that_is_offered(dtype):
    exec(device.setting_line(SETTINGS["dtype"], dtype), {"torch": torch})
    assert str(torch.get_default_dtype()) == f"torch.{dtype}"


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("threads", "0", "At least one thread"),
        ("threads", "-1", "negative"),
        ("threads", "", ""),
        ("dtype", "int64", "must be one of fractions"),
        ("device", "gpu", "not a device"),
        ("seed", "1.5", ""),
    ],
)
def test_what_torch_would_refuse_is_refused_with_words(name, typed, reason):
    with pytest.raises(Refusal) as refused:
        device.setting_line(SETTINGS[name], typed)
    assert reason in refused.value.message


@pytest.mark.parametrize("there", ["cpu", "meta"])
@pytest.mark.parametrize("dtype", ["", "float32", "float64", "bool", "complex64", "bfloat16"])
@pytest.mark.parametrize("here", ["cpu", "meta"])
def test_copy_or_same_object_is_told_as_torch_does_it(here, dtype, there):
    x = torch.ones(5, 3, device=here)
    info = tensor("x", device=here, nbytes=x.nbytes)
    namespace = {"torch": torch, "x": x}
    exec(device.move_line("y", info, there, dtype), namespace)
    y = namespace["y"]
    assert y.device.type == there
    assert device.bytes_after(info, dtype) == y.nbytes
    assert device.is_same_object(info, device.resolve(there, CARDS), dtype) == (y is x)


def test_a_bare_cuda_is_the_only_card_or_not_known():
    info = tensor("x", device="cuda:0")
    assert device.resolve("cuda", ONE_CARD) == "cuda:0"
    assert device.is_same_object(info, "cuda:0", "") is True
    assert device.is_same_object(info, "cuda:1", "") is False
    assert device.resolve("cuda", CARDS) == "cuda"
    assert device.is_same_object(info, "cuda", "") is None
    assert device.is_same_object(info, "cuda", "float16") is False
    assert device.is_same_object(tensor("x"), "cuda", "") is False
    assert device.is_same_object(tensor("x", device="mps:0"), device.resolve("mps", CARDS), "")


def test_a_device_is_there_by_any_of_its_names():
    there = {
        name: device.is_there(name, CARDS) for name in ("cuda", "cuda:1", "cuda:2", "mps:0", "xpu")
    }
    assert there == {"cuda": True, "cuda:1": True, "cuda:2": False, "mps:0": True, "xpu": False}
    assert device.is_there("cuda:0", ONE_CARD)
    assert not device.is_there("cuda:1", ONE_CARD)


@pytest.mark.parametrize("typed", ["100000, 100000", "3", "()", "2x3x4", "0, 5"])
def test_a_plan_has_the_size_and_takes_no_memory(typed):
    namespace = {"torch": torch}
    exec(device.plan_line("x", typed), namespace)
    planned = namespace["x"]
    assert planned.device.type == "meta"
    assert device.count(str(tuple(planned.shape))) == planned.numel()
    assert planned.nbytes == planned.numel() * device.item_bytes("float32")


def test_the_largest_plan_that_is_not_refused_is_one_that_torch_counts():
    elements = (2**63 - 1) // 16
    namespace = {"torch": torch}
    exec(device.plan_line("x", str(elements)), namespace)
    assert namespace["x"].to(torch.complex128).nbytes == elements * 16
    with pytest.raises(Refusal):
        device.plan_line("x", str(elements + 1))


@pytest.mark.parametrize("dtype", device.literal.DTYPES)
def test_the_bytes_of_an_element_are_torchs(dtype):
    assert device.item_bytes(dtype) == getattr(torch, dtype).itemsize
