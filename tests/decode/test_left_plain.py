"""What stays plain where values are encrypted (SOPS, sealed secrets, Ansible Vault): found, unless it is meant to."""

from __future__ import annotations

import json
import time

import pytest

from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin
from tests.support import Repo

ENC = "ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:str]"
SEALED = "Ag" + "B" * 90
VAULT = "!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n" + f"  {'66386439653236336462' * 4}\n" * 2
SUFFIX = "unencrypted_suffix: _unencrypted"
KUBERNETES = "encrypted_regex: ^(data|stringData)$"
MANIFEST = f"apiVersion: v1\nkind: Secret\nmetadata:\n    name: prod-app\ntype: Opaque\nstringData:\n    a: {ENC}\n"


def _yaml(body: str, setting: str = "") -> str:
    said = f"    {setting}\n" if setting else ""
    return (
        f"{body}sops:\n    age:\n        - recipient: age1x\n          enc: |\n"
        "            -----BEGIN AGE ENCRYPTED FILE-----\n    lastmodified: '2024-01-01T00:00:00Z'\n"
        f"    mac: {ENC}\n{said}    version: 3.8.1\n"
    )


def _json(body: dict[str, object], **settings: str) -> str:
    return json.dumps({**body, "sops": {"mac": ENC, "version": "3.8.1", **settings}}, indent=1)


# What a file holds, and what is left plain in it.
FILES: dict[str, tuple[str, list[str]]] = {
    "all encrypted.yaml": (_yaml(f"db:\n    password: {ENC}\n"), []),
    "plain.yaml": (
        _yaml(f"db:\n    host: db.corp.internal\n    password: hunter2-prod\n    user: {ENC}\n"),
        ["db.corp.internal", "hunter2-prod"],
    ),
    "quoted.yaml": (_yaml(f"a: {ENC}\nnote: 'left-plain-9x'\n"), ["left-plain-9x"]),
    "list.yaml": (_yaml(f"a:\n    - {ENC}\n    - left-plain-9x\n"), ["left-plain-9x"]),
    "block.yaml": (_yaml(f"cert: |\n    line one 9x\n    and two\na: {ENC}\n"), ["line one 9x\n    and two"]),
    "switches.yaml": (_yaml(f"port: 5432\non: true\ne: ''\nn: null\nref: ${{OTHER}}\na: {ENC}\n"), []),
    "suffix.yaml": (_yaml(f"db_unencrypted:\n    host: db.corp.internal\nx: {ENC}\n", SUFFIX), []),
    "suffix by default.yaml": (_yaml(f"zone_unencrypted: left-plain-9x\nx: {ENC}\n"), []),
    "beside a suffix.yaml": (_yaml("z_unencrypted: so-it-is\nzone: left-plain-9x\n", SUFFIX), ["left-plain-9x"]),
    "encrypted suffix.yaml": (
        _yaml(f"zone: so-it-is\nzone_enc: left-plain-9x\nx_enc: {ENC}\n", "encrypted_suffix: _enc"),
        ["left-plain-9x"],
    ),
    "manifest.yaml": (_yaml(MANIFEST, KUBERNETES), []),
    "manifest, plain.yaml": (_yaml(f"{MANIFEST}    note: left-plain-9x\n", KUBERNETES), ["left-plain-9x"]),
    "unencrypted regex.yaml": (
        _yaml(f"meta_x: so-it-is\nzone: left-plain-9x\nx: {ENC}\n", "unencrypted_regex: ^meta"),
        ["left-plain-9x"],
    ),
    "unencrypted comment.yaml": (
        _yaml(
            f"# public\nm:\n    x: so-it-is\n    y: so-it-is\nzone: left-plain-9x\nc: so-it-is # public\nx: {ENC}\n",
            "unencrypted_comment_regex: public",
        ),
        ["left-plain-9x"],
    ),
    "encrypted comment.yaml": (
        _yaml(f"# hide\nm:\n    x: left-plain-9x\nzone: so-it-is\nx: {ENC}\n", "encrypted_comment_regex: hide"),
        ["left-plain-9x"],
    ),
    "no regex.yaml": (_yaml(f"zone: left-plain-9x\nx: {ENC}\n", "encrypted_regex: '((('"), ["left-plain-9x"]),
    "no regex, either.yaml": (
        _yaml(f"zone: left-plain-9x\nx: {ENC}\n", "unencrypted_regex: '((('"),
        ["left-plain-9x"],
    ),
    "second document.yaml": (
        _yaml(f"a: {ENC}\n") + "---\nkind: ConfigMap\ndata:\n  x: so-it-is\n---\n" + _yaml("q: left-plain-9x\n"),
        ["left-plain-9x"],
    ),
    "malformed.yaml": (_yaml(f"a: {ENC}\nb: 'x\nzone: so-it-is\n"), []),
    "plain.json": (
        _json(
            {"db": {"zone": "left-plain-9x", "u": ENC, "note_unencrypted": "so-it-is"}},
            unencrypted_suffix="_unencrypted",
        ),
        ["left-plain-9x"],
    ),
    "binary.json": (_json({"data": ENC}), []),
    "app.env": (
        f"A={ENC}\n#{ENC}\nDB_PASSWORD=hunter2-prod\nQ_unencrypted=so-it-is\nsops_mac={ENC}\nsops_version=3.8.1\n"
        "sops_unencrypted_suffix=_unencrypted\nsops_age__list_0__map_recipient=age1x\n",
        ["hunter2-prod"],
    ),
    "app.ini": (
        f"[db]\npassword = hunter2-prod\nuser = {ENC}\nzone=left-plain-9x\n[sops]\nmac = {ENC}\nversion = 3.8.1\n",
        ["hunter2-prod", "left-plain-9x"],
    ),
    "sealed.yaml": (
        f"kind: SealedSecret\nspec:\n  encryptedData:\n    note: {SEALED}\n    other: left-plain-9x\n  template:\n"
        "    metadata:\n      name: app\n    data:\n      password: hunter2-prod\n      level: info-9x\n"
        "      cfg_token: '{{ .x }}'\n",
        ["left-plain-9x", "hunter2-prod"],
    ),
    "sealed.json": (
        json.dumps({"kind": "SealedSecret", "spec": {"encryptedData": {"a": SEALED, "b": "left-plain-9x"}}}),
        ["left-plain-9x"],
    ),
    "vars.yml": (
        f"db_password: {VAULT}host: db.corp.internal\napi_token: left-plain-9x\nref_password: '{{{{ vault_x }}}}'\n"
        "vault_note: left-too-9x\n",
        ["left-plain-9x", "left-too-9x"],
    ),
    "vars, encrypted.yml": (f"db_password: {VAULT}host: db.corp.internal\n", []),
}
IGNORED = ("ansible-vault", "env-file-with-values")  # what is encrypted, told as such; and that the file is there


def _scan(name: str, data: bytes) -> BlobResult:
    ready = builtin()
    return Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(name.encode()), data))


@pytest.mark.parametrize("name", FILES)
def test_each_is_found_once_at_its_place(name: str) -> None:
    text, plain = FILES[name]
    found = [one for one in _scan(name, text.encode()).findings if one.rule_id not in IGNORED]
    assert [text[slice(*one.location.span)] for one in found] == plain


def test_what_speaks_of_no_secret_is_graded_low_and_its_key_is_told() -> None:
    (zone,) = _scan("x.yaml", FILES["beside a suffix.yaml"][0].encode()).findings
    assert (zone.rule_id, zone.severity, zone.location.via) == ("sops-plain-value", "low", ("zone",))
    (note,) = _scan("x.yaml", _yaml(f"a: {ENC}\ndb:\n    auth: left-plain-9x\n").encode()).findings
    assert (note.rule_id, note.severity, note.location.via) == ("sops-plain-value", "high", ("db.auth",))


def test_in_the_index_and_in_history(repo: Repo) -> None:
    repo.add("secrets.yaml", FILES["beside a suffix.yaml"][0])
    assert repo.run("staged").code == 1
    repo.commit()
    repo.add("secrets.yaml", FILES["all encrypted.yaml"][0])
    repo.commit()
    assert repo.run("scan", ".").code == 0
    report = json.loads(repo.run("history", "--format", "json").out)
    assert [one["rule_id"] for one in report["findings"]] == ["sops-plain-value"]


def test_an_expression_that_takes_forever_is_given_up_and_excuses_nothing() -> None:
    many = "".join(f"{'a' * 40}{number}: left-plain-9x\n" for number in range(1500))
    began = time.process_time()
    found = _scan("x.yaml", _yaml(many, r"encrypted_regex: '^(a|a|aa)+\d?b$'").encode()).findings
    assert len(found) > 1000
    assert time.process_time() - began < 10
