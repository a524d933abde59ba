"""Rules for certain files only: content counts by every name that it has had."""

from __future__ import annotations

import json

from tests.support import Repo, Result, token

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


_VALUE = token("{base62:18}")
_LINES = (
    f'DB_PASSWORD="{_VALUE}"',
    f"DB_PASSWORD={_VALUE}",
    f"SECRET_KEY=%3D{_VALUE}",
    f"DB_PASSWORD=postgres://app:{_VALUE}@db.acme.dev/app",
    f"password = '{_VALUE}'  # {_VALUE}",
)


def _rules(result: Result) -> set[tuple[str, str, int]]:
    findings = json.loads(result.out)["findings"]
    places = [(f["rule_id"], p) for f in findings for p in (f["location"], *f["also"])]
    return {(rule, place["path"], place["start"]["line"]) for rule, place in places}


def test_each_name_of_a_content_has_the_rules_that_a_file_of_that_name_has(repo: Repo) -> None:
    for name in (".env", "notes.txt", "app.py", "conf/app.properties"):
        repo.add(name, "".join(f"{line}\n" for line in _LINES))
    repo.commit("four names of one content")
    audit, scan = (_rules(repo.run(*command, "--format", "json")) for command in (("history",), ("scan", ".")))
    assert audit == {(rule, path.removeprefix("./"), line) for rule, path, line in scan}
    assert {rule for rule, *_ in audit} == {"generic-env-secret", "generic-password", "url-credentials"}
