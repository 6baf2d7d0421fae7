"""The search box: operators on tensors, actions, tensors, files, and any line of Python."""
