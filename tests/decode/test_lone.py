"""Files that hold one secret and nothing else: only their name says so."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from scanner.decode.lone import read
from tests.decode.support import scan
from tests.support import Repo, token

VALUE = "kestrel-Dune_47"
HEX = token("{hex:32}")

FOUND = {
    "config/master.key": HEX,
    "config/credentials/production.key": f"{HEX}\n",
    ".vault_pass": f"{VALUE}\n",
    "ansible/vault-password": VALUE,
    "secrets/db_password.txt": f"{VALUE}\r\n",
    "deploy/secrets/signing": token("{base64:43}="),
    "api_key": token("{base62:40}"),
    ".token": token("{base62:40}"),
}


@pytest.mark.parametrize("path", FOUND)
def test_the_name_of_the_file_tells(path: str) -> None:
    (finding,) = scan(path, FOUND[path].encode()).findings
    assert finding.rule_id == "file-of-one-secret"
    assert finding.secret.reveal().decode() == FOUND[path].rstrip("\r\n")
    assert finding.location.span.start == 0
    assert finding.location.via == ()


NONE = {
    "notes.txt": VALUE,
    "VERSION": "1.2.3-beta.45",
    "secrets/version": "1.2.3-beta.45",
    "password.txt": "changeme",
    "secrets/link": "../shared/db_password-1",
    "db_password.txt": f"{VALUE}\nand more\n",
    "api_key.py": VALUE,
    "secrets/host": "db.corp.internal",
    "secrets/README": "nothing-here",
}


@pytest.mark.parametrize("path", NONE)
def test_what_is_none(path: str) -> None:
    assert not scan(path, NONE[path].encode()).findings


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        b"a" * 300,
        b"two words\n",
        b"KEY=kestrel-47\n",
        b"kestrel-47\n\n",
        b"v20.11.10\n",
        b"../up/link",
        b"\0" * 9,
    ],
)
def test_what_is_more_or_less_than_a_value_is_not_read(data: bytes) -> None:
    assert read(data) == ()


def test_what_has_a_form_of_its_own_is_found_and_counted_once() -> None:
    result = scan("secrets/token", f"{token()}\n".encode())
    (finding,) = result.findings
    assert finding.rule_id.startswith("github-")
    assert dict(result.drops).keys() <= {"overlap"}


def test_a_second_audit_finds_it_too(repo: Repo) -> None:
    repo.add("config/master.key", HEX)
    repo.add("users.csv", f"user,password\nbob,{VALUE}\n")
    repo.commit()
    first, second = (repo.run("history", "--format", "json").out for _ in range(2))
    assert [one["id"] for one in json.loads(first)["findings"]] == [one["id"] for one in json.loads(second)["findings"]]
    assert len(json.loads(first)["findings"]) == 2


def test_it_is_found_in_a_history_and_by_the_hook(repo: Repo) -> None:
    repo.add("config/master.key", HEX)
    assert repo.run("staged").code == 1
    repo.commit()
    repo.git("rm", "-q", "config/master.key")
    repo.commit()
    result = repo.run("history")
    assert result.code == 1
    assert "config/master.key" in result.out


def test_a_name_is_no_file_of_one_secret(repo: Repo) -> None:
    """Names of files, and of members of archives, however much they look like a password in a file of that name."""
    name = "k8s2_password_x1"
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(f"deep/{name}", "a text of several words\n")
    repo.add(f"deploy/{name}", "a text of several words\n")
    (repo.path / "all.zip").write_bytes(packed.getvalue())
    repo.git("add", "-A")
    repo.commit()
    result = repo.run("history")
    assert (result.code, "nothing found" in result.out) == (0, True), result.out
