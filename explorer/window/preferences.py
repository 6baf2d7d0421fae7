"""The settings dialog: looks, new sessions, and the engine."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from explorer.text import LANGUAGES, Text, tr
from explorer.window.bar import selectable_label
from explorer.window.code import code_font
from explorer.window.field import Field
from explorer.window.interpreter import InterpreterCheck, Verdict
from explorer.window.scale import px, scale_up
from explorer.window.settings import (
    DTYPES,
    MOST_KEEP_MIB,
    MOST_SEED,
    SCALES,
    SYSTEM,
    Preferences,
)
from explorer.window.theme import mute, pixmap, scheme

THEME_NAMES: dict[str, Text] = {SYSTEM: "As the system", "light": "Light", "dark": "Dark"}


class PreferencesDialog(QDialog):
    """Shows what is chosen; `chosen` carries what the person changed it to."""

    chosen = Signal(object)
    """`Preferences`, once the person agreed."""

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Settings"))
        self._check = InterpreterCheck(self)
        self._check.finished.connect(self._on_checked)
        self.build()
        self._show(preferences)

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.defaults = self.buttons.addButton(QDialogButtonBox.StandardButton.RestoreDefaults)
        self.defaults.clicked.connect(self._on_defaults_clicked)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._build_looks())
        layout.addWidget(self._build_session())
        layout.addWidget(self._build_engine())
        layout.addWidget(self.buttons)
        labels = [label for label in self.findChildren(QLabel) if label.buddy() is not None]
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:  # one column in all groups
            label.setMinimumWidth(widest)
        scale_up(self)
        self.setMinimumWidth(max(px(560), self.minimumSizeHint().width()))

    def _build_looks(self) -> QGroupBox:
        group, _, form = _group(tr("Looks"))
        self.theme = _choice({key: tr(name) for key, name in THEME_NAMES.items()})
        self.language = _choice({SYSTEM: tr("As the system"), **LANGUAGES})
        self.scale = _choice({str(n): tr("{n} %", n=n) for n in SCALES})
        form.addRow(tr("&Theme"), self.theme)
        form.addRow(tr("&Language"), self.language)
        form.addRow(tr("&Size of everything"), self.scale)
        return group

    def _build_session(self) -> QGroupBox:
        group, _, form = _group(tr("New sessions"))
        self.seed = QSpinBox()
        self.seed.setRange(0, MOST_SEED)
        self.seed.setToolTip(tr("Where random numbers start: the same seed gives the same values"))
        self.dtype = _choice({name: name for name in DTYPES})
        self.dtype.setFont(code_font())
        self.dtype.setToolTip(tr("What torch.rand, torch.zeros and fractions get"))
        form.addRow(tr("S&eed"), self.seed)
        form.addRow(tr("&Default dtype"), self.dtype)
        return group

    def _build_engine(self) -> QGroupBox:
        group, column, form = _group(tr("Engine"))
        self.keep = QSpinBox()
        self.keep.setRange(0, MOST_KEEP_MIB)
        self.keep.setSingleStep(64)
        self.keep.setSuffix(tr(" MiB"))
        self.keep.setToolTip(
            tr("Old values are kept so that undo is instant; beyond this it replays the script")
        )
        self.python = Field()
        self.python.setFont(code_font())
        self.python.setPlaceholderText(tr("The Python of this program"))
        self.python.textChanged.connect(self._on_python_changed)
        self.browse = QPushButton(tr("Browse..."))
        self.browse.setAccessibleName(tr("Choose the engine's Python"))
        self.browse.clicked.connect(self._on_browse_clicked)
        self.check = QPushButton(tr("&Check"))
        self.check.setToolTip(tr("Ask this Python whether it has what the engine needs"))
        self.check.clicked.connect(self._on_check_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.python, 1)
        row.addWidget(self.browse)
        row.addWidget(self.check)
        label = QLabel(tr("&Python with torch"))
        label.setBuddy(self.python)
        self._mark = QLabel()
        self.verdict = selectable_label(group)
        self.fix = selectable_label(group)
        self.fix.setFont(code_font())
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.verdict, 1)
        hint = selectable_label(group)
        hint.setText(tr("Another Python is used when the engine starts the next time."))
        mute(hint)
        form.addRow(tr("&Memory for undo"), self.keep)
        form.addRow(label, row)
        # Below the form, which would give words that wrap too little height.
        column.addWidget(hint)
        column.addLayout(said)
        column.addWidget(self.fix)
        self._say(None)
        return group

    # --- what is chosen -----------------------------------------------------------------------

    def preferences(self) -> Preferences:
        """Return what the dialog shows."""
        return Preferences(
            theme=self.theme.currentData(),
            language=self.language.currentData(),
            scale_percent=int(self.scale.currentData()),
            seed=self.seed.value(),
            dtype=self.dtype.currentData(),
            keep_mib=self.keep.value(),
            python=self.python.text().strip(),
        )

    def event(self, event: QEvent) -> bool:
        """Grow for words that wrap, which a window does not do by itself."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            needed_px = self._column.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed_px))
        return handled

    def accept(self) -> None:
        """Close, and tell what was chosen."""
        chosen = self.preferences()
        super().accept()
        self.chosen.emit(chosen)

    def _show(self, preferences: Preferences) -> None:
        _choose(self.theme, preferences.theme)
        _choose(self.language, preferences.language)
        scale = str(preferences.scale_percent)
        if self.scale.findData(scale) < 0:  # written into the file by hand
            self.scale.addItem(tr("{n} %", n=scale), scale)
        _choose(self.scale, scale)
        self.seed.setValue(preferences.seed)
        _choose(self.dtype, preferences.dtype)
        self.keep.setValue(preferences.keep_mib)
        self.python.setText(preferences.python)

    def _on_defaults_clicked(self) -> None:
        self._show(Preferences())

    # --- the engine's Python ------------------------------------------------------------------

    def _on_browse_clicked(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Choose the engine's Python"), self.python.text()
        )
        if path:
            self.python.setText(path)

    def _on_check_clicked(self) -> None:
        self.check.setEnabled(False)
        self._say(Verdict(is_good=True, words=tr("Asking it ...")), "run")
        self._check.start(self.python.text().strip())

    def _on_checked(self, python: str, verdict: Verdict) -> None:
        self.check.setEnabled(True)
        if python == self.python.text().strip():  # else another path was typed meanwhile
            self._say(verdict)

    def _on_python_changed(self) -> None:
        self._say(None)

    def _say(self, verdict: Verdict | None, mark: str = "") -> None:
        """Show `verdict`, None for nothing, with an icon so that colour does not speak alone."""
        for part in (self._mark, self.verdict):
            part.setVisible(verdict is not None)
        self.fix.setVisible(bool(verdict and verdict.fix_code))
        if verdict is not None:
            colours = scheme(self.palette())
            colour = colours.ok if verdict.is_good else colours.error
            mark = mark or ("info" if verdict.is_good else "error")
            self._mark.setPixmap(pixmap(mark, colour, px(16)))
            self.verdict.setText(verdict.words)
            self.fix.setText(verdict.fix_code)


def _group(title: str) -> tuple[QGroupBox, QVBoxLayout, QFormLayout]:
    group = QGroupBox(title)
    column, form = QVBoxLayout(group), QFormLayout()
    column.setContentsMargins(16, 8, 16, 16)
    column.setSpacing(8)
    form.setSpacing(8)
    column.addLayout(form)
    return group, column, form


def _choice(names: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for key, name in names.items():
        box.addItem(name, key)
    return box


def _choose(box: QComboBox, key: str) -> None:
    box.setCurrentIndex(max(0, box.findData(key)))
