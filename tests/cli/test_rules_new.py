"""`redhanded rules new`: what it writes is sound as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.engine.rulecheck import check
from scanner.ruleset.resources import RuleFile
from tests.cli.support import assert_error
from tests.support import redhanded

PROVIDERS = {"Acme": "acme", "1Password": "1password", "Café & Søn": "cafe-sn", "x: y # 'z'": "x-y-z", "AWS": "aws"}


def test_a_file_is_written_and_the_next_steps_are_said(tmp_path: Path) -> None:
    result = redhanded("rules", "new", "Acme Cloud", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert "redhanded rules check --rules acme-cloud.yaml" in result.out
    assert "redhanded rules show acme-cloud-api-key --rules acme-cloud.yaml" in result.out
    checked = redhanded("rules", "check", "--rules", "acme-cloud.yaml", "--no-builtin-rules", cwd=tmp_path)
    assert (checked.code, checked.out) == (0, "1 rule in 1 file: no problems\n")
    shown = redhanded("rules", "show", "acme-cloud-api-key", "--rules", "acme-cloud.yaml", cwd=tmp_path)
    assert "acme_cloud_" in shown.out


@pytest.mark.parametrize(("provider", "stem"), PROVIDERS.items(), ids=PROVIDERS.values())
def test_any_name_makes_a_sound_rule(tmp_path: Path, provider: str, stem: str) -> None:
    assert redhanded("rules", "new", provider, cwd=tmp_path).code == 0
    data = (tmp_path / f"{stem}.yaml").read_bytes()
    assert not check([RuleFile("x.yaml", data)])


def test_an_id_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    assert "linear-api-key-2" in redhanded("rules", "new", "Linear", cwd=tmp_path).out


@pytest.mark.parametrize("provider", ["", "…", "x" * 81])
def test_what_cannot_be_a_name_is_refused(tmp_path: Path, provider: str) -> None:
    assert_error(redhanded("rules", "new", provider, cwd=tmp_path), "cannot be a provider's name", "letter or digit")


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    redhanded("rules", "new", "Acme", cwd=tmp_path)
    (tmp_path / "acme.yaml").write_text("mine")
    assert_error(redhanded("rules", "new", "Acme", cwd=tmp_path), "acme.yaml: exists already", "--output")
    assert (tmp_path / "acme.yaml").read_text() == "mine"
