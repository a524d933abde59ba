"""Places times disguises: in every place that can carry a secret it may stand encoded; each is found, and only once."""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.redact import fingerprint
from tests.support import Repo, redhanded, token

RULE = "github-pat"


def _each(unit: str) -> Callable[[str], str]:
    return lambda text: "".join(unit.format(ord(letter)) for letter in text)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# As they may stand in a message or a name: no slash, no line end, no NUL.
DISGUISES: dict[str, Callable[[str], str]] = {
    "base64": lambda t: base64.urlsafe_b64encode(f"token {t}".encode()).decode(),
    "base64 twice": lambda t: base64.urlsafe_b64encode(_b64(f"t={t}").encode()).decode(),
    "hex": lambda t: f"t={t}".encode().hex(),
    "percent": _each("%{:02x}"),
    "unicode escapes": _each("\\u{:04x}"),
    "entities": _each("&#{};"),
    "split": lambda t: f"'{t[:12]}' + '{t[12:]}'",
}
IN_REFS = ("base64", "base64 twice", "hex", "percent", "entities")  # git allows no backslash and no space in a name
IN_FILES = (*DISGUISES, "base64 in UTF-16")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, set[str], set[str]]:
    """Return a repository, the seeds of what refs and reflogs lead to, and of what they do not."""
    repo = Repo(tmp_path_factory.mktemp("matrix"))
    repo.add("README", "hello\n")
    repo.commit("start")
    seeds: set[str] = set()

    def said(place: str, disguise: str) -> str:
        seed = f"{place}: {disguise}"
        seeds.add(seed)
        return DISGUISES[disguise](token(seed=seed))

    def content(place: str, disguise: str) -> bytes:
        if disguise == "base64 in UTF-16":
            seeds.add(f"{place}: {disguise}")
            return f"k = {_b64('token ' + token(seed=f'{place}: {disguise}'))}\n".encode("utf-16")
        return f"k = {said(place, disguise)}\n".encode()

    for at, disguise in enumerate(IN_FILES):
        repo.add(f"f{at}.txt", content("file", disguise))
        repo.add(f"gone{at}.txt", content("deleted", disguise))
    repo.commit("files")
    repo.git("rm", "-q", *(f"gone{at}.txt" for at in range(len(IN_FILES))))
    repo.commit("less")
    for at, disguise in enumerate(DISGUISES):
        _in_objects(repo, at, disguise, said, content)
    for disguise in IN_REFS:
        repo.git("update-ref", f"refs/heads/x/{said('branch', disguise)}", "HEAD")
        repo.git("update-ref", f"refs/tags/{said('tag name', disguise)}", "HEAD")
    for at, disguise in enumerate(IN_FILES):
        repo.write("README", content("stash", disguise))
        repo.git("stash", "push", "-q", "-m", f"no {at}")
    reached = set(seeds)
    for disguise in IN_FILES:
        repo.git("hash-object", "-w", "--stdin", stdin=content("dangling", disguise))
    return repo, reached, seeds - reached


def _in_objects(
    repo: Repo, at: int, disguise: str, said: Callable[[str, str], str], content: Callable[[str, str], bytes]
) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", f"subject {said('subject', disguise)}")
    repo.git(
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        f"s\n\nbody {said('body', disguise)} end\n\nSigned: {said('trailer', disguise)}",
    )
    if disguise != "entities":  # git takes angle brackets and the like out of names, and a semicolon at the end
        author = {"GIT_AUTHOR_NAME": f"A {said('author', disguise)} B"}
        repo.git("commit", "-q", "--allow-empty", "-m", "x", env=author)
    repo.git("tag", "-a", "-m", f"t {said('tag message', disguise)}", f"v{at}")
    repo.git("notes", "add", "-f", "-m", f"n {said('note', disguise)}", "HEAD")
    os.symlink(said("symlink", disguise)[:4000], Path(repo.path, f"link{at}"))
    repo.write(f"n {said('file name', disguise)}.txt", "x\n")
    repo.git("add", "-A")
    repo.commit("names and links")
    repo.git("checkout", "-q", "-b", f"side{at}", "HEAD~1")
    repo.git("commit", "-q", "--allow-empty", "-m", "side")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-commit", f"side{at}")
    repo.add(f"merge{at}.txt", content("merge only", disguise))
    repo.commit("merge")


def _found(repo: Repo, *options: str) -> Counter[str]:
    result = redhanded("history", "--only", RULE, "--format", "json", *options, cwd=repo.path)
    assert result.code == 1, result.err
    return Counter(finding["fingerprint"] for finding in json.loads(result.out)["findings"])


def _expected(seeds: set[str]) -> dict[str, str]:
    return {fingerprint(RULE, token(seed=seed).encode()): seed for seed in seeds}


def test_all_are_found_and_none_twice(places: tuple[Repo, set[str], set[str]]) -> None:
    repo, reached, lost = places
    for options, seeds in (((), reached), (("--all-objects",), reached | lost)):
        found, names = _found(repo, *options), _expected(seeds)
        missing = sorted(name for mark, name in names.items() if mark not in found)
        assert not missing
        assert set(found) == set(names)
        assert set(found.values()) == {1}


def test_after_gc_too(places: tuple[Repo, set[str], set[str]]) -> None:
    repo, reached, _ = places
    repo.git("gc", "-q", "--prune=now")
    assert _found(repo, "--no-cache") == Counter(_expected(reached).keys())


@pytest.mark.parametrize("form", ["text", "sarif"])
def test_none_is_shown(places: tuple[Repo, set[str], set[str]], form: str) -> None:
    repo, reached, lost = places
    result = redhanded("history", "--all-objects", "--format", form, "-v", cwd=repo.path)
    for seed in reached | lost:
        _, _, disguise = seed.partition(": ")
        assert token(seed=seed) not in result.out + result.err
        if disguise in DISGUISES:
            assert DISGUISES[disguise](token(seed=seed)) not in result.out + result.err, seed
