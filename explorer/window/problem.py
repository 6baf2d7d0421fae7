"""The problem bar: what happened, what to do, the line that mends it, the rest folded."""

from msgspec import structs
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from explorer.protocol import Problem
from explorer.text import anew, tr
from explorer.window.bar import Bar, selectable_label
from explorer.window.code import code_font
from explorer.window.theme import icon

REMEMBERED = 20
DETAIL_LINES = 9
DETAIL_SHARE = 0.15
"""Of the window's height the details take, at most: what they are about stays in sight."""
LEAST_CHARACTERS = 24


class CodeButton(QPushButton):
    """A line of code to click, shortened in the middle where there is no room for all of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_line(self, line: str, tip: str) -> None:
        """Show `line`; its tooltip has all of it, and `tip`."""
        self._line = line
        self.setToolTip(f"{line}\n{tip}")
        self.updateGeometry()
        self._shorten()

    def sizeHint(self) -> QSize:
        """Return the size with all of the line."""
        return self._size_for(self._line)

    def minimumSizeHint(self) -> QSize:
        """Return the size with the ends of the line: a long one must not make the window wider."""
        return self._size_for(self._line[:LEAST_CHARACTERS])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the line as there is room for."""
        super().resizeEvent(event)
        self._shorten()

    def _size_for(self, line: str) -> QSize:
        metrics = self.fontMetrics()
        text_px = metrics.size(Qt.TextFlag.TextShowMnemonic.value, self.text()).width()
        size = super().sizeHint()
        return QSize(size.width() - text_px + metrics.horizontalAdvance(line), size.height())

    def _shorten(self) -> None:
        metrics = self.fontMetrics()
        whole_px, line_px = self.sizeHint().width(), metrics.horizontalAdvance(self._line)
        # Qt shortens what has not a pixel to spare.
        room = line_px + 1 - max(0, whole_px - self.width())
        shown = metrics.elidedText(self._line, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))


class ProblemBar(Bar):
    """Shows the latest problem and leads back to earlier ones."""

    fix_chosen = Signal(str)
    """The line that mends it, to be looked at before it runs."""
    fix_run = Signal(str)

    icon_name = "error"
    colour_name = "error"

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self._problems: list[Problem] = []
        mono = code_font()
        self.earlier = QToolButton(self, autoRaise=True)
        self.earlier.clicked.connect(self.show_earlier)
        self.corner.addWidget(self.earlier, 0, Qt.AlignmentFlag.AlignTop)
        self.fix = selectable_label(self)
        self.code = CodeButton(self)
        self.code.setFont(mono)
        self.code.clicked.connect(self._on_code_clicked)
        self.run = QPushButton(tr("Run this"), self)
        self.run.clicked.connect(self._on_run_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.code)
        row.addWidget(self.run)
        # On the row of the buttons: a message must leave room for what it is about.
        self.toggle = QToolButton(self, autoRaise=True)
        self.toggle.setCheckable(True)
        self.toggle.setText(tr("Details"))
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.toggled.connect(self._on_toggled)
        row.addWidget(self.toggle)
        row.addStretch()
        self.detail = QPlainTextEdit(self, readOnly=True)
        self.detail.setFont(mono)
        self.detail.setAccessibleName(tr("Details of the problem"))
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.addWidget(self.fix)
        self.body.addLayout(row)
        self.body.addWidget(self.detail)

    @property
    def problems(self) -> list[Problem]:
        """The problems that were not put away, the latest last."""
        return list(self._problems)

    @property
    def problem(self) -> Problem | None:
        """The problem shown, None if there is none."""
        return self._problems[-1] if self._problems else None

    def add(self, problem: Problem) -> None:
        """Show `problem` in front of the earlier ones."""
        if self._problems and self._problems[-1] == problem and self.isVisible():
            return
        self._problems = [*self._problems, problem][-REMEMBERED:]
        self._show()

    def take_over(self, problems: list[Problem]) -> None:
        """Show the problems of another bar, in the language of now as far as it is ours."""
        for problem in problems:
            self.add(structs.replace(problem, what=anew(problem.what), fix=anew(problem.fix)))

    def show_earlier(self) -> None:
        """Put the problem away and show the one before it."""
        self._problems = self._problems[:-1]
        self._show()

    def dismiss(self) -> None:
        """Put all problems away."""
        self._problems = []
        self._show()

    def _show(self) -> None:
        problem = self.problem
        if problem is None:
            self.hide()
            return
        self.heading.setText(problem.what)
        self.fix.setText(problem.fix)
        self.fix.setVisible(bool(problem.fix))
        lines = problem.fix_code.splitlines()
        self.code.show_line(
            lines[0] + (" ..." if lines[1:] else "") if lines else "",
            tr("Put this line into the search box, to look at it first"),
        )
        self.code.setAccessibleName(tr("Put into the search box: {code}", code=problem.fix_code))
        self.code.setVisible(bool(lines))
        self.run.setVisible(bool(lines))
        self.detail.setPlainText(problem.detail)
        self.toggle.setVisible(bool(problem.detail))
        self.toggle.setChecked(False)
        self._on_toggled(shown=False)
        earlier = len(self._problems) - 1
        self.earlier.setText(tr("{n} earlier", n=earlier))
        self.earlier.setToolTip(tr("Close this message and show the one before it"))
        self.earlier.setVisible(bool(earlier))
        self.announce(f"{problem.what} {problem.fix}".strip())

    def _on_code_clicked(self) -> None:
        if self.problem:
            self.fix_chosen.emit(self.problem.fix_code)

    def _on_run_clicked(self) -> None:
        if self.problem:
            self.fix_run.emit(self.problem.fix_code)

    def _on_toggled(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal carries it
        line_px = self.detail.fontMetrics().lineSpacing()
        most = min(DETAIL_LINES, int(DETAIL_SHARE * self.window().height() / line_px))
        lines = max(2, min(most, self.detail.blockCount()))
        self.detail.setFixedHeight(line_px * (lines + 1) + 12)
        self.detail.setVisible(shown and self.problem is not None)
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    def _tint(self) -> None:
        super()._tint()
        self.code.setIcon(icon("search"))
        self.run.setIcon(icon("run"))
