"""What the tests of exposure share: dated commits, and the life of the only secret that there is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.history.support import history
from tests.support import Repo

NOW = datetime.fromisoformat("2024-12-31T12:00:00+00:00").timestamp()


def commit(repo: Repo, date: str, **files: str | None) -> str:
    """Commit files by name (`_` for a dot), None removing one, on a day of its own at noon."""
    for name, text in files.items():
        path = name.replace("_", ".")
        if text is None:
            repo.git("rm", "-q", path)
        else:
            repo.add(path, text)
    return stamped(repo, date, "commit", "-q", "--allow-empty", "-m", "change")


def stamped(repo: Repo, date: str, *command: str) -> str:
    when = f"{date}T12:00:00+00:00"
    repo.git(*command, env={"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when})
    return repo.git("rev-parse", "HEAD")


def told(repo: Repo, *arguments: str, now: float = NOW) -> dict[str, Any]:
    """Return the exposure of the only finding: commits as their ids, refs as their names."""
    made = history(repo, *arguments, now=now).only
    exposure = made["exposure"]
    assert exposure.pop("exact") is True
    for key in ("first", "last", "removed"):
        exposure[key] = exposure[key] and exposure[key]["commit"]
    for key in ("tips", "reach"):
        assert all(group["total"] == len(group["names"]) for group in exposure[key])
        exposure[key] = [name for group in exposure[key] for name in group["names"]]
    return {**exposure, "in_head": made["in_head"]}


def life(first: str | None, last: str | None, removed: str | None, days: int | None, **others: Any) -> dict[str, Any]:
    gone = {"stands": False, "tips": [], "reach": ["main"], "in_head": False}
    return {"first": first, "last": last, "removed": removed, "days": days, **gone, **others}


HERE = {"stands": True, "tips": ["main"], "in_head": True}
