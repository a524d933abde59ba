"""Training of the judge of generic candidates: `python -m scripts.train LABELS --made FOLDER --clean FOLDER`."""
