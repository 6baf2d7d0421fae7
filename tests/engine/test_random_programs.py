"""Random covered programs: undone line by line, and replayed."""

import contextlib
import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engine import setting
from explorer.engine.effect import examine
from explorer.protocol import Line, Replay
from tests.engine.conftest import Session

names = st.sampled_from(["x", "y", "z"])
numbers = st.sampled_from(["0", "1", "-2", "0.5"])
MAKES = (
    "torch.rand(2, 3)",
    "torch.ones(2, 3)",
    "torch.arange(6.0).reshape(2, 3)",
    "torch.zeros(3)",
)
EXPRESSIONS = (
    "{a} + {b}",
    "{a}",
    "{a} * {n}",
    "{a}.view(-1)",
    "{a}.T",
    "{a}[0]",
    "{a}.clone()",
    "{a}.reshape(2, 3)",
    "[{a}, {b}][1]",
    "{a}.detach()",
)
WRITES = (
    "{a}.add_({b})",
    "{a}.mul_({n})",
    "{a} += {b}",
    "{a}[0] = {n}",
    "{a}.t_()",
    "{a}.unsqueeze_(0)",
    "{a}.squeeze_()",
    "{a}.uniform_()",
    "{a}.copy_({b})",
    "{a}.zero_()",
    "torch.add({a}, {n}, out={b})",
    "{a}.requires_grad_()",
    "{a}.data.add_({n})",
    "{a}.grad = {b}",
    "with torch.no_grad():\n    {a} -= {b}",
    "for i in range(2):\n    {a} += {n}",
    "del {a}",
    "torch.manual_seed(3)",
    "torch.set_default_dtype(torch.float64)",
    "{a}.fill_({n}); {b}.undefined",
)
statements = st.one_of(
    st.builds("{} = {}".format, names, st.sampled_from(MAKES)),
    st.builds(
        lambda target, form, a, b, n: f"{target} = " + form.format(a=a, b=b, n=n),
        names,
        st.sampled_from(EXPRESSIONS),
        names,
        names,
        numbers,
    ),
    st.builds(
        lambda form, a, b, n: form.format(a=a, b=b, n=n),
        st.sampled_from(WRITES),
        names,
        names,
        numbers,
    ),
)
# `out=` of another shape: torch resizes it, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:An output with one or more elements was resized")
START = ("import torch", "torch.manual_seed(0)", *(f"{name} = {MAKES[0]}" for name in "xyz"))


def picture(session):
    """Return all that the names of a session can show, and who shares memory with whom."""
    storages = []
    shown = {}
    for name, value in sorted(session.names.items()):
        if not isinstance(value, torch.Tensor):
            shown[name] = repr(value)
            continue
        key = value.untyped_storage()._cdata
        storages += [key] if key not in storages else []
        grad = value.grad if value.is_leaf else None
        shown[name] = (
            value.detach().numpy().tobytes(),
            str(value.dtype),
            tuple(value.shape),
            value.stride(),
            value._version,
            value.requires_grad,
            None if grad is None else grad.detach().numpy().tobytes(),
            storages.index(key),
        )
    return shown, torch.get_rng_state().tolist(), random.getstate(), torch.get_default_dtype()


@contextlib.contextmanager
def new_session():
    found, drawn = setting.read_settings(), setting.read_randomness()
    try:
        yield Session()
    finally:
        setting.write_settings(found)
        setting.write_randomness(drawn)


@settings(max_examples=60)
@given(st.lists(statements, max_size=12))
def test_undo_of_any_program_retraces_every_step(program):
    with new_session() as session:
        session.run_all(*START)
        pictures, objects = [], []
        for source in program:
            before, held = picture(session), dict(session.names)
            assert examine(source, session.namespace).covered, source
            ran = session.run(source)
            if ran.failure is not None:
                session.count -= 1
                if ran.clean:
                    assert picture(session) == before, source
                else:
                    pictures.clear()
                    objects.clear()
            elif ran.effect:
                pictures.append(before)
                objects.append(held)
        while pictures and session.undo().restored:
            assert picture(session) == pictures.pop()
            held = objects.pop()
            assert session.names.keys() == held.keys()
            assert all(session.names[name] is value for name, value in held.items())


@settings(max_examples=40)
@given(st.lists(statements, max_size=12))
def test_a_replay_of_any_program_is_the_program(program):
    with new_session() as session:
        joined = [source for source in START if session.run(source).effect]
        for source in program:
            ran = session.run(source)
            if not ran.clean:
                return
            if ran.failure is None and ran.effect:
                joined.append(source)
        direct = picture(session)
        lines = tuple(Line(statement=i, source=source) for i, source in enumerate(joined, 1))
        answer = session.core.answer(Replay(lines=lines))
        assert answer.failure is None, answer.failure
        replayed = picture(session)
        assert replayed[0] == direct[0]
        assert replayed[1:] == direct[1:]
