"""Secrets of many kinds, a repository that they are planted in, and the look for any form of them in an output."""

from __future__ import annotations

import base64
import json
import urllib.parse
from typing import NamedTuple

import pytest

from tests.support import Repo, pem, token

BODY = [token("{base64:64}", seed=n) for n in range(8)]


_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4ifQ." + token("{base64url:43}", seed="jwt")


PASSWORD = token("{base62:17}", seed="password") + "7x"


_IN_URL = token("{base62:18}", seed="url") + "7x"


_BASIC = token("{base62:18}", seed="basic") + "7x"


ENV = token("{base62:28}", seed="env") + "7x"


_GENERIC = token("{base62:38}", seed="generic") + "7x"


STRIPE = token("sk_live_{base62:24}", seed="stripe")


_SLACK = token("xoxb-{digit:12}-{digit:13}-{base62:24}", seed="slack")


_NPM = token("npm_{base62:30}{checksum}", seed="npm")


CANARIES = {  # what must not be seen; of the private key each line
    "a token": token(seed="canary"),
    "an allowed one": token(seed="allowed"),
    "stripe": STRIPE,
    "slack": _SLACK,
    "npm": _NPM,
    "a password": PASSWORD,
    "a password in a URL": _IN_URL,
    "basic credentials": _BASIC,
    "an environment variable": ENV,
    "a named secret": _GENERIC,
    "the signature of a web token": _JWT.rpartition(".")[2],
    **{f"line {n} of a key": line for n, line in enumerate(BODY)},
}


APP = f"""\
GITHUB = "{CANARIES["a token"]}"
ALLOWED = "{CANARIES["an allowed one"]}"  # redhanded: allow[github-pat] for the test
stripe = '{STRIPE}'; slack = "{_SLACK}"
npm = "{_NPM}"
password = "{PASSWORD}"
url = "postgresql://admin:{_IN_URL}@db.internal/app"
header = "Authorization: Basic {base64.b64encode(f"deploy:{_BASIC}".encode()).decode()}"
client_secret = "{_GENERIC}"
jwt = "{_JWT}"
"""


KEY = pem("RSA PRIVATE KEY", "".join(BODY))


class Planted(NamedTuple):
    repo: Repo
    commit: str


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    repo = Repo(tmp_path_factory.mktemp("planted"))
    repo.write("README", "nothing\n")
    repo.git("add", ".")
    repo.commit("first")
    for name, text in (
        ("app.py", APP),
        ("deep/id_rsa", KEY),
        (".env", f"SERVICE_TOKEN={ENV}\n"),
        ("u16.txt", APP.encode("utf-16")),
    ):
        repo.write(name, text)
    repo.write(f"named-{CANARIES['a token']}.txt", CANARIES["a token"])
    repo.git("add", ".")
    return Planted(repo, "")


def _disguises(secret: str) -> list[str]:
    raw = secret.encode()
    inside = raw[3:-3]  # base64 of the middle, at each of the three alignments, whatever stands around it
    encoded = [base64.b64encode(inside[n:])[:-4].decode() for n in range(3)]
    return [
        *(secret, repr(secret)[1:-1], repr(raw)[2:-1], json.dumps(secret)[1:-1], urllib.parse.quote(secret, safe="")),
        *(raw.hex(), raw.hex().upper(), secret[::-1], " ".join(secret), *encoded),
        secret[len(secret) // 3 :],  # most of it is too much as well
    ]


def assert_hidden(*outputs: str | bytes) -> None:
    for output in outputs:
        text = output if isinstance(output, str) else output.decode("latin-1")
        text += text.replace("\0", "")  # UTF-16
        for name, secret in CANARIES.items():
            assert not [one for one in _disguises(secret) if one in text], name
