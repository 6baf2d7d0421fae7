"""The language of the window: ours, Qt's own dialogs, and a font that has its characters."""

from collections.abc import Iterable

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from explorer.protocol import Problem
from explorer.text import ENGLISH, LANGUAGES, set_language, tr
from explorer.window.settings import SYSTEM

WRITING = {"zh_CN": QFontDatabase.WritingSystem.SimplifiedChinese}


class Language(QObject):
    """Keeps the language as chosen: one of `LANGUAGES`, or `system`, whose first fit is taken.

    `code` is the language that was found; `problem` says what it lacks, None if nothing.
    """

    changed = Signal()

    def __init__(self, app: QApplication, choice: str) -> None:
        super().__init__(app)
        self._app = app
        self._translator: QTranslator | None = None
        self.code = ENGLISH
        self.problem: Problem | None = None
        self._take(choice)

    def choose(self, choice: str) -> None:
        """Change to `choice`."""
        before = self.code
        self._take(choice)
        if self.code != before:
            self.changed.emit()

    def _take(self, choice: str) -> None:
        code = fitting(QLocale.system().uiLanguages()) if choice == SYSTEM else choice
        self.problem = None
        try:
            set_language(code)
        except (OSError, ValueError) as error:
            code = ENGLISH
            set_language(code)
            self.problem = Problem(
                what=tr("The translation can't be read, so everything is in English."),
                fix=tr("Install Tensor Explorer again."),
                detail=str(error),
                cause=type(error).__name__,
            )
        self.code = code
        self._translate_qt()
        if self.problem is None and not has_font(code):
            # Not translated: it could not be read.
            self.problem = Problem(
                what=f"This system has no font for {code}, so its characters show as boxes.",
                fix="Install one, then start again: `sudo apt-get install fonts-noto-cjk` "
                "(Fedora: `sudo dnf install google-noto-sans-cjk-fonts`).",
            )

    def _translate_qt(self) -> None:
        """Let Qt's own dialogs speak the language too."""
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None
        if self.code in LANGUAGES and self.code != ENGLISH:
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            translator = QTranslator(self)
            if translator.load(f"qtbase_{self.code}", folder):
                self._app.installTranslator(translator)
                self._translator = translator


def fitting(names: Iterable[str]) -> str:
    """Return the first of our languages among `names` such as "zh-Hans-CN", most wanted first.

    Who reads traditional Chinese gets English rather than simplified Chinese, although the list of
    such a system ends in a bare "zh".
    """
    is_traditional = False
    for name in names:
        locale = QLocale(name)
        if locale.language() is QLocale.Language.English:
            return ENGLISH
        if locale.language() is QLocale.Language.Chinese:
            is_traditional = (
                is_traditional or locale.script() is QLocale.Script.TraditionalHanScript
            )
            if not is_traditional:
                return "zh_CN"
    return ENGLISH


def has_font(code: str) -> bool:
    """Return whether some font of the system has the characters of the language `code`."""
    return code not in WRITING or bool(QFontDatabase.families(WRITING[code]))
