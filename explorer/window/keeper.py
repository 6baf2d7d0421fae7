"""Keeps the journal of a window up to date, and gives back what one of an earlier window holds."""

import time
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.controller import Controller, EngineState
from explorer.window.journal import Journal, Page
from explorer.window.views import Views


class Keeper(QObject):
    """Writes a page after each change of script or selection, once the signals have settled."""

    def __init__(self, controller: Controller, views: Views, journal: Journal) -> None:
        super().__init__(views)
        self._controller = controller
        self._views = views
        self._journal = journal
        self._failed = False
        self._recovered: Page | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.write)
        controller.session_changed.connect(self._soon.start)
        controller.selection_changed.connect(self._soon.start)
        controller.links_changed.connect(self._soon.start)
        controller.engine_changed.connect(self._restore_selection)
        views.changed.connect(self._soon.start)

    def recover(self, page: Page) -> None:
        """Open what `page` holds; the selection follows when its lines have run. Raises OSError."""
        self._journal.write(page)
        self._recovered = page
        self._controller.open(page.document)
        self._views.restore(page.views, page.placement)
        self._controller.link(replace(self._controller.linking, links=page.links))

    def write(self) -> None:
        """Write what the window holds now; a failure is told once."""
        if self._recovered is not None:
            return  # the journal already holds it, and this window does not yet
        controller = self._controller
        document = controller.document
        try:
            if not document.is_untouched:
                self._journal.write(
                    Page(
                        document,
                        controller.selection.expressions,
                        controller.selection.cell,
                        self._views.state(),
                        time.time(),
                        self._views.placement(),
                        controller.linking.links,
                    )
                )
            else:
                self._journal.clear()
        except OSError as error:
            if not self._failed:
                self._failed = True
                controller.report(
                    Problem(
                        what=tr("The journal can't be written: {reason}.", reason=error.strerror),
                        fix=tr("Save the session often: after a crash it could not be recovered."),
                        detail=str(error),
                        cause=type(error).__name__,
                    )
                )

    def close(self) -> None:
        """End the journal: the window closes as it should."""
        self._soon.stop()
        self._journal.close()

    def _restore_selection(self) -> None:
        page, controller = self._recovered, self._controller
        if page and controller.is_settled and controller.state is not EngineState.STOPPED:
            self._recovered = None
            controller.select(*page.selection, cell=page.cell)
