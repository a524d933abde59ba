"""One of their rules to a draft of ours, with notes on what could not be carried over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, get_args

from scanner.convert import allow
from scanner.convert.bounds import BOUNDS, bounded, changes
from scanner.convert.charclasses import GoSyntaxError
from scanner.convert.goregex import GoRegex, parse
from scanner.convert.nodes import Alt, Cat, Group, Lit, Node, Rep, groups, may_be_absent, may_be_empty, walk, width
from scanner.convert.notes import Note
from scanner.convert.ourregex import write
from scanner.convert.pathglobs import to_globs
from scanner.convert.pathways import NotForPathsError
from scanner.convert.theirs import Allowlist, TheirRule
from scanner.convert.words import holds_one
from scanner.model import Evidence, Severity
from scanner.ruleset.tree import MAX_WIDTH

_PREFIX: Final = 3  # bytes of a secret's own that make its form one of its own
_NAME: Final = 60
# These words make our engine look closer; theirs are for people.
_TAGS: Final = frozenset({"jwt", "basic-auth", "private-key", "named", "random", "generic", "url", "password"})


class Draft(NamedTuple):
    """A rule on its way. The pattern is written from `root`; `secret` is a group in it, 0 for the whole match."""

    id: str
    line: int
    name: str
    description: str
    severity: Severity
    evidence: Evidence
    root: Node
    secret: int
    bound: int
    min_entropy: float
    paths: tuple[str, ...]
    allow: tuple[str, ...]
    pair: tuple[str, ...]
    tags: tuple[str, ...]
    source: str
    example: str = ""

    @property
    def pattern(self) -> str:
        return write(bounded(self.root, self.secret, self.bound), self.secret)


class LeftOut(NamedTuple):
    """A rule that could not be carried over; `source` is its regex, or empty."""

    id: str
    line: int
    reason: str
    source: str


class Scope(NamedTuple):
    """What a rule is converted with: our ids by theirs, and the allowlists of all rules."""

    ids: Mapping[str, str]
    allowlists: tuple[Allowlist, ...] = ()


def convert(rule: TheirRule, scope: Scope, notes: list[Note]) -> Draft | LeftOut:
    """Return the draft; what it lacks of the rule goes into `notes`."""
    id = scope.ids[rule.id]
    try:
        regex = _parsed(rule)
        secret = _secret(rule, regex.root, notes)
        bound = _bound(regex.root, secret)
    except (GoSyntaxError, _LeftOutError) as error:
        return LeftOut(rule.id, rule.lines["regex"], str(error), rule.regex)
    notes += [Note(rule.lines["regex"], rule.id, text) for text in regex.notes]
    notes += _empty_rounds(rule, regex.root)
    _keywords(rule, regex.root, notes)
    return Draft(
        id=id,
        line=rule.line,
        name=_name(rule),
        description=rule.description.strip() or f"A secret that rule {rule.id} of another scanner finds.",
        severity=_severity(rule, notes),
        evidence="structured" if _prefix(_secret_node(regex.root, secret)) >= _PREFIX else "contextual",
        root=regex.root,
        secret=secret,
        bound=bound,
        min_entropy=_entropy(rule, notes),
        paths=_paths(rule, notes),
        allow=_allow(rule, scope, secret, notes),
        pair=_pair(rule, scope, notes),
        tags=_tags(rule, notes),
        source=rule.regex,
    )


class _LeftOutError(Exception):
    pass


def _parsed(rule: TheirRule) -> GoRegex:
    if rule.regex:
        return parse(rule.regex)
    if rule.path:
        raise _LeftOutError("it has no `regex`: redhanded finds secrets in files, not files by their names")
    raise _LeftOutError("it has no `regex`: it changes a rule of another configuration; import that one")


def _secret(rule: TheirRule, root: Node, notes: list[Note]) -> int:
    """Return the number of the group with the secret: the one they name, or the first one, or 0 for the whole match."""
    found = groups(root)
    number = rule.secret_group or (1 if found else 0)
    if number > len(found):
        raise _LeftOutError(f"`secretGroup` is {number}, and the regex has {len(found)} groups")
    if number and may_be_absent(root, number):
        what = f"group {number}, which holds the secret, is not part of every match: a match without it is none here"
        notes.append(Note(rule.lines["regex"], rule.id, what, "write a rule for each kind of match"))
    return number


def _secret_node(root: Node, secret: int) -> Node:
    return next((group.item for group in groups(root) if group.number == secret), root)


def _bound(root: Node, secret: int) -> int:
    for bound in BOUNDS:
        if width(bounded(root, secret, bound)) < MAX_WIDTH:
            return bound
    raise _LeftOutError(f"it can match more than {MAX_WIDTH:,} bytes, however its repeats are bounded")


def bound_note(draft: Draft, rule: TheirRule) -> Note | None:
    """Return the note on repeats that now have an end, None when all had one."""
    found = dict.fromkeys(changes(draft.root, bounded(draft.root, draft.secret, draft.bound)))
    if not found:
        return None
    what = f"repeats without an end have one now: {', '.join(found)}"
    return Note(rule.lines["regex"], rule.id, what, "change the numbers where a secret can be longer")


def _empty_rounds(rule: TheirRule, root: Node) -> list[Note]:
    for rep in walk(root):
        if isinstance(rep, Rep) and rep.most != 1 and may_be_empty(rep.item):
            what = (
                f"`{rep.text}` repeats what may be empty, of which engines think differently: a match may end elsewhere"
            )
            return [Note(rule.lines["regex"], rule.id, what, "make what is repeated match something each time")]
    return []


def _keywords(rule: TheirRule, root: Node, notes: list[Note]) -> None:
    if rule.keywords and not holds_one(root, rule.keywords):
        words = ", ".join(rule.keywords)
        what = f"`keywords` ({words}) not carried over: not every match holds one, and redhanded matches without them"
        by_hand = "write the word into the pattern, before the secret, if too much is found"
        notes.append(Note(rule.lines["keywords"], rule.id, what, by_hand))


def _name(rule: TheirRule) -> str:
    text = " ".join(rule.description.split()).rstrip(".")
    return text if 0 < len(text) <= _NAME else " ".join(re.findall(r"[^\W_]+", rule.id)).capitalize()


def _severity(rule: TheirRule, notes: list[Note]) -> Severity:
    for severity in get_args(Severity):
        if severity == rule.severity.strip().lower():
            return severity  # type: ignore[no-any-return]
    if rule.severity:
        what = f"`severity` {rule.severity!r} is none of redhanded's"
        notes.append(Note(rule.lines["severity"], rule.id, what, f"one of {', '.join(get_args(Severity))}"))
    if rule.skip_report:
        what = "`skipReport`: found alone it is reported, but as `info`, which stops nothing"
        notes.append(Note(rule.lines["skipReport"], rule.id, what))
        return "info"
    return "high"


def _entropy(rule: TheirRule, notes: list[Note]) -> float:
    if 0 <= rule.entropy <= 8:
        return rule.entropy
    what = f"`entropy` {rule.entropy:g} not carried over: bytes have 0 to 8 bits"
    notes.append(Note(rule.lines["entropy"], rule.id, what))
    return 0.0


def _paths(rule: TheirRule, notes: list[Note]) -> tuple[str, ...]:
    if not rule.path:
        return ()
    by_hand = "write `paths`: globs, of which the file must match one"
    try:
        found = to_globs(parse(rule.path).root)
    except (GoSyntaxError, NotForPathsError) as error:
        what = f"`path` not carried over, so the rule looks at all files: {error}"
        notes.append(Note(rule.lines["path"], rule.id, what, by_hand))
        return ()
    if found.wider:
        notes.append(Note(rule.lines["path"], rule.id, f"`path` as globs takes more: {found.wider}"))
    return found.globs


def _allow(rule: TheirRule, scope: Scope, secret: int, notes: list[Note]) -> tuple[str, ...]:
    found: list[str] = []
    for allowlist in rule.allowlists:
        converted = allow.convert(allowlist, rule.id)
        notes += converted.notes
        found += converted.of_secret
        if not secret:
            found += converted.of_match
        elif converted.of_match:
            notes.append(allow.match_note(allowlist, rule.id))
    for allowlist in scope.allowlists:
        if allowlist.rules and rule.id not in allowlist.rules:
            continue
        converted = allow.convert(allowlist, rule.id)  # its notes are told once, not for each rule
        found += converted.of_secret
        if not secret:
            found += converted.of_match
        elif converted.of_match:
            notes.append(allow.match_note(allowlist, rule.id))
    return tuple(dict.fromkeys(found))


def _pair(rule: TheirRule, scope: Scope, notes: list[Note]) -> tuple[str, ...]:
    pair = []
    for required in rule.required:
        if required.id not in scope.ids:
            what = f"the required rule {required.id!r} not carried over: it is not in this file"
            notes.append(Note(required.line, rule.id, what, "add its counterpart under `pair`"))
            continue
        pair.append(scope.ids[required.id])
        near = f" ({', '.join(required.near)} not carried over)" if required.near else ""
        what = f"required rule {required.id!r}: within 12 lines both are one finding{near}; alone, this one is still"
        notes.append(Note(required.line, rule.id, f"{what} reported, a grade lower"))
    return tuple(pair)


def _tags(rule: TheirRule, notes: list[Note]) -> tuple[str, ...]:
    for tag in rule.tags:
        if tag in _TAGS:
            what = f"the tag {tag!r} not carried over: in redhanded it changes how the rule works"
            notes.append(Note(rule.lines["tags"], rule.id, what, "docs/writing-rules.md says how, under `tags`"))
    return tuple(tag for tag in dict.fromkeys(rule.tags) if tag and tag not in _TAGS)


def _prefix(node: Node) -> int:
    """Return how many bytes of fixed text the node begins with."""
    match node:
        case Lit():
            return 1
        case Group():
            return _prefix(node.item)
        case Alt(items):
            return min(_prefix(item) for item in items)
        case Cat(items):
            total = 0
            for item in items:
                total += _prefix(item)
                if width(bounded(item, None, 1)) != _prefix(item):
                    break
            return total
        case _:
            return 0
