"""What the commits of a change do to the policy: read from their trees, compared with what was there before."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from scanner.cli.trust.files import PolicyFiles, entries_or_none
from scanner.cli.trust.ground import Ground
from scanner.errors import ConfigError, GitError
from scanner.git.command import Git
from scanner.git.commitfiles import Change, changed, merge_bases
from scanner.model import Notice, RepositoryOrigin, Skip
from scanner.policy.allowfolder import FOLDER
from scanner.policy.compare import Added, Weakening, added, weakenings
from scanner.policy.config import NAME, Policy, load
from scanner.policy.layer import parse
from scanner.policy.values import MAX_BYTES, Layer

_MOST_COMPARED: Final = 1_000  # configuration files of one change; of more it is only said that they change
_ABOVE: Final = FOLDER.partition("/")[0]


class Altered(NamedTuple):
    """A change of the policy; `oid` is the object in which it stands, or stood."""

    notice: Notice
    oid: str = ""


class Proposal(NamedTuple):
    """What one head proposes: `altered` tells all of it, `added` are the suppressions. `policy` is all of its
    configuration, None when that is as before.
    """

    altered: tuple[Altered, ...] = ()
    added: tuple[Added, ...] = ()
    policy: Policy | None = None
    skips: tuple[Skip, ...] = ()


def proposals(git: Git, root: str, ground: Ground) -> list[Proposal]:
    """Return what each head of the change proposes. Raises ConfigError for a policy that a head has made wrong."""
    return [_Comparison(git, root, ground, head).proposal() for head in ground.heads]


class _Comparison:
    """`befores` are what the head is built on, and the commit whose policy holds: what either has is no news."""

    def __init__(self, git: Git, root: str, ground: Ground, head: str) -> None:
        forks = merge_bases(git, head, [ground.base])[:1] if ground.base else []
        self._fork = forks[0] if forks else None
        self._git, self._root = git, root
        self._head = PolicyFiles(git, head)
        self._befores = [PolicyFiles(git, commit) for commit in dict.fromkeys((self._fork, ground.base))]

    def proposal(self) -> Proposal:
        try:
            changes = [one for one in changed(self._git, self._fork, self._head.commit or "") if is_policy(one.path)]
        except GitError as error:  # of a partial clone, or a damaged one, nobody can say what is changed
            skip = Skip(RepositoryOrigin(b""), "git-error", f"what the change does to the policy: {error.message}")
            return Proposal(skips=(skip,))
        altered: list[Altered] = []
        configs = [one for one in changes if is_config(one.path)]
        for number, one in enumerate(configs):
            altered += self._config(one) if number < _MOST_COMPARED else [_altered(one, "changes the configuration")]
        rules = self._changed_rules()
        altered += [_altered(one, "changes rules") for one in rules]
        suppressions: list[Added] = []
        if any(_is_suppression(one.path) for one in changes):
            before = [entry for files in self._befores for entry in entries_or_none(files)]
            suppressions = added(before, self._head.entries())
            altered += map(self._suppression, suppressions)
        policy = load(self._root, "", self._head, self._head.prefix) if configs or rules else None
        if policy:
            policy.look_below()
        if policy and (files := policy.rule_files()):
            from scanner.ruleset.load import specs

            specs(files)  # better told now than to everybody after the merge
        return Proposal(tuple(altered), tuple(suppressions), policy, self._head.skips)

    def _config(self, change: Change) -> list[Altered]:
        path = os.fsdecode(change.path)
        new = layer_of(self._head, path)
        told: list[list[Weakening]] = []
        for files in self._befores:
            try:
                old = layer_of(files, path)
            except ConfigError:  # what was wrong said nothing
                old = Layer(path)
            told.append([*weakenings(old, new)])
        known = [{(one.what, one.key) for one in found} for found in told[1:]]
        news = (one for one in told[0] if all((one.what, one.key) in found for found in known))
        return [_altered(change, one.what, one.line) for one in news]

    def _suppression(self, one: Added) -> Altered:
        entry = one.entry
        node = self._head.node(entry.file)
        words = f"{one.how}: {entry.reason} ({entry.owner})"
        notice = Notice("policy-change", words, False, os.fsencode(entry.file), entry.line)
        return Altered(notice, node.oid if node else "")

    def _rule_files(self) -> frozenset[str]:
        """Return the rule files that the root's configuration names, before or after."""
        found: set[str] = set()
        for files in (self._head, *self._befores):
            try:
                found.update(word.text for word in layer_of(files, NAME).rules)
            except ConfigError:
                if files is self._head:
                    raise
        return frozenset(found)

    def _changed_rules(self) -> list[Change]:
        found = []
        for path in sorted(self._rule_files()):
            new = self._head.node(path)
            if all(files.node(path) != new for files in self._befores):
                old = self._befores[0].node(path)
                found.append(Change(os.fsencode(path), old.oid if old else "", new.oid if new else ""))
        return found


def layer_of(files: PolicyFiles, path: str) -> Layer:
    folder = path[: -len(NAME)]
    data = files(path, MAX_BYTES)
    if data is None:
        return Layer(path, folder=folder)
    return parse(files.prefix + path, data, "folder" if folder else "repository", folder)


def is_policy(path: bytes) -> bool:
    return is_config(path) or _is_suppression(path)


def is_config(path: bytes) -> bool:
    return path.rpartition(b"/")[2] == os.fsencode(NAME)


def _is_suppression(path: bytes) -> bool:
    """Whether it is a file of suppressions; or something that stands where the folder should."""
    return path == os.fsencode(_ABOVE) or (path + b"/").startswith(os.fsencode(f"{FOLDER}/"))


def _altered(change: Change, what: str, line: int = 0) -> Altered:
    return Altered(Notice("policy-change", what, False, change.path, line), change.new or change.old)
