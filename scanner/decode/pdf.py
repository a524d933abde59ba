"""PDF files: the text of their pages, by pypdf."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import FrameType
from typing import Final

from scanner.decode.member import Allowance, Found, Member, TooMuchError, Unread

_LIMIT: Final = "LimitReachedError"  # the library's own, of what a page unpacks to
_AGAIN: Final = 0.5  # seconds; where an exception is lost, as in a destructor, the next one is not
_SECONDS: Final = 10.0  # of processor time for a page; most take a hundredth


def pages(data: bytes, allowance: Allowance) -> Found:
    """Yield each page as a member. Raises what pypdf does for what is no PDF, and TooMuchError."""
    try:
        from pypdf import PdfReader
    except ImportError:
        yield Unread(b"", "it is a PDF: install redhanded[archives] to read its text")
        return
    import logging  # which the library has loaded; nothing else here has a use for it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would tell the user what is odd about each file
    try:
        with _within(_SECONDS):
            reader = PdfReader(BytesIO(data))
            is_readable = not reader.is_encrypted or bool(reader.decrypt(""))
            count = len(reader.pages) if is_readable else 0
    except _LateError:
        raise TooMuchError("it takes too long to read") from None
    if not is_readable:
        yield Unread(b"", "it is encrypted")
    for number in range(count):
        allowance.begin()
        name = b"page %d" % (number + 1)
        try:
            with _within(_SECONDS) as clock:
                text = reader.pages[number].extract_text()
        except MemoryError:
            raise
        except (Exception, _LateError) as error:  # noqa: BLE001 a hostile file may make a library raise anything
            why = "it takes too long to read" if clock.rang else f"its text cannot be read ({type(error).__name__})"
            yield Unread(name, why, is_limit=clock.rang or type(error).__name__ == _LIMIT)
        else:
            allowance.take(len(text))
            yield Member(name, text.encode("utf-8", "replace"))


class _LateError(BaseException):
    """Time is up. No Exception: the library handles those."""


class _Clock:
    rang = False


@contextmanager
def _within(seconds: float) -> Iterator[_Clock]:
    """Raise _LateError when it takes longer: the library knows no limits. Some systems have no such clock."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield _Clock()
        return
    clock = _Clock()

    def stop(number: int, frame: FrameType | None) -> None:
        clock.rang = True
        raise _LateError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield clock
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
