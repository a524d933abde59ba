"""Environment files and key stores: their presence is told, and that of what only looks like them is not."""

from __future__ import annotations

import json
import random

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.decode.disguises import tar_of
from tests.engine.corpus import builtin
from tests.support import Repo, redhanded

VALUES = "NODE_ENV=production\nDB_HOST=db.corp.internal\nDB_PASSWORD=hunter2-prod\n"
ENV_FILE = "env-file-with-values"


def _rules(name: str, data: bytes) -> list[str]:
    ready = builtin()
    found = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(name.encode()), data))
    return [finding.rule_id for finding in found.findings]


@pytest.mark.parametrize("name", [".env", "app/.env.production", "prod.env", ".env.local"])
def test_an_environment_file_with_values_is_told_once(name: str) -> None:
    assert _rules(name, VALUES.encode() + b"MAIL_KEY=mail-and-more\n") == [ENV_FILE, "generic-password"]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (VALUES, ["generic-password"]),
        (VALUES + "LICENSE_KEY='mail-and-more'\n", [ENV_FILE, "generic-password"]),
        ("NODE_ENV=production\nDB_HOST=db.corp.internal\n", [ENV_FILE]),
        ("LICENSE_KEY=mail-and-more\n", [ENV_FILE]),
    ],
)
def test_it_is_told_where_the_secrets_in_it_are_not_all_told_by_themselves(text: str, rules: list[str]) -> None:
    assert _rules(".env", text.encode()) == rules


@pytest.mark.parametrize("name", [".env.example", ".env.sample", ".env.template", ".env.dist", "example.env", "a.sh"])
def test_examples_and_other_files_are_none(name: str) -> None:
    assert ENV_FILE not in _rules(name, VALUES.encode())


@pytest.mark.parametrize(
    "line",
    [
        "A_KEY=",
        "A_KEY=''",
        "A_KEY=${OTHER}",
        "A_KEY=$OTHER",
        "A_KEY=op://vault/db/key",
        "A_KEY=vault:secret/db#key",
        "DEBUG=true",
        "PORT=8080",
        "APP_ENV=production",
        "A_KEY=<your-key>",
        "A_KEY=changeme",
        "DB_HOST=localhost",
        "TOKEN_EXPIRY=2024-01-01T00:00:00Z",
        "KEY_DATE='2024-01-01'",
        "A_KEY= # to be set",
        "# A_KEY=hunter2-prod",
    ],
)
def test_what_is_no_value_does_not_count(line: str) -> None:
    assert _rules(".env", f"# settings\n{line}\n".encode()) == []


def test_an_environment_file_is_told_in_history_by_its_name(repo: Repo) -> None:
    repo.add(".env", VALUES)
    repo.add("deploy.sh", VALUES)
    repo.add("run.sh", f"#!/bin/sh\nset -e\ncd /srv\n{VALUES}./run\n")
    repo.add(".env.example", "DB_PASSWORD=\n")
    repo.commit()
    repo.git("rm", "-q", ".env")
    repo.commit()
    found = json.loads(redhanded("history", "--only", ENV_FILE, "--format", "json", cwd=repo.path).out)["findings"]
    assert [(one["location"]["path"], one["location"]["start"]["line"], len(one["also"])) for one in found] == [
        (".env", 2, 0)
    ]


def _random(size: int) -> bytes:
    return random.Random(size).randbytes(size)


JAVA_KEY = bytes.fromhex("06 0a 2b 06 01 04 01 2a 02 11 01 01 05 00 04 82 05 00")
BAG = bytes.fromhex("06 0b 2a 86 48 86 f7 0d 01 0c 0a 01 02 a0 82 04 e6 30 82 04 e2")
DER = bytes.fromhex("30 82 04 a3 02 01 00 02 82 01 01 00")


@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1" + JAVA_KEY + _random(900), ["key-store-java"]),
        (b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\2" + _random(900), []),
        (b"\x30\x82\x09\x20\x02\x01\x03\x30" + _random(40) + BAG + _random(900), ["key-store-pkcs12"]),
        (b"\x30\x82\x09\x20\x02\x01\x03\x30" + _random(900), []),
        (DER + _random(900), ["key-store-der"]),
    ],
)
def test_key_stores_are_told_by_what_they_hold(data: bytes, rules: list[str]) -> None:
    assert _rules("any.name", data) == rules


SOPS = """\
db:
    host: {host}
    password: {value}
    user: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:str]
sops:
    age:
        - recipient: age1x
          enc: |
            -----BEGIN AGE ENCRYPTED FILE-----
    mac: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:str]
    version: 3.8.1
"""
SEALED = "ENC[AES256_GCM,data:Tr7oQ1s=,iv:1vgYS6eD9u0=,tag:UQ==,type:str]"


def test_a_plain_value_in_a_sops_file_is_a_finding_and_an_encrypted_one_is_none() -> None:
    assert _rules("secrets.yaml", SOPS.format(host="db.corp.internal", value="hunter2-prod").encode()) == [
        "sops-plain-value",
        "generic-password",
    ]
    assert _rules("secrets.yaml", SOPS.format(host=SEALED, value=SEALED).encode()) == []


def test_an_environment_file_in_an_archive_goes_by_its_own_name(repo: Repo) -> None:
    held = {"app/.env": VALUES.encode(), "app/.env.example": VALUES.encode(), "run.sh": VALUES.encode()}
    repo.add("image.tar", tar_of({"layer.tar": tar_of(held)}))
    commands = [("scan", "."), ("staged",), ("history", "--no-cache")]
    for command in commands:
        if command[0] == "history":
            repo.commit()
        found = json.loads(redhanded(*command, "--only", ENV_FILE, "--format", "json", cwd=repo.path).out)["findings"]
        assert [one["location"]["inside"] for one in found] == ["layer.tar!/app/.env"], command
