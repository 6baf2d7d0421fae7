"""Torch's docstrings as plain words: what an operator does, and what each parameter is."""

import re
from dataclasses import dataclass, field

_MATH_ROLE = re.compile(r":math:`([^`]*)`")
_ROLE = re.compile(r":(?:\w+:)?\w+:`(?:[^`<]*<)?~?([^`>]*)>?`")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]*>`_+")
_CODE = re.compile(r"``?([^`]*)``?")
_MATH = {
    r"\times": "×",
    r"\cdot": "·",
    r"\leq": "≤",
    r"\geq": "≥",
    r"\le": "≤",
    r"\ge": "≥",
    r"\neq": "≠",
    r"\infty": "∞",
    r"\ldots": "...",
    r"\dots": "...",
    r"\pi": "π",
    r"\in": "in",
}
_COMMAND = re.compile(r"\\(?:text|mathbb|mathrm|operatorname|mathcal)\s*\{+([^{}]*)\}+")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_REST_OF_MATH = re.compile(r"\\[a-zA-Z]+|\\.|(?<=\w)\{(?=\w)|[{}$]")
_SENTENCE = re.compile(r"(?<![ie]\.[eg])(?<!\bvs)(?<=[.!?])\s+(?=[A-Z\"'(\[0-9])")
_SECTION = re.compile(r"^\s{0,4}(?:Keyword )?(?:args|arguments|parameters):+\s*$", re.IGNORECASE)
_PARAMETER = re.compile(r"^\s{1,8}\*?`{0,2}(\w+)`{0,2}\s*(?:\(.*?\))?\s*(?::|--)\s+(.*)$")
_CALL = re.compile(r"^[\w.]+\s*\(.*\)?\s*(?:->.*)?$")
_ELSEWHERE = re.compile(
    r"(?:See|Alias (?:for|of)|Equivalent to|Out-of-place version of)\s+:\w+:`~?([\w.]+)(?:\(\))?`"
)
MOST_CHARACTERS = 240


@dataclass(frozen=True, slots=True)
class Words:
    """What a docstring says. `elsewhere` is the function to look at instead, "" if there is none."""

    sentence: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    elsewhere: str = ""


def read(documentation: str) -> Words:
    """Return what is said in `documentation`, a docstring without its indentation."""
    paragraph = _first_paragraph(documentation)
    elsewhere = _ELSEWHERE.match(paragraph)
    return Words(
        _sentence(paragraph),
        _parameters(documentation),
        elsewhere[1].replace("torch.Tensor.", "Tensor.") if elsewhere else "",
    )


def plain(text: str) -> str:
    """Return `text` without the marks of reStructuredText and TeX."""
    text = text.replace(r"\_", "_")
    text = _ROLE.sub(r"\1", _MATH_ROLE.sub(r"\1", text))
    text = _CODE.sub(r"\1", _LINK.sub(r"\1", text))
    if "\\" in text or "{" in text:
        for command, sign in _MATH.items():
            text = re.sub(re.escape(command) + r"(?![a-zA-Z])", sign, text)
        text = _FRACTION.sub(r"\1/\2", _COMMAND.sub(r"\1", text))
        text = _REST_OF_MATH.sub("", text).replace(" ,", ",")
    return " ".join(text.replace("**", "").split())


def _sentence(paragraph: str) -> str:
    sentence = plain(_SENTENCE.split(" ".join(paragraph.split()), maxsplit=1)[0])
    sentence = sentence.removesuffix(":").removesuffix(".")
    if len(sentence) <= MOST_CHARACTERS:
        return sentence
    return sentence[:MOST_CHARACTERS].rpartition(" ")[0] + " ..."


def _first_paragraph(documentation: str) -> str:
    """Return the first words that are neither a signature nor a directive with what belongs to it."""
    lines: list[str] = []
    in_directive = False
    for line in documentation.splitlines():
        text = line.strip()
        if not text:
            if lines:
                break
        elif text.startswith(".. "):
            if lines:
                break
            in_directive = True
        elif (in_directive and line[:1].isspace()) or (not lines and _CALL.match(text)):
            continue
        elif _SECTION.match(line) and not lines:
            break
        else:
            in_directive = False
            lines.append(text)
    return " ".join(lines)


def _parameters(documentation: str) -> dict[str, str]:
    found: dict[str, str] = {}
    in_section, name, indent = False, "", 0
    for line in documentation.splitlines():
        text = line.strip()
        if _SECTION.match(line):
            in_section, name = True, ""
        elif not text:
            name = ""
        elif not line[0].isspace():
            in_section = False
        elif in_section:
            depth = len(line) - len(line.lstrip())
            match = _PARAMETER.match(line)
            if match and not (name and depth > indent):
                name, indent = match[1], depth
                found.setdefault(name, match[2])
            elif name:
                found[name] += f" {text}"
    return {name: _sentence(text) for name, text in found.items()}
