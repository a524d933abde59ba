"""The baseline of kingfisher, which is YAML, in both of its forms.

https://github.com/mongodb/kingfisher/blob/main/docs/BASELINE.md: its fingerprints are hashes of value and
path together, so what it accepts is known by its place alone. Since 1.113.0 it writes `version: 2`, with the findings
of each repository under the repository's name, `local://` and the folder (or the file) that was scanned.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

import yaml

from scanner.convert.accepted.said import Known, Left, Said
from scanner.errors import ConfigError
from scanner.ruleset.yamltext import Text, compose

_LOCAL: Final = "local://"
_NAMESPACE: Final = re.compile(r"^\w+\.(?:secrets/)?")  # of its rules' ids, by where they are from: it tells no service
_ONE: Final = "its 1 finding is of another repository"


def kingfisher(file: str, data: bytes, root: str) -> Said:
    """Return what a baseline of kingfisher says about the repository at `root`. Raises ConfigError."""
    text = Text(file, ConfigError)
    top = _fields(text, compose(text, data))
    if "repositories" in top:
        return Said.of(file, "kingfisher", _of_repositories(text, top, root))
    matches = _fields(text, top.get("ExactFindings")).get("matches")
    if not isinstance(matches, yaml.SequenceNode):
        why = "is no baseline of kingfisher: it has neither `repositories` nor a list `matches` under `ExactFindings`"
        text.fail(why, matches)
    return Said(file, "kingfisher", tuple(_known(text, node, "filepath", "linenum") for node in matches.value))


def _fields(text: Text, node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Return a mapping's values, as nodes: a fingerprint may look like any kind of number."""
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return {}
    if not isinstance(node, yaml.MappingNode):
        text.fail("a mapping (key: value) is expected here", node)
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if f"{key.value}" in found:
            text.fail(f"the key {key.value!r} occurs twice", key, "keep one of them")
        found[f"{key.value}"] = value
    return found


def _scalar(fields: dict[str, yaml.Node], key: str) -> str:
    node = fields.get(key)
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _known(text: Text, node: yaml.Node, path_key: str, line_key: str, under: str = "") -> Known:
    """Return what an entry accepts. `under` is the scanned folder from the root, "" for the root itself."""
    fields = _fields(text, node)
    path, at = _scalar(fields, path_key), _scalar(fields, line_key)
    if not path.strip("/"):
        text.fail(f"this entry has no `{path_key}`", node)
    if not re.fullmatch(r"\d{1,9}", at, re.ASCII):
        text.fail(f"this entry has no `{line_key}`", node)
    path = path.replace("\\", "/").removeprefix("./").rstrip("/")  # the old form has a slash at the end
    if posixpath.basename(under) != path:  # else it is a file that was scanned by itself
        under = posixpath.join(under, path)
    rule = _NAMESPACE.sub("", _scalar(fields, "rule_id"), count=1)
    return Known(text.file, node.start_mark.line + 1, f"{under}:{at}", under, int(at), rule=rule)


def _of_repositories(text: Text, top: dict[str, yaml.Node], root: str) -> Iterator[Known | Left]:
    repositories = _list(text, top, "repositories")
    if _scalar(top, "version") != "2":
        text.fail("this is a version of the format that is not known", top.get("version", top["repositories"]))
    is_single = len({_folder(_scalar(_fields(text, node), "id")) for node in repositories}) == 1
    for node in repositories:
        fields = _fields(text, node)
        name, findings = _scalar(fields, "id"), _list(text, fields, "findings")
        under = _below(name, root)
        # The only one there is may have been made in another folder, on another machine.
        if under is not None or is_single:
            yield from (_known(text, one, "path", "line", under or "") for one in findings)
        elif findings:
            count = len(findings)
            why = f"its {count:,} findings are of another repository" if count > 1 else _ONE
            by_hand = "run this there, too; or, if it is this one, name the folder it is in now"
            yield Left(text.file, node.start_mark.line + 1, name or "a repository without a name", why, by_hand)


def _list(text: Text, fields: dict[str, yaml.Node], key: str) -> list[yaml.Node]:
    node = fields.get(key)
    if not isinstance(node, yaml.SequenceNode):
        text.fail(f"`{key}` must be a list", node)
    return list(node.value)


def _folder(name: str) -> str:
    """Return the folder that a repository's name stands for: its history goes by the name of its `.git`."""
    return name.removeprefix(_LOCAL).replace("\\", "/").rstrip("/").removesuffix("/.git")


def _below(name: str, root: str) -> str | None:
    """Return where a scanned folder is from the root, "" for the root itself, None for one that is elsewhere."""
    folder, top = _folder(name), root.replace("\\", "/").rstrip("/")
    if folder == top:
        return ""
    return folder[len(top) + 1 :] if folder.startswith(f"{top}/") else None
