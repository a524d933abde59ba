"""Key stores and key files that the machine's own tools make: those with a private key are told, the others are not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin

# The file, the commands that make it, and what is told.
OPENSSL: dict[str, tuple[str, list[str]]] = {
    "plain.p12": ("openssl pkcs12 -export -inkey k.pem -in c.pem -out {} -passout pass:x", ["key-store-pkcs12"]),
    "bare.p12": (
        "openssl pkcs12 -export -inkey k.pem -in c.pem -out {} -passout pass:x -keypbe NONE -certpbe NONE",
        ["key-store-pkcs12"],
    ),
    "certificates.p12": ("openssl pkcs12 -export -nokeys -in c.pem -out {} -passout pass:x", []),
    "rsa.der": ("openssl pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out {}", ["key-store-der"]),
    "ec.der": ("openssl ecparam -name prime256v1 -genkey -noout -outform DER -out {}", ["key-store-der-ec"]),
    "ec384.der": ("openssl ecparam -name secp384r1 -genkey -noout -outform DER -out {}", ["key-store-der-ec"]),
    "ed25519.der": ("openssl genpkey -algorithm ed25519 -outform DER -out {}", ["key-store-der-edwards"]),
    "public.der": ("openssl rsa -in k.pem -pubout -outform DER -out {}", []),
    "certificate.der": ("openssl x509 -in c.pem -outform DER -out {}", []),
}
KEYTOOL: dict[str, tuple[str, list[str]]] = {
    **{
        f"{kind}.store": (
            f"keytool -genkeypair -keyalg RSA -alias a -dname CN=x -storetype {kind} -keystore {{}} "
            "-storepass changeit -keypass changeit",
            ["key-store-pkcs12" if kind == "PKCS12" else "key-store-java"],
        )
        for kind in ("JKS", "JCEKS", "PKCS12")
    },
    "secret.jceks": (
        "keytool -genseckey -keyalg AES -keysize 256 -alias a -storetype JCEKS -keystore {} -storepass changeit "
        "-keypass changeit",
        ["key-store-java"],
    ),
    "trust.jks": (
        "keytool -importcert -noprompt -file c.pem -alias a -storetype JKS -keystore {} -storepass changeit",
        [],
    ),
}
SSH: dict[str, tuple[str, list[str]]] = {
    **{
        f"id_{kind}": (f"ssh-keygen -q -t {kind} -N '' -f {{}}", ["private-key-openssh"])
        for kind in ("rsa", "ecdsa", "ed25519")
    },
    "id_locked": ("ssh-keygen -q -t ed25519 -N secret -f {}", ["private-key-openssh"]),
    "id_pem": ("ssh-keygen -q -t rsa -m PEM -N '' -f {}", ["private-key-rsa"]),
    "public": ("ssh-keygen -q -t rsa -N '' -f k && mv k.pub {}", []),
}
GPG: dict[str, tuple[str, list[str]]] = {
    **{
        f"{kind}{form}": (
            f"gpg --batch --passphrase '' --quick-gen-key {kind}{form}@x.internal {kind} && "
            f"gpg --batch {option} --export-secret-keys {kind}{form}@x.internal > {{}}",
            [rule],
        )
        for kind in ("rsa3072", "ed25519")
        for form, option, rule in ((".asc", "--armor", "private-key-pgp"), (".gpg", "", "key-store-openpgp"))
    },
    "locked.gpg": (
        "gpg --batch --pinentry-mode loopback --passphrase abc --quick-gen-key l@x.internal ed25519 && "
        "gpg --batch --pinentry-mode loopback --passphrase abc --export-secret-keys l@x.internal > {}",
        ["key-store-openpgp"],
    ),
    "public.gpg": (
        "gpg --batch --passphrase '' --quick-gen-key p@x.internal rsa3072 && gpg --export p@x.internal > {}",
        [],
    ),
}
TOOLS = {"openssl": OPENSSL, "keytool": KEYTOOL, "ssh-keygen": SSH, "gpg": GPG}
CASES = [pytest.param(tool, name, id=name) for tool, files in TOOLS.items() for name in files]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("makes a certificate with openssl")
    made = tmp_path_factory.mktemp("k")
    os.chmod(made, 0o700)
    _run("openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 9 -subj /CN=x", made)
    return made


def _run(command: str, folder: Path) -> None:
    env = {**os.environ, "GNUPGHOME": str(folder), "LC_ALL": "C"}
    subprocess.run(command, shell=True, cwd=folder, env=env, capture_output=True, check=True)


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_what_it_holds_is_told(tool: str, name: str, folder: Path) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")
    command, rules = TOOLS[tool][name]
    _run(command.format(name), folder)
    ready = builtin()
    blob = Blob(FileOrigin(b"any.name"), (folder / name).read_bytes())
    found = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(blob).findings
    assert [one.rule_id for one in found] == rules
