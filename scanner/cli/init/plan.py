"""What `redhanded init` would write into a repository, and what it leaves to a person, with the reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Final, Literal, NamedTuple

from scanner.cli.doctor.hooks import LEFTHOOK, PRE_COMMIT, our_hooks
from scanner.cli.init.files import read_text
from scanner.cli.init.yamledit import CannotEditError, keys, with_item, with_keys
from scanner.convert.yamlfile import scalar

CONFIG: Final = ".redhanded.yaml"
GITHUB: Final = ".github/workflows/redhanded.yml"
GITLAB: Final = ".gitlab-ci.yml"
_OTHERS: Final = (  # of services whose files it does not write
    ".circleci",
    ".travis.yml",
    ".woodpecker",
    ".woodpecker.yml",
    ".forgejo",
    ".gitea",
    ".buildkite",
    ".drone.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
)
_CALL: Final = re.compile(r"\bredhanded\s+ci\b")
_MANY: Final = 200  # workflows that are looked into

Service = Literal["github", "gitlab", "none"]


class Change(NamedTuple):
    """A file to be written. `old` is what it says now, None when there is none."""

    name: str
    why: str
    old: str | None
    new: str


class Note(NamedTuple):
    """Something that is not written. `is_open`: it is for a person to do, and `text` says what."""

    name: str
    text: str
    is_open: bool = False


class Wish(NamedTuple):
    """What the command line asks for; an empty `repo` or `rev` is the usual one."""

    root: str
    origin: str
    ci: Service | None = None
    repo: str = ""
    rev: str = ""


def template(name: str) -> str:
    """Return one of the texts beside this module: docs/ci.md and the README show the same ones."""
    return (files("scanner.cli.init") / "texts" / name).read_text(encoding="utf-8")


def plan(wish: Wish) -> list[Change | Note]:
    """Raises UsageError for a file that cannot be read."""
    return [*_hook(wish), *_ci(wish), *_config(wish)]


def _hook(wish: Wish) -> Iterator[Change | Note]:
    old = read_text(wish.root, PRE_COMMIT)
    others = [name for name in (".husky", *LEFTHOOK) if os.path.lexists(os.path.join(wish.root, name))]
    if old is None and others:
        names = [name for name in (".husky/pre-commit", *LEFTHOOK) if "redhanded" in (read_text(wish.root, name) or "")]
        if names:
            yield Note(names[0], "calls redhanded already")
            return
        text = f"{others[0]} is in use: add the line `redhanded staged` to its pre-commit hook"
        yield Note(others[0], text, is_open=True)
        return
    if old is not None and our_hooks(old):
        yield Note(PRE_COMMIT, "names redhanded already")
        return
    item = _item(wish)
    try:
        yield Change(
            PRE_COMMIT, "pre-commit stops a commit that adds a secret", old, with_item(old or "", "repos", item)
        )
    except CannotEditError as error:
        yield Note(PRE_COMMIT, f"cannot be added to ({error}); add to `repos` by hand:\n{item}", is_open=True)


def _item(wish: Wish) -> str:
    text = template("pre-commit.yaml")
    for key, value in (("repo", wish.repo), ("rev", wish.rev)):
        if value:
            text = re.sub(rf"(\b{key}: ).*", lambda found, value=value: found[1] + scalar(value), text)  # type: ignore[misc]
    return text


def _ci(wish: Wish) -> Iterator[Change | Note]:
    match wish.ci or _service(wish):
        case "github":
            yield _github(wish)
        case "gitlab":
            yield _gitlab(wish)
        case _ if wish.ci is None:
            text = "no service was recognised: docs/ci.md has a workflow for each, or say --ci github or --ci gitlab"
            yield Note("CI", text)


def _service(wish: Wish) -> Service:
    host = wish.origin.partition("://")[2] or wish.origin
    host = re.split(r"[/:]", host.rpartition("@")[2] if "@" in host.partition("/")[0] else host)[0].lower()
    if "github" in host:
        return "github"
    if "gitlab" in host or os.path.lexists(os.path.join(wish.root, GITLAB)):
        return "gitlab"
    if os.path.isdir(os.path.join(wish.root, ".github")):
        return "github"
    is_other = any(os.path.lexists(os.path.join(wish.root, name)) for name in _OTHERS)
    return "none" if wish.origin or is_other else "github"  # a new repository: the commonest, and it is asked


def _github(wish: Wish) -> Change | Note:
    folder = os.path.dirname(GITHUB)
    path = os.path.join(wish.root, folder)
    names = sorted(os.listdir(path))[:_MANY] if os.path.isdir(path) and not os.path.islink(path) else []
    for name in (name for name in names if name.endswith((".yml", ".yaml"))):
        where = os.path.join(path, name)
        if not os.path.islink(where) and _CALL.search(read_text(wish.root, f"{folder}/{name}") or ""):
            return Note(f"{folder}/{name}", "calls `redhanded ci` already")
    if read_text(wish.root, GITHUB) is not None:
        return Note(GITHUB, "is there, and does not call `redhanded ci`: add that step by hand", is_open=True)
    return Change(GITHUB, "a pull request that adds a secret fails", None, template("github.yml"))


def _gitlab(wish: Wish) -> Change | Note:
    old = read_text(wish.root, GITLAB)
    if old is not None and _CALL.search(old):
        return Note(GITLAB, "calls `redhanded ci` already")
    snippet = template("gitlab.yml")
    by_hand = f"add by hand:\n{snippet}"
    try:
        known = keys(old or "")
        if "redhanded" in known:
            return Note(GITLAB, f"has a job `redhanded` that does not call it; {by_hand}", is_open=True)
        if "stages" in known and "test" not in [stage[1] for stage in known["stages"][1] if stage]:
            return Note(GITLAB, f"its `stages` lack `test`, so the job needs a `stage`; {by_hand}", is_open=True)
        return Change(GITLAB, "a merge request that adds a secret fails", old, with_keys(old or "", snippet))
    except CannotEditError as error:
        return Note(GITLAB, f"cannot be added to ({error}); {by_hand}", is_open=True)


def _config(wish: Wish) -> Iterator[Change | Note]:
    if read_text(wish.root, CONFIG) is not None:
        yield Note(CONFIG, "is there already")
    else:
        yield Change(
            CONFIG,
            "the place for what the team decides",
            None,
            template("redhanded.yaml"),
        )
