"""What the engine finds, on this machine and on others that are made up."""

import ctypes

import psutil
import pytest
import torch

from explorer.panes.device import Devices, DevicesAsk, driver, hardware
from explorer.panes.device.probe import PROBES
from explorer.panes.device.words import REASONS


def reasons(found):
    return {absent.name: absent.reason for absent in found.absent}


def test_the_cpu_and_meta_are_always_there():
    found = hardware.find()
    names = [device.name for device in found.devices]
    assert names[0] == "cpu"
    assert names[-1] == "meta"
    cpu = found.devices[0]
    assert cpu.title
    assert cpu.total_bytes == psutil.virtual_memory().total
    assert 0 < cpu.free_bytes <= cpu.total_bytes
    assert 0 < cpu.own_bytes < cpu.total_bytes
    kinds = {name.partition(":")[0] for name in names} | set(reasons(found))
    assert {"cpu", "cuda", "mps", "xpu", "meta"} <= kinds


def test_the_seed_is_torchs_and_looking_draws_nothing():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(12)
        before = torch.get_rng_state()
        assert hardware.find().seed == 12
        assert torch.equal(torch.get_rng_state(), before)


def test_the_probe_answers_with_what_is_found(monkeypatch):
    made_up = Devices(devices=(), seed=3)
    monkeypatch.setattr(hardware, "find", lambda: made_up)
    assert PROBES[DevicesAsk](DevicesAsk(), None) is made_up


class FakeLibrary:
    """The functions of NVIDIA's two libraries that are called."""

    def __init__(self, error=0, version=12040, count=1, memory=None):
        self.error, self.version, self.count, self.memory = error, version, count, memory
        self.open = 0

    def cuInit(self, _flags):  # noqa: N802 - NVIDIA's name
        return self.error

    def cuDriverGetVersion(self, pointer):  # noqa: N802
        ctypes.cast(pointer, ctypes.POINTER(ctypes.c_int))[0] = self.version

    def cuDeviceGetCount(self, pointer):  # noqa: N802
        ctypes.cast(pointer, ctypes.POINTER(ctypes.c_int))[0] = self.count
        return 0

    def nvmlInit_v2(self):  # noqa: N802
        self.open += 1
        return 0

    def nvmlShutdown(self):  # noqa: N802
        self.open -= 1

    def nvmlDeviceGetHandleByUUID(self, uuid, _handle):  # noqa: N802
        return 0 if uuid == b"GPU-abc" else 6

    def nvmlDeviceGetMemoryInfo(self, _handle, pointer):  # noqa: N802
        fields = ctypes.cast(pointer, ctypes.POINTER(ctypes.c_ulonglong))
        fields[0], fields[1], fields[2] = self.memory
        return 0


def no_library(_name):
    raise OSError("libcuda.so.1: cannot open shared object file")


@pytest.fixture
def cuda(monkeypatch):
    """Give a function that makes this torch one for CUDA 12, with a driver and so many cards."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setattr(torch.version, "cuda", "12.6")

    def make(library=None, cards=0):
        monkeypatch.setattr(driver, "load", (lambda _name: library) if library else no_library)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cards > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)

    return make


@pytest.mark.parametrize(
    ("library", "hidden", "reason", "detail"),
    [
        (None, None, "no driver", ""),
        (FakeLibrary(error=driver.NO_CARD), None, "no card", ""),
        (FakeLibrary(error=driver.NO_CARD), "", "hidden", ""),
        (FakeLibrary(count=0), "-1", "hidden", ""),
        (FakeLibrary(error=803), None, "driver error", "803"),
        (FakeLibrary(version=11040), None, "old driver", "11.4"),
        (FakeLibrary(version=12010), None, "no card", ""),  # torch has the last word
    ],
)
def test_why_there_is_no_cuda_is_told(cuda, monkeypatch, library, hidden, reason, detail):
    cuda(library)
    if hidden is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    (absent,) = [absent for absent in hardware.find().absent if absent.name == "cuda"]
    assert (absent.reason, absent.detail) == (reason, detail)


def test_a_build_without_cuda_never_looks_for_a_driver(monkeypatch):
    def load(name):
        raise AssertionError(name)

    monkeypatch.setattr(driver, "load", load)
    for hip, reason in ((None, "cpu build"), ("6.2", "no amd")):
        monkeypatch.setattr(torch.version, "cuda", None)
        monkeypatch.setattr(torch.version, "hip", hip)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        assert reasons(hardware.find())["cuda"] == reason


class Properties:
    name = "NVIDIA H100"
    total_memory = 80 << 30
    uuid = "abc"


def test_the_free_memory_of_an_idle_card_is_asked_of_the_management_library(cuda, monkeypatch):
    library = FakeLibrary(memory=(81 << 30, 60 << 30, 21 << 30))
    cuda(library, cards=1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _index: Properties)
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _index: 0)
    (card,) = [device for device in hardware.find().devices if device.name == "cuda"]
    assert (card.title, card.free_bytes, card.total_bytes) == ("NVIDIA H100", 60 << 30, 81 << 30)
    assert library.open == 0
    assert driver.free_and_total("another") is None
    assert library.open == 0
    cuda(None, cards=1)
    assert driver.free_and_total("abc") is None


def test_cards_are_numbered_where_there_are_several_and_a_lost_one_says_so(cuda, monkeypatch):
    def properties(index):
        if index:
            raise RuntimeError("CUDA error: unspecified launch failure\nmore")
        return Properties

    cuda(FakeLibrary(count=2), cards=2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", properties)
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _index: 2 << 30)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _index: (50 << 30, 80 << 30))
    found = hardware.find()
    (card,) = [device for device in found.devices if device.name.startswith("cuda")]
    assert (card.name, card.free_bytes, card.own_bytes) == ("cuda:0", 50 << 30, 2 << 30)
    (lost,) = [absent for absent in found.absent if absent.name == "cuda:1"]
    assert (lost.reason, lost.detail) == ("lost", "CUDA error: unspecified launch failure")


def test_why_there_is_no_apple_or_intel_gpu_is_told(monkeypatch):
    monkeypatch.setattr(torch.version, "xpu", None, raising=False)
    monkeypatch.setattr(hardware.sys, "platform", "linux")
    found = reasons(hardware.find())
    assert (found["mps"], found["xpu"]) == ("no mac", "no xpu build")
    monkeypatch.setattr(torch.version, "xpu", "20250000")
    monkeypatch.setattr(torch.xpu, "is_available", lambda: False)
    monkeypatch.setattr(hardware.sys, "platform", "darwin")
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: False)
    found = reasons(hardware.find())
    assert (found["mps"], found["xpu"]) == ("no metal", "no xpu")
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert reasons(hardware.find())["mps"] == "old mac"


def test_apple_and_intel_gpus_are_described(monkeypatch):
    monkeypatch.setattr(hardware.sys, "platform", "darwin")
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 12 << 30)
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 1 << 20)
    monkeypatch.setattr(torch.version, "xpu", "20250000", raising=False)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: True)
    monkeypatch.setattr(torch.xpu, "device_count", lambda: 1)
    monkeypatch.setattr(torch.xpu, "get_device_properties", lambda _index: Properties)
    monkeypatch.setattr(torch.xpu, "mem_get_info", lambda _index: (3, 4), raising=False)
    monkeypatch.setattr(torch.xpu, "memory_reserved", lambda _index: 5)
    found = {device.name: device for device in hardware.find().devices}
    assert found["mps"].total_bytes == 12 << 30
    assert 0 < found["mps"].free_bytes < 12 << 30
    assert (found["xpu"].free_bytes, found["xpu"].own_bytes) == (3, 5)


def test_every_reason_has_words():
    from typing import get_args

    from explorer.panes.device import Reason

    assert set(REASONS) == set(get_args(Reason))


@pytest.mark.cuda
def test_a_real_card_is_found_and_its_memory_adds_up():
    found = {device.name: device for device in hardware.find().devices}
    name = "cuda:0" if torch.cuda.device_count() > 1 else "cuda"
    before = found[name]
    assert before.title == torch.cuda.get_device_name(0)
    x = torch.ones(1 << 26, device="cuda:0")
    after = {device.name: device for device in hardware.find().devices}[name]
    assert after.own_bytes >= x.nbytes
    assert 0 < after.free_bytes < after.total_bytes
    assert before.free_bytes is None or after.free_bytes < before.free_bytes


@pytest.mark.cuda
def test_looking_at_a_card_does_not_begin_to_use_it():
    import subprocess
    import sys

    code = (
        "import torch; from explorer.panes.device import driver, hardware\n"
        "uuid = None\n"
        "first = hardware.find(); uuid = str(torch.cuda.get_device_properties(0).uuid)\n"
        "free = driver.free_and_total(uuid)[0]; hardware.find()\n"
        "again = driver.free_and_total(uuid)[0]\n"
        "x = torch.ones(1, device='cuda'); torch.cuda.synchronize()\n"
        "print(free - again, again - driver.free_and_total(uuid)[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    by_looking, by_using = map(int, done.stdout.split())
    assert by_looking < by_using


@pytest.mark.cuda
@pytest.mark.parametrize("dtype", ["", "float16"])
def test_moving_to_a_real_card_does_what_was_said(dtype):
    from explorer.catalog import device
    from tests.panes.fake import tensor

    for here in ("cpu", "cuda:0"):
        x = torch.ones(5, 3, device=here)
        info = tensor("x", device=here)
        namespace = {"torch": torch, "x": x}
        exec(device.move_line("y", info, "cuda:0", dtype), namespace)
        assert (namespace["y"] is x) == device.is_same_object(info, "cuda:0", dtype)


@pytest.mark.cuda
def test_real_cards_refuse_mixed_devices_with_the_fix():
    from explorer.catalog.advice import advise

    x, y = torch.ones(2, 2), torch.ones(2, 2, device="cuda")
    tensors = {"x": ("float32", (2, 2), "cpu"), "y": ("float32", (2, 2), str(y.device))}
    for source in ("x + y", "y @ x", "torch.cat([x, y])", "x.to('cuda:99')"):
        namespace = {"torch": torch, "x": x, "y": y}
        with pytest.raises(RuntimeError) as raised:
            exec(source, namespace)
        fix = advise(type(raised.value).__name__, str(raised.value), source, tensors).fix_code
        assert fix
        exec(fix, namespace)
