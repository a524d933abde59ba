"""Where a finding stands within an archive or a document: in text, JSON and SARIF."""

from __future__ import annotations

import base64
import json

from jsonschema import Draft4Validator

from tests.decode.disguises import tar_of, zip_of
from tests.report.test_sarif import SCHEMA
from tests.support import Repo, redhanded, token


def _scanned(repo: Repo, form: str) -> str:
    code = f"a\nb\nk = '{token()}'\n".encode()
    repo.write("app.whl", zip_of({"pkg/config.py": code, "in.tar": tar_of({"deep/k.py": code})}))
    secret = base64.b64encode(b"hunter2-prod").decode()
    repo.write("secret.yaml", f"kind: Secret\nmetadata:\n  name: a\ndata:\n  password: {secret}\n")
    return redhanded("scan", ".", "--format", form, cwd=repo.path).out


def test_in_text(repo: Repo) -> None:
    out = _scanned(repo, "text")
    assert "app.whl!/pkg/config.py:3:6 " in out
    assert "app.whl!/in.tar!/deep/k.py:3:6" in out
    assert "secret.yaml:5:13 " in out
    assert "data.password, in it base64" in out


def test_in_json(repo: Repo) -> None:
    places = [one["location"] for one in json.loads(_scanned(repo, "json"))["findings"]]
    members = {one["inside"]: one["start"]["line"] for one in places if one["path"].endswith("app.whl")}
    assert members == {"pkg/config.py": 3, "in.tar!/deep/k.py": 3}
    (document,) = (one for one in places if one["path"].endswith("secret.yaml"))
    assert (document["start"]["line"], document["via"]) == (5, ["data.password", "base64"])


def test_in_sarif_as_nested_artifacts(repo: Repo) -> None:
    document = json.loads(_scanned(repo, "sarif"))
    Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    told = {}
    for result in run["results"]:
        if inside := result["properties"].get("inside"):
            names, at = [], inside["artifactIndex"]
            while at is not None:
                names.append(run["artifacts"][at]["location"]["uri"])
                at = run["artifacts"][at].get("parentIndex")
            told[tuple(reversed(names))] = inside["region"]["startLine"], inside["region"]["startColumn"]
            assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app.whl"
    assert told == {("app.whl", "pkg/config.py"): (3, 6), ("app.whl", "in.tar", "deep/k.py"): (3, 6)}
