"""A date behind an address is no password, whatever the address ends in; what a name or a message holds may be one."""

from __future__ import annotations

from tests.history.support import history
from tests.support import Repo


def test_an_address_that_ends_like_a_key(repo: Repo) -> None:
    repo.add("a.txt", "a\n")
    repo.git("-c", "user.name=Ann", "-c", "user.email=ann@ann.pw", "commit", "-qm", "first")
    repo.git("-c", "user.name=Ann", "-c", "user.email=ann@secret", "tag", "-am", "a tag", "v1")
    seen = history(repo, "--min-confidence", "0")
    assert seen.report["findings"] == []


def test_a_message_in_the_same_form_is_read(repo: Repo) -> None:
    repo.add("a.txt", "a\n")
    repo.commit("first\n\npassword = 'hunter2-Prod9'\n")
    assert [finding["rule_id"] for finding in history(repo).report["findings"]] == ["generic-password"]
