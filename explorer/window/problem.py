"""The problem bar: what happened, what to do, the line that mends it, the rest folded."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QToolButton

from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.bar import Bar, selectable_label
from explorer.window.code import code_font
from explorer.window.theme import icon

REMEMBERED = 20
DETAIL_LINES = 9


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
        self.code = QPushButton(self)
        self.code.setFont(mono)
        self.code.setToolTip(tr("Put this line into the search box, to look at it first"))
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
        self.code.setText(
            lines[0].replace("&", "&&") + (" ..." if lines[1:] else "") if lines else ""
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
        lines = min(DETAIL_LINES, self.detail.blockCount()) + 1
        self.detail.setFixedHeight(self.detail.fontMetrics().lineSpacing() * lines + 12)
        self.detail.setVisible(shown and self.problem is not None)
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    def _tint(self) -> None:
        super()._tint()
        self.code.setIcon(icon("search"))
        self.run.setIcon(icon("run"))
