"""What is over a limit is read again each time, and keeps nothing else from being remembered."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.memory.support import KEY, Auditor, known, remembered
from tests.support import token


def _nested() -> bytes:
    data = b"nothing"
    for _ in range(8):
        data = gzip.compress(data)
    return data


def _crowded() -> bytes:
    return f"{KEY}\n".encode() * 10_100


_LIMITS = {
    "too-deep": _nested(),
    "too-many-matches": _crowded(),
    "too-large": b"x\n" * (3 << 19),
}


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("reason", _LIMITS)
def test_what_is_over_a_limit_is_said_each_time(audit: Auditor, reason: str, packed: bool) -> None:
    (Path(audit.repo.path) / ".redhanded.yaml").write_text("max-file-size: 2 MiB\n")
    audit.repo.add("large", _LIMITS[reason])
    audit.repo.commit()
    if packed:
        audit.repo.git("gc", "-q", "--prune=now")
    first = audit.see()
    assert reason in {skip["reason"] for skip in first.report["skips"]}
    past, _ = remembered(audit)
    assert past.state and len(past.again) == 2
    audit.assert_same()
    assert known(audit.see()) == known(first) + 10
    audit.repo.add("new.py", f'key = "{token("acme_{base62:20}", seed="new")}"\n')
    audit.repo.commit()
    audit.assert_same()
    assert remembered(audit)[0].story.commits
