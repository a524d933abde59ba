"""`redhanded config`: what the configuration says, and which file and line says it; the schema for editors."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.options import new_parser
from scanner.cli.ready import compiled_rules
from scanner.cli.settings import FAIL_ON, InForce, configure, roots_of, wanted_rules
from scanner.errors import CLEAN, UsageError
from scanner.policy.config import Policy
from scanner.policy.values import TOOLS, Allow, At, Layer, Word
from scanner.redact import printable

_EXAMPLES: Final = """\
  redhanded config show                       what holds in this repository, and who says so
  redhanded config show --path services/api   what holds for a file or a folder
  redhanded config schema > redhanded.schema.json"""
_BUILT_IN: Final = "built in"


class Value(NamedTuple):
    """One value in force. `at` is None when no file sets it."""

    key: str
    value: str
    at: At | None = None


class _Shown(NamedTuple):
    """What is printed: all of a repository's, or what holds for `path`, which the word `left_out` excludes."""

    root: str
    files: tuple[str, ...]
    path: str
    left_out: Word | None
    values: list[Value]


def parser() -> ArgumentParser:
    made = new_parser("config", "Show the settings in force, and the file and line that set each.", _EXAMPLES)
    actions = made.add_subparsers(dest="action", required=True, metavar="show|schema")
    show = actions.add_parser("show", help="each setting in force, and the file and line that set it")
    show.add_argument(
        "--path", metavar="P", help="the settings for this file or folder (default: the whole repository)"
    )
    show.add_argument("--format", choices=("text", "json"), default="text")
    actions.add_parser("schema", help="the JSON Schema of .redhanded.yaml, for editors")
    return made


def run(options: Namespace, environment: Environment) -> int:
    if options.action == "schema":
        from importlib.resources import files

        environment.out.write((files("scanner.policy") / "redhanded-config.schema.json").read_text(encoding="utf-8"))
        return CLEAN
    given = options.path
    place = os.path.abspath(os.path.join(environment.folder, "." if given is None else given))
    if given is not None and not os.path.lexists(place):
        raise UsageError(f"{printable(given)}: there is no such file or folder", "name one that exists")
    ruling = Namespace(rules=[], no_builtin_rules=False, only=[], skip=[], extended=False, fail_on=None)
    found = configure(ruling, environment, roots_of(environment, [place]), paths=())
    rules = compiled_rules(ruling, cache_folder(environment.variables), environment.cpus).rules
    wanted_rules(rules, ruling)  # so that a rule that it names and nobody has is an error here, too
    policy, path = found.whole, _inside(found, place) if given is not None else ""
    left_out = policy.excluded(path) if path else None
    layers = policy.layers_of(f"{path}*" if path.endswith("/") else path) if path else policy.layers
    names = tuple(layer.file for layer in layers)
    shown = _Shown(policy.root, names, path, left_out, [*_single(policy), *_lists(policy, layers, path)])
    environment.out.write(_json(shown) if options.format == "json" else _text(shown))
    return CLEAN


def _inside(found: InForce, place: str) -> str:
    """Return the path in the repository; that of a folder ends with a slash. Empty for the root."""
    path = os.path.relpath(place, found.whole.root).replace(os.sep, "/")
    if path == ".":
        return ""
    return f"{path}/" if os.path.isdir(place) and not os.path.islink(place) else path


def _single(policy: Policy) -> Iterator[Value]:
    switch, gate, least, size = policy.builtin_rules, policy.fail_on, policy.min_confidence, policy.max_file_size
    yield Value("builtin-rules", "on" if switch is None or switch.on else "off", switch and switch.at)
    yield Value("fail-on", gate.text if gate else FAIL_ON, gate and gate.at)
    yield Value("min-confidence", f"{least.value:g}" if least else "the usual", least and least.at)
    yield Value("max-file-size", f"{int(size.value):,} bytes" if size else "512 MiB", size and size.at)


def _lists(policy: Policy, layers: tuple[Layer, ...], path: str) -> Iterator[Value]:
    on, off = policy.switched()
    in_force = {*on.values(), *off.values()}  # a weaker file's word that a stronger one takes back is not
    for layer in layers:
        yield from (Value("exclude", _below(layer, word), word.at) for word in layer.exclude)
        yield from (Value("include", _below(layer, word), word.at) for word in layer.include)
    for layer in layers:
        is_whole = layer.kind != "folder"
        yield from (Value("skip", word.text, word.at) for word in layer.skip if not is_whole or word.at in in_force)
        yield from (Value("enable", word.text, word.at) for word in layer.enable if not is_whole or word.at in in_force)
    said = {one.rule: one for layer in layers for one in layer.severity}
    yield from (Value("severity", f"{one.rule}: {one.severity}", one.at) for one in said.values())
    yield from (Value("allow", _allow(one), one.at) for layer in layers for one in layer.allow)
    for layer in layers:
        yield from (Value("rules", word.text, word.at) for word in layer.rules)
        if layer.custom_rules:
            line = len(layer.custom_rules.data) - len(layer.custom_rules.data.lstrip(b"\n")) + 1
            yield Value("custom-rules", _custom(layer), At(layer.file, line))
    marks = {mark.tool: mark for layer in policy.layers for mark in layer.markers}
    for tool in TOOLS:
        mark = marks.get(tool)
        yield Value("markers", f"{tool}: {'on' if mark is None or mark.on else 'off'}", mark and mark.at)


def _below(layer: Layer, word: Word) -> str:
    return f"{word.text}  (below {layer.folder})" if layer.folder else word.text


def _allow(one: Allow) -> str:
    scope = [f"{name} {', '.join(words)}" for name, words in (("rules", one.rules), ("paths", one.paths)) if words]
    where = f"  ({'; '.join(scope)})" if scope else ""
    below = f"  (below {one.folder})" if one.folder else ""
    return f"{one.over} {one.pattern}{where}{below}: {one.reason}"


def _custom(layer: Layer) -> str:
    from scanner.ruleset.load import specs

    assert layer.custom_rules
    return ", ".join(spec.id for spec in specs([layer.custom_rules]))


def _text(shown: _Shown) -> str:
    lines = [f"repository: {printable(shown.root)}", f"files: {', '.join(shown.files) or 'none'}"]
    if shown.path:
        covers = f"left out, by {shown.left_out.text} in {shown.left_out.at}" if shown.left_out else "read"
        lines.append(f"{shown.path}: {covers}")
    rows = [(one.key, one.value, f"{one.at}" if one.at else _BUILT_IN) for one in shown.values]
    widths = [max(len(printable(row[n])) for row in rows) for n in (0, 1)]
    for key, value, source in rows:
        lines.append(f"  {key:<{widths[0]}}  {printable(value):<{min(widths[1], 60)}}  {printable(source)}")
    return "".join(f"{line}\n" for line in map(printable, lines))


def _json(shown: _Shown) -> str:
    import json

    word = shown.left_out
    by = word and {"pattern": word.text, "file": word.at.file, "line": word.at.line}
    document = {
        "repository": shown.root,
        "files": list(shown.files),
        "path": shown.path or None,
        "excluded": by,
        "values": [
            {"key": one.key, "value": one.value, "file": one.at and one.at.file, "line": one.at and one.at.line}
            for one in shown.values
        ],
    }
    return f"{json.dumps(document, indent=2)}\n"
