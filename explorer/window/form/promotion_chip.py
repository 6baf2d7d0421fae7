"""What dtype several become, as a line of code, with the rule under it."""

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.catalog.promotion import Operand, Promotion
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.hint import Hint


class PromotionChip(QWidget):
    """Hidden while there is nothing to promote."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = QLabel(self)
        self._line.setFont(code_font())
        self._line.setFrameShape(QFrame.Shape.StyledPanel)
        self._line.setMargin(4)
        self._line.setWordWrap(True)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hint = Hint(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._line)
        layout.addWidget(self.hint)
        self.hide()

    @property
    def words(self) -> str:
        """What the chip says: "int64 × float32 (0-d) → float32"."""
        return self._line.text()

    def show_promotion(self, promotion: Promotion | None) -> None:
        """Show what operands become; None hides the chip."""
        self.setVisible(promotion is not None)
        if promotion is None:
            return
        result = promotion.result or tr("none")
        self._line.setText(f"{' × '.join(map(_named, promotion.operands))} → {result}")
        if not promotion.result:
            self.hint.say(
                tr("Torch makes no common dtype of these: convert one first"), tone="error"
            )
        elif not promotion.fits:
            self.hint.say(
                tr(
                    "The tensor that is written into keeps {dtype}, which can't hold {result}",
                    dtype=promotion.operands[0].dtype,
                    result=result,
                ),
                tone="error",
            )
        else:
            self.hint.say("\n".join(map(tr, promotion.rules)))


def _named(operand: Operand) -> str:
    """Return the dtype with what lets it decide less."""
    match operand.weight:
        case "0-d":
            return f"{operand.dtype} (0-d)"
        case "number":
            return f"{operand.dtype} (Python)"
        case _:
            return operand.dtype
