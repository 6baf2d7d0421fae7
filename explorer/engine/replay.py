"""Runs a script's statements in a fresh namespace, as `python file.py` would."""

import __future__

import ast
import builtins
import io
import linecache
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from types import CodeType, ModuleType

import torch

from explorer.engine.failure import statement_file
from explorer.engine.interrupt import Interrupts
from explorer.engine.runner import Runner
from explorer.protocol import Line, LineResult, StatementRan

MOST_OUTPUT_CHARACTERS = 200_000
PROGRESS_SECONDS = 0.05


def new_main(script: str = "") -> ModuleType:
    """Return a `__main__` that holds what Python puts there, and nothing else."""
    module = ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    if script:
        module.__file__ = script
    return module


def is_worth_showing(value: object) -> bool:
    """Return whether a bare expression's value tells a person anything.

    What `torch.manual_seed` returns, the default generator, prints as an address.
    """
    return value is not None and not isinstance(value, torch.Generator)


@dataclass(slots=True)
class Compiler:
    """Compiles statements of one script; a `from __future__ import` holds for those after it."""

    flags: int = 0

    def code(self, source: str | ast.Module | ast.Expression, file: str, mode: str) -> CodeType:
        """Compile a statement or a part of one. Raises SyntaxError, ValueError."""
        code: CodeType = compile(source, file, mode, self.flags, dont_inherit=True)
        for name in __future__.all_feature_names:
            flag: int = getattr(__future__, name).compiler_flag
            self.flags |= code.co_flags & flag
        return code

    def tree(self, source: str, file: str) -> ast.Module:
        """Parse a statement. Raises SyntaxError, ValueError."""
        tree = compile(source, file, "exec", self.flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)  # noqa: S101 - what "exec" makes
        return tree


@dataclass(slots=True)
class Run:
    """A script being run: what its lines did, and the one that failed.

    `accept` is told of every line that ran and how many have; what it raises ends the run.
    """

    runner: Runner
    progress: Callable[[int], None]
    accept: Callable[[int, StatementRan], None] = lambda _count, _ran: None
    compiler: Compiler = field(default_factory=Compiler)
    results: list[LineResult] = field(default_factory=list)
    failed: StatementRan | None = None

    def lines(self, lines: tuple[Line, ...]) -> None:
        """Run `lines` until one fails; `progress` is told of it at most every 50 ms."""
        told = time.monotonic()
        with Interrupts() as interrupts:
            for line in lines:
                ran, output = self._line(line, interrupts)
                if ran.failure is not None:
                    self.failed = ran
                    return
                self.results.append(
                    LineResult(
                        statement=line.statement,
                        seconds=ran.seconds,
                        output=output,
                        fingerprint=ran.fingerprint,
                        wrote=ran.wrote,
                    )
                )
                self.accept(len(self.results), ran)
                if time.monotonic() - told >= PROGRESS_SECONDS:
                    told = time.monotonic()
                    self.progress(len(self.results))

    def _line(self, line: Line, interrupts: Interrupts) -> tuple[StatementRan, str]:
        error: BaseException | None = None
        self.runner.begin(line.statement, line.source)
        with _captured() as output:
            try:
                with interrupts.allowed():
                    self._execute(line)
            except BaseException as raised:  # noqa: BLE001 - SystemExit too ends the line, not us
                error = raised
        return self.runner.end(error, printed=bool(output.tell())), output.getvalue()

    def _execute(self, line: Line) -> None:
        file = statement_file(line.statement)
        lines = line.source.splitlines(keepends=True)
        linecache.cache[file] = (len(line.source), None, lines, file)
        namespace = self.runner.module.__dict__
        tree = self.compiler.tree(line.source, file)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and not line.source.rstrip().endswith(";"):
            tree.body.pop()
            self._run(self.compiler.code(tree, file, "exec"))
            value = eval(  # noqa: S307 - running the person's code is what we are for
                self.compiler.code(ast.Expression(last.value), file, "eval"), namespace
            )
            if is_worth_showing(value):
                sys.stdout.write(f"{value!r}\n")
        else:
            self._run(self.compiler.code(tree, file, "exec"))

    def _run(self, code: CodeType) -> None:
        exec(code, self.runner.module.__dict__)  # noqa: S102 - as above


class _Output(io.StringIO):
    """Keeps the first of what a line prints: a loop that prints for ever must not fill memory."""

    def write(self, text: str) -> int:
        room = MOST_OUTPUT_CHARACTERS - self.tell()
        if room > 0:
            super().write(text if len(text) <= room else text[: room - 1] + "…")
        return len(text)


@contextmanager
def _captured() -> Iterator[_Output]:
    output = _Output()
    with redirect_stdout(output), redirect_stderr(output):
        yield output
