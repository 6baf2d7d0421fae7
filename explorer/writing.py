"""Tell whether a statement writes a file or asks for input: it is not repeated without asking."""

import ast

WRITERS = frozenset(
    {
        "save", "savez", "savez_compressed", "savetxt", "save_file", "tofile", "to_csv", "to_json",
        "to_pickle", "to_parquet", "write_text", "write_bytes", "savefig", "imsave", "dump",
        "unlink", "remove", "rename", "replace", "rmtree", "mkdir", "makedirs", "touch", "export",
        "copyfile", "copy2", "copytree", "move", "symlink_to", "system", "Popen", "check_call",
        "check_output", "truncate", "memmap", "open_memmap",
    }
)  # fmt: skip
READERS = frozenset({"input", "stdin", "getpass", "breakpoint", "set_trace"})


def writes_file(source: str) -> bool:
    """Return whether `source` calls what writes, moves or deletes files or starts programs."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Call) and _writes(node) for node in ast.walk(tree))


def reads_input(source: str) -> bool:
    """Return whether `source` mentions what waits for a person to type."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False
    return any(getattr(node, "id", getattr(node, "attr", "")) in READERS for node in ast.walk(tree))


def _writes(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="open") | ast.Attribute(attr="open"):
            modes = [*call.args[:2], *(k.value for k in call.keywords if k.arg == "mode")]
            texts = [m.value for m in modes if isinstance(m, ast.Constant)]
            return any(isinstance(t, str) and len(t) <= 3 and set(t) & set("wax+") for t in texts)
        case ast.Attribute(attr="replace"):
            return len(call.args) == 1  # Path.replace(target); str.replace takes two
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in WRITERS
    return False
