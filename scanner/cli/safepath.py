"""Keeps the working folder's modules out: `python -m` would let a hostile repository's own `json.py` run.

Imports nothing that is not loaded already when Python starts.
"""

import os
import sys


def protect() -> None:
    """Drop the working folder from the module path, except in a checkout, where this package itself is found there."""
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        here = os.getcwd()
    except OSError:  # it has been deleted: nothing can be imported from it
        return
    if sys.path and os.path.abspath(sys.path[0]) == here != home:
        del sys.path[0]
