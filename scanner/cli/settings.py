"""What the configuration says, put to use: before a run (rules, limits, what is left out) and on what was found."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from scanner.cli.environment import Environment, config_file
from scanner.engine.allowing import AllowPattern
from scanner.engine.batch import BatchResult
from scanner.errors import ConfigError
from scanner.git.catfile import MAX_BYTES
from scanner.model import SEVERITIES, FileOrigin, Finding, IndexOrigin, Location, RuleInfo, Suppressed
from scanner.policy.config import Policy, find_root, load, run_wide
from scanner.policy.disk import Read
from scanner.policy.paths import allows_at
from scanner.policy.values import Allow, At
from scanner.ruleset.built import Rule
from scanner.ruleset.names import names
from scanner.ruleset.select import select, usual

if TYPE_CHECKING:
    from scanner.ruleset.resources import RuleFile

FAIL_ON: Final = "contextual"


class InForce(NamedTuple):
    """`whole` holds for the run; `policies` for the paths of one repository each. Paths of files are relative to
    `folder`. `proposed` are patterns that allow nothing yet: it is only told which findings they fit.
    """

    whole: Policy
    policies: tuple[Policy, ...] = ()
    folder: str = ""
    proposed: tuple[Allow, ...] = ()

    @property
    def max_bytes(self) -> int:
        """The size in bytes of the largest file or object that is read."""
        return int(self.whole.max_file_size.value) if self.whole.max_file_size else MAX_BYTES

    @property
    def allows(self) -> tuple[tuple[Policy | None, Allow], ...]:
        """The patterns, with the policy for whose paths each is; None where that is the only one."""
        whole = tuple((None, allow) for allow in self.whole.allows)
        if self.whole in self.policies:
            return whole
        theirs = ((one, allow) for one in self.policies for allow in one.allows if allow not in self.whole.allows)
        return (*whole, *theirs)

    def left_out(self, path: str) -> str | None:
        """Return why an absolute path is not to be read, None when it is; that of a folder ends with a slash."""
        found = self._policy_of(path)
        return found and _left_out(found[0], found[1])

    def left_out_of_git(self, path: str) -> str | None:
        """Do so for a path in the one repository of this run."""
        return _left_out(self.policies[0], path) if self.policies else None

    def _policy_of(self, path: str) -> tuple[Policy, str] | None:
        """Return the policy of an absolute path, and the path in that repository."""
        path = path if os.sep == "/" else path.replace(os.sep, "/")
        best: tuple[Policy, str] | None = None
        for policy in self.policies:
            root = os.path.join(policy.root, "").replace(os.sep, "/")
            inside = path.startswith(root) and path != root
            if inside and (best is None or len(policy.root) > len(best[0].root)):
                best = policy, path[len(root) :]
        return best

    def place(self, location: Location) -> tuple[Policy, str]:
        """Return the policy for a place, and its path there; that is empty for what has none, or none that is sure."""
        origin = location.origin
        if isinstance(origin, FileOrigin):
            path = os.path.abspath(os.path.join(self.folder, os.fsdecode(origin.path)))
            return self._policy_of(path) or (self.whole, "")
        has_path = isinstance(origin, IndexOrigin) or location.provenance is not None
        return self.whole, os.fsdecode(origin.path) if has_path else ""


def _left_out(policy: Policy, path: str) -> str | None:
    word = policy.excluded(path)
    return f"by {word.text} in {word.at}" if word else None


NOTHING: Final = InForce(Policy(""))


def in_force(options: Namespace) -> InForce:
    found = getattr(options, "in_force", NOTHING)
    assert isinstance(found, InForce)
    return found


def roots_of(environment: Environment, paths: Sequence[str]) -> list[str]:
    """Return the roots of the repositories that hold these paths."""
    return list(dict.fromkeys(find_root(os.path.join(environment.folder, path)) for path in paths))


def configure(
    options: Namespace,
    environment: Environment,
    roots: Sequence[str],
    read: Read | None = None,
    prefix: str = "",
    paths: Sequence[str] | None = None,
) -> InForce:
    """Find out what holds for a run over these repositories, and fill in the options that the command line leaves open.

    `read` has the files of the one repository, instead of the disk; `prefix` stands before their names in messages.
    `paths` are what the run is about, absolute or from the working folder; None for all there is. Raises ConfigError.
    """
    found = made(config_file(environment.variables), roots, environment.folder, read, prefix)
    for policy in found.policies:
        policy.look_below(("",) if paths is None else inside(policy.root, environment.folder, paths))
    whole = found.whole
    if getattr(options, "fail_on", FAIL_ON) is None:
        options.fail_on = whole.fail_on.text if whole.fail_on else FAIL_ON
    if getattr(options, "min_confidence", None) is None and whole.min_confidence:
        options.min_confidence = whole.min_confidence.value
    options.in_force = found
    return found


def inside(root: str, folder: str, paths: Sequence[str]) -> list[str]:
    """Return those of the paths that are in the repository, from its root; that of a folder ends with a slash."""
    found = []
    for place in (os.path.abspath(os.path.join(folder, path)) for path in paths):
        path = os.path.relpath(place, root).replace(os.sep, "/")
        if path == ".":
            found.append("")
        elif path != ".." and not path.startswith("../"):
            found.append(f"{path}/" if os.path.isdir(place) and not os.path.islink(place) else path)
    return found


def made(user: str, roots: Sequence[str], folder: str, read: Read | None = None, prefix: str = "") -> InForce:
    """Do so from the user's file and the repositories' roots."""
    policies = tuple(load(root, user, read, prefix) for root in roots)
    if len(policies) == 1:
        return InForce(policies[0], policies, folder)
    for policy in policies:
        policy.is_one_of_many = True
        for layer in policy.layers:
            if layer.kind == "repository" and (key := next(run_wide(layer), None)):
                place = os.path.join(policy.root, layer.file)
                raise ConfigError(
                    f"`{key}` holds for a whole run", place, help="scan this repository in a run of its own"
                )
    users = [layer for layer in policies[0].layers if layer.kind == "user"] if policies else []
    return InForce(Policy("", users, user_root=os.path.dirname(user)), policies, folder)


# Rules.


def added_rules(options: Namespace) -> list[RuleFile]:
    return in_force(options).whole.rule_files()


def uses_builtin(options: Namespace) -> bool:
    switch = in_force(options).whole.builtin_rules
    return not options.no_builtin_rules and (switch is None or switch.on)


def wanted_rules(rules: Sequence[Rule], options: Namespace) -> frozenset[str]:
    """Return the ids of the rules in use: the command line has the last word. Raises ConfigError, UsageError."""
    found = in_force(options)
    for policy in (found.whole, *found.policies):
        policy.check(frozenset(rule.id for rule in rules))
    on, off = found.whole.switched()
    wanted = select(rules, options.only, options.skip, options.extended)
    if options.only:
        return frozenset(wanted - (off.keys() - set(options.only)))
    _refuse_none(rules, off, found.whole)
    return frozenset((wanted | on.keys()) - off.keys() - _of(rules, options.skip))


def _of(rules: Sequence[Rule], patterns: Sequence[str]) -> frozenset[str]:
    return frozenset(rule.id for rule in rules if any(names(pattern, rule.id) for pattern in patterns))


def _refuse_none(rules: Sequence[Rule], off: Mapping[str, At], policy: Policy) -> None:
    """Raise ConfigError when a configuration turns off all built-in rules without saying so in so many words."""
    if not off or (policy.builtin_rules and not policy.builtin_rules.on):
        return
    own: set[str] = set()
    if files := policy.rule_files():
        from scanner.ruleset.load import specs

        own = {spec.id for spec in specs(files)}
    if not usual(rules) - own - off.keys():
        help = "if that is meant, say `builtin-rules: off`"
        raise ConfigError("`skip` leaves none of the built-in rules", *list(off.values())[-1], help)


def allow_patterns(options: Namespace, rules: Sequence[Rule]) -> tuple[AllowPattern, ...]:
    """Return the patterns of the configuration; their numbers are those of `allows`, then the proposed."""
    found = in_force(options)
    return tuple(
        AllowPattern(one.pattern, one.over == "line", _of(rules, one.rules), f"{one.at}")
        for one in (*(allow for _, allow in found.allows), *found.proposed)
    )


# What was found.


def applied(result: BatchResult, found: InForce) -> BatchResult:
    """Set aside the findings that the configuration silences in each of their places, and give the rest the severity
    that it says. Raises ConfigError for a folder's file that is wrong.
    """
    kept: list[Finding] = []
    silenced: list[Suppressed] = []
    for finding in result.findings:
        reasons = [silence(finding.rule_id, place, found) for place in (finding.location, *finding.also)]
        first = reasons[0]
        if first and all(reasons):
            silenced.append(Suppressed(finding, first.reason, first.detail))
        else:
            kept.append(_graded(finding, found))
    return result._replace(findings=tuple(kept), suppressed=(*result.suppressed, *silenced))


class Silence(NamedTuple):
    reason: Literal["excluded", "config", "skipped"]
    detail: str


def silence(rule_id: str, place: Location, found: InForce) -> Silence | None:
    """Return what silences the rule in a place. Raises ConfigError."""
    policy, path = found.place(place)
    if path and (why := _left_out(policy, path)):
        return Silence("excluded", why)
    if path and (at := policy.skipped(rule_id, path)):
        return Silence("skipped", f"{at} turns the rule off here")
    allows = found.allows if place.allowed else ()
    for number in place.allowed:
        if number >= len(allows):  # only proposed
            continue
        owner, allow = allows[number]
        if owner in (None, policy) and allows_at(allow, path):
            return Silence("config", f"{allow.reason} ({allow.at})")
    return None


def _graded(finding: Finding, found: InForce) -> Finding:
    """Return the finding with the most severe of what its places say."""
    said = [
        policy.severity(finding.rule_id, path) for policy, path in map(found.place, (finding.location, *finding.also))
    ]
    if not any(said):
        return finding
    worst = min((one.severity if one else finding.severity for one in said), key=SEVERITIES.index)
    if worst == finding.severity:
        return finding
    by = next(one for one in said if one and one.severity == worst)
    note = f"severity {worst} by {by.at}; the rule says {finding.severity}"
    return finding._replace(severity=worst, notes=(*finding.notes, note))


def graded_rules(rules: Sequence[RuleInfo], found: InForce) -> tuple[RuleInfo, ...]:
    """Return the rules with the severity that holds for the whole run."""
    if found.whole.is_one_of_many or not any(layer.severity for layer in found.whole.layers):
        return tuple(rules)
    said = ((rule, found.whole.severity(rule.id, "")) for rule in rules)
    return tuple(rule._replace(severity=one.severity) if one else rule for rule, one in said)


def changes(options: Namespace) -> Iterator[str]:
    """Yield what the configuration changes for the whole run, a line for each, and where it says so."""
    policy = in_force(options).whole
    on, off = policy.switched()
    for verb, switched in (("off", off), ("on", on)):
        places: dict[At, list[str]] = {}
        for rule_id, at in switched.items():
            places.setdefault(at, []).append(rule_id)
        for at, ids in sorted(places.items()):
            more = f" and {len(ids) - 5:,} more" if len(ids) > 5 else ""
            yield f"{at}: turns {verb} {', '.join(sorted(ids)[:5])}{more}"
    if policy.builtin_rules and not policy.builtin_rules.on:
        yield f"{policy.builtin_rules.at}: turns off all built-in rules"
    for key, word in (("fail-on", policy.fail_on), ("min-confidence", policy.min_confidence)):
        if word:
            yield f"{word.at}: {key} {word[0]}"
    if policy.max_file_size:
        yield f"{policy.max_file_size.at}: max-file-size {int(policy.max_file_size.value):,} bytes"
    for layer in policy.layers:
        if layer.custom_rules:
            yield f"{layer.file}: adds rules"
        yield from (f"{word.at}: adds the rules of {word.text}" for word in layer.rules)
        yield from (f"{mark.at}: {mark.tool}'s markers are not honoured" for mark in layer.markers if not mark.on)
        yield from (f"{one.at}: severity of {one.rule} is {one.severity}" for one in layer.severity)
