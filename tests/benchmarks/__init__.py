"""How fast it is: `python -m tests.benchmarks start road` prints medians beside their targets."""
