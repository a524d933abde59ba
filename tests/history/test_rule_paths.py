"""Rules for certain files only: content counts by every name that it has had."""

from __future__ import annotations

import json

from tests.support import Repo, token

_LINE = f"DB_PASSWORD={token('{base62:18}')}\n"


def test_content_that_was_a_note_before_it_was_an_environment_file_is_found(repo: Repo) -> None:
    repo.add("notes.txt", _LINE)
    repo.commit("a note")
    repo.git("mv", "notes.txt", ".env")
    repo.commit("now it counts")
    (finding,) = json.loads(repo.run("history", "--format", "json").out)["findings"]
    assert (finding["rule_id"], finding["location"]["path"], finding["also"]) == ("generic-env-secret", ".env", [])


def test_content_that_never_was_a_file_of_the_rule_is_not(repo: Repo) -> None:
    repo.add("notes.txt", _LINE)
    repo.commit("a note")
    assert repo.run("history").code == 0
