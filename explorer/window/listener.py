"""The listener: takes in what the engine says of the task under way, and tells it."""

from PySide6.QtCore import QObject, Signal, Slot

from explorer.protocol import (
    Answer,
    Event,
    Problem,
    Replayed,
    ReplayProgress,
    StatementRan,
    Undone,
)
from explorer.text import said
from explorer.window.book import Book
from explorer.window.executor import Executor
from explorer.window.intent import ReplayIntent, RunIntent
from explorer.window.lane import Lane, Task
from explorer.window.link import Link


class Listener(QObject):
    """Writes into the book what became of each task, and lets the executor go on."""

    statement_ended = Signal(str, object)
    """Source and `Failure`, None if it succeeded."""
    looked = Signal(str, str)
    """Source and output of a mere look, which does not join the script."""
    replay_progressed = Signal(int, int)
    problem_raised = Signal(object)

    def __init__(self, engine: Link, lane: Lane, book: Book, executor: Executor) -> None:
        super().__init__()
        self._lane = lane
        self._book = book
        self._executor = executor
        engine.answered.connect(self._on_answered)
        engine.event_arrived.connect(self._on_event_arrived)
        engine.printed.connect(self._on_printed)
        engine.finished.connect(self._on_finished)

    def _task_of(self, ticket: str) -> Task | None:
        task = self._lane.task
        return task if task and task.ticket == ticket else None

    @Slot(str, object)
    def _on_answered(self, ticket: str, answer: Answer) -> None:
        task = self._task_of(ticket)
        if task is None:
            return
        if isinstance(answer, Replayed) and isinstance(task.intent, ReplayIntent):
            self._replayed(answer, task.intent)
        elif isinstance(answer, Undone):
            self._undone(answer, task)
        else:
            self._refused(as_problem(answer), task)

    @Slot(str, object)
    def _on_event_arrived(self, ticket: str, event: Event) -> None:
        if isinstance(event, ReplayProgress):
            self.replay_progressed.emit(event.done, event.total)
        elif isinstance(event, StatementRan):
            task = self._task_of(ticket)
            if task and isinstance(task.intent, RunIntent):
                task.ended = True
                self._ran(event, task, task.intent)
            else:  # nobody here sent it: another front end of Jupyter's
                self._book.look_back(0)
                self._book.set_ledger(self._book.ledger.observed(event).outside(event))

    @Slot(str, str)
    def _on_printed(self, ticket: str, text: str) -> None:
        if self._task_of(ticket):
            self._lane.print(text)

    @Slot(str)
    def _on_finished(self, ticket: str) -> None:
        task = self._task_of(ticket)
        if task is None:
            return
        if task.ended:
            self._executor.end_task()
        else:
            self._refused(Problem(what=said("The engine did not say how the line ended.")), task)

    def _ran(self, event: StatementRan, task: Task, intent: RunIntent) -> None:
        failure, before = event.failure, self._book.session
        redo = bool(intent.redo)
        ledger = self._book.ledger.ran(event, intent.source, task.output, redo=redo)
        results = () if failure else [entry.name for entry in event.delta.changed]
        self._book.set_ledger(ledger, results)
        if failure is None:
            if ledger.session is before and not intent.ticket:  # the console shows its own
                self.looked.emit(intent.source, task.output)
        elif not event.clean:
            self._executor.bring_in_step(said("A line failed after it had changed something."))
        if failure:
            task.then = None
        self.statement_ended.emit(intent.source, failure)
        if failure and not failure.interrupted:
            self.problem_raised.emit(failure.problem)

    def _replayed(self, answer: Replayed, intent: ReplayIntent) -> None:
        ledger = self._book.ledger.replayed(answer)
        known = any(ledger.workspace.find(e) for e in self._book.selection.expressions)
        is_first = answer.swapped and intent.keep_partial and not known
        self._book.set_ledger(ledger, ledger.workspace.entries if is_first else ())
        failure = answer.failure
        if failure and not failure.interrupted:
            self.problem_raised.emit(failure.problem)
        self._executor.end_task()

    def _undone(self, answer: Undone, task: Task) -> None:
        self._book.set_ledger(self._book.ledger.undone(answer))
        if not answer.restored:
            reason = said("A line was undone that must be undone by replaying.")
            if task.then:  # which replays, out of step
                self._book.set_out_of_step(reason)
            else:
                self._executor.bring_in_step(reason)
        self._executor.end_task()

    def _refused(self, problem: Problem, task: Task) -> None:
        """Show a refusal of what only the engine can do: a defect, not a person's mistake."""
        task.then = None
        self._book.set_out_of_step(self._book.ledger.out_of_step or problem.what)
        self.problem_raised.emit(problem)
        self._executor.end_task()


def as_problem(answer: Answer) -> Problem:
    """Return the problem that came in place of an answer; any other answer is one too."""
    return answer if isinstance(answer, Problem) else Problem(what=repr(answer))
