"""What there is to allow: findings read from a JSON report, of an earlier run or of one made for the purpose."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from importlib import import_module
from io import StringIO
from typing import Any, Final, NamedTuple

from scanner.cli.commands import COMMANDS, Module
from scanner.cli.environment import Environment
from scanner.errors import INTERNAL, INTERRUPTED, UsageError
from scanner.policy.allowfile import RULE
from scanner.policy.suppress import Secret
from scanner.redact import printable

_SCHEMA: Final = "redhanded-report/1"
_STARS: Final = "********"
_LONGEST: Final = 16  # characters in front of the stars: four bytes, each written as `\\xff`
_MOST: Final = 256 << 20  # bytes of a report


class Found(NamedTuple):
    """A finding as a report tells of it: the secret, and the other parts if it comes in parts. `hidden` says what hides
    it: `inline`, `excluded`, `allowed`; empty when nothing does. `told` is all that the report says of it.
    """

    secret: Secret
    parts: tuple[Secret, ...]
    name: str
    masked: str
    place: str
    hidden: str
    told: Any = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.secret, *self.parts)


class Present(NamedTuple):
    """`whole` is false when not everything in scope was read."""

    found: tuple[Found, ...]
    whole: bool


def look(command: str, arguments: list[str], root: str, rules: Namespace, environment: Environment) -> Present:
    """Run a scanning command for what it finds. `rules` has the options of `options.rule_options`."""
    return _read(report_of(command, arguments, rules, environment), root)


def report_of(command: str, arguments: list[str], rules: Namespace, environment: Environment) -> Any:
    """Run a scanning command and return its JSON report."""
    module: Module = import_module(COMMANDS[command].module)
    options = module.parser().parse_args([*arguments, "--format", "json", "--allow-incomplete"])
    take_rules(options, rules)
    out = StringIO()
    code = module.run(options, environment._replace(out=out, err=StringIO(), is_terminal=False, shows_progress=False))
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code == INTERNAL:
        raise AssertionError("a scan made for a list of findings failed")
    return json.loads(out.getvalue())


def take_rules(options: Namespace, rules: Namespace) -> None:
    """Let options of `options.rule_options` say what others do."""
    for name in (
        "rules",
        "no_builtin_rules",
        "only",
        "skip",
        "extended",
        "min_confidence",
        "strict_policy",
        "no_foreign_markers",
        "ignore_marker",
    ):
        setattr(options, name, getattr(rules, name))


def of_tree(root: str, rules: Namespace, environment: Environment) -> Present:
    """Return what is in the files on disk of the repository at `root`."""
    return look("scan", [os.path.relpath(root, environment.folder)], root, rules, environment)


def of_history(root: str, rules: Namespace, environment: Environment) -> Present:
    return look("history", [root], root, rules, environment)


def of_report(path: str, root: str) -> Present:
    """Return what a JSON report tells. Raises UsageError for anything else."""
    shown = printable(path)
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST + 1)
        if len(data) > _MOST:
            raise UsageError(f"--report {shown}: is over {_MOST >> 20} MiB long", "make a report of less")
        return _read(json.loads(data), root)
    except OSError as error:
        raise UsageError(f"--report {shown}: {error.strerror}", "name a report that --format json has made") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = f"--report {shown}: this is not a JSON report of redhanded"
        help = "make one with `redhanded scan . --format json --output FILE`, or `redhanded history` likewise"
        raise UsageError(problem, help) from None


def _read(report: Any, root: str) -> Present:
    """Raises ValueError, KeyError, TypeError, AttributeError for what is no report."""
    if report["schema"] != _SCHEMA:
        raise ValueError
    found = [found_of(finding, "", root) for finding in report["findings"]]
    found += [found_of(finding, finding["reason"], root) for finding in report["suppressed"]]
    return Present(tuple(found), not report["summary"]["incomplete"])


def found_of(finding: Any, hidden: str, root: str) -> Found:
    """Return a finding of a JSON report; `hidden` as in `Found`."""
    at = finding["location"]
    where = at["path"] or f"{at['kind']} {(at['object'] or '')[:12]}"
    place = f"{where}:{at['start']['line']}:{at['start']['column']}"
    parts = tuple(_secret(part, [part["location"]], root) for part in finding["parts"])
    masked = masked_of(finding["secret"])
    secret = _secret(finding, [at, *finding["also"]], root)
    return Found(secret, parts, finding["rule_name"], printable(masked), printable(place), hidden, finding)


def masked_of(told: str) -> str:
    """Return what a report shows of a secret, or only stars where it may show all of it."""
    return told if told.endswith(_STARS) and len(told) <= _LONGEST + len(_STARS) else _STARS


def _secret(item: Any, places: list[Any], root: str) -> Secret:
    rule, fingerprint = item["rule_id"], item["fingerprint"]
    if not (isinstance(rule, str) and RULE.fullmatch(rule) and isinstance(fingerprint, str) and len(fingerprint) == 32):
        raise ValueError
    bytes.fromhex(fingerprint)
    return Secret(rule, fingerprint, tuple(path_of(place, root) for place in places))


def path_of(place: Any, root: str) -> str | None:
    """Return the path from the root. That of a file on disk is told from the folder where the scan was started."""
    if place["kind"] == "file":
        return os.path.relpath(os.path.abspath(place["path"]), root).replace(os.sep, "/")
    return place["path"] if place["kind"] in ("index", "blob", "name") else None
