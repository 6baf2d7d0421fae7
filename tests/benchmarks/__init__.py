"""How fast it is: `python -m tests.benchmarks start road console` prints medians beside their targets."""
