"""Files of settings, with plain and encoded passwords: each is told once, as it stands there."""

from __future__ import annotations

import json

import pytest

from tests.decode.support import b64, scan

PASSWORD = "hunter2-prod"
CODED = b64(PASSWORD)
AUTH = b64(f"ci:{PASSWORD}")
VAULT = "66386439653236336462" * 4
# Files of settings, and what is told in them, as it stands there.
SETTINGS: dict[str, tuple[str, list[str]]] = {
    ".npmrc": (f"//r.corp.internal/:username=ci\n//r.corp.internal/:_password={CODED}\n", [CODED]),
    "auth/.npmrc": (f"_auth={AUTH}\n", [AUTH]),
    ".pypirc": (f"[corp]\nrepository=https://p.corp.internal\nusername=ci\npassword={PASSWORD}\n", [PASSWORD]),
    ".netrc": (f"machine h.corp.internal login ci password {PASSWORD}\n", [PASSWORD]),
    "lines/.netrc": (f"machine h.corp.internal\n  login ci\n  password {PASSWORD}\n", [PASSWORD]),
    ".dockerconfigjson": (
        json.dumps({"auths": {"r.corp.internal": {"username": "ci", "password": PASSWORD, "auth": AUTH}}}),
        [PASSWORD, AUTH],
    ),
    ".dockercfg": (json.dumps({"r.corp.internal": {"auth": AUTH}}), [AUTH]),
    "settings.xml": (
        f"<settings><servers><server><id>r</id><password>{PASSWORD}</password></server></servers></settings>",
        [PASSWORD],
    ),
    "web.config": (
        f'<connectionStrings><add name="d" connectionString="Server=db;User Id=sa;Password={PASSWORD};" />',
        [PASSWORD],
    ),
    "x.tfstate": (json.dumps({"resources": [{"instances": [{"attributes": {"password": PASSWORD}}]}]}), [PASSWORD]),
    "output.tfstate": (
        json.dumps({"outputs": {"db_password": {"value": PASSWORD, "type": "string"}}}, indent=2),
        [PASSWORD],
    ),
    "x.tfvars": (f'db_password = "{PASSWORD}"\n', [PASSWORD]),
    "x.postman_collection.json": (
        json.dumps({"auth": {"basic": [{"key": "password", "value": PASSWORD, "type": "string"}]}}, indent=1),
        [PASSWORD],
    ),
    "docker-compose.yml": (f"services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: {PASSWORD}\n", [PASSWORD]),
    ".github/workflows/a.yml": (f"jobs:\n  a:\n    env:\n      DB_PASSWORD: {PASSWORD}\n", [PASSWORD]),
    ".gitlab-ci.yml": (f"variables:\n  DB_PASSWORD:\n    value: '{PASSWORD}'\n    description: x\n", [PASSWORD]),
    "group_vars/all.yml": (
        f"a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  {VAULT}\nb_password: {PASSWORD}\n",
        [PASSWORD],
    ),
    "folded.yaml": (f"password: >-\n  {PASSWORD}\nother: 1\n", [PASSWORD]),
    "in-a-block.yaml": (f"config: |\n  password: {PASSWORD}\n", [PASSWORD]),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_what_settings_hold_is_told_once_each(name: str) -> None:
    text, written = SETTINGS[name]
    found = [one for one in scan(name, text.encode()).findings if one.rule_id != "ansible-vault"]
    assert [text[slice(*one.location.span)] for one in found] == written
