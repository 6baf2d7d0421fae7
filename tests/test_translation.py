"""Every text can be translated, and a translation says no less than the English."""

import ast
import importlib.util
from pathlib import Path

import pytest

from explorer import text, translation
from explorer.paths import LOCALE
from explorer.text import set_language, tr

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/explorer.po"))


@pytest.fixture(scope="module")
def extract():
    spec = importlib.util.spec_from_file_location("extract", ROOT / "resources/locale/extract.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def english():
    yield
    set_language("en")


@pytest.fixture
def catalogue(tmp_path, monkeypatch, english):
    """Give a function that writes the catalogue of a language "xx"."""
    monkeypatch.setattr(translation, "LOCALE", tmp_path)
    path = translation.path_of("xx")
    path.parent.mkdir(parents=True)

    def write(content):
        path.write_text(content, encoding="utf-8")

    return write


def test_every_text_is_in_the_template(extract):
    template = translation.read((LOCALE / "explorer.pot").read_text(encoding="utf-8"))
    assert template.keys() == extract.collect().keys(), "run `python resources/locale/extract.py`"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.parent.parent.name)
def test_a_catalogue_translates_every_text_with_every_field(path):
    entries = translation.read(path.read_text(encoding="utf-8"))
    template = translation.read((LOCALE / "explorer.pot").read_text(encoding="utf-8"))
    assert entries.keys() == template.keys(), "run `python resources/locale/extract.py`"
    wrong = [k for k, v in entries.items() if v and translation.fields(k) != translation.fields(v)]
    assert not wrong
    assert [k for k, v in entries.items() if not v] == []


def test_a_language_that_can_be_chosen_has_a_catalogue():
    assert {p.parent.parent.name for p in CATALOGUES} == text.LANGUAGES.keys() - {text.ENGLISH}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "explorer").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT))
)
def test_nothing_is_translated_before_the_language_is_known(path):
    nodes = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            nodes += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            continue
        assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr")
        nodes += ast.iter_child_nodes(node)


def test_what_the_extractor_finds(extract, tmp_path):
    folder = tmp_path / "explorer"
    folder.mkdir()
    (folder / "a.py").write_text(
        "GROUP: Text = 'group'\n"
        "KEYS: tuple[tuple[Text, str, Text], ...] = (('pane', 'Ctrl+A', 'what'),)\n"
        "NAMES: dict[str, Text] = {'light': 'Light'}\n"
        "class Row:\n    id: str\n    title: Text\n    tip: Text = ''\n"
        "def say(widget, words: Text): ...\n"
        "ROWS = (Row('not', 'first ' 'title', tip='tip'),)\n"
        "def f(n):\n    say(n, 'said'); other('not')\n    return tr('one' if n else 'two', n='not')\n"
    )
    assert extract.collect(tmp_path).keys() == {
        "group", "pane", "what", "Light", "first title", "tip", "said", "one", "two",
    }  # fmt: skip


def test_a_translation_stays_when_the_catalogue_is_brought_in_line(extract):
    texts = {'A "quoted"\nline {n}': ["a.py", "b.py"], "New": ["b.py"]}
    written = extract.template(texts, {'A "quoted"\nline {n}': "引“{n}”\n", "Gone": "没"}, "zh_CN")
    assert translation.read(written) == {'A "quoted"\nline {n}': "引“{n}”\n", "New": ""}
    assert "#: a.py\n#: b.py\n#, python-brace-format\n" in written


def test_a_catalogue_as_other_tools_write_it_is_read(catalogue):
    catalogue(
        'msgid ""\nmsgstr "Language: xx\\n"\n\n'
        '#: a.py:3\n#, python-brace-format\nmsgid ""\n"Two "\n"lines {n}"\nmsgstr "Deux "\n"{n}"\n\n'
        '#, fuzzy\nmsgid "Open"\nmsgstr "Ouvre"\n\n#~ msgid "Old"\n#~ msgstr "Vieux"\n'
    )
    set_language("xx")
    assert tr("Two lines {n}", n=3) == "Deux 3"
    assert tr("Open") == "Open"
    assert tr("Old") == "Old"


@pytest.mark.parametrize("translated", ["fichiers", "{m} fichiers", "{n} {", "{n} {n.x} {m}"])
def test_a_translation_with_other_fields_gives_way_to_english(catalogue, translated):
    catalogue(f'msgid "{{n}} files"\nmsgstr "{translated}"\n')
    set_language("xx")
    assert tr("{n} files", n=2) == "2 files"


@pytest.mark.parametrize(
    "content", ["msgid unquoted\n", 'hello "there"\n', 'msgid "a"\nmsgstr 3\n', "<html>"]
)
def test_a_file_that_is_no_catalogue_is_refused_and_the_language_stays(catalogue, content):
    catalogue(content)
    with pytest.raises(ValueError, match="entry 1"):
        set_language("xx")
    assert tr("{n} files", n=2) == "2 files"


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(OSError, match="tlh"):
        set_language("tlh")


def test_the_pseudo_language_is_longer_and_keeps_every_field(english):
    set_language("pseudo")
    said = tr("{n:>3} of {total!r} open, {{x}}", n=3, total="4")
    assert said.startswith("  3 öf '4' öpéñ, {x}")
    assert len(tr("Open recent")) >= 1.4 * len("Open recent")
