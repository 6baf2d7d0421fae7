"""What names are bound to, and so what `name.member` means."""

import ast
from collections.abc import Iterable, Mapping

from explorer.catalog.value import INDEX, SYMBOLS, Call, Constant, Name, Value
from explorer.protocol import Entry

ALIASES = {
    "torch": "torch",
    "np": "numpy",
    "numpy": "numpy",
    "math": "math",
    "F": "torch.nn.functional",
    "nn": "torch.nn",
}
"""How scripts call the modules, where nothing is known about the names of one."""
TENSORS = ("Tensor", "Parameter")
NUMBERS = ("int", "float", "bool", "complex")
_FUNCTIONS = "abs bool complex float int len list max min print range round slice sum tuple"
BUILTINS = frozenset(_FUNCTIONS.split())
_PLAIN_NAMES = """shape size stride dtype device layout dim ndim ndimension numel nelement item tolist
element_size itemsize nbytes storage_offset data_ptr is_contiguous is_leaf requires_grad type grad_fn
equal allclose is_complex is_floating_point is_tensor is_available Size result_type promote_types
can_cast finfo iinfo output_nr is_cuda is_sparse get_device names"""
_PLAIN = frozenset(
    f"{owner}.{n}" for owner in ("torch", "Tensor") for n in _PLAIN_NAMES.split()
) | {"torch.cuda.is_available"}
"""What gives no tensor: nothing goes on from there that the catalogue knows."""


class Scope:
    """The names that a line may use; see `parser.parse` for what `names` says."""

    def __init__(self, names: Mapping[str, str] | None) -> None:
        self.names = names

    def bound(self, name: str) -> str:
        """Return what `name` is bound to, "" if nothing is known to be."""
        if self.names is not None:
            return self.names.get(name, "")
        unbound = name in BUILTINS or f"builtins.{name}" in SYMBOLS
        return ALIASES.get(name, "" if unbound else "Tensor")

    def module_path(self, node: ast.expr) -> str:
        """Return "torch.nn.functional.relu" of `F.relu`, "" where no module is the root."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        module = self.bound(node.id) if isinstance(node, ast.Name) else ""
        return ".".join((module, *reversed(parts))) if is_module(module) else ""

    def family(self, value: Value) -> str:
        """Return whose members `value` has: "Tensor", "ndarray", "int"; "" if that is not known."""
        match value:
            case Name(expression=name):
                bound = self.bound(name) if name.isidentifier() else ""
                if bound in TENSORS:
                    return "Tensor"
                return bound if bound in ("ndarray", *NUMBERS) else ""
            case Call():
                return self._result(value)
            case Constant():
                return type(value.value).__name__
            case _:
                return ""

    def _result(self, call: Call) -> str:
        path = call.path
        if path.startswith(("numpy.", "ndarray.")) or path == "Tensor.numpy":
            return "ndarray"
        if path in _PLAIN or path.startswith("builtins."):
            return "int"
        if path != INDEX and path[0].isalpha():
            return "Tensor"
        # Arithmetic: a tensor or an array makes its like of a number.
        operands = call.args[:1] if path == INDEX else call.args
        families = [self.family(operand) or "Tensor" for operand in operands]
        return next((family for family in families if family not in NUMBERS), families[0])


def names_of(entries: Iterable[Entry], script: str) -> dict[str, str]:
    """Return what the names of the workspace are bound to, and those that `script` imports."""
    return {**imported(script), **{entry.name: entry.type_name for entry in entries}}


def imported(script: str) -> dict[str, str]:
    """Return the modules that the lines of `script` import, by the name that they get."""
    names: dict[str, str] = {}
    try:
        body = ast.parse(script).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names
    for statement in body:
        match statement:
            case ast.Import(names=aliases):
                names |= {
                    alias.asname or alias.name.partition(".")[0]: alias.name
                    if alias.asname
                    else alias.name.partition(".")[0]
                    for alias in aliases
                }
            case ast.ImportFrom(module=str() as module, names=aliases, level=0):
                names |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in aliases}
    return {name: path for name, path in names.items() if is_module(path)}


def is_module(path: str) -> bool:
    """Return whether a name is bound to a module of torch, NumPy or Python's math."""
    root = path.partition(".")[0]
    return path in ("torch", "numpy", "math") or (root in ("torch", "numpy") and path != root)
