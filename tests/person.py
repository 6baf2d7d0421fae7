"""Somebody who has a window with a real engine before them, and no mouse."""

from contextlib import contextmanager

from PySide6.QtGui import QAccessible, QGuiApplication, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTabBar

START_MILLISECONDS = 30_000
MOST_TABS = 90


@contextmanager
def at_work(window):
    """Show a window and start its engine; it is closed without a question about saving."""
    window.show()
    window.activateWindow()
    window.start_panes()
    window.controller.start()
    window.start_views()
    yield window
    window.filing.may_leave = lambda: True
    window.close()
    window.deleteLater()


class Person:
    """Presses keys, types through an input method, and looks at the window."""

    def __init__(self, window, qtbot):
        self.window = window
        self.qtbot = qtbot

    def sit_down(self):
        """Wait until the window takes keys, and all in it is drawn."""
        self.window.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        self.wait()

    # --- keys -------------------------------------------------------------------------------

    def press(self, *keys):
        for key in keys:
            pressed = QKeySequence(key)[0]
            QTest.keyClick(self.place(), pressed.key(), pressed.keyboardModifiers())

    def type(self, text):
        for character in text:
            QTest.keyClick(self.place(), character)

    def place(self):
        """Return where keys go: a menu or dialog is a window of its own."""
        return QGuiApplication.focusWindow() or self.window.windowHandle()

    def type_chinese(self, text):
        """Let the input method compose `text`, then commit it."""
        composing = QInputMethodEvent("pin yin", [])
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        for event in (composing, committed):
            QApplication.sendEvent(QGuiApplication.focusObject(), event)

    def replace(self, text):
        self.press("Ctrl+A")
        self.type(text)

    def tab_to(self, name, key="Tab"):
        """Go on from control to control until the screen reader says `name`."""
        passed = []
        while self.hears() != name:
            passed.append(self.hears())
            assert len(passed) < MOST_TABS, f"no {name!r} among {passed}"
            self.press(key)

    def is_in_pane(self, name):
        pane = self.pane(name)
        return pane.is_in_sight() and pane.isAncestorOf(QApplication.focusWidget())

    def run(self, line):
        """Run a line from the search box."""
        self.press("Ctrl+K")
        self.type(line)
        self.press("Return")
        self.wait()

    # --- eyes and ears ----------------------------------------------------------------------

    def pane(self, name):
        dock = self.window.docks.get(name)
        return dock.pane if dock else self.window.views.panes[0]

    def wait(self):
        self.qtbot.waitUntil(lambda: self.window.is_complete, timeout=START_MILLISECONDS)

    def hears(self):
        """Return what a screen reader calls the control that has the focus."""
        focus = QApplication.focusWidget()
        # On Linux Qt calls a box to choose from by its value, and its name is that of its label.
        interface = QAccessible.queryAccessibleInterface(focus)
        return focus.accessibleName() or interface.text(QAccessible.Text.Name)

    def lines(self):
        """Return the script, as the Script pane shows it."""
        model = self.pane("script").model
        rows = [model.row_at(model.index(i, 0)) for i in range(model.rowCount())]
        return [row.statement.source for row in rows if row.statement]

    def values(self):
        """Return the numbers in the heat map."""
        return self.pane("heatmap").shown_values()

    def cell(self, name, column):
        """Return what the Tensors pane says about a tensor."""
        model = self.pane("tensors").model
        return model.index_of(name).siblingAtColumn(column).data()

    def texts(self):
        """Return all that is to be read in the window."""
        seen = set()
        for label in self.window.findChildren(QLabel):
            if label.isVisible():
                seen.add(label.text())
        for button in self.window.findChildren(QAbstractButton):
            if button.isVisible():
                seen |= {button.text(), button.toolTip()}
        for field in self.window.findChildren(QLineEdit):
            if field.isVisible():
                seen |= {field.placeholderText(), field.accessibleName()}
        for bar in self.window.findChildren(QTabBar):
            seen |= {bar.tabText(i) for i in range(bar.count())}
        for menu in self.window.menu_bar.menus.values():
            seen |= {menu.title(), *(action.text() for action in menu.actions())}
        return seen - {""}
