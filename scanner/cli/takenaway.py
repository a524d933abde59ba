"""What a commit takes from the policy, a suppression or part of the configuration, and what comes into the open by it.

That stands mostly in files which the commit does not touch. So all that the index holds is looked through then, and
only then; what HEAD's policy would have kept quiet is told.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scanner.cli.allowed import of_entries, of_repository
from scanner.cli.bypath import by_path
from scanner.cli.environment import Environment
from scanner.cli.settings import InForce, applied
from scanner.cli.trust.files import PolicyFiles, entries_or_none
from scanner.cli.trust.judge import patterns_of_others
from scanner.cli.trust.proposal import is_config, is_policy, layer_of
from scanner.cli.trust.verdict import would_allow
from scanner.cli.unprotected import notice
from scanner.engine.batch import BatchResult
from scanner.engine.run import run
from scanner.engine.scan import Scanner
from scanner.errors import ConfigError
from scanner.git.command import Git
from scanner.git.index import Change, entries
from scanner.git.revision import resolve
from scanner.model import Finding, Notice
from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import load
from scanner.policy.compare import added, weakenings
from scanner.policy.config import Policy
from scanner.policy.config import load as load_config
from scanner.policy.disk import Disk
from scanner.policy.layer import parse
from scanner.policy.values import MAX_BYTES, Layer
from scanner.sources.staged import Staged

_MOST: Final = 50_000  # files; a commit should not wait for more


class TakenAway(NamedTuple):
    """`entries` are HEAD's suppressions, of which some hold no longer; `config` is HEAD's configuration, None when the
    commit takes nothing from that.
    """

    root: str
    found: InForce
    entries: tuple[Entry, ...]
    config: Policy | None

    def notices(
        self, git: Git, changes: Sequence[Change], unchanged: BatchResult, scanner: Scanner, environment: Environment
    ) -> list[Notice]:
        """Tell of what stands in the index and was quiet in HEAD. `unchanged`: what stands on unchanged lines of the
        files that the commit changes, as the configuration leaves it.
        """
        seen = {change.path for change in changes}
        rest = tuple(one for one in entries(git, self.root) if one.path not in seen and not one.mode.startswith("16"))
        if len(rest) > _MOST:
            words = f"the commit takes something from the policy; {len(rest):,} files are too many to look for it here"
            return [Notice("unprotected", words, False)]
        source = Staged(git, rest, self.found.left_out_of_git, self.found.max_bytes)
        elsewhere = applied(by_path(run(source, scanner, environment.cpus), scanner), self.found)
        rules = frozenset(rule.id for rule in scanner.active)
        holds = of_repository(self.root, environment)
        open_ones = holds(elsewhere, rules).findings
        told = [*self._suppressed(open_ones, rules, environment)]
        if self.config:
            told += self._configured((*open_ones, *holds(unchanged, rules).findings), self.config)
        return told

    def _suppressed(
        self, findings: Sequence[Finding], rules: frozenset[str], environment: Environment
    ) -> Iterator[Notice]:
        before = of_entries(self.root, self.entries, environment)(BatchResult(tuple(findings)), rules)
        yield from (notice(one.finding, "a suppression") for one in before.suppressed)

    def _configured(self, findings: Sequence[Finding], config: Policy) -> Iterator[Notice]:
        for finding in findings:
            plain = finding._replace(location=finding.location._replace(allowed=()))  # those are HEAD's patterns
            if would_allow(plain, self.found, [self.found.whole]).unapproved:
                continue  # what is in force lets it pass as before: a gate, say
            if by := would_allow(finding, self.found, [config]).unapproved:
                yield notice(finding, by)


def taken_away(git: Git, root: str, changes: Sequence[Change], found: InForce, options: Namespace) -> TakenAway | None:
    """Return what a commit with these changes, deletions among them, takes from the policy; None when it is nothing, or
    when HEAD's policy is not in order. HEAD's patterns are put into `options`, to be tried as well.
    """
    touched = [change for change in changes if is_policy(change.path)]
    head = resolve(git, "HEAD") if touched else None
    if head is None:
        return None
    files = PolicyFiles(git, head)
    before = entries_or_none(files)
    lost = tuple(one.entry for one in added(load(root), before))
    configs = any(is_config(one.path) and _weaker(files, root, one.path.decode("utf-8", "replace")) for one in touched)
    config = _config(files, root) if configs else None
    if not lost and config is None:
        return None
    if config:
        found = options.in_force = found._replace(proposed=patterns_of_others(found, [config]))
    return TakenAway(root, found, lost, config)


def _weaker(files: PolicyFiles, root: str, path: str) -> bool:
    """Whether the configuration lets more be found than HEAD's did, which was in order."""
    folder = path.rpartition("/")[0]
    data = Disk(root)(path, MAX_BYTES)
    new = Layer(path) if data is None else parse(path, data, "folder" if folder else "repository", folder)
    try:
        return any(True for _ in weakenings(new, layer_of(files, path)))
    except ConfigError:  # it has allowed nothing
        return False


def _config(files: PolicyFiles, root: str) -> Policy | None:
    try:
        found = load_config(root, "", files, files.prefix)
        found.look_below()
        return found
    except ConfigError:
        return None
