"""How well what is typed fits what things are called: one ranking for all that can be searched."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Text = tuple[str, int]
"""A text, folded, and which of the things it belongs to."""
NAMES, WORDS, SAID = range(3)
"""What a thing is called, other words for it, what is said about it."""
EQUAL, START, WORD, PARTS, INSIDE = range(5)
"""The query is the text, begins it, begins a word in it; each part begins a word; it is within."""

ORDER = (
    (NAMES, EQUAL),
    (NAMES, START),
    (WORDS, EQUAL),
    (NAMES, WORD),
    (NAMES, PARTS),
    (WORDS, START),
    (WORDS, WORD),
    (NAMES, INSIDE),
    (WORDS, PARTS),
    (SAID, WORD),
    (SAID, PARTS),
)
"""The best first; the rank of what is found is its row here."""
SLIP, SCATTERED = len(ORDER), len(ORDER) + 1
"""Ranks of guesses, made where nothing fits: a letter or two are wrong; the letters stand apart."""
LEAST_SLIP, LEAST_TWO_SLIPS, LEAST_SCATTERED = 4, 8, 3
"""How many letters must be typed for a guess."""
_SEPARATORS = str.maketrans(dict.fromkeys("_.()[]\"',:;", " "))


@lru_cache(maxsize=2**15)
def folded(text: str) -> str:
    """Return `text` as it is compared: " index select" of "Index_Select", a space before each word."""
    words = unicodedata.normalize("NFKC", text).casefold().translate(_SEPARATORS).split()
    return "".join(f" {word}" for word in words)


class Ranking(Generic[Thing]):
    """Things by their texts. With `forgives` slips of the finger are, which takes longer."""

    def __init__(self, *, forgives: bool = True) -> None:
        self._forgives = forgives
        self._things: list[Thing] = []
        self._weights: list[int] = []
        self._names: list[str] = []
        self._texts: tuple[list[Text], ...] = ([], [], [])
        self._joined = ["", "", ""]

    def __len__(self) -> int:
        return len(self._things)

    def add(
        self,
        thing: Thing,
        names: Sequence[str],
        words: Iterable[str] = (),
        said: Iterable[str] = (),
        weight: int = 0,
    ) -> None:
        """Let `thing` be found, whose own name is the first.

        Of those that fit as well, less weight goes first, then the own name that is just the query,
        then the shorter text.
        """
        owner = len(self._things)
        self._things.append(thing)
        self._weights.append(weight)
        self._names.append(folded(names[0]))
        for level, texts in ((NAMES, names), (WORDS, words), (SAID, said)):
            for text in dict.fromkeys(map(folded, texts)):
                self._texts[level].append((text, owner))
                if level != SAID and text.rfind(" ") > 0:
                    self._texts[level].append((f" {text.replace(' ', '')}", owner))  # qiuhe
            self._joined[level] = ""

    def find(self, query: str, most: int, *, guess: bool = True) -> list[tuple[int, Thing]]:
        """Return the `most` things that fit best, each with its rank: 0 is best.

        All fit a query of nothing, in the order in which they were added. Where nothing fits, what
        may be meant is guessed, which takes longer.
        """
        sought = folded(query)
        if not sought:
            return [(0, thing) for thing in self._things[:most]]
        found: dict[int, tuple[int, int]] = {}
        levels = [self._fits(level, sought) for level in (NAMES, WORDS, SAID)]
        for rank, (level, fit) in enumerate(ORDER):
            for text, owner in levels[level][fit]:
                found.setdefault(owner, (rank, len(text)))
            if len(found) >= most:
                break
        for text, owner, rank in self._guess(sought) if guess and not found else ():
            found.setdefault(owner, (rank, len(text)))

        def order(owner: int) -> tuple[int, int, bool, int, int]:
            rank, length = found[owner]
            return rank, self._weights[owner], self._names[owner] != sought, length, owner

        return [(found[i][0], self._things[i]) for i in nsmallest(most, found, key=order)]

    def _fits(self, level: int, sought: str) -> tuple[list[Text], ...]:
        """Return what fits, by the kind of fit."""
        # The whole level in one go, and the few that are left one by one: a key must not be felt.
        texts, bare = self._texts[level], sought[1:]
        if level == SAID and not any(map(str.isalnum, bare)):
            texts = []  # a sentence with a + is not about it
        joined = self._joined[level] = self._joined[level] or "\n".join(t for t, _ in texts)
        found = [pair for pair in texts if bare in pair[0]] if bare in joined else []
        words = [pair for pair in found if sought in pair[0]]
        parts = sought.split()
        together = texts if len(parts) > 1 and all(f" {part}" in joined for part in parts) else []
        for part in parts:
            together = [pair for pair in together if f" {part}" in pair[0]]
        return (
            [pair for pair in words if pair[0] == sought],
            [pair for pair in words if pair[0].startswith(sought)],
            words,
            together,
            found,
        )

    def _guess(self, sought: str) -> Iterator[tuple[str, int, int]]:
        """Yield what may be meant: a text, its owner, its rank."""
        bare, names = sought.replace(" ", ""), self._texts[NAMES]
        found = False
        if self._forgives and len(bare) >= LEAST_SLIP:
            allowed = 1 + (len(bare) >= LEAST_TWO_SLIPS)
            # Who errs in the first letter has the second right.
            near = [p for p in names if p[0][1:2] in bare[:2]]
            near = [p for p in near if sum([c not in p[0] for c in bare]) <= allowed]
            for text, owner in near:
                if slips(sought[1:], text[1:]) <= allowed:
                    found = True
                    yield text, owner, SLIP
        if not found and len(bare) >= LEAST_SCATTERED:
            yield from ((t, owner, SCATTERED) for t, owner in names if _is_scattered(bare, t))


def slips(typed: str, text: str) -> int:
    """Return how many letters of `typed` are wrong, missing, too many or swapped as a start of `text`."""
    before: list[int] = []
    row = list(range(len(text) + 1))
    for i, letter in enumerate(typed, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(text, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == text[j - 2] and typed[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row)


def _is_scattered(letters: str, text: str) -> bool:
    """Return whether a word of `text` begins as `letters` do and the others follow in order."""
    at = text.find(f" {letters[0]}") + 1
    if not at:
        return False
    for letter in letters[1:]:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True
