"""Items for the lists of our configuration, as YAML, each with a comment that says where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from scanner.convert.accepted.ignoring import to_patterns
from scanner.convert.accepted.said import Left, Setting
from scanner.convert.bounds import bounded
from scanner.convert.charclasses import GoSyntaxError
from scanner.convert.goregex import parse
from scanner.convert.nodes import At, Cat, Node
from scanner.convert.ourregex import write
from scanner.convert.pathways import NotForPathsError
from scanner.convert.yamlfile import scalar
from scanner.redact import printable

_BOUND: Final = 200  # rounds of a repeat without an end; our `allow` counts no further than 1,000
_LONGEST: Final = 900  # bytes of a pattern of words; ours may have 1,000 characters
_REST: Final = "(?s:.*)"
_BY_HAND: Final = "write it under `exclude` in .redhanded.yaml, in the manner of .gitignore"
_ALLOW: Final = "write it under `allow` in .redhanded.yaml; docs/config.md says how"


def exclusion(file: str, line: int, expression: str) -> list[Setting | Left]:
    """Return what leaves out the paths that a regular expression matches."""
    what = f"path {expression!r}"
    try:
        patterns = to_patterns(expression)
    except NotForPathsError as error:
        return [Left(file, line, what, f"this regular expression cannot be patterns of paths: {error}", _BY_HAND)]
    return [pattern_left_out(file, line, what, pattern) for pattern in patterns]


def pattern_left_out(file: str, line: int, what: str, pattern: str) -> Setting | Left:
    if pattern.startswith("!") or not pattern.strip("/ ") or not pattern.isprintable():
        return Left(file, line, what, "our `exclude` cannot say this", _BY_HAND)
    return Setting(file, line, what, "exclude", f"- {scalar(pattern)}  # {printable(file)}:{line}\n")


def skipped(file: str, line: int, what: str, rule_id: str) -> Setting:
    return Setting(file, line, what, "skip", f"- {scalar(rule_id)}  # {printable(file)}:{line}\n")


def allowed(
    file: str,
    line: int,
    over: Literal["value", "line"],
    expression: str,
    label: str = "",
    rules: Sequence[str] = (),
    paths: Sequence[str] = (),
) -> Setting | Left:
    """Return what allows each value, or what is on each line, in which a regular expression matches something.

    The expression is not quoted in a message: it may hold a secret.
    """
    what = "a regular expression of allowed " + ("values" if over == "value" else "lines")
    try:
        node = parse(expression).root
    except GoSyntaxError as error:
        return Left(file, line, what, f"it cannot be carried over: {error}", _ALLOW)
    text = _within(node) if over == "value" else write(bounded(node, None, _BOUND), None)
    return Setting(file, line, what, "allow", _entry(file, line, over, text, label, rules, paths))


def words(
    file: str,
    line: int,
    stopwords: Sequence[str],
    label: str = "",
    rules: Sequence[str] = (),
    paths: Sequence[str] = (),
) -> list[Setting]:
    """Return what allows each value that holds one of the words, in either case; many words to a pattern."""
    groups: list[list[str]] = [[]]
    for text in ("".join(_escaped(one) for one in word) for word in dict.fromkeys(stopwords)):
        if len("|".join((*groups[-1], text)).encode()) > _LONGEST and groups[-1]:
            groups.append([])
        groups[-1].append(text)
    made = []
    for group in groups:
        what = f"{len(group)} allowed word{'s' * (len(group) > 1)}"
        text = f"{_REST}(?i:{'|'.join(group)}){_REST}"
        made.append(Setting(file, line, what, "allow", _entry(file, line, "value", text, label, rules, paths)))
    return made


def everything(file: str, line: int, what: str, label: str, rules: Sequence[str], paths: Sequence[str]) -> Setting:
    """Return what allows all that these rules find in these paths."""
    return Setting(file, line, what, "allow", _entry(file, line, "value", _REST, label, rules, paths))


def _entry(file: str, line: int, over: str, text: str, label: str, rules: Sequence[str], paths: Sequence[str]) -> str:
    said = " ".join(label.split())
    reason = f"accepted in {file}" + (f": {said}" if said else "")
    lines = [f"- {over}: {scalar(text)}  # {printable(file)}:{line}"]
    for key, values in (("rules", rules), ("paths", paths)):
        if values:
            lines.append(f"  {key}: [{', '.join(map(scalar, values))}]")
    lines.append(f"  reason: {scalar(printable(reason)[:500])}")
    return "".join(f"{one}\n" for one in lines)


def _within(node: Node) -> str:
    """Return the pattern of a whole value that has a match in it."""
    items = node.items if isinstance(node, Cat) else (node,)
    begun, ended = items[:1] == (At("begin"),), items[-1:] == (At("end"),)
    text = write(bounded(Cat(items[begun : len(items) - ended]), None, _BOUND), None)
    return f"{'' if begun else _REST}{text}{'' if ended else _REST}"


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "\\.^$*+?{}[]|()#&-~ " else character
