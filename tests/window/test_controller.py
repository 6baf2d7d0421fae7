"""The controller keeps script and workspace in step, whatever happens, and loses no line."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from explorer.protocol import Problem
from explorer.session import Document, Place, Session
from explorer.window.controller import Controller, EngineState
from tests.fake_link import FakeLink


class Clock:
    """A clock that the test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def sources(controller: Controller) -> list[str]:
    return [s.source for s in controller.session.statements]


@pytest.fixture
def link():
    return FakeLink()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def controller(link, clock, qapp):
    controller = Controller(link, clock)
    controller.problems = []
    controller.problem_raised.connect(controller.problems.append)
    controller.start()
    link.deliver_all()
    return controller


def run(controller: Controller, link: FakeLink, *lines: str) -> None:
    for line in lines:
        assert controller.submit(line)
        link.deliver_all()


def test_the_first_lines_run_when_the_engine_starts(controller):
    assert controller.state is EngineState.IDLE
    assert controller.session.cursor == 2
    assert controller.out_of_step == ""


def test_a_line_that_runs_joins_the_script_and_the_workspace(controller, link):
    run(controller, link, "x = 3")
    assert sources(controller)[2:] == ["x = 3"]
    assert controller.workspace.entries["x"].summary == "3"
    assert controller.workspace.changed_by["x"] == controller.session.statements[2].id


def test_a_new_tensor_is_selected(controller, link):
    run(controller, link, "x = tensor(2, 2)")
    assert controller.selection.expressions == ("x",)


def test_a_mere_look_is_shown_and_does_not_join_the_script(controller, link, qtbot):
    run(controller, link, "x = 3")
    with qtbot.waitSignal(controller.looked) as look:
        run(controller, link, "x")
    assert look.args[0] == "x"
    assert sources(controller)[2:] == ["x = 3"]
    controller.undo()
    link.deliver_all()
    assert "x" not in link.namespace


def test_text_that_is_not_python_never_reaches_the_engine(controller, link):
    assert not controller.submit("x = = 3")
    assert not link.jobs
    assert controller.problems[-1].cause == "SyntaxError"
    assert controller.session.attempts[-1].source == "x = = 3"


def test_a_failing_line_stays_visible_until_the_next_success(controller, link):
    run(controller, link, "y = missing + 1")
    assert [a.source for a in controller.session.attempts] == ["y = missing + 1"]
    assert "missing" in controller.problems[-1].what
    assert controller.out_of_step == ""
    run(controller, link, "y = 1")
    assert controller.session.attempts == ()


def test_a_line_that_fails_half_way_is_rolled_back_by_a_replay(controller, link):
    run(controller, link, "x = 1", "x = 2; half_way = 1; nothing")
    assert link.namespace == {"x": 1}
    assert controller.out_of_step == ""


def test_undo_and_redo_move_the_cursor(controller, link):
    run(controller, link, "x = 1", "x = 2")
    controller.undo()
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 1}, 3)
    assert controller.workspace.entries["x"].summary == "1"
    controller.redo()
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 2}, 4)


def test_what_copies_cannot_undo_is_undone_by_a_replay(controller, link):
    run(controller, link, "x = 1", "opaque = 1; x = 2")
    controller.undo()
    link.deliver_all()
    assert link.namespace == {"x": 1}
    assert controller.out_of_step == ""


def test_a_slow_replay_waits_to_be_asked_for(controller, link):
    run(controller, link, "x = 1", "opaque = 1; x = 2")
    first = controller.session.statements[2].id
    record = controller.records[first]
    controller.records[first] = type(record)(seconds=9.0)
    controller.undo()
    link.deliver_all()
    assert "9 s" in controller.out_of_step
    assert link.namespace["x"] == 2
    controller.replay()
    link.deliver_all()
    assert (controller.out_of_step, link.namespace) == ("", {"x": 1})


def test_a_line_that_writes_a_file_is_never_repeated_unasked(controller, link):
    run(controller, link, "save = lambda v: v", "opaque = save(1)", "opaque = 2")
    controller.undo()
    link.deliver_all()
    assert "writes a file" in controller.out_of_step


def test_an_edited_line_is_replayed(controller, link):
    run(controller, link, "x = 1", "y = x + 1")
    assert controller.edit(controller.session.statements[2], "x = 5")
    link.deliver_all()
    assert link.namespace == {"x": 5, "y": 6}


def test_an_edit_that_breaks_a_later_line_keeps_text_and_values_and_says_so(controller, link):
    run(controller, link, "x = 1", "y = x + 1")
    controller.delete(controller.session.statements[2])
    link.deliver_all()
    assert sources(controller)[2:] == ["y = x + 1"]
    assert link.namespace == {"x": 1, "y": 2}
    assert "failed in the replay" in controller.out_of_step


def line(controller: Controller, source: str):
    return next(s for s in controller.session.statements if s.source == source)


def below(controller: Controller, source: str) -> Place:
    return Place(line(controller, source), is_above=False)


def above(controller: Controller, source: str) -> Place:
    return Place(line(controller, source), is_above=True)


def test_a_line_inserted_among_those_that_ran_runs_at_its_place(controller, link):
    run(controller, link, "x = 1", "y = x + 1")
    assert controller.insert("x = 10", above(controller, "y = x + 1"))
    link.deliver_all()
    assert sources(controller)[2:] == ["x = 1", "x = 10", "y = x + 1"]
    assert link.namespace == {"x": 10, "y": 11}
    assert (controller.session.cursor, controller.out_of_step) == (5, "")


def test_a_line_inserted_below_the_last_that_ran_is_the_next_line(controller, link):
    run(controller, link, "x = 1", "y = 2")
    controller.undo()
    controller.insert("z = x", below(controller, "x = 1"))
    link.deliver_all()
    assert sources(controller)[2:] == ["x = 1", "z = x", "y = 2"]
    assert link.namespace == {"x": 1, "z": 1}


def test_a_line_inserted_among_undone_lines_does_not_run(controller, link):
    run(controller, link, "x = 1", "y = 2")
    controller.undo()
    link.deliver_all()
    controller.insert("z = x", above(controller, "y = 2"))
    link.deliver_all()
    assert sources(controller)[2:] == ["x = 1", "z = x", "y = 2"]
    assert (link.namespace, controller.session.cursor) == ({"x": 1}, 3)


def test_a_line_to_insert_beside_one_that_is_gone_is_kept(controller, link):
    run(controller, link, "x = 1", "y = 2")
    gone = line(controller, "x = 1")
    controller.delete(gone)
    controller.insert("z = 3", Place(gone, is_above=False))
    link.deliver_all()
    assert [(a.source, a.outcome) for a in controller.session.attempts] == [("z = 3", "unrun")]


def test_a_moved_line_runs_at_its_new_place(controller, link):
    run(controller, link, "x = 1", "y = x + 1", "x = 5")
    controller.move(line(controller, "x = 5"), above(controller, "y = x + 1"))
    link.deliver_all()
    assert sources(controller)[2:] == ["x = 1", "x = 5", "y = x + 1"]
    assert (link.namespace, controller.session.cursor) == ({"x": 5, "y": 6}, 5)


def test_a_line_moved_across_the_cursor_runs_or_is_undone(controller, link):
    run(controller, link, "x = 1", "y = 2", "z = 3")
    controller.undo()
    link.deliver_all()
    controller.move(line(controller, "x = 1"), below(controller, "z = 3"))
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"y": 2}, 3)
    controller.move(line(controller, "z = 3"), above(controller, "y = 2"))
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"z": 3, "y": 2}, 4)
    assert sources(controller)[2:] == ["z = 3", "y = 2", "x = 1"]


def test_a_note_changes_without_a_replay_and_is_undone_without_the_engine(controller, link):
    run(controller, link, "x = 1", "y = 2")
    asked = len(link.asked)
    controller.edit(line(controller, "x = 1"), "# why\nx = 1")
    controller.insert("# the end", below(controller, "y = 2"))
    link.deliver_all()
    assert sources(controller)[2:] == ["# why\nx = 1", "y = 2", "# the end"]
    controller.undo()
    link.deliver_all()
    assert (len(link.asked), controller.session.cursor) == (asked, 4)
    assert link.namespace == {"x": 1, "y": 2}


def test_a_deleted_line_is_put_back_and_runs_again(controller, link):
    run(controller, link, "x = 1", "y = x + 1")
    before = controller.session
    controller.delete(line(controller, "y = x + 1"))
    link.deliver_all()
    assert link.namespace == {"x": 1}
    assert [(c.kind, c.index) for c in controller.changes] == [("deleted", 3)]
    controller.put_back()
    link.deliver_all()
    assert controller.session == before
    assert (link.namespace, controller.changes) == ({"x": 1, "y": 2}, ())
    controller.put_back()
    assert controller.session == before


def test_several_changes_are_put_back_the_last_one_first(controller, link):
    run(controller, link, "x = 1", "y = x + 1", "x = 5")
    before = controller.session
    controller.move(line(controller, "x = 5"), above(controller, "y = x + 1"))
    controller.edit(line(controller, "x = 1"), "x = 3")
    controller.delete(line(controller, "x = 5"))
    link.deliver_all()
    assert link.namespace == {"x": 3, "y": 4}
    shown = []
    for _ in range(3):
        controller.put_back()
        link.deliver_all()
        shown.append(dict(link.namespace))
    assert shown == [{"x": 5, "y": 6}, {"x": 5, "y": 6}, {"x": 5, "y": 2}]
    assert controller.session == before


def test_a_deletion_that_broke_a_later_line_is_mended_by_putting_it_back(controller, link):
    run(controller, link, "x = 1", "y = x + 1")
    controller.delete(line(controller, "x = 1"))
    link.deliver_all()
    assert "failed in the replay" in controller.out_of_step
    controller.put_back()
    link.deliver_all()
    assert (controller.out_of_step, link.namespace) == ("", {"x": 1, "y": 2})


def test_what_leaves_the_script_as_it_is_cannot_be_put_back(controller, link):
    run(controller, link, "x = 1", "y = 2")
    controller.move(line(controller, "x = 1"), above(controller, "y = 2"))
    controller.edit(line(controller, "x = 1"), "x = 1")
    assert controller.changes == ()


def test_another_document_has_nothing_to_put_back(controller, link):
    run(controller, link, "x = 1")
    controller.delete(line(controller, "x = 1"))
    controller.open(Document(Session.from_source("a = 1")))
    link.deliver_all()
    assert controller.changes == ()


def test_run_from_here_takes_back_and_runs_the_rest(controller, link):
    run(controller, link, "x = 1", "print(x)", "y = x + 1")
    asked = len(link.asked)
    controller.run_from(line(controller, "print(x)"))
    link.deliver_all()
    assert [type(a).__name__ for a in link.asked[asked:]] == ["Undo", "Undo"]
    assert (link.namespace, controller.session.cursor) == ({"x": 1, "y": 2}, 5)


def test_run_from_here_stops_after_the_last_line_that_ran(controller, link):
    text = "x = 1\ny = missing\nz = 2"
    controller.open(Document(Session.from_source(text)))
    controller.run_from(controller.session.statements[0])
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 1}, 1)
    controller.edit(line(controller, "y = missing"), "y = 5")
    controller.run_from(line(controller, "x = 1"))
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 1, "y": 5, "z": 2}, 3)


def test_run_from_here_replays_what_copies_cannot_undo(controller, link):
    run(controller, link, "x = 1", "opaque = 1; x = 2", "y = x")
    controller.run_from(line(controller, "opaque = 1; x = 2"))
    link.deliver_all()
    assert link.namespace == {"x": 2, "opaque": 1, "y": 2}
    assert (controller.session.cursor, controller.out_of_step) == (5, "")


def test_run_to_here_goes_back_or_on_to_a_line(controller, link):
    run(controller, link, "x = 1", "y = 2", "z = 3")
    controller.run_to(line(controller, "x = 1"))
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 1}, 3)
    controller.run_to(line(controller, "y = 2"))
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 1, "y": 2}, 4)


def test_an_interrupt_ends_a_run_to_a_line(controller, link):
    run(controller, link, "x = 1", "y = 2", "z = 3")
    controller.run_from(line(controller, "x = 1"))
    link.deliver()
    controller.interrupt()
    link.deliver_all()
    assert controller.session.cursor == 3
    assert (link.namespace, controller.out_of_step) == ({"x": 1}, "")


def test_the_line_that_killed_the_engine_is_marked_and_the_rest_replayed(controller, link):
    run(controller, link, "x = 1", "die()")
    assert link.starts == 2
    assert link.namespace == {"x": 1}
    attempt = controller.session.attempts[-1]
    assert (attempt.source, attempt.outcome) == ("die()", "killed")
    assert "segmentation fault" in attempt.reason
    assert controller.out_of_step == ""


def test_a_line_that_kills_the_engine_in_a_replay_is_found_by_its_mark(controller, link):
    text = "x = 1\nif x:\n    die()\ny = 2"
    controller.open(Document(Session.from_source(text)), run=True)
    link.deliver_all()
    assert [a.source for a in controller.session.attempts] == ["if x:\n    die()"]
    assert sources(controller) == ["x = 1", "y = 2"]
    assert link.namespace == {"x": 1, "y": 2}


def test_an_engine_that_keeps_dying_is_not_restarted_for_ever(controller, link, clock):
    for _ in range(3):
        link.die(-9)
        link.deliver_all()
        assert controller.state is EngineState.IDLE
    link.die(-9)
    assert controller.state is EngineState.STOPPED
    assert "4 times" in controller.problems[-1].what
    controller.restart()
    link.deliver_all()
    assert controller.state is EngineState.IDLE


def test_a_program_that_never_becomes_an_engine_sends_one_to_its_path(link):
    controller, found = Controller(link), []
    controller.problem_raised.connect(found.append)
    controller.start()
    for _ in range(4):
        link.die(0)
    assert controller.state is EngineState.STOPPED
    assert "--python" in found[-1].fix


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file or directory", "/none"), "There is no program /none."),
        (PermissionError(13, "Permission denied", "/tmp"), "can't be started: Permission denied"),
    ],
)
def test_a_python_that_can_not_be_started_is_told_without_numbers(link, monkeypatch, error, words):
    def start():
        raise error

    monkeypatch.setattr(link, "start", start)
    controller, found = Controller(link), []
    controller.problem_raised.connect(found.append)
    controller.start()
    assert controller.state is EngineState.STOPPED
    assert words in found[-1].what
    assert "Errno" not in found[-1].what
    assert "--python" in found[-1].fix


def test_deaths_long_ago_do_not_count(controller, link, clock):
    for _ in range(8):
        clock.now += 30
        link.die(-9)
        link.deliver_all()
    assert controller.state is EngineState.IDLE


def test_an_engine_without_its_packages_says_which(controller, link):
    link.die(3)
    assert controller.state is EngineState.STOPPED
    assert controller.problems[-1].fix == "last words"


def test_lines_that_waited_behind_an_interrupted_one_stay_visible(controller, link):
    for line in ("x = 1", "x = 2", "x = 3"):
        controller.submit(line)
    controller.interrupt()
    link.deliver_all()
    waited = [a.source for a in controller.session.attempts]
    assert waited == ["x = 2", "x = 3", "x = 1"]


def test_a_cancelled_replay_keeps_the_old_values_and_says_so(controller, link):
    run(controller, link, "x = 1")
    controller.replay()
    controller.interrupt()
    link.deliver_all()
    assert link.namespace == {"x": 1}
    assert "cancelled" in controller.out_of_step


def test_an_opened_script_does_not_run_until_asked(controller, link):
    run(controller, link, "old = 1")
    controller.open(Document(Session.from_source("x = 1\ny = missing\nz = 2"), "/tmp/s.py"))
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({}, 0)
    controller.run_all()
    link.deliver_all()
    assert (link.namespace, controller.session.cursor) == ({"x": 1}, 1)
    assert "missing" in controller.records[2].failed
    assert controller.out_of_step == ""


def test_a_result_that_comes_out_different_is_marked(controller, link):
    run(controller, link, "x = 1", "opaque = [x]")
    statement = controller.session.statements[2].id
    record = controller.records[statement]
    controller.records[statement] = type(record)(fingerprint=12345)
    controller.replay()
    link.deliver_all()
    assert controller.records[statement].differs


def test_long_output_is_kept_short(controller, link):
    run(controller, link, "for i in range(100_000): print(i)")
    assert len(controller.records[controller.session.statements[2].id].output) < 70_000


def type_in(controller: Controller, link: FakeLink, *lines: str) -> None:
    """Type lines in the console."""
    for line in lines:
        controller.submit_console(line, f"ticket of {line}")
        link.deliver_all()


def test_a_console_line_joins_the_script_at_the_cursor(controller, link):
    run(controller, link, "x = 1", "y = 2")
    controller.undo()
    link.deliver_all()
    type_in(controller, link, "x = 5")
    assert sources(controller)[2:] == ["x = 1", "x = 5", "y = 2"]
    assert controller.session.cursor == 4
    assert controller.out_of_step == ""
    controller.undo()
    link.deliver_all()
    assert link.namespace == {"x": 1}


def test_a_look_in_the_console_changes_nothing(controller, link, qtbot):
    run(controller, link, "x = 1")
    with qtbot.assertNotEmitted(controller.looked):  # the console shows it itself
        type_in(controller, link, "x")
    assert sources(controller)[2:] == ["x = 1"]


def test_a_magic_that_changes_a_name_puts_the_session_out_of_step(controller, link):
    run(controller, link, "x = 1")
    type_in(controller, link, "%magic x = 2", "%magic y = 3")
    assert sources(controller)[2:] == ["x = 1"]
    assert controller.out_of_step == "A console command changed x outside the script."
    controller.replay()
    link.deliver_all()
    assert (controller.out_of_step, link.namespace) == ("", {"x": 1})


def test_a_magic_that_changes_nothing_leaves_the_session_in_step(controller, link):
    run(controller, link, "x = 1")
    type_in(controller, link, "%magic x", "%magic print(x)")
    assert controller.out_of_step == ""


def test_what_ipython_keeps_stays_out_of_the_script(controller, link):
    type_in(controller, link, "_ = 3", "y = _ + 1")
    assert sources(controller)[2:] == ["_ = 3"]
    assert "changed y outside" in controller.out_of_step


def test_a_failing_magic_is_no_attempt_and_a_failing_line_is(controller, link):
    type_in(controller, link, "%magic missing", "missing")
    assert [a.source for a in controller.session.attempts] == ["missing"]
    assert "missing" in controller.problems[-1].what


def test_a_magic_that_fails_half_way_is_taken_back(controller, link):
    run(controller, link, "x = 1")
    type_in(controller, link, "%magic x = 2; half_way = 1; nothing")
    assert (link.namespace, controller.out_of_step) == ({"x": 1}, "")


def test_a_console_line_that_kills_the_engine_is_marked_and_given_up(controller, link, qtbot):
    run(controller, link, "x = 1")
    with qtbot.waitSignal(controller.console_line_given_up) as given_up:
        type_in(controller, link, "%magic die()")
    assert given_up.args[0] == "ticket of %magic die()"
    attempt = controller.session.attempts[-1]
    assert (attempt.source, attempt.outcome) == ("%magic die()", "killed")
    assert link.namespace == {"x": 1}


def test_a_console_line_waits_its_turn_and_is_given_up_by_an_interrupt(controller, link, qtbot):
    controller.submit("x = 1")
    controller.submit_console("y = 2", "t")
    assert controller.running == "x = 1"
    with qtbot.waitSignal(controller.console_line_given_up) as given_up:
        controller.interrupt()
    assert given_up.args == ["t", "It waited and was not run."]
    assert [a.source for a in controller.session.attempts] == ["y = 2"]


def test_the_status_is_running_while_a_console_line_runs(controller, link):
    controller.submit_console("x = 1", "t")
    assert (controller.state, controller.running) == (EngineState.RUNNING, "x = 1")


def test_what_another_front_end_changes_is_told(controller, link):
    link.execute("z = 1", 0)
    link.deliver_all()
    assert "z" in controller.workspace.entries
    assert "changed z outside" in controller.out_of_step


@settings(max_examples=300, stateful_step_count=40, deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
class Life(RuleBasedStateMachine):
    """Any order of intents, deliveries and deaths."""

    def __init__(self) -> None:
        super().__init__()
        self.link = FakeLink()
        self.clock = Clock()
        self.controller = Controller(self.link, self.clock)
        self.controller.start()
        self.counter = 0
        self.submitted: set[str] = set()
        self.given_up: set[str] = set()
        self.edits: set[str] = set()
        self.typed: set[str] = set()
        """Lines of the console of which it has not heard the end."""
        self.link.finished.connect(self.typed.discard)
        self.controller.console_line_given_up.connect(self.tell)

    def tell(self, ticket, reason):
        assert reason
        self.typed.discard(ticket)

    def fresh(self, text: str) -> str:
        self.counter += 1
        line = text.replace("N", str(self.counter))
        self.submitted.add(line)
        return line

    @rule(
        text=st.sampled_from(
            [
                "xN = N",
                "x = N",
                "x = x + N",
                "opaque = N",
                "del x  # N",
                "print(N)",
                "missingN",
                "x = N; missingN",
                "x = N; half_way = 1; missingN",
                "die()  # N",
                "save(N)",
                "x = (N",
                "'just N'",
            ]
        )
    )
    def submit(self, text):
        self.controller.submit(self.fresh(text))

    @rule(
        text=st.sampled_from(
            [
                "xN = N",
                "x = N",
                "opaque = N",
                "x = x + N",
                "x",
                "missingN",
                "x = N; half_way = 1; missingN",
                "die()  # N",
                "%magic x = N",
                "%magic x",
                "%magic del x",
                "%magic missingN",
                "%magic x = N; half_way = 1; missingN",
                "%magic die()  # N",
                "x = (N",
                "y = _",
            ]
        )
    )
    def type_in(self, text):
        line = self.fresh(text)
        self.typed.add(line)
        self.controller.submit_console(line, line)

    @rule(steps=st.integers(1, 5))
    def deliver(self, steps):
        for _ in range(steps):
            self.link.deliver()

    @rule()
    def undo(self):
        self.controller.undo()

    @rule()
    def redo(self):
        self.controller.redo()

    @rule()
    def replay(self):
        self.controller.replay()

    @rule()
    def run_all(self):
        self.controller.run_all()

    @rule()
    def interrupt(self):
        self.controller.interrupt()

    @rule()
    def restart(self):
        self.controller.restart()

    @rule(code=st.sampled_from([-9, -11, 1, 3]), later=st.integers(0, 100))
    def death(self, code, later):
        self.clock.now += later
        self.link.die(code)

    @precondition(lambda self: self.controller.session.statements)
    @rule(data=st.data())
    def edit(self, data):
        statement = data.draw(st.sampled_from(self.controller.session.statements))
        self.given_up.add(statement.source)
        source = self.fresh("x = N")
        self.edits.add(source)
        self.controller.edit(statement, source)

    @precondition(lambda self: self.controller.session.statements)
    @rule(data=st.data())
    def delete(self, data):
        statement = data.draw(st.sampled_from(self.controller.session.statements))
        self.given_up.add(statement.source)
        self.controller.delete(statement)

    @precondition(lambda self: self.controller.session.statements)
    @rule(
        data=st.data(), is_above=st.booleans(), text=st.sampled_from(["x = N", "y = x + N", "# N"])
    )
    def insert(self, data, is_above, text):
        statement = data.draw(st.sampled_from(self.controller.session.statements))
        self.controller.insert(self.fresh(text), Place(statement, is_above))

    @precondition(lambda self: self.controller.session.statements)
    @rule(data=st.data(), is_above=st.booleans())
    def move(self, data, is_above):
        statements = st.sampled_from(self.controller.session.statements)
        self.controller.move(data.draw(statements), Place(data.draw(statements), is_above))

    @precondition(lambda self: self.controller.session.statements)
    @rule(data=st.data(), is_from=st.booleans())
    def run_from_or_to(self, data, is_from):
        statement = data.draw(st.sampled_from(self.controller.session.statements))
        (self.controller.run_from if is_from else self.controller.run_to)(statement)

    @rule()
    def put_back(self):
        self.given_up |= self.edits  # in whose place the lines of before may return
        self.controller.put_back()

    @precondition(lambda self: self.controller.session.done)
    @rule(data=st.data(), is_read=st.booleans())
    def look_back(self, data, is_read):
        statement = data.draw(st.sampled_from(self.controller.session.done))
        self.controller.look_back(statement.id)
        if is_read and self.controller.as_of:
            self.controller.revisit(statement.id, Problem(what="not kept"))

    @rule()
    def look_at_now(self):
        self.controller.look_back(0)

    @rule(run=st.booleans(), cursor=st.integers(0, 3))
    def open(self, run, cursor):
        self.given_up |= self.submitted
        text = "\n".join(self.fresh(t) for t in ("x = N", "opaque = N", "yN = x"))
        self.controller.open(Document(Session.from_source(text).move(cursor)), run=run)

    @rule()
    def save(self):
        self.controller.mark_saved("/tmp/script.py")

    @invariant()
    def out_of_step_or_in_step(self):
        controller, link = self.controller, self.link
        if not controller.is_settled or link.jobs:
            return
        assert set(controller.workspace.entries) == set(link.namespace)
        if controller.out_of_step:
            return
        other = FakeLink()
        for statement in controller.session.done:
            failure, _ = other._execute(statement.source)
            assert failure is None
        assert link.namespace == other.namespace

    @invariant()
    def one_looks_back_at_lines_that_have_run_or_at_now(self):
        as_of = self.controller.as_of
        assert as_of in (0, *(s.id for s in self.controller.session.done))
        assert not as_of or (self.controller.is_settled and not self.controller.out_of_step)

    def teardown(self):
        self.link.deliver_all()
        if self.controller.state is EngineState.STOPPED:
            self.controller.restart()
            self.link.deliver_all()
        self.out_of_step_or_in_step()
        assert self.controller.is_settled
        assert not self.typed
        session = self.controller.session
        self.link.deliver_all()
        kept = {s.source for s in session.statements} | {a.source for a in session.attempts}
        ran = {s for s in self.submitted if not fails(s)}
        assert ran - self.given_up <= kept


def fails(source: str) -> bool:
    """Lines that may rightly be absent: failures give way to a success, looks never join."""
    unlike = ("missing", "just", "save", "del x", "x + ", "= (", "= x", "%magic", "= _")
    return source == "x" or any(text in source for text in unlike)


TestLife = Life.TestCase
