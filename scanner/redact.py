"""The only place that turns a secret, or text of a hostile repository, into something that may be shown."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_STARS = "********"
_SHOWN = 4
_LONG_ENOUGH = 24  # below this, four characters would be too much of the secret
_ROUNDS = 1_000


class Secret:
    """A secret's value, which no `repr`, `str`, format, log line or pickle gives away; `reveal()` does.

    `masked` is what may be shown: the first four characters of a long value, which for most tokens are the
    vendor's prefix, and nothing at all of a short one.
    """

    __slots__ = ("_value", "masked")

    def __init__(self, value: bytes, masked: str | None = None) -> None:
        self._value = value
        self.masked = mask(value) if masked is None else masked

    def reveal(self) -> bytes:
        """Return the value itself; empty when this Secret has crossed a pickle."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self._value, self.masked) == (other._value, other.masked)

    def __hash__(self) -> int:
        return hash((self._value, self.masked))

    def __reduce__(self) -> tuple[type[Secret], tuple[bytes, str]]:
        return Secret, (b"", self.masked)


class OpenSecret(Secret):
    """A secret whose value may cross to another process, because the user asked to see secrets."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Secret], tuple[bytes, str]]:
        return OpenSecret, (self._value, self.masked)


def mask(value: bytes) -> str:
    """Return what may be shown of a secret: `ghp_********`, or only stars when the value is short.

    >>> mask(b"hunter2-prod")
    '********'
    """
    if len(value) < _LONG_ENOUGH:
        return _STARS
    return printable(value[:_SHOWN]) + _STARS


def apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what half-open spans cover, in order; those that overlap are one."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if made and start < made[-1][1]:
            made[-1] = made[-1][0], max(made[-1][1], end)
        else:
            made.append((start, end))
    return made


def covered(text: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """Return the text with a mask over each of the spans."""
    for start, end in reversed(apart(spans)):  # from the end, so that the others stay where they are
        text = text[:start] + mask(text[start:end]).encode() + text[end:]
    return text


def fingerprint(rule_id: str, value: bytes) -> str:
    """Return 32 hex digits that name this secret under this rule, the same on every machine and in every file.

    Derived with PBKDF2-HMAC-SHA256, 1,000 rounds: enough that a table of common passwords costs something,
    not enough to protect a weak password for ever, so reports deserve the care that the repository does.
    """
    from hashlib import pbkdf2_hmac  # loads OpenSSL; a clean commit needs none of it

    salt = b"redhanded fingerprint 1\0" + rule_id.encode()
    return pbkdf2_hmac("sha256", value, salt, _ROUNDS, 16).hex()


def printable(text: bytes | str) -> str:
    r"""Return text for a terminal or a report: undecodable bytes and control characters escaped.

    Bidirectional overrides and other invisible characters count as control characters: they can make a line
    read as what it is not.

    >>> printable(b"caf\xe9\x1b[31m")
    'caf\\xe9\\x1b[31m'
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in _no_surrogates(text))


def _no_surrogates(text: str) -> str:
    # File names that are not UTF-8 reach Python as lone surrogates; give their bytes back. JSON and UTF-16 can hold
    # other ones, which stand for no byte.
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text
