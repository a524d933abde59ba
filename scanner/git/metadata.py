"""Who made a commit or a tag, and when. Lines as git writes them are parsed here, all others by GitPython, which takes
longer to load than most audits take that know the repository; the objects are read as everywhere here.

GitPython's own reading of repositories is not used: it inherits the environment and knows no SHA-256 repositories.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Final

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.model import Provenance

_LONGEST: Final = 1_000  # bytes of a name with its address; more could keep a regular expression busy
_DATE: Final = re.compile(rb" [0-9]{1,12} [+-][0-9]{4}$")
_ENCODING: Final = re.compile(rb"^encoding ([\w.-]{1,30})$", re.MULTILINE)
_PLAIN: Final = re.compile(r"(?:author|tagger) ([^<>\n\r]+) <([^<>\n\r]*)> ([0-9]{1,10}) ([+-])([01][0-9])([0-5][0-9])")
_LEGACY: Final = ("iso8859", "cp", "koi8", "euc", "gb", "big5", "shift_jis")  # what people wrote before UTF-8


def describe(git: Git, oids: Iterable[str]) -> dict[str, Provenance]:
    """Return author (or tagger), mail and date of each commit or tag; those that git cannot read are left out.

    What a hostile or old line does not say is an empty text: no date is better than 1970.
    """
    with CatFile(git) as objects:
        return {found.oid: _provenance(found) for found in objects.read(list(oids)) if isinstance(found, Object)}


def _provenance(found: Object) -> Provenance:
    headers = found.data.partition(b"\n\n")[0]
    line = next((h for h in headers.split(b"\n") if h.startswith((b"author ", b"tagger "))), b"author ")
    dated = _DATE.search(line[-40:])
    stamp = dated[0] if dated else b" 0 +0000"
    who = line.removesuffix(dated[0] if dated else b"")[:_LONGEST]
    text = _decode(who, headers) + stamp.decode()
    return (_plain(found.oid, text) if dated else None) or _odd(found.oid, text, bool(dated))


def _plain(oid: str, line: str) -> Provenance | None:
    """Return what a line as git writes it says; None for any other."""
    parts = _PLAIN.fullmatch(line)
    if not parts:
        return None
    name, email, seconds, sign, hours, minutes = parts.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    return Provenance(oid, name.strip(), email, datetime.fromtimestamp(int(seconds), zone).isoformat())


def _odd(oid: str, line: str, is_dated: bool) -> Provenance:
    from git.objects.util import parse_actor_and_date  # 80 ms

    actor, seconds, offset = parse_actor_and_date(line)
    date = _date(seconds, offset) if is_dated else ""
    return Provenance(oid, (actor.name or "").strip(), actor.email or "", date)


def _decode(text: bytes, headers: bytes) -> str:
    named = _ENCODING.search(headers)
    encoding = "utf-8"
    if named:
        with suppress(LookupError):
            encoding = codecs.lookup(named[1].decode()).name
    return text.decode(encoding if encoding.startswith(_LEGACY) else "utf-8", "backslashreplace")


def _date(seconds: int, offset: int) -> str:
    from git.objects.util import from_timestamp

    try:
        return from_timestamp(seconds, offset).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
