"""Decisions from a file: YAML, an id a key, or lines of JSON; all of it is checked before any of it is done.

"5144385cb4b4": {decision: allow, reason: the public test key, owner: ada, expires: "2027-01-31", paths: [docs/]}
"3f0c9a1d22b7": rotate

{"id": "3f0c9a1d22b7", "decision": "skip"}
"""

from __future__ import annotations

import json
import re
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from scanner.cli.entries import REVEALED, Terms, day, one_line, reveals, terms
from scanner.cli.environment import Environment
from scanner.cli.reviewing.items import Item
from scanner.errors import ConfigError, UsageError
from scanner.redact import printable

LATER: Final = "undecided"
WAYS: Final = ("allow", "rotate", "skip", LATER)
MOST: Final = 4 << 20  # bytes of a file
_TERMS: Final = ("reason", "owner", "expires", "paths")
_ID: Final = re.compile(r"([0-9a-f]{8,32})(?:-[0-9a-f]{8}-\d+-\d+)?")
_HOW: Final = 'for example: "5144385cb4b4": {decision: allow, reason: "a test key"}; or rotate, skip, undecided'


class Said(NamedTuple):
    """One decision as the file has it."""

    line: int
    id: str
    fields: dict[str, Any]


class Decided(NamedTuple):
    """`terms` are None unless it is to be allowed."""

    item: Item
    way: str
    terms: Terms | None = None


def read(name: str, data: bytes) -> list[Said]:
    """Raises ConfigError, naming file and line, for what says no decisions."""
    if len(data) > MOST:
        raise ConfigError(f"is over {MOST >> 20} MiB long", name, help="name a file of decisions")
    lines = data.split(b"\n")
    objects = [line for line in lines if line.strip()]
    if objects and all(line.lstrip().startswith(b"{") and b'"id"' in line for line in objects):
        return list(_json(name, lines))
    try:
        return list(_yaml(name, data))
    except ConfigError as error:
        error.help = error.help or _HOW
        raise


def _json(name: str, lines: Iterable[bytes]) -> Iterator[Said]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            cause = "a key occurs twice" if isinstance(error, _TwiceError) else "is no line of JSON"
            raise ConfigError(cause, name, number, _HOW) from None
        yield Said(number, str(fields.pop("id")) if "id" in fields else "", fields)


class _TwiceError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _TwiceError
    return made


def _yaml(name: str, data: bytes) -> Iterator[Said]:
    from yaml import MappingNode, ScalarNode

    from scanner.ruleset.yamltext import Text, compose, mapping

    text = Text(name, ConfigError)
    root = compose(text, data)
    if root is None:
        return
    if not isinstance(root, MappingNode):
        text.fail("decisions are expected here, each under the id of a finding", root, _HOW)
    for key, value in root.value:
        if not isinstance(key, ScalarNode):
            text.fail("the id of a finding is expected here", key, _HOW)
        line = key.start_mark.line + 1
        if isinstance(value, MappingNode):
            yield Said(line, key.value, {field: one.value for field, one in mapping(text, value).items()})
        elif isinstance(value, ScalarNode):
            yield Said(line, key.value, {"decision": value.value})
        else:
            text.fail("a decision is expected here", value, _HOW)


def checked(name: str, said: Sequence[Said], items: Sequence[Item], environment: Environment) -> list[Decided]:
    """Return what is to be done. Raises ConfigError for the first of all that is wrong; its help names the others."""
    problems: list[ConfigError] = []
    made: list[Decided] = []
    lines: dict[str, int] = {}
    for one in said:
        try:
            decided = _decided(name, one, items, environment)
            if (before := lines.setdefault(decided.item.id, one.line)) != one.line:
                raise ConfigError(f"decides anew on the finding of line {before}", name, one.line, "keep one of them")
            made.append(decided)
        except ConfigError as error:
            problems.append(error)
    if problems:
        first, *others = problems
        shown = [f"also {error.message}" for error in others[:10]]
        if len(others) > len(shown):
            shown.append(f"and {len(others) - len(shown):,} more")
        text = "\n".join([*filter(None, [first.help]), *shown, "nothing has been decided"])
        raise ConfigError(first.message.removeprefix(f"{name}:{first.line}: "), name, first.line, text)
    return made


def _decided(name: str, said: Said, items: Sequence[Item], environment: Environment) -> Decided:
    def fail(problem: str, help: str = _HOW) -> ConfigError:
        return ConfigError(problem, name, said.line, help)

    way = said.fields.get("decision")
    if way not in WAYS:
        what = f"{printable(str(way))!r} is no decision" if "decision" in said.fields else "there is no `decision`"
        raise fail(what, f"decisions are {', '.join(WAYS)}; {_HOW}")
    if unknown := [key for key in said.fields if key not in ("decision", *_TERMS)]:
        raise fail(f"unknown key {printable(str(unknown[0]))!r}", f"known keys: decision, {', '.join(_TERMS)}")
    item = _named(said.id, items, fail)
    if way != "allow":
        return Decided(item, way)
    if not isinstance(said.fields.get("reason"), str) or not said.fields["reason"].strip():
        raise fail("`allow` needs a `reason`")
    decided = Decided(item, way, _terms(said.fields, fail, environment))
    if decided.terms and reveals(decided.terms, ((secret.rule, secret.fingerprint) for secret in item.secrets)):
        raise fail(REVEALED)
    return decided


def _named(given: str, items: Sequence[Item], fail: Callable[..., ConfigError]) -> Item:
    match = _ID.fullmatch(given.strip().lower())
    if not match:
        raise fail(f"{printable(given)!r} is not the id of a finding", "every report shows the id of each finding")
    found = [item for item in items if item.id.startswith(match[1])]
    if not found:
        help = "ids are those that the same `redhanded review --export` or report shows; --history looks further"
        raise fail(f"there is no finding {match[1]}", help)
    if len(found) > 1:
        raise fail(f"{match[1]} names {len(found)} findings", f"give more digits: {found[0].id}, {found[1].id}")
    return found[0]


def _terms(fields: dict[str, Any], fail: Callable[..., ConfigError], environment: Environment) -> Terms:
    expires, paths, owner = fields.get("expires") or None, fields.get("paths") or [], fields.get("owner") or None
    try:
        for key, value in (("owner", owner), ("expires", expires)):
            if value is not None and not isinstance(value, str):
                raise fail(f"`{key}` must be a text", "put it in quotes")
        given = Namespace(
            reason=one_line(fields["reason"]),
            owner=owner and one_line(owner),
            expires=expires and day(expires),
            path=paths,
        )
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise fail("`paths` must be a list of path patterns", "for example: paths: [docs/]")
        return terms(given, environment)
    except ArgumentTypeError as error:
        raise fail(str(error)) from None
    except UsageError as error:
        raise fail(error.message.removeprefix("--"), error.help or _HOW) from None


def template(items: Sequence[Item]) -> str:
    """Return a file of decisions in which all is undecided."""
    digits = 12
    while len({item.id[:digits] for item in items}) < len(items):
        digits += 1
    return "\n".join([_HEAD, *(_entry(item, item.id[:digits]) for item in items)])


_HEAD: Final = """\
# Decisions for `redhanded review --decisions FILE`: allow, rotate, skip or undecided.
# To allow needs a reason; owner, expires ("2027-01-31") and paths ([docs/]) may be added.
"""


def _entry(item: Item, name: str) -> str:
    from scanner.report._place import place

    finding = item.finding
    also = f", and {len(finding.also):,} more" if finding.also else ""
    about = f"{finding.severity}, {finding.evidence}: {finding.secret.masked} at {place(finding.location)}{also}"
    return f'# [{printable(finding.rule_id)}] {printable(about)}\n"{name}": {{decision: {LATER}, reason: ""}}\n'
