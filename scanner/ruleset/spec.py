"""Rule files: YAML to `RuleSpec`, which holds exactly what the YAML says, checked key by key."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, get_args

import yaml

from scanner.errors import RuleError
from scanner.model import EVIDENCES, SEVERITIES, Evidence, Severity
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.yamltext import Field, Text, mapping, read_mapping, reject_unknown


class RuleSpec(NamedTuple):
    """One rule as written. `file` and `line` are where, for messages; `docs/writing-rules.md` tells what
    each key means.
    """

    id: str
    name: str
    description: str
    severity: Severity
    provider: str
    file: str
    line: int
    shape: str = ""
    pattern: str = ""
    context: tuple[str, ...] = ()
    evidence: Evidence | None = None
    confidence: float | None = None
    min_entropy: float = 0.0
    checksum: str = ""
    paths: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    boundary: str = "token"
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    revoke: str = ""
    references: tuple[str, ...] = ()
    verify: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    enabled: bool = True

    def error(self, message: str, help: str | None = None) -> RuleError:
        return RuleError(f"rule {self.id!r}: {message}", self.file, self.line, help)


_REQUIRED: Final = ("id", "name", "description", "severity")
_LISTS: Final = ("context", "paths", "allow", "examples", "counter_examples", "references", "tags", "pair", "covers")
_TEXTS: Final = ("id", "name", "description", "shape", "pattern", "checksum", "revoke")
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "severity": SEVERITIES,
    "evidence": EVIDENCES,
    "boundary": ("token", "none"),
}
_NUMBERS: Final = {"confidence": 1.0, "min_entropy": 8.0}  # key -> the largest value that makes sense
KEYS: Final = (*_TEXTS, *_LISTS, *_CHOICES, *_NUMBERS, "verify", "enabled")
assert set(get_args(Severity)) == set(SEVERITIES)


def read(file: RuleFile) -> list[RuleSpec]:
    """Return the rules of one file. Raises RuleError with file and line for anything that is not as it should be."""
    text = Text(file.name, RuleError)
    fields = read_mapping(text, file.data)
    reject_unknown(text, fields, ("provider", "rules"))
    for key, kind in (("provider", str), ("rules", list)):
        if key not in fields or not isinstance(fields[key].value, kind):
            text.fail(f"`{key}` is missing or is not a {'text' if kind is str else 'list'}")
    rules = fields["rules"].node
    assert isinstance(rules, yaml.SequenceNode)
    return [_rule(text, node, fields["provider"].value) for node in rules.value]


def _rule(text: Text, node: yaml.Node, provider: str) -> RuleSpec:
    fields = mapping(text, node)
    reject_unknown(text, fields, KEYS)
    for key in _REQUIRED:
        if key not in fields:
            text.fail(f"the rule has no `{key}`", node)
    if ("shape" in fields) == ("pattern" in fields):
        text.fail("a rule has either a `shape` or a `pattern`", node)
    values = {key: _value(text, key, field) for key, field in fields.items()}
    return RuleSpec(**values, provider=provider, file=text.file, line=node.start_mark.line + 1)


def _value(text: Text, key: str, field: Field) -> Any:
    value, node = field
    if key in _CHOICES:
        if value not in _CHOICES[key]:
            text.fail(f"`{key}` is {value!r}; it must be one of {', '.join(_CHOICES[key])}", node)
        return value
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _NUMBERS[key]:
            text.fail(f"`{key}` must be a number from 0 to {_NUMBERS[key]:g}", node)
        return float(value)
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            text.fail(f"`{key}` must be a list of texts", node)
        return tuple(value)
    if key == "enabled":
        if not isinstance(value, bool):
            text.fail("`enabled` must be true or false", node)
        return value
    if key == "verify":
        if not isinstance(value, dict) or not all(isinstance(v, str) for pair in value.items() for v in pair):
            text.fail("`verify` must be a mapping of texts", node)
        return tuple(value.items())
    if not isinstance(value, str) or not value.strip():
        text.fail(f"`{key}` must be text", node)
    return value.strip() if key in ("name", "description", "revoke", "id") else value
