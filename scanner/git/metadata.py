"""Who made a commit or a tag, and when. The lines are parsed by GitPython; the objects are read as everywhere here.

GitPython's own reading of repositories is not used: it inherits the environment and knows no SHA-256 repositories.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.model import Provenance


def describe(git: Git, oids: Iterable[str]) -> dict[str, Provenance]:
    """Return author (or tagger), mail and date of each commit or tag; those that git cannot read are left out."""
    with CatFile(git) as objects:
        answers = list(objects.read(list(oids)))
    return {answer.oid: _provenance(answer) for answer in answers if isinstance(answer, Object)}


def _provenance(found: Object) -> Provenance:
    # 80 ms to import: only a history with findings pays for it.
    from git.objects.util import from_timestamp, parse_actor_and_date

    headers = found.data.partition(b"\n\n")[0].split(b"\n")
    line = next((h for h in headers if h.startswith((b"author ", b"tagger "))), b"")
    actor, seconds, offset = parse_actor_and_date(line.decode("utf-8", "replace"))
    try:
        date = from_timestamp(seconds, offset).isoformat()
    except (ValueError, OverflowError, OSError):
        date = ""
    return Provenance(found.oid, actor.name or "", actor.email or "", date)
