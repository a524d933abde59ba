"""How often the scanner is right on labelled candidates: see `python -m benchmarks.accuracy --help`."""
