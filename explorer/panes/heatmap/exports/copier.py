"""What a heat map puts on the clipboard."""

from msgspec import structs
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from explorer.panes.heatmap import COPY_CELLS, Table, TableAsk, Window
from explorer.panes.heatmap.request import cell_count
from explorer.panes.heatmap.slices.mosaic import MosaicTableAsk
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Answer, Problem
from explorer.text import tr
from explorer.window.controller import Controller


class Copier(QObject):
    """Copies values and code, and says so."""

    told = Signal(str)

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller

    def copy_code(self, code: str) -> None:
        """Put `code` on the clipboard."""
        QGuiApplication.clipboard().setText(code)
        self.told.emit(tr("Copied {code}", code=code))

    def copy_values(
        self, expression: str, slicing: Slicing, window: Window, as_of: int = 0
    ) -> None:
        """Put the values of a window on the clipboard, a table with tabs, if they are few enough."""
        if cell_count(window) > COPY_CELLS:
            self.told.emit(
                tr(
                    "{n} values are too many to copy: zoom in to at most {most}.",
                    n=f"{cell_count(window):,}",
                    most=f"{COPY_CELLS:,}",
                )
            )
            return
        ask = TableAsk(expression=expression, as_of=as_of, plane=slicing.plane, window=window)
        if slicing.mosaic:
            ask = MosaicTableAsk(**structs.asdict(ask), mosaic=slicing.mosaic)
        self._controller.ask(ask, self._on_table)

    def _on_table(self, answer: Answer) -> None:
        if isinstance(answer, Table):
            QGuiApplication.clipboard().setText(answer.text)
            n = answer.text.count("\n") + answer.text.count("\t") + 1
            self.told.emit(tr("Copied {n} values", n=n))
        elif isinstance(answer, Problem):
            self._controller.report(answer)
