"""Deaths of the engine: why it ended, and whether to start it again."""

from collections import deque
from collections.abc import Callable

from explorer.text import said

RESTARTS_PER_MINUTE = 3


class RestartLimit:
    """Counts the deaths of the last minute by `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deaths: deque[float] = deque()

    def count(self) -> int:
        """Note one death; return how many there were within a minute."""
        now = self._clock()
        self._deaths.append(now)
        while self._deaths[0] < now - 60:
            self._deaths.popleft()
        return len(self._deaths)

    def reset(self) -> None:
        """Forget the deaths: the person asked for a restart."""
        self._deaths.clear()


def death_reason(code: int) -> str:
    """Return in plain words why a process ended with `code`, negative for a signal."""
    match -code:
        case 9:
            return said("It was killed by the system, which happens when memory runs out.")
        case 11 | 7:
            return said("It crashed in compiled code (segmentation fault).")
        case 6:
            return said("It gave up in compiled code (abort).")
        case 15:
            return said("Another program asked it to end.")
    return said("It exited with status {code}.", code=code)
