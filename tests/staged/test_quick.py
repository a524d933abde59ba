"""The hook's short cut: it gives the full command's answer, or none; and it loads next to nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from tests.decode.disguises import EVERY
from tests.staged.support import KEY, LINE, NUMBERED, OTHER, short_cut
from tests.support import ROOT, Repo, token

# What a clean `redhanded staged` imports beyond what Python itself has loaded by then. Each name here is time that
# every commit pays: a new one needs a reason, and a look at benchmarks/hook.py.
OURS = {
    "scanner",
    *("scanner.cli", "scanner.cli.environment", "scanner.cli.main", "scanner.cli.quick"),
    *("scanner.decode", "scanner.decode.magic", "scanner.decode.text"),
    *("scanner.engine", "scanner.engine.compiled", "scanner.engine.confirm", "scanner.engine.hyper"),
    *("scanner.engine.owners", "scanner.engine.prefilter"),
    "scanner.errors",
    *("scanner.git", "scanner.git.catfile", "scanner.git.command", "scanner.git.digest"),
    *("scanner.git.index", "scanner.git.process", "scanner.git.watch"),
    "scanner.interrupts",  # no git may be left behind
    *("scanner.ruleset", "scanner.ruleset.cache", "scanner.ruleset.gap", "scanner.ruleset.resources"),
}
THEIRS = {"hyperscan", "hyperscan._hs_ext", "hyperscan._version"}
# `hyperscan` itself imports typing and enum; typing brings collections, contextlib, functools, re and warnings.
STANDARD = {
    *("__future__", "collections", "collections.abc", "contextlib", "copyreg", "enum", "functools", "itertools"),
    *("keyword", "operator", "re", "re._casefix", "re._compiler", "re._constants", "re._parser", "reprlib", "signal"),
    *("struct", "types", "typing", "warnings", "zlib"),
    "errno",  # built into the interpreter
    # Only some versions of Python have these.
    *("sre_compile", "sre_constants", "sre_parse", "typing.io", "typing.re", "annotationlib", "ast"),
}

_PROBE = """
import os, site, sys  # the interpreter's own start-up, which -S leaves out
sys.path[:0], sys.path[len(sys.path):] = {first!r}, {last!r}
before = set(sys.modules)
from scanner.cli.main import main
code = main(["staged"])
# Parts of CPython in C begin with an underscore: which there are differs from version to version.
loaded = {{name for name in set(sys.modules) - before if not name.startswith("_") or name == "__future__"}}
print(code, *sorted(loaded), file=sys.stderr)
"""


def modules(repo: Repo) -> tuple[int, set[str]]:
    paths = sysconfig.get_paths()
    probe = _PROBE.format(first=[str(ROOT)], last=[paths["purelib"], paths["platlib"]])
    done = subprocess.run([sys.executable, "-I", "-S", "-c", probe], cwd=repo.path, capture_output=True, text=True)
    code, *names = done.stderr.split()
    return int(code), set(names)


def test_a_clean_commit_imports_these_modules_and_no_others(repo: Repo) -> None:
    pytest.importorskip("hyperscan")
    repo.add("app.py", NUMBERED)
    code, loaded = modules(repo)
    assert code == 0
    assert loaded - OURS - THEIRS - STANDARD == set()
    assert (OURS | THEIRS) - loaded == set()


@pytest.mark.parametrize(
    "name", ["argparse", "json", "subprocess", "hashlib", "regex", "yaml", "pathlib", "dataclasses"]
)
def test_none_of_the_heavy_modules_is_on_the_list(name: str) -> None:
    assert name not in OURS | THEIRS | STANDARD


def test_a_clean_commit_is_let_through_by_the_short_cut(repo: Repo) -> None:
    repo.add("app.py", NUMBERED)
    assert short_cut(repo.path) == 0


def test_no_disguise_gets_past_the_short_cut(repo: Repo) -> None:
    repo.add("app.py", NUMBERED)
    let_through = []
    for name, disguise in EVERY.items():
        repo.add(name, disguise(token(seed=name)))
        if short_cut(repo.path) is not None:
            let_through.append(name)
        repo.git("rm", "-q", "--cached", "--", name)
    assert let_through == []
    assert short_cut(repo.path) == 0


_CONTENTS = (
    *("", "a = 1\n", NUMBERED, "\0\1\2", "password = os.environ['PASSWORD']\n", "ghp_" + "x" * 36 + "\n"),
    *(LINE, OTHER, KEY, LINE.replace("\n", "  # redhanded: allow[github-pat] a test\n")),
    *("password: changeme\n", "AKIA" + "1" * 16 + "\n", "begin private key\n"),
)
_NAMES = ("a.py", "b.txt", "sub/c.py", "sub/deep/d", "vendor/e.py", "f g.py", "\u00e9.md")
_POLICIES = (
    "# a\n",
    "exclude: [vendor/]\n",
    "exclude: ['*.py']\n",
    "skip: [github-pat]\n",
    "severity: {'*': low}\n",
    "no: 1\n",
)
_CODECS = ("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-be", "latin-1")


def content(chance: random.Random) -> bytes:
    text = "".join(chance.choices(_CONTENTS, weights=[6] * 6 + [2] * 4 + [2] * 3, k=chance.randrange(4)))
    end = chance.choice(["\n", "\n", "\r\n", "\r"])
    return text.replace("\n", end).encode(chance.choice(_CODECS))


def change(repo: Repo, chance: random.Random) -> None:
    """Make one change to the index, the work tree or the configuration."""
    name = chance.choice(_NAMES)
    kind = chance.choices(range(8), weights=[8, 4, 2, 2, 2, 1, 1, 1])[0]
    tracked = [path for path in repo.git("ls-files", "-z").split("\0") if path and ".redhanded.yaml" not in path]
    on_disk = [path for path in tracked if (repo.path / path).is_file()]
    if kind == 0:
        if not (repo.path / name).is_symlink():
            repo.add(name, content(chance))
    elif kind == 1:
        repo.git("rm", "-q", "--cached", "--ignore-unmatch", "lost*")  # git would not commit those
        repo.commit("next", "--allow-empty")
    elif kind == 2 and on_disk:
        new = f"moved/{chance.randrange(10**9)}"
        (repo.path / "moved").mkdir(exist_ok=True)
        repo.git("mv", "--", chance.choice(on_disk), new)
    elif kind == 3 and on_disk:
        path = chance.choice(on_disk)
        repo.add(path, (repo.path / path).read_bytes() + content(chance))
    elif kind == 4 and tracked:
        repo.git("rm", "-q", "-f", "--cached", "--", chance.choice(tracked))
    elif kind == 5:
        repo.write(
            chance.choice([".redhanded.yaml", ".redhanded.yaml", "sub/.redhanded.yaml"]), chance.choice(_POLICIES)
        )
    elif kind == 6:
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{'12' * 20},library")
    elif kind == 7:
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{'12' * 20},lost{chance.randrange(3)}.py")


@pytest.mark.parametrize("seed", range(24))
def test_the_short_cut_and_the_full_command_exit_alike(repo: Repo, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        for _ in range(chance.randrange(1, 6)):
            change(repo, chance)
        folder = repo.path / "sub" if (repo.path / "sub").is_dir() and chance.random() < 0.3 else repo.path
        # The first run may leave a note on the configuration, by which the second one goes.
        quick, again, full = (run(folder, *arguments) for arguments in ([], [], ["-v"]))
        assert quick == again == full


def run(folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-m", "scanner", "staged", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ, capture_output=True).returncode


def test_a_first_commit_does_not_wait_for_the_rules_to_be_compiled(repo: Repo, tmp_path: Path) -> None:
    cache = tmp_path / "cold"
    repo.add("app.py", NUMBERED)
    env = {"XDG_CACHE_HOME": str(cache)}
    assert repo.run("staged", env=env).code == 0
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(cache.glob("redhanded/*.patterns")):
        time.sleep(0.1)
    repo.add("key.py", KEY)
    assert repo.run("staged", env=env).code == 1  # by what the process of its own has left


def test_a_first_commit_with_something_in_it_does_not_wait_either(repo: Repo, tmp_path: Path) -> None:
    """The full command goes on with what the short cut has made ready: the cache is still empty when it answers."""
    pytest.importorskip("hyperscan")
    cache = tmp_path / "cold"
    repo.add("key.py", KEY)
    for number in range(5):
        env = {"XDG_CACHE_HOME": str(cache / str(number))}
        result = repo.run("staged", "--format", "json", env=env) if number == 4 else repo.run("staged", env=env)
        assert result.code == 1
        if not list(cache.glob(f"{number}/redhanded/*.patterns")):
            break
    else:
        pytest.fail("every time it was compiled before there was an answer")
