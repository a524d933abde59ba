"""How often Python looks for objects that hold each other alive."""

from __future__ import annotations

import atexit
import gc

# Objects made, less those freed, before it looks; and how many looks before one among the older ones, and the oldest.
# Next to nothing here is garbage of that kind, and with the usual thresholds (700, 10, 10) looking takes a tenth of the
# processor time of an audit's first process, and two to five hundredths of its workers'.
_THRESHOLDS = (50_000, 20, 50)


def collect_seldom() -> None:
    """Look seldom from now on, and not once more at everything when the process ends."""
    gc.set_threshold(*_THRESHOLDS)
    atexit.register(gc.freeze)
