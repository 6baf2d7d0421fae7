"""The strip about a chosen rectangle: its index, what to do with it, its sums."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.panes.heatmap import Window
from explorer.panes.heatmap.fact_line import FactRow
from explorer.panes.heatmap.facts import Fact
from explorer.panes.heatmap.reading.rectangle import Rectangle
from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.close_button import CloseButton


class RectangleStrip(FactRow):
    """Hidden while nothing is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Selected cells"))
        self._code = Fact("", "")
        self.copy_button, self.show_button = QToolButton(self), QToolButton(self)
        self.use_button = QToolButton(self)
        self.close_button = CloseButton(self, self.accessibleName(), self)
        for button, text, tip in (
            (self.copy_button, tr("Copy"), tr("Copy the code of the selected cells")),
            (
                self.show_button,
                tr("Show in heat map"),
                tr("Show only these cells, in a heat map of their own"),
            ),
            (
                self.use_button,
                tr("Use in a line"),
                tr("Put the code into the search box, to make a line of it"),
            ),
        ):
            button.setText(text)
            button.setToolTip(tip)
            self.append(button)
        self.close_button.setToolTip(tr("Select nothing (Esc)"))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.append(self.close_button)
        self.hide()

    def show_code(self, code: str, window: Window) -> None:
        """Say which cells are chosen."""
        rows, columns = window.bottom - window.top, window.right - window.left
        explanation = tr(
            "The code of the selected cells: {rows} rows and {columns} columns. "
            "The end of a span is not part of it.",
            rows=f"{rows:,}",
            columns=f"{columns:,}",
        )
        self._code = Fact(code, explanation)
        self.show()

    def show_sums(self, found: Rectangle | None) -> None:
        """Say what is known of them."""
        if found is None or found.progress < 1:
            counting = Fact(tr("counting…"), tr("The elements are being counted."))
            self.set_facts((self._code, counting))
        else:
            self.set_facts((self._code, *sums(found)))

    def show_problem(self, problem: Problem) -> None:
        """Say why nothing is known of them."""
        self.set_facts((self._code, Fact(problem.what, problem.fix or problem.what)))


def sums(found: Rectangle) -> tuple[Fact, ...]:
    """Return what cells are together, those that are not finite apart."""
    n = f"{found.count:,}"
    facts = [Fact(tr("{n} elements", n=n), tr("{n} elements are selected.", n=n))]
    if found.total is not None and found.mean is not None:
        total, mean = found.total, repr(found.mean)
        low, high = repr(found.minimum), repr(found.maximum)
        facts += [
            Fact(
                tr("sum {x}", x=_short(total)),
                tr("The sum of the finite elements is {x}.", x=total),
            ),
            Fact(
                tr("mean {x}", x=_short(mean)),
                tr("The mean of the finite elements is {x}.", x=mean),
            ),
            Fact(tr("min {x}", x=_short(low)), tr("The least finite element is {x}.", x=low)),
            Fact(
                tr("max {x}", x=_short(high)),
                tr("The greatest finite element is {x}.", x=high),
            ),
        ]
    if found.nan:
        n = f"{found.nan:,}"
        facts.append(
            Fact(tr("NaN {n}", n=n), tr('{n} elements are NaN, "not a number", as 0 / 0 is.', n=n))
        )
    if found.infinite:
        n = f"{found.infinite:,}"
        facts.append(Fact(tr("Inf {n}", n=n), tr("{n} elements are +Inf or -Inf.", n=n)))
    return tuple(facts)


def block_text(at: str, found: Rectangle) -> str:
    """Return what the cells of a block, which stand `at` an index, are together, in one line."""
    parts = []
    if found.mean is not None:
        low, high, mean = (_short(repr(x)) for x in (found.minimum, found.maximum, found.mean))
        parts.append(tr("{low} to {high}, mean {mean}", low=low, high=high, mean=mean))
    parts += [f"{n:,} {kind}" for n, kind in ((found.nan, "NaN"), (found.infinite, "Inf")) if n]
    return f"{at}   {' · '.join(parts)}"


def _short(text: str) -> str:
    """Return a number in six digits, a whole one with all."""
    return text if text.lstrip("-").isdigit() else f"{float(text):.6g}"
