"""A change under review: judged by the policy of the branch that it is for; what it does to the policy itself is told.

Nothing that a change brings allows what it brings: neither its configuration nor its suppressions and comments, until
a person approves (docs/policy.md, Trust). --trust-suppressions lets the latter two count, and be listed.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from scanner.cli.allowed import of_entries
from scanner.cli.environment import Environment
from scanner.cli.settings import InForce, configure
from scanner.cli.trust.files import PolicyFiles
from scanner.cli.trust.ground import Ground
from scanner.cli.trust.proposal import Proposal, proposals
from scanner.cli.trust.verdict import as_finding, opened, would_allow
from scanner.engine.batch import BatchResult
from scanner.errors import ConfigError, UsageError
from scanner.git.command import Git
from scanner.model import Notice, Suppressed
from scanner.policy.allowfile import Entry
from scanner.policy.compare import Added
from scanner.policy.config import Policy
from scanner.policy.values import Allow

_HOW = """what only the change itself allows does not count: land that part of the policy first, or have it approved
by somebody who may start this job with --approve-policy"""
_MEND = "the change is judged by the policy of this commit: mend it there, or name another one with --policy-from"


class Judge(NamedTuple):
    """`entries` are the suppressions that hold; `closed`: what the change allows by itself does not count; `strict`:
    what it does to the policy fails the gate.
    """

    root: str
    environment: Environment
    found: InForce
    files: PolicyFiles
    entries: tuple[Entry, ...] = ()
    proposed: tuple[Proposal, ...] = ()
    closed: bool = True
    strict: bool = False

    def unmarked(self, result: BatchResult) -> BatchResult:
        """Make findings again of what only comments allow. All that is found in a change is new, so no comment was
        written for it before, wherever that stands.
        """
        if not self.closed:
            return result
        inline = tuple(opened(entry) for entry in result.suppressed if entry.reason == "inline")
        rest = tuple(entry for entry in result.suppressed if entry.reason != "inline")
        return result._replace(findings=(*result.findings, *inline), suppressed=rest)

    def settle(self, result: BatchResult, rules: Collection[str]) -> BatchResult:
        """Apply the suppressions, and tell what the change does to the policy."""
        added = list({one.entry: one for proposal in self.proposed for one in proposal.added}.values())
        result = of_entries(self.root, self.entries, self.environment)(result, rules)
        tried = of_entries(self.root, tuple(one.entry for one in added), self.environment)(result, rules)
        if self.closed:
            by = {id(one.finding): _suppression(one, added) for one in tried.suppressed[len(result.suppressed) :]}
            marked = (one._replace(unapproved=by.get(id(one), one.unapproved)) for one in result.findings)
            result = result._replace(findings=tuple(marked))
        else:
            result = tried
        policies = [proposal.policy for proposal in self.proposed if proposal.policy]
        findings = tuple(would_allow(finding, self.found, policies) for finding in result.findings)
        if any(finding.unapproved for finding in findings):
            self.environment.err.write(f"redhanded: {_HOW}\n")
        return self._told(result._replace(findings=findings))

    def _told(self, result: BatchResult) -> BatchResult:
        altered = list(dict.fromkeys(one for proposal in self.proposed for one in proposal.altered))
        unread = dict.fromkeys((*self.files.skips, *(skip for one in self.proposed for skip in one.skips)))
        result = result._replace(skips=(*result.skips, *unread))
        if self.strict:
            return result._replace(findings=(*result.findings, *(as_finding(one.notice, one.oid) for one in altered)))
        notices = [one.notice for one in altered] + list(_comments(result.suppressed))
        return result._replace(notices=(*result.notices, *notices))


def _suppression(entry: Suppressed, added: list[Added]) -> str:
    """Return what in the change would allow the finding."""
    rule, reason, owner = entry.finding.rule_id, entry.detail, entry.owner
    entries = (one.entry for one in added)
    by = next((e for e in entries if (e.rule, e.reason, e.owner) == (rule, reason, owner)), None)
    return f"the suppression at {by.place}" if by else "a suppression"


def _comments(suppressed: tuple[Suppressed, ...]) -> Iterator[Notice]:
    for entry in suppressed:
        if entry.reason == "inline" and entry.marker:
            words = f"allows a finding of [{entry.finding.rule_id}] by a comment: {entry.detail or 'no reason given'}"
            origin = entry.finding.location.origin
            if not origin.path:  # a message
                words = f"{origin.kind} {getattr(origin, 'oid', '')[:12]} {words}"
            path = origin.path
            yield Notice("policy-change", words, False, path, entry.marker.line if path else 0)


def judge(git: Git, root: str, ground: Ground, options: Namespace, environment: Environment) -> Judge:
    """Find out what holds for a change, and put the configuration to use. Raises ConfigError, UsageError, GitError."""
    if options.trust_suppressions and options.strict_policy:
        help = "leave one of them out; with --approve-policy all that the change brings counts"
        raise UsageError("--strict-policy and --trust-suppressions say the opposite", help)
    base = PolicyFiles(git, ground.base)
    files = base
    if options.approve_policy and ground.heads:
        if len(ground.heads) > 1:
            raise UsageError("--approve-policy: several commits are pushed at once", "push them one by one")
        files = PolicyFiles(git, ground.heads[0])
    try:
        found = configure(options, environment, [root], files, files.prefix)
        entries = dict.fromkeys((*files.entries(), *(() if files is base else base.entries())))
    except ConfigError as error:
        error.help = f"{error.help}; {_MEND}" if error.help else _MEND
        raise
    proposed = tuple(proposals(git, root, ground))
    policies = [one.policy for one in proposed if one.policy]
    found = options.in_force = found._replace(proposed=patterns_of_others(found, policies))
    closed = not (options.trust_suppressions or options.approve_policy)
    strict = options.strict_policy and not options.approve_policy
    made = Judge(root, environment, found, files, tuple(entries), proposed, closed, strict)
    _say(made, ground, options)
    return made


def patterns_of_others(found: InForce, policies: Iterable[Policy]) -> tuple[Allow, ...]:
    """Return the patterns that only these policies have, not the one in force."""
    known = {_what(allow) for allow in found.whole.allows}
    news = (allow for policy in policies for allow in policy.allows)
    return tuple(allow for allow in news if _what(allow) not in known)


def _what(allow: Allow) -> tuple[object, ...]:
    return allow.over, allow.pattern, allow.rules, allow.paths, allow.folder


def _say(judge: Judge, ground: Ground, options: Namespace) -> None:
    """Say on standard error whose policy holds, where there is one that it could be."""
    proposes = any(one.altered or one.added for one in judge.proposed)
    has_policy = judge.entries or any(layer.kind == "repository" for layer in judge.found.whole.layers)
    if not (proposes or has_policy or options.policy_from is not None):
        return
    if judge.files.commit != ground.base:
        words = "the policy is that of the change itself, as --approve-policy says"
    elif ground.base is None:
        words = "nothing was there before this, so no policy of the repository counts yet, only what is built in"
    else:
        words = f"the policy is that of {ground.base[:12]}, {ground.why}"
    judge.environment.err.write(f"redhanded: {words}\n")
