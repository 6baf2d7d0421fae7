"""Lights the cells that a form is about in every heat map, while the form is seen."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QDockWidget, QWidget

from explorer.window.controller import Controller
from explorer.window.linking import Lit


class Lamp(QObject):
    """Of one `form`; what others light stays as long as this one has nothing to light."""

    def __init__(self, controller: Controller, form: QWidget) -> None:
        super().__init__(form)
        self._controller, self._form = controller, form
        self._meant: Mapping[str, Lit] = {}
        self._is_on = False
        self._dock: QDockWidget | None = None
        self._is_behind = False
        form.installEventFilter(self)

    def shine(self, meant: Mapping[str, Lit]) -> None:
        """Light these cells, by the expression that they belong to."""
        self._meant = meant
        self._turn(seen=self._form.isVisible() and not self._is_behind)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Light nothing while nobody sees a reason for it."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._watch_dock()
            self._turn(seen=event.type() == QEvent.Type.Show and not self._is_behind)
        return super().eventFilter(watched, event)

    def _watch_dock(self) -> None:
        """Hear of it when the form's dock goes behind another, which hides nothing for Qt."""
        above: QWidget | None = self._form
        while above is not None and not isinstance(above, QDockWidget):
            above = above.parentWidget()
        if isinstance(above, QDockWidget) and above is not self._dock:
            self._dock = above
            above.visibilityChanged.connect(self._on_dock_visibility_changed)

    @Slot(bool)
    def _on_dock_visibility_changed(self, visible: bool) -> None:  # noqa: FBT001 - Qt's signal carries it
        self._is_behind = not visible
        self._turn(seen=visible and self._form.isVisible())

    def _turn(self, *, seen: bool) -> None:
        meant = self._meant if seen else {}
        if meant or self._is_on:
            self._is_on = bool(meant)
            self._controller.link(self._controller.linking.meaning(meant))
