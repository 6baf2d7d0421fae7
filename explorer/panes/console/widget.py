"""The console: qtconsole's widget, tied to the controller instead of a kernel.

What is typed is handed out as a line; what Jupyter says about any line comes in by `take`. A line
from elsewhere in the window is shown above the prompt and leaves alone what is half typed there.
"""

import uuid
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor

from explorer.panes.console.output import BUFFER_LINES, CONTROLS, shorten, shorten_source, write
from explorer.panes.console.terminal import Terminal
from explorer.text import tr

Message = dict[str, Any]
Insert = Callable[..., Any]


class ConsoleWidget(Terminal):
    """See the module. `count` is how many lines this engine has numbered so far."""

    line_entered = Signal(str, str)
    """Source and the ticket under which its messages are awaited."""

    def __init__(self, request: Callable[[str, dict[str, object]], str], count: int) -> None:
        self._count = count
        self._ticket = ""
        self._awaited: set[str] = set()
        self._remote: QTextCursor | None = None
        super().__init__()
        self._kernel_client = Questions(request)
        # Showing a prompt runs Qt's events: it must not happen within the controller's doings.
        self._prompt_timer = QTimer(self, singleShot=True, interval=0)
        self._prompt_timer.timeout.connect(self._show_interpreter_prompt)
        self._append_plain_text(
            tr("What changes something here joins the script. Ctrl+C stops what runs.") + "\n"
        )
        self._show_interpreter_prompt()

    # --- what the pane says -------------------------------------------------------------------

    def take(self, message: Message) -> None:
        """Show what Jupyter says about a line or answers to a question."""
        self._dispatch(message)

    def give_up(self, ticket: str, reason: str) -> None:
        """Show that the line of `ticket` will not run to its end."""
        if ticket == self._ticket:
            self._awaited.clear()
            self._append_custom(self._insert_note, reason)
            self._prompt_timer.start()

    def tell_restart(self) -> None:
        """Say that the engine is a new one, which counts from one."""
        self._count = 0
        self._append_custom(self._insert_note, tr("The engine was started again."), True)  # noqa: FBT003 - qtconsole's signature
        if not self._executing:
            self._update_prompt(1)

    def clear(self, keep_input: bool = True) -> None:  # noqa: FBT001, FBT002 - qtconsole's signature
        """Forget what is written, but for what is half typed."""
        typed = self._get_input_buffer() if keep_input else ""
        self._control.clear()
        self._show_interpreter_prompt()
        self._set_input_buffer(typed)

    # --- a line of the person's ---------------------------------------------------------------

    def _execute(self, source: str, hidden: bool) -> None:  # noqa: FBT001 - qtconsole's signature
        if not source.strip():
            self._prompt_timer.start()
            return
        self._ticket = uuid.uuid4().hex
        self._awaited = {"reply", "idle"}
        self.line_entered.emit(source.rstrip(), self._ticket)

    def _heard(self, what: str, message: Message) -> None:
        """Show the next prompt when all has come: outputs may arrive after the reply."""
        if self._awaited and self.from_here(message):
            self._awaited.discard(what)
            if not self._awaited:
                self._prompt_timer.start()

    def _show_interpreter_prompt(self, number: int | None = None) -> None:
        super()._show_interpreter_prompt(number or self._count + 1)

    def _prompt_started_hook(self) -> None:
        super()._prompt_started_hook()
        self._ticket = ""
        block = self._control.document().findBlock(self._prompt_pos)
        self._remote = QTextCursor(block.previous())
        self._remote.movePosition(QTextCursor.MoveOperation.EndOfBlock)

    # --- what Jupyter says --------------------------------------------------------------------

    def from_here(self, msg: Message) -> bool:
        """Return whether `msg` is about the line that was typed here."""
        return bool(self._ticket) and msg["parent_header"].get("msg_id") == self._ticket

    def include_output(self, msg: Message) -> bool:
        """Return whether `msg` is shown: all but the echo of what was typed here."""
        return msg["msg_type"] != "execute_input" or not self.from_here(msg)

    def _handle_execute_input(self, msg: Message) -> None:
        self._count = msg["content"]["execution_count"]
        if self.from_here(msg):
            prompt = self._previous_prompt_obj
            if prompt and prompt.number != self._count:  # another line ran while it waited
                self._update_prompt(self._count)
        else:
            super()._handle_execute_input(msg)

    def _insert_other_input(
        self,
        cursor: QTextCursor,
        content: dict[str, Any],
        remote: bool = True,  # noqa: FBT001, FBT002 - qtconsole's signature
    ) -> None:
        """Show a line from elsewhere as if it had been typed."""
        if cursor.block().text() or cursor.block().previous().text():
            cursor.insertText("\n" if not cursor.block().text() else "\n\n", QTextCharFormat())
        first = self._make_in_prompt(self._count)
        rest = self._make_continuation_prompt(f"In [{self._count}]: ")
        for i, line in enumerate(shorten_source(content["code"])):
            self._insert_html(cursor, rest if i else first)
            cursor.insertText(line + "\n", QTextCharFormat())
        if not self._executing:
            self._update_prompt(self._count + 1)

    def _handle_stream(self, msg: Message) -> None:
        super()._handle_stream(_with_text(msg, "text", msg["content"]["text"]))

    def _handle_execute_result(self, msg: Message) -> None:
        super()._handle_execute_result(_with_shorter_data(msg))
        if self.from_here(msg):
            self._append_plain_text("\n")

    def _handle_display_data(self, msg: Message) -> None:
        super()._handle_display_data(_with_shorter_data(msg))

    def _process_execute_error(self, msg: Message) -> None:
        text = "\n".join(msg["content"]["traceback"]).rstrip("\n")
        self._append_plain_text(shorten(text) + "\n", before_prompt=True)

    def _handle_execute_reply(self, msg: Message) -> None:
        if self.from_here(msg):
            self._ansi_processor.reset_sgr()
            if msg["content"]["status"] == "ok":
                self._process_execute_ok(msg)
        self._heard("reply", msg)

    def _handle_status(self, msg: Message) -> None:
        if msg["content"]["execution_state"] == "idle":
            self._heard("idle", msg)

    # The window starts, ends and restarts the engine, and says so itself.
    def _handle_kernel_info_reply(self, rep: Message) -> None: ...

    def _handle_shutdown_reply(self, msg: Message) -> None: ...

    # --- writing ------------------------------------------------------------------------------

    def _append_custom(
        self,
        insert: Insert,
        input: object,
        before_prompt: bool = False,  # noqa: FBT001, FBT002 - qtconsole's signature
        *args: object,
        **kwargs: object,
    ) -> object:
        """Write above the prompt with a cursor of our own: qtconsole's loses line breaks there."""
        remote = self._remote
        if not before_prompt or self._executing or remote is None:
            return super()._append_custom(insert, input, before_prompt, *args, **kwargs)
        at_end = self._viewport_at_end()
        remote.beginEditBlock()
        result = insert(remote, input, *args, **kwargs)
        self._trim()
        remote.endEditBlock()
        # Ctrl+Z takes back what was typed, not what the engine said.
        self._control.setUndoRedoEnabled(False)
        self._control.setUndoRedoEnabled(True)
        if at_end:
            self._scroll_to_end()
        return result

    def _insert_plain_text(self, cursor: QTextCursor, text: str, flush: bool = False) -> None:  # noqa: FBT001, FBT002 - qtconsole's signature
        if cursor is self._remote:
            write(cursor, text)
        elif self._executing and cursor.atEnd() and not CONTROLS.search(text):
            # Each message has been shortened: written at once, it needs none of qtconsole's timers.
            at_end = self._viewport_at_end()
            cursor.insertText(text, self._ansi_processor.get_format())
            if at_end:
                self._scroll_to_end()
        else:
            super()._insert_plain_text(cursor, text, flush)

    def _insert_note(self, cursor: QTextCursor, text: str) -> None:
        """Write a line of our own."""
        start = "" if cursor.atBlockStart() else "\n"
        cursor.insertText(f"{start}{text}\n", QTextCharFormat())

    def _trim(self) -> None:
        """Forget the oldest lines; Qt itself does so only while a line of ours runs."""
        document = self._control.document()
        if document.blockCount() > 2 * BUFFER_LINES:
            cursor = QTextCursor(document)
            cursor.movePosition(
                QTextCursor.MoveOperation.NextBlock,
                QTextCursor.MoveMode.KeepAnchor,
                document.blockCount() - BUFFER_LINES,
            )
            cursor.removeSelectedText()


class Questions:
    """The part of a kernel client that qtconsole needs: it asks for completions and signatures."""

    def __init__(self, request: Callable[[str, dict[str, object]], str]) -> None:
        self._request = request
        self.shell_channel = self

    def is_alive(self) -> bool:
        """Return that a question may be asked; it has no answer while the engine starts."""
        return True

    def complete(self, code: str, cursor_pos: int) -> str:
        """Ask what may follow in `code` at `cursor_pos`."""
        return self._request("complete_request", {"code": code, "cursor_pos": cursor_pos})

    def inspect(self, code: str, cursor_pos: int) -> str:
        """Ask for the signature of what stands in `code` at `cursor_pos`."""
        content = {"code": code, "cursor_pos": cursor_pos, "detail_level": 0}
        return self._request("inspect_request", content)


def _with_text(msg: Message, key: str, text: str) -> Message:
    return {**msg, "content": {**msg["content"], key: shorten(text)}}


def _with_shorter_data(msg: Message) -> Message:
    data = dict(msg["content"]["data"])
    if "text/plain" in data:
        data["text/plain"] = shorten(data["text/plain"])
    return {**msg, "content": {**msg["content"], "data": data}}
