"""Collect the texts to translate: `python resources/locale/extract.py`, from the project's folder.

Writes explorer.pot, and brings every language's explorer.po in line with it: new texts come in
without a translation, those that are gone go. A text is a literal given to `tr`, or one that stands
in a table where a field, parameter or constant is annotated with `Text`.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from explorer.translation import fields, read  # noqa: E402 - found only now, if not installed

HEADER = 'msgid ""\nmsgstr ""\n{lines}\n'
TYPE = "Content-Type: text/plain; charset=UTF-8\n"


def collect(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the files that each text stands in, in the order in which the texts are met."""
    modules = {
        path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((root / "explorer").rglob("*.py"))
    }
    callables = {"tr": ["message"]}
    text_fields = {"tr": {"message": ast.Name("Text")}}
    for tree in modules.values():
        for node in ast.walk(tree):
            for name, parameters in _signatures(node):
                callables[name] = [parameter for parameter, _ in parameters]
                text_fields[name] = {p: note for p, note in parameters if _mentions_text(note)}
    found: dict[str, list[str]] = {}
    for path, tree in modules.items():
        for node in ast.walk(tree):
            for text in _texts_of(node, callables, text_fields):
                files = found.setdefault(text, [])
                if text and path not in files:
                    files.append(path)
    found.pop("", None)
    return found


def _signatures(node: ast.AST) -> Iterator[tuple[str, list[tuple[str, ast.expr]]]]:
    """Yield name and annotated parameters of a dataclass or a function with a `Text` in them."""
    parameters: list[tuple[str, ast.expr]] = []
    if isinstance(node, ast.ClassDef):
        parameters = [
            (item.target.id, item.annotation)
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
    elif isinstance(node, ast.FunctionDef) and node.name != "tr":
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        parameters = [
            (a.arg, a.annotation or ast.Name("object")) for a in arguments if a.arg != "self"
        ]
    if isinstance(node, ast.ClassDef | ast.FunctionDef) and any(
        _mentions_text(note) for _, note in parameters
    ):
        yield node.name, parameters


def _mentions_text(annotation: ast.expr) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "Text" for n in ast.walk(annotation))


def _texts_of(
    node: ast.AST, callables: dict[str, list[str]], text_fields: dict[str, dict[str, ast.expr]]
) -> Iterator[str]:
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        if _mentions_text(node.annotation):
            yield from _literals(node.annotation, node.value)
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name in text_fields:
            given = dict(zip(callables[name], node.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            for parameter, annotation in text_fields[name].items():
                if parameter in given:
                    yield from _literals(annotation, given[parameter])


def _literals(annotation: ast.expr, value: ast.expr) -> Iterator[str]:
    """Yield the literals in `value` that stand where `annotation` says `Text`."""
    match annotation, value:
        case ast.Name("Text"), ast.Constant(str(text)):
            yield text
        case ast.Name("Text"), ast.IfExp(body=body, orelse=orelse):
            yield from _literals(annotation, body)
            yield from _literals(annotation, orelse)
        case ast.BinOp(left=left), _:  # Text | None
            yield from _literals(left, value)
        case ast.Subscript(slice=ast.Tuple(elts=notes)), ast.Dict(keys=keys, values=values):
            for key, item in zip(keys, values, strict=True):
                yield from _literals(notes[-1], item)
                if key is not None:
                    yield from _literals(notes[0], key)
        case ast.Subscript(slice=inner), ast.Tuple(elts=items) | ast.List(elts=items):
            notes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if len(notes) != len(items) or isinstance(notes[-1], ast.Constant):
                notes = notes[:1] * len(items)  # tuple[Text, ...], list[Text]
            for note, item in zip(notes, items, strict=True):
                yield from _literals(note, item)


def template(texts: dict[str, list[str]], translations: dict[str, str], language: str = "") -> str:
    """Return a catalogue of `texts` as a file; without `translations` it is the template."""
    header = [TYPE, *([f"Language: {language}\n"] if language else [])]
    blocks = [HEADER.format(lines="\n".join(json.dumps(line) for line in header))]
    for text, files in texts.items():
        lines = [f"#: {file}" for file in files]
        if fields(text):
            lines.append("#, python-brace-format")
        lines += [f"msgid {_quoted(text)}", f"msgstr {_quoted(translations.get(text, ''))}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Write the template and bring the catalogues in line with it."""
    texts = collect()
    (HERE / "explorer.pot").write_text(template(texts, {}), encoding="utf-8")
    for folder in sorted(HERE.glob("*/LC_MESSAGES")):
        path, language = folder / "explorer.po", folder.parent.name
        known = read(path.read_text(encoding="utf-8")) if path.exists() else {}
        path.write_text(template(texts, known, language), encoding="utf-8")
        missing = sum(not known.get(text) for text in texts)
        print(f"{language}: {len(texts) - missing} of {len(texts)} texts are translated")


if __name__ == "__main__":
    main()
