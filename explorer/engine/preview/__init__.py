"""What a line will do, told before it runs: on tensors without values, so nothing is computed."""
