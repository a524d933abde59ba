"""The three uses, end to end, in the shortest form."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support import Repo, redhanded, token


def test_scan_finds_a_token_and_masks_it(tmp_path: Path) -> None:
    secret = token()
    (tmp_path / "app.py").write_text(f'import os\nKEY = "{secret}"\n')
    result = redhanded("scan", ".", cwd=tmp_path)
    assert result.code == 1
    assert "app.py:2:8" in result.out
    assert "github-pat" in result.out
    assert secret not in result.out + result.err


def test_staged_stops_a_commit_and_lets_the_mended_one_through(repo: Repo) -> None:
    repo.add("app.py", f'KEY = "{token()}"\n')
    assert repo.run("staged").code == 1
    repo.add("app.py", 'import os\nKEY = os.environ["KEY"]\n')
    result = repo.run("staged")
    assert (result.code, result.err) == (0, "")


def test_history_tells_since_when_and_whether_it_is_still_there(repo: Repo) -> None:
    secret = token()
    repo.add("old.py", f'KEY = "{secret}"\n')
    first = repo.commit("add")
    repo.add("new.py", f'\n\nOTHER = "{secret}"\n')
    repo.commit("again")
    repo.git("rm", "-q", "old.py", "new.py")
    repo.commit("remove")
    result = repo.run("history", "--format", "json")
    assert result.code == 1
    (finding,) = json.loads(result.out)["findings"]
    assert finding["location"]["commit"] == first
    assert finding["location"]["path"] == "old.py"
    assert finding["location"]["author"] == "Ada"
    assert finding["location"]["date"] == "2024-01-01T10:01:00+00:00"
    assert [place["path"] for place in finding["also"]] == ["new.py"]
    assert finding["in_head"] is False
