"""Devices, memory, modules and files."""

from explorer.catalog import mending
from explorer.catalog.advices.row import Advice

ROWS: tuple[Advice, ...] = (
    Advice(
        "UnpicklingError",
        r"Weights only load failed(?:.*GLOBAL (?P<name>[\w.]+))?",
        "The file holds Python objects{named} that would run code when loaded, so it was not opened.",
        "Ask for the weights alone (a state_dict, or .safetensors). Load it with weights_only=False "
        "only if you trust whoever made it.",
        "import io\nbuffer = io.BytesIO()\ntorch.save(print, buffer)\nbuffer.seek(0)\n"
        "torch.load(buffer, weights_only=True)",
    ),
    Advice(
        "",
        r"Torch not compiled with (?:CUDA|XPU)|[Nn]o (?:CUDA|XPU) GPUs|Found no NVIDIA driver"
        r"|[Cc]annot access accelerator|invalid device ordinal"
        r"|not linked with support for mps|from the '(?:MPS|CUDA|XPU)' backend",
        "The device that is asked for is not one that torch can use here.",
        "Use the CPU. The Device pane lists the devices there are, and says why others are missing.",
        'torch.ones(2, device="cuda")',
        mending.on_cpu,
    ),
    Advice(
        "",
        r"[Ee]xpected all tensors to be on the same device|is not on the expected device"
        r"|indices should be either on|should be on the same device|Input type \(torch\.cuda",
        "The tensors are on different devices, and torch does not move them by itself.{devices}",
        "Move them to one device with .to(...).",
        'x = torch.ones(2)\ny = torch.ones(2, device="meta")\nx + y',
        mending.match_device,
    ),
    Advice(
        "",
        r"Cannot copy out of meta tensor|cannot be called on meta tensors|convert meta device type",
        "A tensor on meta has a shape but no values, so there is nothing to copy or to read.",
        "Make one with values on a real device, such as zeros of the same shape.",
        'x = torch.ones(2, device="meta")\ny = x.to("cpu")',
        mending.with_values,
    ),
    Advice(
        "",
        r"DefaultCPUAllocator.*allocate (?P<bytes>\d+) bytes|out of memory",
        "There is not enough memory for the result{amount}.",
        "Make it smaller: fewer elements, or a smaller dtype.",
        "torch.rand(10**7, 10**7)",
    ),
    Advice(
        "ModuleNotFoundError",
        r"No module named '(?P<module>[\w.]+)'",
        "The module {module} is not installed where the engine runs.",
        "Check the spelling, or install it with: python -m pip install {root}",
        "import a_module_that_nobody_has",
    ),
    Advice(
        "FileNotFoundError",
        r"No such file or directory: (?P<path>.+)",
        "There is no file {path}.",
        "Check the path. A relative path begins in the folder of the script.",
        'open("a-file-that-nobody-has.npy")',
    ),
    Advice(
        "EOFError",
        "",
        "The file ends too early: it is empty or was cut off.",
        "Save or download it again.",
        "import io\ntorch.load(io.BytesIO(b''), weights_only=True)",
    ),
    Advice(
        "RuntimeError",
        r"Expected one of cpu, cuda.* device string: (?P<device>\S+)",
        "There is no device called {device}.",
        "Use cpu, cuda, mps or meta. For another dtype pass torch.float32, not its name in quotes.",
        'torch.ones(2, device="gpu")',
    ),
    Advice(
        "RuntimeError",
        r"Invalid device string: '(?P<name>(?:u?int|b?float|complex)\d+|bool)'",
        "{name} in quotes is taken for a device.",
        "Write torch.{name} for the dtype.",
        'x = torch.ones(3)\nx.to("float64")',
        mending.dtype_of_torch,
    ),
)
