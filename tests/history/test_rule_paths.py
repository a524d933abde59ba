"""Rules for certain files only: content counts by every name that it has had."""

from __future__ import annotations

import json

from tests.support import Repo, Result, token

_RULES = """\
provider: Acme
rules:
  - id: acme-env
    name: Acme key in an environment file
    description: Opens Acme.
    severity: high
    pattern: '_KEY=(?P<secret>[0-9A-Za-z]{18})'
    evidence: contextual
    paths: ['.env*', '*.properties']
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    severity: high
    pattern: 'ACME_KEY=[\"'']?(?P<secret>[0-9A-Za-z]{18})'
    evidence: contextual
"""
_VALUE = token("{base62:18}")
_LINE = f"OTHER_KEY={_VALUE}\n"


def _run(repo: Repo, *command: str) -> Result:
    rules = repo.path.parent / "rules.yaml"
    rules.write_text(_RULES)
    return repo.run(*command, "--format", "json", "--rules", str(rules), "--no-builtin-rules")


def test_content_that_was_a_note_before_it_was_an_environment_file_is_found(repo: Repo) -> None:
    repo.add("notes.txt", _LINE)
    repo.commit("a note")
    repo.git("mv", "notes.txt", ".env")
    repo.commit("now it counts")
    (finding,) = json.loads(_run(repo, "history").out)["findings"]
    assert (finding["rule_id"], finding["location"]["path"], finding["also"]) == ("acme-env", ".env", [])


def test_content_that_never_was_a_file_of_the_rule_is_not(repo: Repo) -> None:
    repo.add("notes.txt", _LINE)
    repo.commit("a note")
    assert _run(repo, "history").code == 0


_LINES = (f'ACME_KEY="{_VALUE}"', f"ACME_KEY={_VALUE}", f"OTHER_KEY={_VALUE}", f"x {_VALUE} ACME_KEY='{_VALUE}'")


def _rules(result: Result) -> set[tuple[str, str, int]]:
    findings = json.loads(result.out)["findings"]
    places = [(f["rule_id"], p) for f in findings for p in (f["location"], *f["also"])]
    return {(rule, place["path"], place["start"]["line"]) for rule, place in places}


def test_each_name_of_a_content_has_the_rules_that_a_file_of_that_name_has(repo: Repo) -> None:
    for name in (".env", "notes.txt", "app.py", "conf/app.properties"):
        repo.add(name, "".join(f"{line}\n" for line in _LINES))
    repo.commit("four names of one content")
    audit, scan = (_rules(_run(repo, *command)) for command in (("history",), ("scan", ".")))
    assert audit == {(rule, path.removeprefix("./"), line) for rule, path, line in scan}
    assert {rule for rule, *_ in audit} == {"acme-env", "acme-key"}


def test_a_message_is_no_file_of_settings(repo: Repo) -> None:
    """What a line of settings may be is a line of prose in a message."""
    repo.add("app.conf", "password rain-Cloud77\n")
    repo.commit("Write down who may change what\n\npassword policy\nthe pass\nlocally.\npassword changes.\n")
    found = json.loads(repo.run("history", "--format", "json").out)["findings"]
    assert [(one["rule_id"], one["location"]["path"]) for one in found] == [("generic-line", "app.conf")]
