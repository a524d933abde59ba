"""`python -m scanner` and the `redhanded` command."""

import os
import sys

_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FIRST = os.path.abspath(sys.path[0]) if sys.path else _HOME

# `python -m` lets the working folder's modules win: in a hostile repository its own `json.py` would run. Only where
# this package itself is found there, in a checkout, that folder may stay.
if __name__ == "__main__" and _FIRST == os.getcwd() != _HOME:
    del sys.path[0]

from scanner.cli.main import main  # noqa: E402 - only now is it certain whose modules are imported

if __name__ == "__main__":
    raise SystemExit(main())
