"""Proves with a planted secret that it is seen: by the installed hook, by `scan`, `history` and `ci`.

The secret is made up when this runs, and opens nothing. It is only ever written into a temporary folder, which is
removed at the end; the user's work tree, index, refs and objects stay as they are (git may renew the times of objects).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from random import SystemRandom
from typing import Final, NamedTuple

from scanner.cli.doctor.check import Check
from scanner.cli.doctor.hooks import LEFTHOOK, PRE_COMMIT, Hook
from scanner.cli.doctor.repository import Repository
from scanner.cli.environment import Environment
from scanner.errors import FINDINGS, INTERRUPTED, RedhandedError
from scanner.git.hook import Ran, run_hook
from scanner.git.planted import commit, new_repository, other_index, stage, stage_over_head, take_history
from scanner.redact import mask, printable
from scanner.ruleset.checksums import CHECKSUMS
from scanner.ruleset.shape import expand, parse

NAME: Final = "redhanded_doctor_planted.py"
RULE: Final = "github-pat"
SECONDS: Final = 300.0  # for a hook; pre-commit may have something to prepare
_SHAPE: Final = "ghp_{base62:30}{checksum}"
CONFIG: Final = ".redhanded.yaml"
_POLICY: Final = (CONFIG, ".redhanded")
_COPIED: Final = (*_POLICY, PRE_COMMIT, *LEFTHOOK, ".husky", "package.json")
_MOST: Final = 32 << 20  # bytes of the user's files that are copied, so that a hook finds what it calls
_MANY: Final = 3_000
# All that our own commands are told in a trial: what a CI service says is about another repository.
_KEPT: Final = ("PATH", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "USERPROFILE", "SYSTEMROOT")


class Planted(NamedTuple):
    """`file` holds the secret; both are in the temporary `folder`."""

    folder: str
    file: str
    secret: bytes


def plant(folder: str) -> Planted:
    """Make up a token whose checksum holds, and write a file with it."""
    made = expand(parse(_SHAPE), (), CHECKSUMS["crc32-base62"], SystemRandom())
    file = os.path.join(folder, "planted")
    with open(file, "xb") as opened:
        opened.write(b'TOKEN = "' + made.text + b'"\n')
    return Planted(folder, file, made.text)


def staged(repository: Repository, planted: Planted, environment: Environment) -> Iterator[Check]:
    """Yield whether `redhanded staged` sees the secret in a temporary index of the user's repository."""
    folder = _made(planted.folder, "staged")
    variables = other_index(environment.variables, repository.place, folder)
    stage_over_head(repository.top, variables, planted.file, NAME)
    here = environment._replace(variables=variables, folder=repository.top)
    what = "a temporary index of this repository"
    yield _told("staged", ["staged"], here, what)


def hook(found: Hook, repository: Repository, planted: Planted, environment: Environment) -> Iterator[Check]:
    """Yield whether the installed hook stops the commit. It is run: in the user's work tree, with an index of its own,
    when it does nothing but call redhanded; else in a temporary repository that has the history of the user's, and
    copies of the files. A hook that stashes, formats or writes would do so to what the user has not committed yet.
    """
    folder = _made(planted.folder, "hook")
    if found.kind == "plain":
        variables = other_index(environment.variables, repository.place, folder)
        stage_over_head(repository.top, variables, planted.file, NAME)
        where, what = repository.top, "on a temporary index of this repository"
    else:
        variables = {key: value for key, value in environment.variables.items() if not key.startswith("GIT_")}
        where, what = folder, _stand_in(repository, folder, variables, planted)
        if found.others:
            variables["SKIP"] = ",".join(found.others)
            count = len(found.others)
            what += f", its {count} other {'hook' if count == 1 else 'hooks'} left out"
    environment.err.write(f"redhanded: running your hook {printable(found.path)} {what}\n")
    environment.err.flush()
    yield _judged(run_hook(found.path, where, variables, SECONDS), found, planted, what)


def _stand_in(repository: Repository, folder: str, variables: dict[str, str], planted: Planted) -> str:
    """Make a repository in which the user's hook finds what it has at home, the secret staged; return what it is."""
    git = new_repository(folder, variables, repository.place.is_sha1)
    if branch := repository.git.try_run("symbolic-ref", "--quiet", "HEAD"):  # some hooks look at its name
        git.run("symbolic-ref", "HEAD", os.fsdecode(branch.removesuffix(b"\n")))
    whole = _copy(repository, folder)
    has_history = whole and take_history(git, repository.git, repository.place)
    if has_history:  # as they are on disk: pre-commit refuses a configuration that is not staged
        for name in (*policy_files(folder), *_COPIED):
            if os.path.isfile(os.path.join(folder, name)):
                stage(git, os.path.join(folder, name), name)
    shutil.copyfile(planted.file, os.path.join(folder, NAME))
    stage(git, planted.file, NAME)
    with_what = "your history and " if has_history else ""
    return f"in a temporary repository with {with_what}copies of {'your files' if whole else 'its settings'}"


def _judged(ran: Ran, found: Hook, planted: Planted, what: str) -> Check:
    again = f"run {found.path} by hand and see what it says"
    if ran.code is None:
        return Check("blocks", "broken", f"the hook had not ended after {SECONDS:.0f} seconds", again)
    if ran.code == 0:
        help = (
            "`redhanded doctor` lists what else is wrong; see that the hook calls `redhanded staged`, and its exit code"
        )
        return Check("blocks", "broken", f"the hook let a planted secret through ({what})", help)
    if NAME.encode() not in ran.output or RULE.encode() not in ran.output:
        words = ran.output.replace(planted.secret, mask(planted.secret).encode()).split(b"\n")
        told = "; ".join([printable(line.strip()) for line in words if line.strip()][-3:])[:300]
        if found.kind == "other":  # it may lack something there that it has in the work tree
            message = f"not proven: the hook failed (exit {ran.code}) {what}, but not for the secret: {told}"
            return Check("blocks", "warning", message, "call `redhanded staged` before the rest, or " + again)
        if found.kind == "pre-commit":
            again = "`pre-commit install-hooks` prepares its hooks (doctor fetches nothing); then run doctor again"
        return Check("blocks", "broken", f"the hook failed (exit {ran.code}), but not for the secret: {told}", again)
    return Check("blocks", "ok", f"the installed hook stopped a planted secret, {what}")


def _copy(repository: Repository, folder: str) -> bool:
    """Copy the files that git knows, no links, no secrets beyond; or only settings when that is too much. Say which."""
    listed = repository.git.run("-C", repository.top, "ls-files", "-z").split(b"\0")[:-1]
    names = [os.fsdecode(name) for name in listed]
    whole = len(names) <= _MANY and sum(map(os.path.getsize, _files(repository.top, names))) <= _MOST
    extra = [name for name in _COPIED if os.path.isfile(os.path.join(repository.top, name))]
    if not whole:
        names = [name for name in names if name.split("/")[0] in _COPIED]
    for path in _files(repository.top, [*names, *extra]):
        to = os.path.join(folder, os.path.relpath(path, repository.top))
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy2(path, to, follow_symlinks=False)
    return whole


def _files(top: str, names: list[str]) -> Iterator[str]:
    for path in (os.path.join(top, name) for name in dict.fromkeys(names)):
        if os.path.isfile(path) and not os.path.islink(path):
            yield path


def commands(repository: Repository | None, planted: Planted, environment: Environment) -> Iterator[Check]:
    """Yield whether `scan`, `history` and `ci` see the secret in a temporary repository under the user's policy."""
    folder = _made(planted.folder, "commands")
    kept = {key: value for key, value in environment.variables.items() if key in _KEPT}
    git = new_repository(folder, kept, repository is None or repository.place.is_sha1)
    what = "a temporary repository"
    if repository and _policy(repository.top, folder):
        what += " with your configuration"
        for name in policy_files(folder):  # `ci` goes by the policy of the branch that a change is for
            stage(git, os.path.join(folder, name), name)
    commit(git, "the policy")
    shutil.copyfile(planted.file, os.path.join(folder, NAME))
    stage(git, planted.file, NAME)
    base = git.run("rev-parse", "HEAD").decode("ascii").strip()
    head = commit(git, "a planted secret")
    here = environment._replace(variables=kept, folder=folder)
    yield _told("scan", ["scan", os.path.join(folder, NAME)], here, what)
    yield _told("history", ["history", "--no-cache", "--jobs", "1"], here, what)
    yield _told("ci", ["ci", "--range", f"{base}..{head}", "--jobs", "1"], here, what)


def _policy(top: str, folder: str) -> bool:
    """Copy the policy files, if there are any; their names start from `top`."""
    found = list(_files(top, policy_files(top))) if top else []
    for path in found:
        to = os.path.join(folder, os.path.relpath(path, top))
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copyfile(path, to)
    return bool(found)


def policy_files(top: str) -> list[str]:
    """Return the names, from `top`, of the files at the root that say what is to be found and what is allowed."""
    names = [CONFIG] if os.path.lexists(os.path.join(top, CONFIG)) else []
    for folder, below, files in os.walk(os.path.join(top, _POLICY[1])):
        below.sort()
        names += [os.path.relpath(os.path.join(folder, name), top) for name in sorted(files)]
    return names


def configuration(repository: Repository, environment: Environment) -> Iterator[Check]:
    """Yield whether the policy files can be read. Raises RedhandedError: what a scan says of them, file and line."""
    names = policy_files(repository.top)
    if not names:
        yield Check("config", "ok", f"no {CONFIG}: everything is scanned, by the built-in rules")
        return
    from scanner.cli.scan import parser, run

    kept = {key: value for key, value in environment.variables.items() if key in _KEPT}
    quiet = environment._replace(variables=kept, folder=repository.top, out=StringIO(), err=StringIO())
    quiet = quiet._replace(is_terminal=False, shows_progress=False)
    if run(parser().parse_args(["--", os.path.join(repository.top, names[0])]), quiet) == INTERRUPTED:
        raise KeyboardInterrupt
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    yield Check("config", "ok", f"{os.path.join(repository.top, names[0])}{more} can be read")


def _told(name: str, arguments: list[str], environment: Environment, what: str) -> Check:
    module = import_module(f"scanner.cli.{arguments[0]}")
    out = StringIO()
    quiet = environment._replace(out=out, err=StringIO(), is_terminal=False, shows_progress=False)
    try:
        code = module.run(module.parser().parse_args(arguments[1:]), quiet)
    except RedhandedError as error:
        return Check(name, "broken", error.message, error.help or "mend that, and run `redhanded doctor` again")
    if code == INTERRUPTED:  # by Ctrl-C: the command has ended well, and says nothing of how the secret was seen
        raise KeyboardInterrupt
    if code == FINDINGS and NAME in out.getvalue() and RULE in out.getvalue():
        return Check(name, "ok", f"`redhanded {name}` sees a planted secret in {what}")
    message = f"`redhanded {name}` does not see a planted secret in {what} (exit {code})"
    help = f"see whether the configuration leaves {NAME} or the rule {RULE} out"
    return Check(name, "broken", message, help)


def _made(folder: str, name: str) -> str:
    path = os.path.join(folder, name)
    os.mkdir(path)
    return path
