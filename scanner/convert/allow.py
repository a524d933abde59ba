"""Their allowlists as a rule's `allow`: patterns that match the whole of a secret known to be harmless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.convert.bounds import bounded
from scanner.convert.charclasses import GoSyntaxError, spelled
from scanner.convert.goregex import parse
from scanner.convert.nodes import Alt, At, Cat, Node
from scanner.convert.notes import Note
from scanner.convert.ourregex import write
from scanner.convert.theirs import Allowlist
from scanner.ruleset.tree import MAX_WIDTH

_REST: Final = f"(?s:.{{0,{MAX_WIDTH - 1}}})"  # no secret is longer
_WORDS: Final = 50  # in one pattern
_BY_HAND: Final = "write what is harmless as `allow` of the rule: patterns for the whole secret"
_PATHS: Final = "leave the paths out for all rules, under `exclude` in .redhanded.yaml, in the manner of .gitignore"
_COMMITS: Final = "allow the lines themselves, by a comment `redhanded: allow[rule]`, or leave their paths out"


class Allowed(NamedTuple):
    """`of_match` are patterns for the whole match: right only for a rule whose secret that is."""

    of_secret: tuple[str, ...]
    of_match: tuple[str, ...]
    notes: tuple[Note, ...]


def convert(allowlist: Allowlist, rule_id: str) -> Allowed:
    """Return what can be said of secrets, and notes for the rest. Values are not quoted: they may be secrets."""
    notes = list(_places(allowlist, rule_id))
    kinds = (allowlist.regexes, allowlist.stopwords, allowlist.paths, allowlist.commits)
    if allowlist.is_and and sum(map(bool, kinds)) > 1:
        what = "an allowlist not carried over: all of its criteria must hold at once (AND)"
        return Allowed((), (), (Note(allowlist.line, rule_id, what, _BY_HAND),))
    words = _stopwords(allowlist, rule_id, notes)
    if not allowlist.regexes:
        return Allowed(words, (), tuple(notes))
    if allowlist.target not in ("secret", "match"):
        line = allowlist.lines["regexTarget"]
        what = (
            f"{_counted(allowlist.regexes)} for the {allowlist.target} not carried over: `allow` knows the secret alone"
        )
        return Allowed(words, (), (*notes, Note(line, rule_id, what, _BY_HAND)))
    patterns = tuple(_patterns(allowlist, rule_id, notes))
    if allowlist.target == "match":
        return Allowed(words, patterns, tuple(notes))
    return Allowed((*words, *patterns), (), tuple(notes))


def match_note(allowlist: Allowlist, rule_id: str) -> Note:
    """Return the note for patterns of the whole match, for a rule whose secret is a part of it."""
    what = f"{_counted(allowlist.regexes)} for the whole match not carried over: `allow` knows the secret alone"
    return Note(allowlist.lines["regexTarget"], rule_id, what, _BY_HAND)


def _counted(values: Sequence[str]) -> str:
    return f"{len(values)} allowed {'regex' if len(values) == 1 else 'regexes'}"


def _places(allowlist: Allowlist, rule_id: str) -> list[Note]:
    notes = []
    for key, values, by_hand in (("paths", allowlist.paths, _PATHS), ("commits", allowlist.commits, _COMMITS)):
        if values:
            what = f"{len(values)} allowed {key[:-1] if len(values) == 1 else key} not carried over: rules know none"
            notes.append(Note(allowlist.lines[key], rule_id, what, by_hand))
    return notes


def _stopwords(allowlist: Allowlist, rule_id: str, notes: list[Note]) -> tuple[str, ...]:
    words = [word for word in dict.fromkeys(allowlist.stopwords) if word]
    if "" in allowlist.stopwords:
        what = "an empty stopword not carried over: it would allow everything"
        notes.append(Note(allowlist.lines["stopwords"], rule_id, what))
    nodes = [Cat(tuple(spelled(character, fold=True) for character in word)) for word in words]
    parts = [nodes[n : n + _WORDS] for n in range(0, len(nodes), _WORDS)]
    return tuple(_within(Alt(tuple(part)) if len(part) > 1 else part[0]) for part in parts)


def _patterns(allowlist: Allowlist, rule_id: str, notes: list[Note]) -> list[str]:
    found = []
    for number, regex in enumerate(allowlist.regexes, 1):
        try:
            found.append(_within(parse(regex).root))
        except GoSyntaxError as error:
            what = f"allowed regex {number} not carried over: {error}"
            notes.append(Note(allowlist.lines["regexes"], rule_id, what, _BY_HAND))
    return found


def _within(node: Node) -> str:
    """Return a pattern for texts that hold a match of the node; of an anchored one, for nothing around it."""
    items = node.items if isinstance(node, Cat) else (node,)
    begin = items[:1] == (At("begin"),)
    end = items[-1:] == (At("end"),)
    text = write(bounded(Cat(items[begin : len(items) - end]), None, MAX_WIDTH - 1), None)
    return f"{'' if begin else _REST}{text}{'' if end else _REST}"
