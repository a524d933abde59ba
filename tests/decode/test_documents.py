"""Passwords that only their key betrays, encoded in documents: found once each, at the place of the encoded text."""

from __future__ import annotations

import base64
import json
import random
import re
import time
from collections.abc import Callable

import pytest

from scanner.decode.documents import LARGEST
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.decode.support import b64, scan
from tests.engine.corpus import builtin
from tests.support import Repo, redhanded

PASSWORD = "hunter2-prod"
CODED = b64(PASSWORD)
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  username: {b64('svc')}\n  password: {CODED}\n"
# What a file holds, what of it is the secret, and what the finding's `via` says.
Case = tuple[str, str, tuple[str, ...]]
IN_DATA = ("data.password", "base64")


def _json_secret() -> dict[str, object]:
    return {"apiVersion": "v1", "data": {"password": CODED, "user": b64("svc")}, "kind": "Secret"}


CASES: dict[str, Case] = {
    "secret.yaml": (SECRET, CODED, IN_DATA),
    "secret-crlf.yaml": (SECRET.replace("\n", "\r\n"), CODED, IN_DATA),
    "data-first.yaml": (f"apiVersion: v1\ndata:\n  password: {CODED}\nkind: Secret\n", CODED, IN_DATA),
    "quoted.yaml": (f"kind: 'Secret'\ndata:\n  \"password\": '{CODED}'\n", CODED, IN_DATA),
    "flow.yaml": (f"{{kind: Secret, data: {{password: {CODED}}}}}\n", CODED, IN_DATA),
    "block.yaml": (f"kind: Secret\ndata:\n  password: |\n    {CODED}\ntype: Opaque\n", CODED, IN_DATA),
    "folded.yaml": (
        f"kind: Secret\ndata:\n  password: >-\n    {CODED[:8]}\n    {CODED[8:]}\n",
        f"{CODED[:8]}\n    {CODED[8:]}",
        IN_DATA,
    ),
    "accents.yaml": (f"# é ü 漢\n{SECRET}", CODED, IN_DATA),
    "list.yaml": (f"kind: List\nitems:\n- kind: Secret\n  data:\n    password: {CODED}\n", CODED, IN_DATA),
    "secret-list.yaml": (f"kind: SecretList\nitems:\n- data:\n    password: {CODED}\n", CODED, IN_DATA),
    "helm.yaml": (
        f"---\n# Source: a\nkind: Service\nspec: {{}}\n---\n# Source: b\n{SECRET}---\nkind: ConfigMap\n",
        CODED,
        IN_DATA,
    ),
    "template.yaml": (
        '{{- if .Values.on }}\nkind: Secret\nmetadata:\n  name: {{ .Name }}-x\n  labels:\n    {{- include "l" . }}\n'
        f"data:\n  password: {CODED}\n{{{{- end }}}}\n",
        CODED,
        IN_DATA,
    ),
    "secret.json": (json.dumps(_json_secret(), indent=2), CODED, IN_DATA),
    "secret-tabs.json": (json.dumps(_json_secret(), indent="\t"), CODED, IN_DATA),
    "list.json": (json.dumps({"kind": "List", "items": [{"kind": "Pod"}, _json_secret()]}), CODED, IN_DATA),
    "applied.yaml": (
        "kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n"
        f"      {json.dumps(_json_secret())}\ndata: {{}}\n",
        CODED,
        IN_DATA,
    ),
    "with-newline.yaml": (SECRET.replace(CODED, b64(PASSWORD + "\n")), b64(PASSWORD), IN_DATA),
    "env-file.yaml": (
        f"kind: Secret\ndata:\n  app.env: {b64(f'A=1{chr(10)}Z=2{chr(10)}DB_PASSWORD={PASSWORD}{chr(10)}')}\n",
        # The digits that hold any of its bits.
        b64(f"A=1\nZ=2\nDB_PASSWORD={PASSWORD}\n")[20 * 8 // 6 : -(-32 * 8 // 6)],
        ("data.app.env", "base64"),
    ),
    "session.har": (
        json.dumps(
            {
                "log": {
                    "entries": [
                        {
                            "response": {
                                "content": {"text": b64(json.dumps({"password": PASSWORD})), "encoding": "base64"}
                            }
                        }
                    ]
                }
            }
        ),
        b64(json.dumps({"password": PASSWORD}))[14 * 8 // 6 : -(-26 * 8 // 6)],
        ("content.text", "base64"),
    ),
    "directory.ldif": (
        f"dn: cn=app,dc=corp\ncn: app\nuserPassword:: {CODED}\n",
        CODED,
        ("userPassword", "base64"),
    ),
    "escapes.json": ('{"password": "hunter2\\u002dprod"}', "hunter2\\u002dprod", ("escapes",)),
    "all-escapes.json": (
        '{"password": "' + "".join(f"\\u{ord(c):04x}" for c in PASSWORD) + '"}',
        "".join(f"\\u{ord(c):04x}" for c in PASSWORD),
        ("escapes",),
    ),
    "settings.xml": (
        "<servers><server><password>hunter2&#45;prod</password></server></servers>",
        "hunter2&#45;prod",
        ("entities",),
    ),
    "web.config": ('<add key="DbPassword" value="hunter2&#x2d;prod" />', "hunter2&#x2d;prod", ("entities",)),
    "app.properties": ("db.password=hunter2\\u002dprod\n", "hunter2\\u002dprod", ("escapes",)),
    "url.py": ('DB = "postgres://svc:hunter2%2Dprod@db.internal/app"', "hunter2%2Dprod", ("percent-encoding",)),
    # What needs no decoding.
    "string-data.yaml": (f"kind: Secret\nstringData:\n  password: {PASSWORD}\n", PASSWORD, ()),
    "kubeconfig": (f"users:\n- name: a\n  user:\n    password: {PASSWORD}\n", PASSWORD, ()),
    "notebook.ipynb": (
        json.dumps(
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "source": [f'password = "{PASSWORD}"\n'],
                        "outputs": [{"data": {"image/png": base64.b64encode(bytes(range(256)) * 40).decode()}}],
                    }
                ]
            }
        ),
        PASSWORD,
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_found_once_at_its_place(name: str) -> None:
    text, written, via = CASES[name]
    data = text.encode()
    (finding,) = scan(name, data).findings
    assert data[slice(*finding.location.span)].rstrip(b"=") == written.replace(
        "\n", "\r\n" if "crlf" in name else "\n"
    ).encode().rstrip(b"=")
    assert finding.location.via == via
    assert finding.secret.reveal() == PASSWORD.encode()


def test_a_key_in_bytes_is_judged_as_it_is_written() -> None:
    """Also where none of its bytes happens to be a control character."""
    for seed in range(40):
        bytes_of_text = [*range(0x20, 0x7F), *range(0x80, 0x100)]
        key = bytes(random.Random(seed).choices(bytes_of_text, k=18))
        written = base64.b64encode(key).decode()
        (finding,) = scan("app.yaml", SECRET.replace(CODED, written).encode()).findings
        assert (finding.location.via, finding.secret.reveal()) == ((), written.encode())


def test_plain_and_encoded_it_is_one_incident(repo: Repo) -> None:
    repo.add("app.ini", f"DB_PASSWORD={PASSWORD}\n")
    repo.add("k8s/secret.yaml", SECRET)
    repo.add("app.json", CASES["escapes.json"][0])
    repo.commit()
    report = json.loads(repo.run("history", "--format", "json").out)
    (finding,) = report["findings"]
    places = {place["path"]: place["via"] for place in (finding["location"], *finding["also"])}
    assert places == {"app.ini": [], "k8s/secret.yaml": list(IN_DATA), "app.json": ["escapes"]}


def test_the_hook_sees_it(repo: Repo) -> None:
    repo.add("secret.yaml", SECRET)
    assert repo.run("staged").code == 1


NONE = {
    "placeholder.yaml": SECRET.replace(CODED, b64("changeme")),
    "reference.yaml": SECRET.replace(CODED, b64("${DB_PASSWORD}-from-env")),
    "certificate.yaml": "kind: Secret\ndata:\n  tls.crt: "
    + b64("-----BEGIN CERTIFICATE-----\nMIIDXTCCAkWgAwIBAgIJ\n-----END CERTIFICATE-----\n"),
    "config-map.yaml": f"kind: ConfigMap\ndata:\n  note: {CODED}\n",
    "sealed.yaml": f"kind: SealedSecret\nspec:\n  encryptedData:\n    note: Ag{'B' * 20}{CODED}\n",
    "sops.yaml": "kind: Secret\ndata:\n  password: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:str]\n",
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_secret_when_decoded_is_none(name: str) -> None:
    assert not scan(name, NONE[name].encode()).findings


HOSTILE: dict[str, Callable[[], str]] = {
    "nested flows": lambda: "kind: Secret\ndata: " + "[" * 900_000,
    "nested mappings": lambda: "kind: Secret\ndata: " + "{a: " * 200_000,
    "nested blocks": lambda: "kind: Secret\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1_200)),
    "anchors": lambda: (
        "kind: Secret\na: &a [x,x]\n"
        + "".join(f"{c}: &{c} [{('*' + p + ',') * 9}]\n" for p, c in zip("abcdefghij", "bcdefghijk", strict=True))
    ),
    "quotes": lambda: '{"kind": "Secret", ' + '\\"' * 400_000,
    "braces": lambda: '{"kind": "Secret", ' + "{" * 900_000,
    "many signs": lambda: "kind: Secret\n" * 70_000,
    "many documents": lambda: "---\nkind: Secret\n" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_bounded(name: str) -> None:
    began = time.process_time()
    assert not scan("x.yaml", HOSTILE[name]().encode()).findings
    assert time.process_time() - began < 10


def test_one_that_is_too_large_is_said() -> None:
    found = scan("x.yaml", SECRET.encode() + b"x: y\n" * (10 * LARGEST // 5))
    assert [skip.reason for skip in found.skips] == ["too-deep"]
    assert found.findings  # by what the encoded text looks like


@pytest.mark.parametrize("cut", range(0, len(SECRET), 7))
def test_a_malformed_one_is_read_as_far_as_it_goes(cut: int) -> None:
    text = f'{SECRET[:cut]}\n\t: - }}"\n{SECRET[cut:]}'
    scan("x.yaml", text.encode())


def test_a_key_that_looks_random_is_not_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("keys")
    key = "Zk39sjqLw0sn3kAq8Lm_password"
    (folder / "secret.yaml").write_text(f"kind: Secret\ndata:\n  {key}: {CODED}\n")
    result = redhanded("scan", ".", cwd=folder)
    assert result.code == 1
    assert key not in result.out
    assert re.search(r"data\.\*, in it base64", result.out)


@pytest.mark.parametrize("name", ["list.yaml", "list.json", "applied.yaml", "session.har", "template.yaml"])
def test_mutated_documents_neither_crash_nor_hang(name: str) -> None:
    chance = random.Random(name)
    text = CASES[name][0].encode()
    ready = builtin()
    scanner = Scanner(ready.rules, ready.hyperscan, 0.0)
    began = time.process_time()
    for _ in range(200):
        data = bytearray(text)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            piece = chance.choice(
                [b"", b"\0", b"{", b"]", b'"', b"\n", b"\n---\n", b"\t", b": ", b"\xff", b"*a", b"&a "]
            )
            data[at : at + chance.randint(0, 3)] = piece
        found = scanner.scan_blob(Blob(FileOrigin(name.encode()), bytes(data)))
        assert all(0 <= one.location.span.start < one.location.span.end <= len(data) for one in found.findings)
    assert time.process_time() - began < 60
