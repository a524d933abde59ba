"""ggshield's configuration, `.gitguardian.yaml`, of version 2 and of the one before.

https://docs.gitguardian.com/ggshield-docs/configuration: `ignored_matches` has the value itself or "the SHA256 of the
occurrence"; keys may be written with hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from yaml import MappingNode, Node, ScalarNode

from scanner.convert.accepted.items import pattern_left_out
from scanner.convert.accepted.said import Known, Left, Said, Setting
from scanner.errors import ConfigError
from scanner.ruleset.yamltext import Field, Text, mapping, read_mapping

_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")
# Of version 1, and what it is called in version 2.
_OLD: Final = {"matches_ignore": "ignored_matches", "paths_ignore": "ignored_paths"}
_KNOWN: Final = ("ignored_matches", "ignored_paths", "ignored_detectors")
_SEVERITY: Final = "the least severity has no counterpart: `severity` in .redhanded.yaml changes that of a rule"


def ggshield(file: str, data: bytes) -> Said:
    """Return what the configuration says of secrets. Raises ConfigError."""
    text = Text(file, ConfigError)
    top = _named(text, read_mapping(text, data))
    fields = {key: field for key, field in top.items() if key in _KNOWN}
    if "secret" in top and top["secret"].value is not None:
        fields |= _named(text, mapping(text, top["secret"].node))
    found: list[Known | Setting | Left] = []
    for key, field in fields.items():
        found += _read(text, key, field)
    others = sorted(top.keys() - {*_KNOWN, "secret", "version"})
    if others:
        why = "they tell how ggshield runs, not what is accepted"
        found.append(Left(file, 1, ", ".join(others), why, is_harmless=True))
    return Said.of(file, "ggshield", found)


def _named(text: Text, fields: dict[str, Field]) -> dict[str, Field]:
    """Return the fields under the names of version 2, with underscores. Raises ConfigError for one told twice."""
    found: dict[str, Field] = {}
    for key, field in fields.items():
        name = key.replace("-", "_")
        name = _OLD.get(name, name)
        if name in found:
            text.fail(f"{key!r} is told twice, under two names", field.node, "keep one of them")
        found[name] = field
    return found


def _read(text: Text, key: str, field: Field) -> Iterator[Known | Setting | Left]:
    if key not in _KNOWN:
        line = field.node.start_mark.line + 1
        why = _SEVERITY if "severity" in key else "it tells how ggshield runs, not what is accepted"
        yield Left(text.file, line, f"`{key}`", why, is_harmless="severity" not in key)
        return
    if field.value in (None, []):
        return
    if not isinstance(field.value, list):
        text.fail(f"`{key}` must be a list", field.node)
    for value, node in zip(field.value, field.node.value, strict=True):
        line = node.start_mark.line + 1
        if key == "ignored_matches":
            yield _match(text, node, line)
        elif not isinstance(value, str):
            raise ConfigError(f"an item of `{key}` must be a text", text.file, line)
        elif key == "ignored_paths":
            yield pattern_left_out(text.file, line, f"path {value!r}", value)
        else:
            why, by_hand = "redhanded has no detector of that name", "`redhanded rules list` shows ours; write `skip`"
            yield Left(text.file, line, f"detector {value!r}", why, by_hand)


def _match(text: Text, node: Node, line: int) -> Known | Left:
    """Read one as it is written: a value may look like a number."""
    fields = {f"{key.value}": value for key, value in node.value} if isinstance(node, MappingNode) else {}
    name, match = fields.get("name"), fields.get("match", None if fields else node)
    value = match.value if isinstance(match, ScalarNode) else ""
    if not value:
        raise ConfigError("an item of `ignored_matches` needs a `match`", text.file, line, "quote it: match: '…'")
    label = name.value.strip() if isinstance(name, ScalarNode) else ""
    if value in label:  # a name must not tell the secret
        label = ""
    what = f"ignored match {label!r}" if label else "an ignored match"
    if _DIGEST.fullmatch(value):
        return Known(text.file, line, what, algorithm="sha256", digest=value.lower(), label=label)
    return Known(text.file, line, what, value=value.encode(), label=label)
