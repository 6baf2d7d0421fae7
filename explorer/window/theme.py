"""Colours: our light and dark palettes for Fusion, following the system, and icons tinted by them."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from explorer.paths import RESOURCES

OUTLINED = (
    "QLineEdit",
    "QAbstractSpinBox",
    "QComboBox",
    "QPushButton",
    "QCheckBox",
    "QRadioButton",
    "QPlainTextEdit",
)
STRIPE_PX = 4
Group, Role = QPalette.ColorGroup, QPalette.ColorRole


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of a theme. Those from `text` to `ok` are read as text on window and base."""

    window: str
    base: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    error: str
    warning: str
    ok: str
    on_accent: str
    outline: str
    disabled: str


LIGHT = Scheme(
    window="#f6f7f9",
    base="#ffffff",
    raised="#eceff3",
    line="#c4cad2",
    text="#1c1f24",
    muted="#5b6370",
    accent="#1f5fd1",
    error="#b3261e",
    warning="#8a5a00",
    ok="#17733c",
    on_accent="#ffffff",
    outline="#f6f7f9",
    disabled="#9aa1ab",
)
DARK = Scheme(
    window="#17191d",
    base="#1f2227",
    raised="#2a2e35",
    line="#3d434c",
    text="#e6e8eb",
    muted="#9aa3ae",
    accent="#5b9bff",
    error="#ff8a80",
    warning="#f2b84b",
    ok="#6fd08c",
    on_accent="#0d1420",
    outline="#656d78",
    disabled="#666e79",
)


def scheme(palette: QPalette | None = None) -> Scheme:
    """Return the scheme that `palette` (the application's by default) was made from."""
    palette = palette or QApplication.palette()
    return DARK if palette.color(Role.Window).lightness() < 128 else LIGHT


def make_palette(colours: Scheme) -> QPalette:
    """Return `colours` as Qt wants them."""
    palette = QPalette()
    for role, colour in (
        (Role.Window, colours.window),
        (Role.WindowText, colours.text),
        (Role.Base, colours.base),
        (Role.AlternateBase, colours.raised),
        (Role.Text, colours.text),
        (Role.PlaceholderText, colours.muted),
        (Role.Button, colours.raised),
        (Role.ButtonText, colours.text),
        (Role.BrightText, colours.on_accent),
        (Role.ToolTipBase, colours.base),
        (Role.ToolTipText, colours.text),
        (Role.Highlight, colours.accent),
        (Role.HighlightedText, colours.on_accent),
        (Role.Accent, colours.accent),
        (Role.Link, colours.accent),
        (Role.LinkVisited, colours.accent),
        (Role.Light, colours.base),
        (Role.Midlight, colours.raised),
        (Role.Mid, colours.line),
        (Role.Dark, colours.line),
        (Role.Shadow, "#000000"),
    ):
        palette.setColor(role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText):
        palette.setColor(Group.Disabled, role, QColor(colours.disabled))
    palette.setColor(Group.Disabled, Role.Highlight, QColor(colours.line))
    return palette


def mute(label: QWidget) -> None:
    """Give `label` the muted text colour, also after the theme changes."""
    label.setForegroundRole(Role.PlaceholderText)


def paint_ground(widget: QWidget, *, stripe: str = "") -> None:
    """Paint a raised ground with a line below, and at its left a stripe in the colour `stripe`."""
    colours, area = scheme(widget.palette()), widget.rect()
    painter = QPainter(widget)
    painter.fillRect(area, QColor(colours.raised))
    if stripe:
        painter.fillRect(0, 0, STRIPE_PX, area.height(), QColor(stripe))
    painter.fillRect(0, area.height() - 1, area.width(), 1, QColor(colours.line))
    painter.end()


class Theme(QObject):
    """Keeps the application's palette as chosen: `light`, `dark`, or `system`, which is followed."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str) -> None:
        super().__init__(app)
        self.app = app
        self.choice = choice
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    def choose(self, choice: str) -> None:
        """Change to `choice`."""
        self.choice = choice
        self._apply()
        self.changed.emit()

    def _on_system_changed(self) -> None:
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        dark = self.choice == "dark" or (
            self.choice == "system" and self.app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        colours = DARK if dark else LIGHT
        palette = make_palette(colours)
        if palette != self.app.palette():
            self.app.setPalette(palette)
            # Fusion draws outlines in a darker shade of Window: in the dark nobody would see them.
            palette.setColor(Role.Window, QColor(colours.outline))
            for name in OUTLINED:
                self.app.setPalette(palette, name)  # type: ignore[arg-type]  # the stub is wrong: bytes are refused


def icon(name: str, colour: str = "") -> QIcon:
    """Return resources/icons/`name`.svg in `colour`, the palette's text colour by default."""
    colours = scheme()
    result = QIcon()
    for mode, tint in (
        (QIcon.Mode.Normal, colour or colours.text),
        (QIcon.Mode.Disabled, colours.disabled),
    ):
        for size in (16, 24, 32):
            result.addPixmap(_pixmap(name, tint, size), mode)
    return result


def pixmap(name: str, colour: str, size_px: int = 16) -> QPixmap:
    """Return an icon as a picture of `size_px`."""
    return _pixmap(name, colour, size_px)


def app_icon() -> QIcon:
    """Return the application's own icon."""
    return QIcon(str(RESOURCES / "icons" / "tensor-explorer.svg"))


@cache
def _source(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text()


@cache
def _pixmap(name: str, colour: str, size_px: int) -> QPixmap:
    picture = QPixmap(QSize(size_px, size_px))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    renderer.render(painter)
    painter.end()
    return picture
