"""The engine's leisure: when nothing has run for a while, to do what no line is to wait for."""

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.protocol import Prepared
from explorer.window.lane import Lane
from explorer.window.supervisor import Supervisor


class Leisure(QObject):
    """Tells once of each engine that nothing has run for `quiet_milliseconds`."""

    rested = Signal()

    def __init__(
        self, lane: Lane, supervisor: Supervisor, quiet_milliseconds: int, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._lane = lane
        self._supervisor = supervisor
        self._told: Prepared | None = None
        """The engine of which it was told, by what it said of itself."""
        self._quiet = QTimer(self, interval=quiet_milliseconds, singleShot=True)
        self._quiet.timeout.connect(self._on_timeout)
        lane.state_changed.connect(self._on_state_changed)

    def _on_state_changed(self) -> None:
        engine = self._supervisor.versions
        if self._lane.is_settled and engine is not None and engine is not self._told:
            self._quiet.start()
        else:
            self._quiet.stop()

    def _on_timeout(self) -> None:
        self._told = self._supervisor.versions
        self.rested.emit()
