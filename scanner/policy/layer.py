"""A configuration file's bytes to a `Layer`: every key checked, every complaint with file and line.

Bytes, and not a path: a configuration comes from the disk, or from a commit on which a change is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import yaml

from scanner.errors import ConfigError
from scanner.globs import Globs
from scanner.model import EVIDENCES, SEVERITIES
from scanner.policy.allowing import read_allow
from scanner.policy.values import MAX_BYTES, OF_FOLDERS, TOOLS, At, Graded, Kind, Layer, Mark, Number, Switch, Word
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.yamltext import Field, Text, mapping, read_mapping, reject_unknown

MAX_ITEMS: Final = 1_000  # of a list
LARGEST: Final = 512 << 20  # bytes; redhanded reads no larger object anyway
FAIL_ON: Final = (*EVIDENCES, "never")

_ANYWHERE: Final = ("a", "B/c.py", ".env", "x/y/z.json")  # a pattern that fits all of them fits everything
_SIZE: Final = re.compile(r"([0-9]{1,12}) ?(B|KB|MB|KiB|MiB)?")
_UNITS: Final = {"B": 1, "KB": 1000, "MB": 1000**2, "KiB": 1 << 10, "MiB": 1 << 20}
_EXAMPLES: Final = {
    "exclude": "tests/fixtures/",
    "include": "vendor/ours/",
    "skip": "generic-password",
    "enable": "generic-*",
    "rules": "security/acme.yaml",
}


def parse(file: str, data: bytes, kind: Kind = "repository", folder: str = "") -> Layer:
    """Return what the file of that name says. Raises ConfigError naming file and line."""
    text = Text(file, ConfigError)
    if len(data) > MAX_BYTES:
        text.fail(f"is {len(data):,} bytes long; the limit is {MAX_BYTES:,}")
    fields = read_mapping(text, data)
    reject_unknown(text, fields, KEYS)
    if kind == "folder":
        _reject_run_wide(text, fields)
    elif "exclude" in fields and "include" not in fields:
        _reject_everything(text, fields["exclude"])
    values: dict[str, Any] = {}
    for key, field in fields.items():
        value = _custom(text, field, data) if key == "custom-rules" else _READERS[key](text, key, field)
        values[key.replace("-", "_")] = value
    values["allow"] = tuple(one._replace(folder=folder) for one in values.get("allow", ()))
    layer = Layer(file, kind, folder, **values)
    for word in layer.enable:
        if twice := next((other for other in layer.skip if other.text == word.text), None):
            help = "keep one of them"
            raise ConfigError(f"`enable` has {word.text!r}, and so has `skip` in line {twice.at.line}", *word.at, help)
    return layer


def at(text: Text, node: yaml.Node) -> At:
    return At(text.file, node.start_mark.line + 1)


def _reject_run_wide(text: Text, fields: dict[str, Field]) -> None:
    for key, field in fields.items():
        if key not in OF_FOLDERS:
            help = f"in a folder below it, a file may set {', '.join(OF_FOLDERS)}"
            text.fail(
                f"`{key}` holds for a whole run: it belongs into the file at the repository's root", field.node, help
            )


def _reject_everything(text: Text, field: Field) -> None:
    """What is left out for good is named; a file that leaves out all there is would look like a clean repository."""
    for word in words(text, "exclude", field):
        if all(Globs((word.text,)).match(path) for path in _ANYWHERE):
            help = "if that is meant, say `fail-on: never`; to scan some folders only, add an `include` that names them"
            raise ConfigError(f"`exclude` leaves out everything, by {word.text!r}", *word.at, help)


def words(text: Text, key: str, field: Field) -> tuple[Word, ...]:
    """Return a list of texts."""
    value, node = field
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(one, str) and one.strip("/ ") for one in value):
        what = "path patterns" if key in ("exclude", "include", "paths") else "texts"
        example = _EXAMPLES.get(key, "generic-password")
        text.fail(f"`{key}` must be a list of {what}", node, f"for example:\n{key}:\n  - {example}")
    if len(value) > MAX_ITEMS:
        text.fail(f"`{key}` has {len(value):,} patterns; the limit is {MAX_ITEMS:,}", node)
    return tuple(Word(one, at(text, item)) for one, item in zip(value, node.value, strict=True))


def _paths(text: Text, key: str, field: Field) -> tuple[Word, ...]:
    found = words(text, key, field)
    for word in found:
        if word.text.startswith("!"):
            help = "write what is to be scanned all the same under `include`"
            raise ConfigError(f"{word.text!r}: a pattern cannot take back another", *word.at, help)
    return found


def _severity(text: Text, key: str, field: Field) -> tuple[Graded, ...]:
    if not isinstance(field.node, yaml.MappingNode):
        text.fail(f"`{key}` must be a mapping of rules", field.node, f"for example:\n{key}:\n  generic-password: low")
    made = []
    for rule, (value, node) in mapping(text, field.node).items():
        if value not in SEVERITIES:
            text.fail(f"the severity of {rule!r} is {value!r}; it must be one of {', '.join(SEVERITIES)}", node)
        if value == "info" and rule == "*":
            text.fail("findings of severity info fail no gate, so this would turn all of them off", node, _SAY_SO)
        made.append(Graded(rule, value, at(text, node)))
    return tuple(made)


_SAY_SO: Final = "if that is meant, say `fail-on: never`"


def _confidence(text: Text, key: str, field: Field) -> Number:
    value, node = field
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        text.fail(f"`{key}` must be a number from 0 to 1", node)
    return Number(float(value), at(text, node))


def _size(text: Text, key: str, field: Field) -> Number:
    value, node = field
    found = _SIZE.fullmatch(f"{value}") if isinstance(value, int | str) and not isinstance(value, bool) else None
    size = int(found[1]) * _UNITS[found[2] or "B"] if found else 0
    if not 1 <= size <= LARGEST:
        limit = f"{LARGEST >> 20} MiB"
        text.fail(f"`{key}` must be a size of at most {limit}", node, "for example: 500000, 500 KB or 20 MiB")
    return Number(size, at(text, node))


def _fail_on(text: Text, key: str, field: Field) -> Word:
    value, node = field
    if value not in FAIL_ON:
        text.fail(f"`{key}` is {value!r}; it must be one of {', '.join(FAIL_ON)}", node)
    return Word(value, at(text, node))


def _switch(text: Text, key: str, field: Field) -> Switch:
    value, node = field
    if not isinstance(value, bool):
        text.fail(f"`{key}` must be on or off", node)
    return Switch(value, at(text, node))


def _markers(text: Text, key: str, field: Field) -> tuple[Mark, ...]:
    if not isinstance(field.node, yaml.MappingNode):
        text.fail(f"`{key}` must be a mapping of tools", field.node, f"for example:\n{key}:\n  gitleaks: off")
    found = mapping(text, field.node)
    reject_unknown(text, found, TOOLS)
    switches = ((tool, _switch(text, tool, one)) for tool, one in found.items())
    return tuple(Mark(tool, switch.on, switch.at) for tool, switch in switches)


def _rule_files(text: Text, key: str, field: Field) -> tuple[Word, ...]:
    """Return names of files below the configuration's own folder: nothing may lead out of that."""
    found = words(text, key, field)
    for word in found:
        parts = word.text.split("/")
        if word.text.startswith("/") or "\\" in word.text or ":" in word.text or "\0" in word.text or ".." in parts:
            help = "name it relative to this file's folder, with slashes, for example security/acme.yaml"
            raise ConfigError(f"{word.text!r}: a rule file must be below this file's folder", *word.at, help)
        if not word.text.endswith((".yaml", ".yml")):
            raise ConfigError(f"{word.text!r} is no .yaml file", *word.at, "name rule files, one by one")
    return found


def _custom(text: Text, field: Field, data: bytes) -> RuleFile:
    """Return the rules that stand in the configuration as a rule file in which they have the same lines.

    It is that part of the text, behind as many empty lines and spaces as there were lines and characters before it.
    """
    start, end = field.node.start_mark, field.node.end_mark
    if not isinstance(field.node, yaml.MappingNode):
        text.fail("`custom-rules` must have the form of a rule file", field.node, "provider: ..., and rules: [...]")
    part = data.decode("utf-8-sig")[start.index : end.index]
    return RuleFile(text.file, ("\n" * start.line + " " * start.column + part).encode())


_READERS: Final[dict[str, Callable[[Text, str, Field], Any]]] = {
    "exclude": _paths,
    "include": _paths,
    "skip": words,
    "enable": words,
    "severity": _severity,
    "allow": read_allow,
    "min-confidence": _confidence,
    "fail-on": _fail_on,
    "max-file-size": _size,
    "builtin-rules": _switch,
    "rules": _rule_files,
    "markers": _markers,
}
KEYS: Final = (*_READERS, "custom-rules")
