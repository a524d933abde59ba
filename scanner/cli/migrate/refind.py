"""What others have accepted, looked for among our own findings.

By value where their file has a hash or the value; else by place, as the file is now or, where they name a commit, as it
was in that commit. When in doubt nothing is accepted: a suppression must never hide another secret.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from scanner.cli.migrate.hashes import found_in, header_of, holds
from scanner.cli.migrate.kinds import may_be_alike
from scanner.cli.migrate.sites import Site
from scanner.cli.present import Found
from scanner.convert.accepted.said import Known, Left

Read = Callable[[Site], bytes]
_OF_A_FILE = "env-file-with-values"  # a finding about a whole file, which no other scanner has
_ALLOW = "look at it, then: redhanded allow add {id}"


class Match(NamedTuple):
    """The secrets that something accepted stands for; or, when there are none, `why` nobody can tell which."""

    sites: tuple[Site, ...]
    why: str = ""
    by_hand: str = ""


class Places(NamedTuple):
    """The sites by where they stand. `read` returns the content that a site is in."""

    by_path: dict[str, list[Site]]
    by_blob: dict[str, list[Site]]
    read: Read
    is_past: bool = False  # then what is something else there says nothing of what stands there now

    @classmethod
    def of(cls, sites: Iterable[Site], read: Read, is_past: bool = False) -> Places:
        made = cls({}, {}, read, is_past)
        for site in (one for one in sites if one.rule != _OF_A_FILE):
            made.by_path.setdefault(site.path, []).append(site)
            if site.blob:
                made.by_blob.setdefault(site.blob, []).append(site)
        return made

    def find(self, known: Known, together: Sequence[Known], blob: str = "") -> Match:
        """Return what `known` stands for; no sites and no reason when nothing of ours is there.

        `together` are all that stand at its place. `blob` is the object that its commit has there.
        """
        if known.is_by_value:
            return self._by_value(known)
        sites = self.by_blob.get(blob, []) if known.commit else self.by_path.get(known.path, [])
        sites = [site for site in sites if site.first == known.at]
        return _chosen(sites, known, together, self.is_past)

    def _by_value(self, known: Known) -> Match:
        sites = self.by_path.get(known.path, []) if known.path else [s for some in self.by_path.values() for s in some]
        found = tuple(site for site in sites if site.is_plain and self._has(site, known))
        there = [site for site in sites if known.at and site.first == known.at]
        if there and not found and not self.is_past:
            why = f"what stands there now ([{there[0].rule}]) is not the secret that was accepted"
            return Match((), why, _ALLOW.format(id=_id(there[0])))
        return Match(found)

    def _has(self, site: Site, known: Known) -> bool:
        data = self.read(site)
        if known.value:
            return holds(data, site.start, site.end, known.value)
        if found_in(data, site.start, site.end, known.algorithm, {known.digest}):
            return True
        at_its_line = site.first == known.at
        return at_its_line and bool(header_of(data, site.start, site.end, known.algorithm, {known.digest}))


def _chosen(sites: Sequence[Site], known: Known, together: Sequence[Known], is_past: bool) -> Match:
    """Return which of the findings on one line are meant."""
    if same := [site for site in sites if site.rule == known.rule]:
        return Match(tuple(same))
    if not known.commit and known.rule:
        # The line may have been changed since; in a commit nothing can be.
        alike = [site for site in sites if may_be_alike(known.rule, site.rule)]
        if sites and not alike and not is_past:
            why = f"what stands there now is of another kind, [{sites[0].rule}]"
            return Match((), why, _ALLOW.format(id=_id(sites[0])))
        sites = alike
    values = _apart(sites)
    if values > len({one.rule for one in together}) and len({site.rule for site in sites}) > 1:
        ids = " ".join(dict.fromkeys(map(_id, sites)))
        why = f"{values} secrets are found on that line, and it does not say which is accepted"
        return Match((), why, _ALLOW.format(id=ids))
    return Match(tuple(sites))


def _apart(sites: Iterable[Site]) -> int:
    """Return how many values there are: what overlaps is one, found by several rules."""
    count, end = 0, ("", -1)
    for site in sorted(sites, key=lambda site: (site.blob, site.start)):
        if site.blob != end[0] or site.start >= end[1]:
            count += 1
            end = (site.blob, site.end)
        else:
            end = (site.blob, max(end[1], site.end))
    return count


def _id(site: Site) -> str:
    return site.found.secrets[site.number].fingerprint[:12]


class Taken(NamedTuple):
    """A finding that is accepted, with all its parts, and what says so."""

    found: Found
    known: Known


def complete(matched: Sequence[tuple[Known, Match]]) -> tuple[list[Taken], list[Left]]:
    """Return the findings each part of which is accepted; and what is accepted of others, which stay reported."""
    accepted: dict[tuple[str, str], Known] = {}
    for known, match in matched:
        for site in match.sites:
            secret = site.found.secrets[site.number]
            accepted.setdefault((secret.rule, secret.fingerprint), known)
    taken: dict[object, Taken] = {}
    left: list[Left] = []
    for known, match in matched:
        wholes = [site.found for site in match.sites if _is_whole(site.found, accepted)]
        for found in wholes:
            taken.setdefault(found.secrets, Taken(found, accepted[found.secret.rule, found.secret.fingerprint]))
        if match.sites and not wholes:
            one = match.sites[0].found
            why = f"it is one part of a credential, [{one.secret.rule}] at {one.place}, and the rest is not accepted"
            by_hand = _ALLOW.format(id=one.secret.fingerprint[:12])
            left.append(Left(known.file, known.line, known.what, why, by_hand))
    return [*taken.values()], left


def _is_whole(found: Found, accepted: Collection[tuple[str, str]]) -> bool:
    return all((secret.rule, secret.fingerprint) in accepted for secret in found.secrets)
