"""However redhanded is installed, its rules are there, and they are those of `rules/`."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import ROOT, Repo, token

_REPORT = """
import hashlib, scanner
from scanner.ruleset.resources import builtin_files
digest = hashlib.sha256()
for file in builtin_files():
    digest.update(file.name.encode() + b"\\0" + file.data + b"\\0")
print(scanner.__file__)
print(digest.hexdigest())
"""


class Installed(NamedTuple):
    """An environment of its own, which has the dependencies and, of redhanded, only what a test puts there."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        return next((self.folder / "lib").glob("python*/site-packages"))

    def install(self, *what: str) -> None:
        options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
        _run([sys.executable, "-m", "pip", "--python", str(self.python), "install", *options, *what], Path("/"))

    def rules(self, cwd: Path = Path("/"), path: str = "") -> tuple[Path, str]:
        """Return where the package was imported from, and the digest of the rules that it found."""
        done = _run([str(self.python), "-c", _REPORT], cwd, path)
        where, digest = done.stdout.splitlines()
        return Path(where), digest


def _run(command: list[str], cwd: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env={**env, "PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def expected() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "rules").glob("*.yaml"), key=lambda path: path.name):
        digest.update(f"rules/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the source as a clone would have it."""
    ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "dist", "build")
    return Path(shutil.copytree(ROOT, tmp_path / "checkout", ignore=ignored))


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    made = Installed(tmp_path / "env")
    _run([sys.executable, "-m", "venv", "--without-pip", str(made.folder)], tmp_path)
    # A line in a .pth file adds that folder, and does not read the .pth files in it: no editable install comes along.
    (made.packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return made


def test_an_installed_wheel_has_the_rules(wheel: Path, installed: Installed, expected: str) -> None:
    installed.install(str(wheel))
    where, digest = installed.rules()
    assert where == installed.packages / "scanner" / "__init__.py"
    assert digest == expected


def test_an_editable_install_has_the_rules_of_the_checkout_as_they_are_now(
    checkout: Path, installed: Installed, expected: str
) -> None:
    installed.install("--editable", str(checkout))
    assert installed.rules() == (checkout / "scanner" / "__init__.py", expected)
    assert not (checkout / "scanner" / "_rules").exists()
    (checkout / "rules" / "npm.yaml").unlink()
    assert installed.rules()[1] != expected


def test_a_bare_checkout_has_the_rules(checkout: Path, installed: Installed, expected: str) -> None:
    assert installed.rules(cwd=checkout) == (checkout / "scanner" / "__init__.py", expected)
    done = _run([str(installed.python), "-m", "scanner", "rules", "list"], checkout)
    assert "github-pat" in done.stdout


def test_an_install_from_git_archive_has_the_rules(
    checkout: Path, installed: Installed, expected: str, tmp_path: Path
) -> None:
    repo = Repo(checkout)
    repo.git("add", "-A")
    repo.commit()
    repo.git("archive", "-o", str(tmp_path / "source.tar"), "--prefix=source/", "HEAD")
    with tarfile.open(tmp_path / "source.tar") as archive:
        archive.extractall(tmp_path, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(tmp_path)
    installed.install(str(tmp_path / "source"))
    where, digest = installed.rules()
    assert where.is_relative_to(installed.packages)
    assert digest == expected


def test_a_zipped_wheel_on_the_path_has_the_rules(
    wheel: Path, installed: Installed, expected: str, tmp_path: Path
) -> None:
    assert installed.rules(path=str(wheel)) == (wheel / "scanner" / "__init__.py", expected)
    (tmp_path / "app.py").write_text(f'KEY = "{token()}"\n')
    command = [str(installed.python), "-m", "scanner", "scan", "app.py", "--format", "json"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(wheel)}, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert '"rule_id": "github-pat"' in done.stdout


def test_a_wheel_that_is_built_from_the_source_distribution_has_the_rules(
    checkout: Path, installed: Installed, expected: str, tmp_path: Path
) -> None:
    _run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)], checkout)
    (source,) = tmp_path.glob("*.tar.gz")
    installed.install(str(source))
    assert installed.rules()[1] == expected


@pytest.mark.parametrize("project", [None, '[project]\nname = "other"\n'], ids=["alone", "beside-a-pyproject"])
def test_a_broken_installation_refuses_rather_than_to_read_a_foreign_rules_folder(
    wheel: Path, installed: Installed, project: str | None, tmp_path: Path
) -> None:
    installed.install(str(wheel))
    shutil.rmtree(installed.packages / "scanner" / "_rules")
    (installed.packages / "rules").mkdir()
    shutil.copy(ROOT / "rules" / "npm.yaml", installed.packages / "rules")
    if project:
        (installed.packages / "pyproject.toml").write_text(project)
    env = {**os.environ, "PYTHONPATH": ""}
    for command in (["scan"], ["staged"], ["rules", "list"]):
        Repo(tmp_path / "repo")
        done = subprocess.run(
            [str(installed.folder / "bin" / "redhanded"), *command],
            cwd=tmp_path / "repo",
            env=env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        assert "error: the built-in rules are missing\nhelp:  this installation is broken" in done.stderr


def test_the_command_is_installed_and_stops_a_commit(wheel: Path, installed: Installed, repo: Repo) -> None:
    installed.install(str(wheel))
    program = str(installed.folder / "bin" / "redhanded")
    assert _run([program, "--version"], Path("/")).stdout.startswith("redhanded ")
    repo.add("app.py", f'KEY = "{token()}"\n')
    done = subprocess.run([program, "staged"], cwd=repo.path, env={**os.environ, "PYTHONPATH": ""}, capture_output=True)
    assert done.returncode == 1
    assert b"app.py:1:8" in done.stdout


def test_the_wheel_holds_what_it_should_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry_points = next(name for name in names if name.endswith("entry_points.txt"))
        assert "redhanded = scanner.__main__:main" in archive.read(entry_points).decode()
    assert {"scanner/py.typed", "scanner/report/redhanded-report.schema.json", "scanner/__main__.py"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"scanner", "redhanded"}
    rules = {path.name for path in (ROOT / "rules").glob("*.yaml")}
    assert {name.rpartition("/")[2] for name in names if name.startswith("scanner/_rules/")} == rules
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scanner").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == sources


def test_the_checkout_holds_no_second_copy_of_the_rules() -> None:
    assert not (ROOT / "scanner" / "_rules").exists()
