"""What leaves a heat map: pictures and values, to files and to the clipboard."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from explorer.panes.heatmap import Tile, TileAsk
from explorer.panes.heatmap.exports.export import Format, WriteAsk
from explorer.panes.heatmap.exports.file_writer import FileWriter
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.page import Page, block_text
from explorer.panes.heatmap.pictures.figure import Figure, TooLargeError
from explorer.panes.heatmap.pictures.picture import Picture, picture
from explorer.panes.heatmap.request import tile_ask
from explorer.panes.heatmap.requester import Requester
from explorer.panes.heatmap.scales.scale import is_whole
from explorer.protocol import Answer, Problem, TensorInfo
from explorer.text import Text, tr
from explorer.window.controller import Controller
from explorer.window.files import save_problem, write_atomically
from explorer.window.pane import Pane

KINDS: dict[str, tuple[Text, str]] = {
    "png": ("Picture (*.png)", "png"),
    "png2": ("Picture (*.png)", "png"),
    "png4": ("Picture (*.png)", "png"),
    "svg": ("Drawing (*.svg)", "svg"),
    "csv": ("Table (*.csv)", "csv"),
    "npy": ("NumPy array (*.npy)", "npy"),
}
"""Name in a dialog and ending of each kind of file."""
PIXELS = {"png2": 2.0, "png4": 4.0}
"""Those kinds that are larger than on the screen, and how many times."""
FORMATS: dict[str, Format] = {"csv": "csv", "npy": "npy"}
CLIPBOARD = "clipboard"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a heat map shows, and as of which statement."""

    expression: str
    look: Look
    info: TensorInfo
    as_of: int

    @property
    def code(self) -> str:
        """Python that makes what is seen."""
        look = self.look
        part = look.part if look.dtype.startswith("complex") else None
        return look.slicing.code(self.expression, part)

    @property
    def file_stem(self) -> str:
        """A name for a file: `x[3]` is x_3."""
        return re.sub(r"\W+", "_", self.code).strip("_") or tr("heat map")


class Exporter(QObject):
    """Exports what one heat map shows."""

    told = Signal(str)

    def __init__(self, controller: Controller, pane: Pane, page: Page) -> None:
        super().__init__(pane)
        self._controller, self._pane, self._page = controller, pane, page
        self._shown: Shown | None = None
        self._wanted: tuple[str, Path | None, Shown] | None = None
        """Kind of picture, file, and of what, while a finer tile is on its way."""
        self.writer = FileWriter(controller, pane)
        self.writer.told.connect(self.told)
        self._requester = Requester(controller, pane)
        self._requester.arrived.connect(self._on_tile)
        self._requester.progressed.connect(self._on_progressed)
        self._requester.paused.connect(self._on_paused)
        self._ask: TileAsk | None = None

    def look_at(self, shown: Shown | None) -> None:
        """Export this from now on, nothing if it is None."""
        self._shown = shown

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be written."""
        return self.writer.is_writing or self._wanted is not None

    def export(self, kind: str) -> None:
        """Let the person choose a file, then write it; `kind` is one of KINDS or CLIPBOARD."""
        if self._shown is None:
            self.told.emit(tr("There is nothing to export: select a tensor first."))
        elif kind == CLIPBOARD:
            self.export_to(kind)
        elif path := self._choose(kind, self._shown.file_stem):
            self.export_to(kind, path)

    def export_to(self, kind: str, path: Path | None = None) -> None:
        """Write what is shown to `path`."""
        shown = self._shown
        if shown is None:
            return
        if kind in FORMATS and path:
            ask = WriteAsk(
                expression=shown.expression,
                as_of=shown.as_of,
                plane=shown.look.slicing.plane,
                channels=shown.look.slicing.channels,
                path="",
                format=FORMATS[kind],
            )
            self.writer.write(path, ask, shown.look.dtype)
            return
        found = self._page.item.picture
        scale = self._page.legend[0]
        self._wanted = kind, path, shown
        if found and found.tile.is_exact and (found.tile.has_cells or scale.along):
            self._deliver(found)
            return
        pixels = PIXELS.get(kind, 1.0)
        self._ask = tile_ask(
            shown.expression, shown.look, self._page.cells, shown.as_of, pixels=pixels
        )
        self._requester.forget()
        self._requester.request(self._ask, shown.info)

    def _on_paused(self) -> None:
        # Out of sight or not, the file is wanted.
        if self._wanted and self._ask:
            self._requester.request(self._ask, self._wanted[2].info)

    def _on_progressed(self, progress: float) -> None:
        if self._wanted:
            n = math.floor(100 * progress)
            self.told.emit(tr("Reading {x} for the picture: {n} %", x=self._wanted[2].code, n=n))

    def _on_tile(self, answer: Answer) -> None:
        if self._wanted is None:
            return
        if isinstance(answer, Problem):
            self._wanted = None
            self._controller.report(answer)
        elif isinstance(answer, Tile) and not answer.is_exact:
            self._on_progressed(answer.progress)
        elif isinstance(answer, Tile):
            look = self._wanted[2].look
            whole = is_whole(answer, look.dtype, look.reduce)
            self._deliver(picture(answer, self._page.legend[0], whole=whole))

    def _deliver(self, found: Picture) -> None:
        if self._wanted is None:
            return
        (kind, path, shown), self._wanted = self._wanted, None
        self._requester.forget()
        figure = self._figure(found, shown)
        try:
            if path is None:
                QGuiApplication.clipboard().setImage(figure.image(self._page.devicePixelRatioF()))
                self.told.emit(tr("Copied the picture of {x}", x=shown.code))
                return
            content = figure.svg() if kind == "svg" else figure.png(PIXELS.get(kind, 1.0))
            write_atomically(path.absolute(), content)
        except OSError as error:
            self._controller.report(save_problem(path or Path(), error))
        except TooLargeError:
            self.told.emit(tr("The picture is too large: choose a smaller size."))
        else:
            self.told.emit(tr("Wrote the picture of {x} to {name}", x=shown.code, name=path.name))

    def _figure(self, found: Picture, shown: Shown) -> Figure:
        page, look = self._page, shown.look
        scale, whole, reach, summary = page.legend
        cells = page.cells
        lattice = page.maps.lattice
        labels = tuple("" if d is None else tr("dim {dim}", dim=d) for d in _running(look))
        if lattice:
            labels = lattice.labels(cells.view)
        return Figure(
            picture=found,
            title=shown.code,
            notes=tuple(self._notes(found.tile, shown)),
            labels=(labels[0], labels[1]),
            lattice=lattice,
            seen=cells.visible(),
            cell_px=(cells.view.cell_width_px, cells.view.cell_height_px),
            scale=None if found.tile.colours else scale,
            whole=whole,
            reach=reach,
            summary=summary,
            palette=page.palette(),
        )

    def _notes(self, tile: Tile, shown: Shown) -> list[str]:
        """Return lines that say what the cells are."""
        facts = [f"[{', '.join(map(str, shown.info.shape))}]", shown.info.dtype]
        if shown.as_of:
            ids = [statement.id for statement in self._controller.session.statements]
            if abs(shown.as_of) in ids:
                n = ids.index(abs(shown.as_of)) + 1
                facts.append(
                    tr("after line {n}", n=n) if shown.as_of > 0 else tr("before line {n}", n=n)
                )
        lines = [" · ".join(facts)]
        if not tile.has_cells:
            lines.append(f"{block_text(tile)} · {self._page.reduce_box.currentText()}")
        return lines

    def _choose(self, kind: str, stem: str) -> Path | None:
        name, ending = KINDS[kind]
        script = self._controller.document.path
        folder = Path(script).parent if script else Path.cwd()
        suggested = str(folder / f"{stem}.{ending}")
        dialog = QFileDialog(self._pane, tr("Export the heat map"), suggested, tr(name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(suggested)
        found = dialog.selectedFiles()[0] if dialog.exec() else ""
        dialog.deleteLater()
        return Path(found) if found else None


def _running(look: Look) -> tuple[int | None, int | None]:
    return look.slicing.rows, look.slicing.columns
