"""One folder per pane: its messages, its torch side (`probe`) and its Qt side (`pane`)."""
