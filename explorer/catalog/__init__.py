"""What PyTorch offers, as data: operators, file formats, advice. No Qt, no torch."""
