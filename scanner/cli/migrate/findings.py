"""What others have accepted, as suppressions of ours: our findings looked through for it."""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.migrate.refind import Match, Places, Read, Taken, complete
from scanner.cli.migrate.settings import Plan
from scanner.cli.migrate.sites import Site, Sites, of_history, of_tree
from scanner.convert.accepted.said import Known, Left
from scanner.errors import GitError
from scanner.git.command import Git, finish
from scanner.git.command import environment as git_environment
from scanner.globs import Globs

_UNREAD = "look with `redhanded history`, then `redhanded allow add`"
_OTHER = "no finding's value has this SHA-256, and of some kinds of secrets ggshield hashes more than the value"


class Looked(NamedTuple):
    """`taken` are to be accepted, `quiet` is how many are quiet already."""

    taken: tuple[Taken, ...]
    quiet: int
    left: tuple[Left, ...]
    is_whole: bool


def look(known: Sequence[Known], plan: Plan, root: str, options: Namespace, environment: Environment) -> Looked:
    """Look for what is known; with the rules that the plan adds."""
    if not known:
        return Looked((), 0, (), True)
    with tempfile.TemporaryDirectory() as folder:
        rules = Namespace(**{**vars(options), "rules": [*options.rules]})
        for number, change in enumerate(plan.rule_files):
            path = os.path.join(folder, f"{number}.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(change.new)
            rules.rules.append(path)
        return _Search(known, plan, root, rules, environment).run()


class _Search:
    def __init__(
        self, known: Sequence[Known], plan: Plan, root: str, rules: Namespace, environment: Environment
    ) -> None:
        self._known = known
        self._root = root
        self._rules = rules
        self._environment = environment
        self._git = Git(root, git_environment(environment.variables))
        self._excluded = Globs(plan.exclude)
        self._together: dict[tuple[str, ...], list[Known]] = {}
        for one in known:
            self._together.setdefault(_place(one), []).append(one)

    def run(self) -> Looked:
        tree = of_tree(self._root, self._rules, self._environment)
        read = _reader(self._root, self._git)
        places = Places.of(tree.all, read)
        matched = [
            (one, Match(()) if one.commit else places.find(one, self._together[_place(one)])) for one in self._known
        ]
        has_history = os.path.lexists(os.path.join(self._root, ".git")) and not self._rules.no_history
        missing = [one for one, match in matched if not match.sites and not match.why]
        history, past, blobs = Sites((), True), places, {}
        if missing and has_history:
            self._environment.err.write(f"redhanded: {len(missing):,} not in the files; searching the history\n")
            history = of_history(self._root, self._rules, self._environment)
            past = Places.of(history.all, read, is_past=True)
            blobs = self._blobs([one for one in missing if one.commit])
            matched = [(one, self._again(one, match, past, blobs)) for one, match in matched]
        return self._sorted(matched, past, blobs, has_history, tree.is_whole and history.is_whole)

    def _again(self, one: Known, match: Match, past: Places, blobs: dict[Known, str]) -> Match:
        if match.sites or match.why:
            return match
        if one.commit and one not in blobs:
            return match
        return past.find(one, self._together[_place(one)], blobs.get(one, ""))

    def _blobs(self, known: Sequence[Known]) -> dict[Known, str]:
        """Return the object that each names: its path in its commit. What is not there is left out."""
        if not known:
            return {}
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{one.commit}:{one.path}\n" for one in known).encode("utf-8", "surrogateescape"))
            asked.seek(0)
            arguments = ("cat-file", "--batch-check=%(objectname) %(objecttype)")
            told = finish(self._git.start(*arguments, stdin=asked.fileno()), arguments).split(b"\n")
        found = {}
        for one, line in zip(known, told, strict=False):
            oid, _, kind = line.rpartition(b" ")
            if kind == b"blob":
                found[one] = oid.decode()
        return found

    def _sorted(
        self,
        matched: Sequence[tuple[Known, Match]],
        past: Places,
        blobs: dict[Known, str],
        has_history: bool,
        is_whole: bool,
    ) -> Looked:
        left: list[Left] = []
        live: list[tuple[Known, Match]] = []
        quiet = 0
        met = {_place(one) for one, match in matched if match.sites}
        for one, match in matched:
            wanted = tuple(site for site in match.sites if not self._excluded.match(site.path))
            loud = tuple(site for site in wanted if not site.found.hidden)
            if loud:
                live.append((one, match._replace(sites=loud)))
            elif any(site.found.hidden == "allowed" for site in wanted):
                quiet += 1
            elif not match.sites and one.digest and one.path and _place(one) in met:
                why = "what redhanded finds on that line is taken over for another entry"
                left.append(Left(one.file, one.line, one.what, why, is_harmless=True))
            else:
                left.append(self._unmatched(one, match, wanted, past, blobs, has_history))
        taken, parts = complete(live)
        return Looked(tuple(taken), quiet, (*left, *parts), is_whole)

    def _unmatched(
        self,
        one: Known,
        match: Match,
        hidden: Sequence[Site],
        past: Places,
        blobs: dict[Known, str],
        has_history: bool,
    ) -> Left:
        def left(why: str, by_hand: str = "", is_harmless: bool = False) -> Left:
            return Left(one.file, one.line, one.what, why, by_hand, is_harmless)

        if match.why:
            return left(match.why, match.by_hand)
        if one.path and self._excluded.match(one.path):
            return left("its path is left out altogether", is_harmless=True)
        if match.sites:
            why = "its path is left out altogether" if not hidden else f"it is quiet already ({hidden[0].found.hidden})"
            return left(why, is_harmless=True)
        if one.commit and not has_history:
            return left("the history was not read", _UNREAD)
        if one.commit and one not in blobs:
            return self._lost(one, past, left("its commit is not in this repository, or has no such file"))
        if one.digest and not one.path:
            return left(_OTHER, "redhanded scan, then `redhanded allow add`")
        if one.path and not one.commit and not os.path.lexists(os.path.join(self._root, *one.path.split("/"))):
            return left("the file is gone, and redhanded finds nothing there", is_harmless=True)
        return left("redhanded finds nothing there", is_harmless=True)

    def _lost(self, one: Known, past: Places, left: Left) -> Left:
        """A commit that a rebase or a squash has replaced: its secret may stand in the new one."""
        near = [s for s in past.by_path.get(one.path, []) if s.first == one.at and not s.found.hidden]
        if not near:
            return left._replace(why=f"{left.why}; redhanded finds nothing at that line of others", is_harmless=True)
        secret = near[0].found.secret
        return left._replace(by_hand=f"is it [{secret.rule}]? redhanded allow add {secret.fingerprint[:12]}")


def _place(one: Known) -> tuple[str, ...]:
    return (one.file, one.path, one.commit, f"{one.at}")


def _reader(root: str, git: Git) -> Read:
    @lru_cache(maxsize=16)
    def content(path: str, blob: str) -> bytes:
        try:
            if blob:
                return git.run("cat-file", "blob", blob)
            with open(os.path.join(root, *path.split("/")), "rb") as file:
                return file.read()
        except (OSError, GitError):  # it has just gone; then nothing in it is accepted
            return b""

    return lambda site: content(site.path, site.blob)
