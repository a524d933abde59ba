"""`allow` of a configuration: patterns of values and lines that are no secrets, each with its reason.

A hostile repository writes them, too. Here they are only compiled, within limits; where they are tried
(`scanner/engine/allowing.py`), they have so much time and no more.
"""

from __future__ import annotations

import re
import warnings
from typing import Final, Literal, NoReturn

import yaml

from scanner.policy.values import Allow, At
from scanner.ruleset.yamltext import Field, Text, mapping, reject_unknown

MAX_ENTRIES: Final = 200
MAX_PATTERN: Final = 1_000  # characters
_LARGEST_COUNT: Final = 1_000  # {m,n}: some engines unroll them
_OVER: Final[tuple[Literal["value", "line"], ...]] = ("value", "line")
_LISTS: Final = ("rules", "paths")
_EXAMPLE: Final = "for example:\nallow:\n  - value: 'acme_test_.*'\n    reason: keys of the sandbox open nothing"
# What has nothing in common: a pattern that fits all of them fits everything.
_ANYTHING: Final = ("hunter2", "Xk92-pQ.z8_LmW0", 'a b;c="d"', "AAAA0000bbbb1111", "/+=", "7")


def read_allow(text: Text, key: str, field: Field) -> tuple[Allow, ...]:
    """Return the entries. Raises ConfigError."""
    if not isinstance(field.node, yaml.SequenceNode):
        text.fail(f"`{key}` must be a list of entries", field.node, _EXAMPLE)
    if len(field.node.value) > MAX_ENTRIES:
        text.fail(f"`{key}` has {len(field.node.value):,} entries; the limit is {MAX_ENTRIES:,}", field.node)
    return tuple(_entry(text, node) for node in field.node.value)


def _entry(text: Text, node: yaml.Node) -> Allow:
    if not isinstance(node, yaml.MappingNode):
        text.fail("an entry of `allow` is a mapping", node, _EXAMPLE)
    fields = mapping(text, node)
    reject_unknown(text, fields, (*_OVER, "reason", *_LISTS))
    given = [over for over in _OVER if over in fields]
    if len(given) != 1:
        text.fail("an entry of `allow` has either a `value` or a `line`", node, _EXAMPLE)
    reason = fields["reason"].value if "reason" in fields else ""
    if not isinstance(reason, str) or not reason.strip():
        text.fail(
            "an entry of `allow` needs a `reason`", node, "say why it is no secret, for those who read this later"
        )
    over = given[0]
    lists = {key: _names(text, key, fields[key]) if key in fields else () for key in _LISTS}
    pattern = _pattern(text, over, fields[over], any(lists.values()))
    return Allow(over, pattern, reason.strip(), lists["rules"], lists["paths"], At(text.file, node.start_mark.line + 1))


def _names(text: Text, key: str, field: Field) -> tuple[str, ...]:
    value, node = field
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip("/ ") for one in value):
        text.fail(f"`{key}` of an entry of `allow` must be a list of texts", node, _EXAMPLE)
    if len(value) > MAX_ENTRIES:
        text.fail(f"`{key}` has {len(value):,} patterns; the limit is {MAX_ENTRIES:,}", node)
    return tuple(value)


def _pattern(text: Text, key: str, field: Field, is_narrow: bool) -> str:
    value, node = field
    if not isinstance(value, str) or not value:
        text.fail(f"`{key}` must be a regular expression", node, "put it in quotes: 'acme_test_.*'")
    if len(value) > MAX_PATTERN:
        text.fail(f"`{key}` is {len(value):,} characters long; the limit is {MAX_PATTERN:,}", node)
    if any(int(count) > _LARGEST_COUNT for count in re.findall(r"(?<=[{,])[0-9]{1,1000}(?=[,}])", value)):
        text.fail(f"`{key}` counts beyond {_LARGEST_COUNT:,}", node)
    found = _compiled(text, key, value, node)
    fits = found.fullmatch if key == "value" else found.search
    if not is_narrow and all(fits(probe.encode()) for probe in _ANYTHING):
        text.fail(
            f"`{key}` allows everything", node, "write what is allowed, or name `rules` or `paths`; or `skip` a rule"
        )
    return value


def _compiled(text: Text, key: str, value: str, node: yaml.Node) -> re.Pattern[bytes]:
    def wrong(error: Exception) -> NoReturn:
        text.fail(f"`{key}`: {value[:80]!r} is not a valid regular expression: {error}", node)

    import regex

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            regex.compile(value.encode(), cache_pattern=False)
            return re.compile(value.encode())
    except (re.error, regex.error, OverflowError, RecursionError, Warning, ValueError) as error:
        wrong(error)
