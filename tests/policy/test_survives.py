"""500 suppressions, and a repository that lives on: lines move, files are renamed and indented anew, branches merge.

Exactly what was accepted stays quiet, and every other secret is found.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.policy.allowfolder import load
from scanner.redact import fingerprint
from tests.policy.support import RULE, accept, found
from tests.support import Repo, token

ACCEPTED, OPEN = 500, 40


def name(secret: str) -> str:
    return fingerprint(RULE, secret.encode())


class Life:
    """A repository with accepted and other secrets, and edits to it. Each file has a line for each of its secrets."""

    def __init__(self, repo: Repo, seed: int) -> None:
        self.repo = repo
        self.chance = random.Random(seed)
        self.accepted = [token(seed=f"{seed} accepted {number}") for number in range(ACCEPTED)]
        self.open = [token(seed=f"{seed} open {number}") for number in range(OPEN)]
        self.count = 0
        everything = [*self.accepted, *self.open]
        self.chance.shuffle(everything)
        for number in range(0, len(everything), 20):
            lines = [f'value_{at} = "{secret}"' for at, secret in enumerate(everything[number : number + 20])]
            repo.write(f"src/f{number}.py", "\n".join(lines) + "\n")

    def file(self) -> Path:
        return self.chance.choice(sorted(path for path in (self.repo.path / "src").rglob("*") if path.is_file()))

    def edit(self, change: Callable[[list[str]], list[str]]) -> None:
        path = self.file()
        path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")

    def shuffle(self) -> None:
        self.edit(lambda lines: self.chance.sample(lines, len(lines)))

    def indent(self) -> None:
        self.edit(lambda lines: [" " * self.chance.randrange(1, 9) + line.strip() for line in lines])

    def insert(self) -> None:
        self.edit(lambda lines: ["", "# more", *lines[:3], "x = 1", *lines[3:]])

    def rename(self) -> None:
        self.count += 1
        new = self.repo.path / "src" / f"moved{self.count}" / f"m{self.count}.txt"
        new.parent.mkdir()
        self.file().rename(new)

    def move_a_line(self) -> None:
        source, target = self.file(), self.file()
        lines = source.read_text().splitlines()
        line = lines.pop(self.chance.randrange(len(lines)))
        source.write_text("\n".join([*lines, "pass"]) + "\n")
        target.write_text(target.read_text() + line + "\n")

    def add_a_secret(self) -> None:
        self.count += 1
        self.open.append(token(seed=f"late {self.count} {self.chance.random()}"))
        self.edit(lambda lines: [*lines, f'late = "{self.open[-1]}"'])

    def merge(self) -> None:
        """Accept one more secret on each of two branches, edit a file on each, and merge them."""
        self.saved()
        one, other = self.chance.sample(self.open, 2)
        for branch, secret in (("left", one), ("right", other)):
            self.repo.git("checkout", "-q", "-B", branch, "main")
            accept(self.repo.path, [secret])
            self.repo.write(f"src/{branch}{self.count}.py", f'again = "{self.chance.choice(self.accepted)}"\n')
            self.saved()
        self.count += 1
        self.repo.git("checkout", "-q", "main")
        self.repo.git("merge", "-q", "--no-edit", "left")
        self.repo.git("merge", "-q", "--no-edit", "right")
        self.open = [secret for secret in self.open if secret not in (one, other)]
        self.accepted += [one, other]

    def saved(self) -> None:
        self.repo.git("add", "-A")
        self.repo.commit("step", "--allow-empty")


def check(life: Life, *command: str) -> None:
    report = found(life.repo.run(*command, "--format", "json"))
    shown = {finding["fingerprint"] for finding in report["findings"]}
    quiet = {entry["fingerprint"] for entry in report["suppressed"]}
    assert shown == {name(secret) for secret in life.open}
    assert quiet == {name(secret) for secret in life.accepted}
    assert {entry["reason"] for entry in report["suppressed"]} == {"allowed"}


@pytest.mark.parametrize("seed", [1, 2])
def test_exactly_what_was_accepted_stays_quiet(repo: Repo, seed: int) -> None:
    life = Life(repo, seed)
    accept(repo.path, life.accepted)
    assert len(load(str(repo.path))) == ACCEPTED
    life.saved()
    edits = [life.shuffle, life.indent, life.insert, life.rename, life.move_a_line, life.add_a_secret, life.merge]
    steps = [*edits, *edits, *life.chance.choices(edits, k=6)]
    life.chance.shuffle(steps)
    for number, edit in enumerate(steps):
        edit()
        if number % 7 == 6:
            check(life, "scan", ".")
    life.saved()
    check(life, "scan", ".")
    check(life, "history")
