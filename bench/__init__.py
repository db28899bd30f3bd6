"""Benchmarks: side by side with the bare parts in the same run, as ratios. ``make bench-gateway``, ``bench-events``."""
