"""One file of suppressions: its entries read and checked, and written as one line each.

    {hash: "…:…", rule: "github-pat", reason: "…", owner: "…", expires: "2027-01-31", paths: ["tests/"]}

A file holds one entry, or a list of them. What an entry says stands in docs/policy.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from scanner.errors import ConfigError

if TYPE_CHECKING:
    from yaml import Node

    from scanner.ruleset.yamltext import Field, Text

FIELDS: Final = ("hash", "rule", "reason", "owner", "expires", "paths")
_NEEDED: Final = FIELDS[:4]
MOST_PATHS: Final = 100
LONGEST: Final = 1_000  # characters of a text
_HASH: Final = re.compile(r"([0-9a-f]{32}):([0-9a-f]{32})")
RULE: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
# How this module writes an entry, so that thousands are read in no time; YAML reads any other way of writing it.
_TEXT: Final = r'"[^"\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u2028\u2029]*"'
_WRITTEN: Final = re.compile(
    r'(?:- | *)\{hash: "([0-9a-f]{32}):([0-9a-f]{32})", rule: "([A-Za-z0-9][A-Za-z0-9_.-]{0,99})", '
    rf'reason: ({_TEXT}), owner: ({_TEXT})(?:, expires: "(\d{{4}}-\d\d-\d\d)")?\}}'
)


class Entry(NamedTuple):
    """`hash` names the secret, under `salt`: a file has both in one field, as a field of its own the salt would look
    like a secret. `expires` is the last day on which it holds. `file` and `line` are where
    it stands, for messages and for its removal; `end` is the first line after it.
    """

    hash: str
    salt: str
    rule: str
    reason: str
    owner: str
    expires: date | None = None
    paths: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    end: int = 0

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def what(self) -> tuple[object, ...]:
        """All that it says, wherever it stands."""
        return self[:7]

    def is_over(self, today: date) -> bool:
        return self.expires is not None and today > self.expires


def parse(name: str, data: bytes) -> tuple[Entry, ...]:
    """Return the entries of a file, in its order. `name` is for messages. Raises ConfigError naming file and line."""
    return _as_written(name, data) or _as_yaml(name, data)


def _as_written(name: str, data: bytes) -> tuple[Entry, ...]:
    """Return the entries of a file that is all as `written` writes it; none when it is not."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return ()
    found: list[Entry] = []
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        match = _WRITTEN.fullmatch(line)
        if match is None or (found and not (line[0] == "-" and lines[found[0].line - 1][0] == "-")):
            return ()
        digest, salt, rule, reason, owner, expires = match.groups()
        day = _day(expires) if expires else None
        if (expires and not day) or not _is_text(reason[1:-1]) or not _is_text(owner[1:-1]):
            return ()
        found.append(Entry(digest, salt, rule, reason[1:-1], owner[1:-1], day, (), name, number, number + 1))
    return tuple(found)


def _as_yaml(name: str, data: bytes) -> tuple[Entry, ...]:
    from yaml import SequenceNode

    from scanner.ruleset.yamltext import Text, compose, mapping

    text = Text(name, ConfigError)
    root = compose(text, data)
    if root is None:
        return ()
    nodes = root.value if isinstance(root, SequenceNode) else [root]
    return tuple(_entry(text, node, mapping(text, node)) for node in nodes)


def _entry(text: Text, node: Node, fields: dict[str, Field]) -> Entry:
    from scanner.ruleset.yamltext import reject_unknown

    reject_unknown(text, fields, FIELDS)
    for key in _NEEDED:
        if key not in fields:
            text.fail(f"this entry has no `{key}`", node, f"an entry needs {', '.join(_NEEDED)}; see docs/policy.md")

    def fail(key: str, problem: str, help: str | None = None) -> NoReturn:
        text.fail(f"`{key}` {problem}", fields[key].node, help)

    for key in _NEEDED:
        if not isinstance(fields[key].value, str) or not _is_text(fields[key].value):
            fail(key, f"must be a text of 1 to {LONGEST:,} characters", 'put it in quotes: reason: "a test key"')
    values = {key: fields[key].value for key in _NEEDED}
    name = _HASH.fullmatch(values.pop("hash"))
    if name is None:
        fail("hash", "must be 32 hex digits, a colon and 32 more", "`redhanded allow add` makes it: no hand can")
    if not RULE.fullmatch(values["rule"]):
        fail("rule", "must be the id of a rule", "`redhanded rules list` lists them")
    expires = fields["expires"].value if "expires" in fields else None
    day = _day(expires) if isinstance(expires, str) else None
    if "expires" in fields and day is None:
        fail("expires", "must be a date", 'for example: expires: "2027-01-31", the last day on which it holds')
    paths = fields["paths"].value if "paths" in fields else []
    if (problem := wrong_paths(paths)) or ("paths" in fields and not paths):
        fail("paths", problem or "is empty", "leave it out for all paths, or name some as in .gitignore: [tests/]")
    start, end = node.start_mark.line + 1, node.end_mark.line + (1 if node.end_mark.column else 0) + 1
    return Entry(name[1], name[2], **values, expires=day, paths=tuple(paths), file=text.file, line=start, end=end)


def wrong_paths(paths: Any) -> str:
    """Return what is wrong with patterns for paths, "" for nothing."""
    if not isinstance(paths, list) or not all(isinstance(path, str) and path.strip("/") for path in paths):
        return "must be a list of path patterns"
    if len(paths) > MOST_PATHS:
        return f"has {len(paths):,} patterns; the limit is {MOST_PATHS}"
    return next((f"has {path!r}: a pattern cannot take back another" for path in paths if path[0] == "!"), "")


def _is_text(value: str) -> bool:
    return bool(value.strip()) and len(value) <= LONGEST


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def written(entry: Entry) -> str:
    """Return the entry as one line, without its end. Its texts must be printable."""
    import json

    def quoted(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    fields = [f'hash: "{entry.hash}:{entry.salt}"']
    fields += [f"{key}: {quoted(getattr(entry, key))}" for key in ("rule", "reason", "owner")]
    if entry.expires:
        fields.append(f'expires: "{entry.expires.isoformat()}"')
    if entry.paths:
        fields.append(f"paths: {quoted(list(entry.paths))}")
    return f"{{{', '.join(fields)}}}"


def single(entry: Entry) -> tuple[str, bytes]:
    """Return the name and content of a file for one entry.

    Both follow from what it says, so that two branches that add the same entry add the same file. The spaces in
    front keep git from taking the file for another one that was removed and renamed: it compares stretches of 64
    bytes, and most of what entries say is alike (docs/policy.md).
    """
    from hashlib import sha256

    line = written(entry)
    digest = sha256(line.encode()).hexdigest()
    return f"{entry.hash[:16]}-{digest[:8]}.yaml", f"{' ' * (int(digest[8:12], 16) % 64)}{line}\n".encode()


def together(entries: Iterable[Entry]) -> tuple[str, bytes]:
    """Return the name and content of a file for many entries, sorted, with an empty line between them.

    Without that line, git would meet a conflict where two branches remove neighbours.
    """
    from hashlib import sha256

    lines = [f"- {written(entry)}\n" for entry in sorted(entries, key=lambda entry: entry[:5])]
    content = "\n".join(lines).encode()
    return f"baseline-{sha256(content).hexdigest()[:16]}.yaml", content
