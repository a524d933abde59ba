"""What a check of `redhanded doctor` comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from scanner.errors import RedhandedError

Verdict = Literal["ok", "warning", "broken"]


class Check(NamedTuple):
    """One line for a person. `help` says what to do; every broken check has it. Neither holds a secret."""

    name: str
    verdict: Verdict
    message: str
    help: str = ""


def guarded(name: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Yield what a check yields; what it fails with is a broken check as well, and the others go on."""
    try:
        yield from check()
    except RedhandedError as error:
        yield Check(name, "broken", error.message, error.help or "mend that, and run `redhanded doctor` again")
    except OSError as error:
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        message = f"{place}{error.strerror or type(error).__name__}"
        yield Check(name, "broken", message, "see to it that this can be read and written")
