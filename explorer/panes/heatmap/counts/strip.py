"""The strip of statistics under the facts of a tensor."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from explorer.panes.heatmap.counts.statistics import statistics
from explorer.panes.heatmap.counts.summary import Along, Summary
from explorer.panes.heatmap.fact_line import FactRow
from explorer.panes.heatmap.facts import Fact
from explorer.text import tr


class StatisticsStrip(FactRow):
    """Statistics of the slice or of all of them, and the way to those of each line."""

    lines_requested = Signal(str)
    """"rows" or "columns"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Statistics"))
        self.rows_button = QPushButton(tr("Each row…"), self)
        self.columns_button = QPushButton(tr("Each column…"), self)
        self.rows_button.setToolTip(tr("Show the statistics of each row in a table"))
        self.columns_button.setToolTip(tr("Show the statistics of each column in a table"))
        self.rows_button.clicked.connect(self._on_rows_clicked)
        self.columns_button.clicked.connect(self._on_columns_clicked)
        for button in (self.rows_button, self.columns_button):
            button.setAutoDefault(False)
            self.append(button)

    def offer_lines(self, *, offered: bool) -> None:
        """Let each row and each column be counted."""
        self.rows_button.setEnabled(offered)
        self.columns_button.setEnabled(offered)

    def show_summary(self, summary: Summary | None, scope: str) -> None:
        """Show what is known of what `scope` names."""
        known: tuple[Fact, ...] = (Fact(scope, tr("What is counted: {scope}.", scope=scope)),)
        if summary is None:
            known += (Fact(tr("counting…"), tr("The elements are being counted.")),)
        else:
            known += statistics(summary)
        self.set_facts(known)

    def _request(self, along: Along) -> None:
        self.lines_requested.emit(along)

    def _on_rows_clicked(self) -> None:
        self._request("rows")

    def _on_columns_clicked(self) -> None:
        self._request("columns")
