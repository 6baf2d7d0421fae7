"""Every command, one row each: menus, toolbar, search box and the page of shortcuts are made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from explorer.text import Text, tr
from explorer.window.theme import icon


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `slot` is a path from the main window ("filing.save"); `text` has no full stop.

    `menu` is "File" or, for a menu within it, "File/Examples"; `group` names commands of which one
    is checked; `line_before` draws a line above it in the menu.
    """

    id: str
    text: Text
    menu: str
    slot: str
    tip: Text
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    toolbar: bool = False
    group: str = ""
    line_before: bool = False


MENUS: tuple[Text, ...] = ("File", "Edit", "View", "Engine", "Help")
MENU_LETTERS = "FEVGH"
"""With Alt they open the menus, in every language."""
SUBMENUS: tuple[Text, ...] = ("Examples", "Export heat map", "Layouts", "Theme")

COMMANDS = (
    Command(
        "new", "New session", "File", "filing.new",
        "Start an empty script", ("Ctrl+N",), "new", toolbar=True,
    ),
    Command(
        "open", "Open...", "File", "filing.choose",
        "Open tensors (.npy .npz .pt .safetensors) or a script (.py)", ("Ctrl+O",), "open",
        toolbar=True,
    ),
    Command(
        "example-digits", "Handwritten digits", "File/Examples", "filing.open_digits",
        "1,797 real images and the weights of a network that reads them", icon="example",
    ),
    Command(
        "example-autograd", "Autograd tutorial", "File/Examples", "filing.open_autograd",
        "A script that runs backward and shows the gradients", icon="example",
    ),
    Command(
        "save", "Save", "File", "filing.save",
        "Write the session as a script that plain Python runs", ("Ctrl+S",), "save",
        toolbar=True, line_before=True,
    ),
    Command(
        "save-as", "Save as...", "File", "filing.save_as",
        "Write the session to another file", ("Ctrl+Shift+S",), "save",
    ),
    Command(
        "export-notebook", "Export notebook...", "File", "commands.export_notebook",
        "Write lines, notes, output and pictures as a Jupyter notebook (.ipynb)", icon="save",
    ),
    Command(
        "export-png", "Export picture (PNG)...", "File/Export heat map", "commands.export_png",
        "Write the heat map last worked in, with axes and scale", icon="save",
    ),
    Command(
        "export-svg", "Export drawing (SVG)...", "File/Export heat map", "commands.export_svg",
        "Write the heat map last worked in, with text that stays text", icon="save",
    ),
    Command(
        "export-csv", "Export values (CSV)...", "File/Export heat map", "commands.export_csv",
        "Write every value of the slice shown, for spreadsheets", icon="save",
    ),
    Command(
        "export-npy", "Export values (NPY)...", "File/Export heat map", "commands.export_npy",
        "Write every value of the slice shown, for numpy.load", icon="save",
    ),
    Command(
        "copy-picture", "Copy picture", "Edit", "commands.copy_picture",
        "Put the heat map last worked in on the clipboard", icon="paste",
    ),
    Command(
        "preferences", "Settings...", "File", "tuning.show_preferences",
        "Theme, language, size, new sessions and the engine", ("Ctrl+,",), "settings",
        line_before=True,
    ),
    Command(
        "quit", "Quit", "File", "close",
        "Close the window and end the engine", ("Ctrl+Q",), "quit", line_before=True,
    ),
    Command(
        "undo", "Undo", "Edit", "controller.undo",
        "Take back the last line that ran", ("Ctrl+Z",), "undo", toolbar=True,
    ),
    Command(
        "redo", "Redo", "Edit", "controller.redo",
        "Run the next undone line again", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", toolbar=True,
    ),
    Command(
        "put-back", "Put back a line", "Edit", "controller.put_back",
        "Take back the last change of the script: a line deleted, moved or edited",
        ("Ctrl+Shift+T",), "recover",
    ),
    Command(
        "search", "Search or run a line", "Edit", "commands.search",
        "Find an operator, a tensor, an action or a file, or type a line of Python",
        ("Ctrl+K", "Ctrl+Shift+P"), "search", line_before=True,
    ),
    Command(
        "combine", "Combine tensors...", "Edit", "commands.combine",
        "Choose from the arithmetic that fits the selected tensors", ("Ctrl+Shift+A",), "combine",
    ),
    Command(
        "paste-code", "Paste code", "Edit", "commands.paste_code",
        "Put code from the clipboard into the script's entry", ("Ctrl+Shift+V",), "paste",
    ),
    Command(
        "new-heatmap", "Pin a heat map", "View", "commands.pin_heatmap",
        "Open a heat map that stays with the selected tensor", ("Ctrl+Shift+H",), "heatmap",
        line_before=True,
    ),
    Command(
        "watch", "Watch an expression...", "View", "commands.watch_expression",
        "Open a heat map of any expression, such as w1 - w2 or attn[0].mean(0)",
        ("Ctrl+Shift+W",), "search",
    ),
    Command(
        "compare", "Compare tensors", "View", "commands.compare",
        "Show how far the second selected tensor is from the first",
        ("Ctrl+Shift+M",), "combine",
    ),
    Command(
        "explain", "Why this value?", "View", "commands.explain",
        "Show which cells of other tensors the cell in hand came from", ("Ctrl+Shift+Y",), "help",
    ),
    Command(
        "open-beside", "Open beside", "View", "views.open_beside",
        "Show the selected tensor on the right of the heat map last worked in",
        ("Ctrl+Shift+D",), "split",
    ),
    Command(
        "open-below", "Open below", "View", "views.open_below",
        "Show the selected tensor below the heat map last worked in",
        ("Ctrl+Shift+L",), "open-below",
    ),
    Command(
        "replace-shown", "Replace shown tensor", "View", "views.replace_shown",
        "Show the selected tensor in the pinned heat map last worked in",
        ("Ctrl+Shift+X",), "heatmap",
    ),
    Command(
        "split", "Move heat map aside", "View", "views.move_aside",
        "Show this heat map beside the others, or back among them", ("Ctrl+\\",), "split",
    ),
    Command(
        "close-heatmap", "Close heat map", "View", "views.close_current",
        "Close the pinned heat map last worked in", ("Ctrl+W",), "close",
    ),
    Command(
        "next-pane", "Next pane", "View", "commands.next_pane",
        "Go to the next pane by keyboard", ("F6",), "next",
    ),
    Command(
        "previous-pane", "Previous pane", "View", "commands.previous_pane",
        "Go to the pane before by keyboard", ("Shift+F6",), "next",
    ),
    Command(
        "presentation", "Presentation", "View", "presentation.toggle",
        "Fill the screen, larger and without what distracts, or go back", ("F11",),
        "presentation", line_before=True,
    ),
    Command(
        "layout-explore", "Explore layout", "View/Layouts", "docking.explore",
        "Put every pane back where it was at first start", icon="layout",
    ),
    Command(
        "reset-layout", "Reset layout", "View/Layouts", "commands.reset_layout",
        "Give window and panes the size and the places of the first start", icon="layout",
    ),
    Command(
        "theme-light", "Light theme", "View/Theme", "tuning.theme_light",
        "Dark text on a light background", icon="theme", group="theme",
    ),
    Command(
        "theme-dark", "Dark theme", "View/Theme", "tuning.theme_dark",
        "Light text on a dark background", icon="theme", group="theme",
    ),
    Command(
        "theme-system", "Theme of the system", "View/Theme", "tuning.theme_system",
        "Light or dark, as the system is set", icon="theme", group="theme",
    ),
    Command(
        "interrupt", "Interrupt", "Engine", "commands.interrupt",
        "Stop the line that is running", ("Shift+Esc",), "interrupt", toolbar=True,
    ),
    Command(
        "replay", "Replay", "Engine", "controller.replay",
        "Run the script up to its cursor again, in a fresh workspace", ("Ctrl+Shift+R",), "replay",
    ),
    Command(
        "run-all", "Run all", "Engine", "controller.run_all",
        "Run the whole script again, undone lines too", ("Ctrl+Shift+Return",), "run",
    ),
    Command(
        "restart", "Kill and restart", "Engine", "controller.restart",
        "End the engine at once, start another and replay the script",
        ("Ctrl+Shift+Backspace",), "restart", line_before=True,
    ),
    Command(
        "shortcuts", "Keyboard shortcuts", "Help", "commands.show_shortcuts",
        "Every key of this window", ("F1",), "keyboard",
    ),
    Command(
        "about", "About Tensor Explorer", "Help", "commands.show_about",
        "Version, licence and where things are kept", icon="help",
    ),
)  # fmt: skip

PANE_KEYS: tuple[tuple[Text, str, Text], ...] = (
    ("Search", "Enter", "Run the line, or open the form of what lacks arguments"),
    ("Search", "Tab", "Open the form of the operator"),
    ("Search", "Alt+Enter", "Put the line into the box, to edit it"),
    ("Script", "Enter", "Run what is typed, if it is complete"),
    ("Script", "Shift+Enter", "Start another line"),
    ("Script", "F2", "Edit the line in its place"),
    ("Script", "F4", "Edit the call in its form"),
    ("Script", "Shift+F2", "Edit the note above the line"),
    ("Script", "Alt+Up, Alt+Down", "Move the line"),
    ("Script", "Alt+Shift+Up, Alt+Shift+Down", "Insert a line above or below"),
    ("Script", "Shift+Enter", "On a line: run from there"),
    ("Script", "Ctrl+Enter", "On a line: run, or go back, to there"),
    ("Script", "T", "Show values as of the line"),
    ("Script", "Esc", "Show values of now"),
    ("Console", "Enter", "Run what is typed, if it is complete"),
    ("Console", "Tab", "Complete what is typed"),
    ("Console", "Ctrl+C", "Copy what is selected; with nothing selected, stop the running line"),
    ("Create", "Ctrl+Enter", "Apply the form"),
    ("Operate", "Ctrl+Enter", "Apply the form"),
    ("Operate", "Enter", "In the search: apply the operator, or go on to what it lacks"),
    ("Device", "Ctrl+Enter", "Run the line"),
    ("Tensors", "Enter", "Open a heat map"),
    ("Tensors", "Ctrl+Enter", "Open beside"),
    ("Tensors", "Shift+Enter", "Open below"),
    ("Tensors", "Alt+Enter", "Replace shown tensor"),
    ("Tensors", "=", "Combine..."),
    ("Tensors", "-", "Compare A - B"),
    ("Tensors", "F2", "Rename"),
    ("Tensors", "Del", "Delete"),
    ("Heat map", "Arrows", "Next cell"),
    ("Heat map", "Ctrl+Arrows", "Edge of the tensor"),
    ("Heat map", "PgUp, PgDn", "Slice of the first sliced dimension"),
    ("Heat map", "Ctrl+PgUp, Ctrl+PgDn", "Slice of the next sliced dimension"),
    ("Heat map", "G", "All slices as a grid, or one"),
    ("Heat map", "+, -, 0", "Zoom in, out, whole tensor"),
    ("Heat map", "Ctrl+G", "Go to an index"),
    ("Heat map", "Ctrl+F", "Find a value"),
    ("Heat map", "F3, Shift+F3", "Next match, match before"),
    ("Heat map", "N, Shift+N", "Next NaN or infinity, the one before"),
    ("Heat map", "M, Shift+M", "Largest element, smallest element"),
    ("Heat map", "Shift+Arrows", "Select a rectangle of cells"),
    ("Heat map", "X", "Plot the row and the column through a cell"),
    ("Heat map", "Enter", "Why this value: the cells that it came from"),
    ("Heat map", "F2", "Edit the cell in hand"),
    ("Heat map", "Shift+F2", "Edit the expression, or watch another"),
    ("Heat map", "D, Shift+D", "Next and previous cell that differs, in a comparison"),
    ("Heat map", "B", "Values before the line that last changed them, and after"),
    ("Heat map", "A", "Fit the levels to the values in view"),
    ("Heat map", "L", "Link to other heat maps: same cell, zoom and colours"),
    ("Heat map", "Shift+L", "Copy the levels to other heat maps"),
    ("Heat map", "O", "Operands beside the result"),
    ("Heat map", "S", "Statistics"),
    ("Heat map", "C", "Red, green and blue as colours"),
    ("Heat map", "E", "Export picture or values"),
    ("Heat map", "Esc", "Put an answer away, then values of now"),
    ("Heat map", "Ctrl+C", "Copy values"),
    ("Heat map", "Ctrl+Shift+C", "Copy the code of what is shown"),
)
"""Keys that a pane handles itself, for the page of shortcuts: pane, keys, what they do."""


class Actions:
    """The commands as Qt actions of one window, by id."""

    def __init__(self, window: QMainWindow, commands: Iterable[Command] = COMMANDS) -> None:
        self.commands = {command.id: command for command in commands}
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {c.id: self._make(c, window) for c in self.commands.values()}
        self.say()

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def include(self, command: Command, action: QAction) -> None:
        """Let `action`, which stands in a menu already, be found as `command`."""
        self.commands[command.id] = command
        self._actions[command.id] = action

    def say(self) -> None:
        """Say everything in the language that is on now."""
        for command in self.commands.values():
            self._say(command)

    def _say(self, command: Command) -> None:
        action, tip = self._actions[command.id], tr(command.tip)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(tr(command.text))
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        action.setStatusTip(tip)

    def tint(self) -> None:
        """Draw the toolbar's icons in the palette's colours; menus have none."""
        for command in self.commands.values():
            if command.toolbar:
                self._actions[command.id].setIcon(icon(command.icon))

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus in `bar`; return them by path ("File", "File/Examples")."""
        menus: dict[str, QMenu] = {}
        for title, letter in zip(MENUS, MENU_LETTERS, strict=True):
            menus[title] = bar.addMenu(with_letter(tr(title), letter))
        for command in self.commands.values():
            menu = menus.get(command.menu)
            if menu is None:
                parent, _, title = command.menu.partition("/")
                menu = menus[command.menu] = menus[parent].addMenu(tr(title))
            if command.line_before:
                menu.addSeparator()
            menu.addAction(self._actions[command.id])
        return menus

    def _make(self, command: Command, window: QMainWindow) -> QAction:
        action = QAction(window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setIconVisibleInMenu(False)
        action.triggered.connect(attrgetter(command.slot)(window))
        if command.group:
            action.setCheckable(True)
            group = self._groups.get(command.group)
            if group is None:
                group = self._groups[command.group] = QActionGroup(window)
            group.addAction(action)
        window.addAction(action)  # its shortcut works with the menu bar hidden too
        return action


def with_letter(title: str, letter: str) -> str:
    """Return the title of a menu that Alt and `letter` open; one that lacks it gets it: 文件(F)."""
    at = title.upper().find(letter)
    return f"{title[:at]}&{title[at:]}" if at >= 0 else f"{title}(&{letter})"
