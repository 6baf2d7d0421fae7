"""Tuning: what a person chose is kept, and taken up at once where that can be done."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.session import Document
from explorer.window.controller import Controller
from explorer.window.language import Language
from explorer.window.presentation import Presentation
from explorer.window.scale import Scale
from explorer.window.settings import Preferences, Settings
from explorer.window.theme import Theme


class Tuning(QObject):
    """See the module. A Python is for the next engine; first lines are for the next session."""

    def __init__(
        self,
        controller: Controller,
        settings: Settings,
        *,
        theme: Theme,
        language: Language,
        scale: Scale,
        presentation: Presentation,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._settings = settings
        self._theme = theme
        self._language = language
        self._scale = scale
        self._presentation = presentation
        self._window = window

    def show_preferences(self) -> None:
        """Let the person change the settings."""
        from explorer.window.preferences import PreferencesDialog

        dialog = PreferencesDialog(self._settings.preferences, self._window)
        dialog.chosen.connect(self.prefer)
        dialog.open()

    def prefer(self, chosen: Preferences) -> None:
        """Keep what the person chose and apply it."""
        before = self._settings.preferences
        self._settings.preferences = chosen
        if chosen.theme != before.theme:
            self._theme.choose(chosen.theme)
        if chosen.language != before.language:
            self.choose_language(chosen.language)
        if chosen.scale_percent != before.scale_percent:
            self._presentation.leave()
            self._scale.choose(chosen.scale_percent)
        if chosen.python != before.python:
            self._controller.use_python(chosen.python)
        self._configure()
        document = self._controller.document
        if chosen.first_lines != before.first_lines and document.is_untouched:
            self._controller.open(Document.new(chosen.first_lines))

    def choose_language(self, choice: str) -> None:
        """Say everything in another language."""
        self._settings.preferences = replace(self._settings.preferences, language=choice)
        self._language.choose(choice)
        self._configure()
        if self._language.problem is not None:
            self._controller.report(self._language.problem)

    def theme_light(self) -> None:
        """Choose the light theme."""
        self._choose_theme("light")

    def theme_dark(self) -> None:
        """Choose the dark theme."""
        self._choose_theme("dark")

    def theme_system(self) -> None:
        """Follow the system."""
        self._choose_theme("system")

    def _choose_theme(self, choice: str) -> None:
        self._settings.preferences = replace(self._settings.preferences, theme=choice)
        self._theme.choose(choice)

    def _configure(self) -> None:
        chosen = self._settings.preferences
        self._controller.configure(chosen.engine_options(self._language.code))
