"""A menu of the lines that several tensors fit."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from explorer.catalog.arithmetic import Offer, offers, shapes_why_not, why_not
from explorer.panes.tensors.words import shape_text
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.theme import icon, scheme


class Combiner(QObject):
    """Offers what fits several tensors in a menu over the list that they stand in."""

    line_chosen = Signal(str)
    refused = Signal(str)
    """Why nothing is offered, "" once something is."""

    def __init__(self, controller: Controller, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._controller = controller
        self._view = view

    def offer(self, operands: Sequence[TensorInfo], point: QPoint) -> None:
        """Show the menu at a point of the list, or tell why there is none."""
        found = offers(operands, self._controller.workspace)
        if found:
            self.refused.emit("")
            menu = CombiningMenu(found, self._view)
            menu.line_chosen.connect(self.line_chosen)
            menu.popup(self._view.viewport().mapToGlobal(point))
        elif len(operands) > 1:
            self.refused.emit(why_not(operands) or shapes_why_not(operands))
        else:
            self.refused.emit(tr("Choose two tensors or more: Ctrl and a click add one"))


class CombiningMenu(QMenu):
    """Each line with the shape of its result; those that write in place say so, apart."""

    line_chosen = Signal(str)

    def __init__(self, found: Sequence[Offer], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Combine"))
        self.setFont(code_font())
        warning = icon("warning", scheme(self.palette()).warning)
        for offer in found:
            action = QAction(_text(offer), self)
            action.setData(offer.line)
            if offer.writes:
                if not any(a.isSeparator() for a in self.actions()):
                    self.addSeparator()
                action.setIcon(warning)
            self.addAction(action)
        self.triggered.connect(self._on_triggered)
        self.setActiveAction(self.actions()[0])

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.line_chosen.emit(action.data())


def _text(offer: Offer) -> str:
    """Return line and, in the column where Qt puts keys, what comes of it."""
    result = f"→ {shape_text(offer.shape)}"
    if offer.writes:
        result = tr("{result}  writes {name} in place", result=result, name=offer.writes)
    return f"{offer.line.replace('&', '&&')}\t{result}"
