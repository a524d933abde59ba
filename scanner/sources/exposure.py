"""What an incident's past and present are: last seen, removed, for how long, and which refs lead to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial, reduce
from itertools import chain
from operator import or_
from typing import Final, NamedTuple, get_args

from scanner.children import START, in_processes
from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.graph import Lookup, commits, files
from scanner.git.metadata import describe
from scanner.git.refs import Ref, named_refs, read_refs
from scanner.git.refs import Refs as AllRefs
from scanner.model import (
    BlobOrigin,
    CommitOrigin,
    Exposure,
    Finding,
    Location,
    NameOrigin,
    Provenance,
    RefKind,
    RefOrigin,
    Refs,
    RepositoryOrigin,
    Skip,
    TagOrigin,
)
from scanner.sources.foresight import questions
from scanner.sources.incidents import Traced
from scanner.sources.lineage import Graph, Lineage, State, Tally, Trail, follow, lots, ones
from scanner.sources.lives import outlines, question, shortened
from scanner.sources.past import Story

_NAMES: Final = 10  # of each kind of ref; the others are counted
_MOST_TREES: Final = 100  # that refs name without a commit; listing one starts a git
_DAY: Final = 86_400  # seconds
_KINDS: Final[tuple[RefKind, ...]] = get_args(RefKind)
_PREFIXES: Final[dict[str, RefKind]] = {"refs/heads/": "branch", "refs/tags/": "tag", "refs/remotes/": "remote"}


class Exposed(NamedTuple):
    """The incidents, what could not be told, and what to remember."""

    found: tuple[Finding, ...]
    skips: tuple[Skip, ...] = ()
    story: Story = Story()


def exposed(git: Git, traced: Traced, found: Sequence[Finding], now: float, jobs: int = 1) -> Exposed:
    """Return the incidents with their exposure; without one, and with a skip that says why, when git cannot tell.

    `now` is Unix time in seconds; `jobs` gits share the work.
    """
    if not found or traced.introduced.error:  # an error there is told already
        return Exposed(tuple(found), story=traced.story)
    try:
        made, story = _exposures(git, traced, found, now, jobs)
    except GitError as error:
        detail = f"{error.message}; so which branches and tags still lead to a secret is not told"
        return Exposed(tuple(found), (Skip(RepositoryOrigin(b""), "git-error", detail),))
    told = (one._replace(exposure=_beside_names(one, exposure)) for one, exposure in zip(found, made, strict=True))
    return Exposed(tuple(told), (), story)


def _beside_names(finding: Finding, exposure: Exposure) -> Exposure | None:
    """Return what may be said of a secret that stands in a name: names are not followed through history.

    None when it stands in nothing else. That it is gone from files does not mean that it is gone.
    """
    in_names = [isinstance(place.origin, NameOrigin | RefOrigin) for place in _places(finding)]
    if all(in_names):
        return None
    if any(in_names):
        return exposure._replace(removed=None, days=exposure.days if exposure.stands else None)
    return exposure


class _Past(NamedTuple):
    """What is known of some incidents together, by their numbers. `standing`: those that a ref still shows."""

    lineage: Lineage
    removed: list[str]
    people: Mapping[str, Provenance]
    tips: list[list[Refs]]
    reach: list[list[Refs]]
    standing: int


def _exposures(
    git: Git, traced: Traced, found: Sequence[Finding], now: float, jobs: int
) -> tuple[list[Exposure], Story]:
    asked = question(found, traced.before.choice) if traced.before else ""
    if traced.before and traced.before.is_unchanged and traced.story.asked == asked:
        return _recalled(git, traced.story, found, now), traced.story
    graph = traced.graph or commits(git)
    known = {line[0] for line in graph}
    refs = read_refs(git, known)
    ordered = refs._replace(all=tuple(sorted(refs.all, key=lambda ref: _rank(ref.name, refs.current))))
    trees, listed_all = _trees(git, {ref.oids[-1] for ref in refs.all} - known, found)
    tips = {ref.oids[-1] for ref in refs.all} | {refs.head}
    changes, trails = traced.introduced.changes, [_trail(finding) for finding in found]
    processes = jobs if START == "fork" else 1
    shares = lots(trails, processes)
    gits = 1 if min(processes, len(shares)) > 1 else jobs

    def of_lot(lot: Sequence[int], most: int) -> list[tuple[int, Exposure]]:
        some = [trails[number] for number in lot]
        with Lookup(git, gits) as find:
            find.foresee(questions(graph, changes, some), most)
            lineage = follow(graph, changes, some, tips, find, most)
        past = _past(git, graph, lineage, ordered, _beside_commits([found[number] for number in lot], trees))
        exact = lineage.left >= 0 and listed_all
        return [(number, _exposure(past, bit, found[number], now, exact)) for bit, number in enumerate(lot)]

    told = dict(chain(*in_processes([partial(of_lot, *share) for share in shares], processes)))
    made = [told[number] for number in range(len(found))]
    lives = shortened(made, [_shown(ref.name) for ref in ordered.all]) if asked else ()
    return made, traced.story._replace(asked=asked, lives=lives)


def _recalled(git: Git, story: Story, found: Sequence[Finding], now: float) -> list[Exposure]:
    """Return what was worked out when the repository was in the same state."""
    named, current, _ = named_refs(git)
    names = sorted((name for name, _ in named), key=lambda name: _rank(name, current))
    known = outlines(story.lives, list(map(_shown, names)))
    people = describe(git, sorted({oid for one in known for oid in (one.last, one.removed)} - {""}))
    made = []
    for finding, (last, removed, exposure) in zip(found, known, strict=True):
        whole = exposure._replace(last=people.get(last), removed=people.get(removed))
        made.append(whole._replace(days=_days(whole, finding, now)))
    return made


def _rank(name: str, current: str) -> tuple[bool, str]:
    return name != current, name


def _shown(name: str) -> tuple[RefKind, str]:
    return _kind(name), _short(name)


def _past(git: Git, graph: Graph, lineage: Lineage, refs: AllRefs, beside: Mapping[str, State]) -> _Past:
    states = [(_kind(ref.name), _short(ref.name), _state(ref, lineage, beside)) for ref in refs.all]
    standing = 0
    for _, _, state in states:
        standing |= state.held | state.said
    removed = _removals(graph, lineage, refs.head, standing)
    count = len(lineage.last)
    return _Past(
        lineage,
        removed,
        describe(git, sorted({*lineage.last, *removed} - {""})),
        _by_kind([(kind, name, state.held) for kind, name, state in states], count),
        _by_kind([(kind, name, state.ever | state.said) for kind, name, state in states], count),
        standing,
    )


def _trail(finding: Finding) -> Trail:
    origins = [place.origin for place in _places(finding)]
    pairs = {(origin.path, origin.oid) for origin in origins if isinstance(origin, BlobOrigin)}
    return Trail(frozenset(pairs), frozenset(origin.oid for origin in origins if isinstance(origin, CommitOrigin)))


def _places(finding: Finding) -> Iterator[Location]:
    yield finding.location
    yield from finding.also


def _trees(git: Git, ends: Collection[str], found: Sequence[Finding]) -> tuple[dict[str, set[str]], bool]:
    """Return the files of folders that refs name, of files themselves, and whether that is all."""
    blobs = {place.origin.oid for one in found for place in _places(one) if isinstance(place.origin, BlobOrigin)}
    others = sorted(oid for oid in ends if oid not in blobs)
    made = {oid: {oid} for oid in ends if oid in blobs}
    made |= {oid: _files(git, oid) & blobs for oid in others[:_MOST_TREES]}
    return made, len(others) <= _MOST_TREES


def _beside_commits(found: Sequence[Finding], trees: Mapping[str, Collection[str]]) -> dict[str, State]:
    """Return what tags have in their messages, and what files and folders hold that refs name without a commit."""
    blobs: dict[str, int] = {}
    made: dict[str, State] = {}
    for number, finding in enumerate(found):
        for origin in {place.origin for place in _places(finding)}:
            if isinstance(origin, BlobOrigin):
                blobs[origin.oid] = blobs.get(origin.oid, 0) | 1 << number
            elif isinstance(origin, TagOrigin):
                made[origin.oid] = State(said=made.get(origin.oid, State()).said | 1 << number)
    for tree, inside in trees.items():
        held = reduce(or_, (blobs.get(oid, 0) for oid in inside), 0)
        made[tree] = State(held=held, ever=held)
    return made


def _files(git: Git, tree: str) -> set[str]:
    try:
        return {oid for oid, _ in files(git, tree)}
    except GitError:
        return set()  # a blob without findings; or what is missing, which is said elsewhere


def _state(ref: Ref, lineage: Lineage, beside: Mapping[str, State]) -> State:
    """Return what a ref holds and reaches, by its commit and by the tags on the way there."""
    state = lineage.tips[ref.oids[-1]]
    for oid in ref.oids:
        if more := beside.get(oid):
            state = State(*(mine | its for mine, its in zip(state, more, strict=True)))
    return state


def _kind(name: str) -> RefKind:
    if name == "HEAD":
        return "branch"
    return next((kind for prefix, kind in _PREFIXES.items() if name.startswith(prefix)), "other")


def _short(name: str) -> str:
    return next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)


def _by_kind(refs: Sequence[tuple[RefKind, str, int]], incidents: int) -> list[list[Refs]]:
    """Return for each incident the refs in whose set it is, by kind."""
    made: list[list[Refs]] = [[] for _ in range(incidents)]
    for kind in _KINDS:
        tally = Tally()
        names: list[list[str]] = [[] for _ in range(incidents)]
        unfilled = (1 << incidents) - 1
        for _, name, bits in (ref for ref in refs if ref[0] == kind):
            tally.add(bits)
            for incident in ones(bits & unfilled):
                names[incident].append(name)
                if len(names[incident]) == _NAMES:
                    unfilled &= ~(1 << incident)
        for incident, count in tally.counts().items():
            made[incident].append(Refs(kind, count, tuple(names[incident])))
    return made


def _removals(graph: Graph, lineage: Lineage, head: str, standing: int) -> list[str]:
    """Return the commit that took each incident out of HEAD, or out of the last ref, "" if none has."""
    if not any(lineage.removed):
        return [""] * len(lineage.removed)
    in_head = lineage.tips[head].held if head else 0
    old = _ancestors(graph, head)
    found = []
    for number, removed in enumerate(lineage.removed):
        candidates = removed
        if standing >> number & 1:  # a removal elsewhere means nothing to the refs that have it
            candidates = [] if in_head >> number & 1 else [commit for commit in removed if commit in old]
        found.append(candidates[-1] if candidates else "")
    return found


def _ancestors(graph: Graph, commit: str) -> frozenset[str]:
    """Return the commit and all before it."""
    found = {commit}
    for line in reversed(graph):
        if line[0] in found:
            found.update(line)
    return frozenset(found)


def _exposure(past: _Past, number: int, finding: Finding, now: float, exact: bool) -> Exposure:
    last = past.people.get(past.lineage.last[number])
    removed = past.people.get(past.removed[number])
    made = Exposure(
        last=last,
        removed=removed,
        tips=tuple(past.tips[number]),
        reach=tuple(past.reach[number]),
        stands=bool(past.standing >> number & 1),
        exact=exact,
    )
    return made._replace(days=_days(made, finding, now))


def _days(exposure: Exposure, finding: Finding, now: float) -> int | None:
    begin = _seconds(finding.location.provenance)
    end = now if exposure.stands else _seconds(exposure.removed or exposure.last)
    return None if begin is None or end is None else max(int((end - begin) // _DAY), 0)


def _seconds(who: Provenance | None) -> float | None:
    return datetime.fromisoformat(who.date).timestamp() if who and who.date else None
