"""Benchmarks: Equibel beside programs that list every maximal EQ set, measured in one run; ``python -m benchmarks``."""
