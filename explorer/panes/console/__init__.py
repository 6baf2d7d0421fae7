"""The Console pane: what a person types runs on the same engine and takes the same path as a form's line."""
