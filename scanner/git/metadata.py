"""Who made a commit or a tag, and when. The lines are parsed by GitPython; the objects are read as everywhere here.

GitPython's own reading of repositories is not used: it inherits the environment and knows no SHA-256 repositories.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.model import Provenance

_LONGEST: Final = 1_000  # bytes of a name with its address; more could keep a regular expression busy
_DATE: Final = re.compile(rb" [0-9]{1,12} [+-][0-9]{4}$")
_ENCODING: Final = re.compile(rb"^encoding ([\w.-]{1,30})$", re.MULTILINE)
_LEGACY: Final = ("iso8859", "cp", "koi8", "euc", "gb", "big5", "shift_jis")  # what people wrote before UTF-8


def describe(git: Git, oids: Iterable[str]) -> dict[str, Provenance]:
    """Return author (or tagger), mail and date of each commit or tag; those that git cannot read are left out.

    What a hostile or old line does not say is an empty text: no date is better than 1970.
    """
    with CatFile(git) as objects:
        return {found.oid: _provenance(found) for found in objects.read(list(oids)) if isinstance(found, Object)}


def _provenance(found: Object) -> Provenance:
    # 80 ms to import: only a history with findings pays for it.
    from git.objects.util import parse_actor_and_date

    headers = found.data.partition(b"\n\n")[0]
    line = next((h for h in headers.split(b"\n") if h.startswith((b"author ", b"tagger "))), b"author ")
    dated = _DATE.search(line[-40:])
    stamp = dated[0] if dated else b" 0 +0000"
    who = line.removesuffix(dated[0] if dated else b"")[:_LONGEST]
    actor, seconds, offset = parse_actor_and_date(_decode(who, headers) + stamp.decode())
    date = _date(seconds, offset) if dated else ""
    return Provenance(found.oid, (actor.name or "").strip(), actor.email or "", date)


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
