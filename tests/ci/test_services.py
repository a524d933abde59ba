"""The change of each CI service, in checkouts as they make them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from scanner.cli.services import SERVICES, recognise
from tests.ci.support import ABSENT, LINE, ZERO, Origin, ci, github, line, origin, pull_request, push
from tests.support import Repo

APP = ("app.py", 2)  # where the secret of the topic is at its end
Variables = Callable[[Origin, Path], dict[str, str]]


@pytest.fixture
def made(tmp_path: Path) -> Origin:
    return origin(tmp_path)


def _github(name: str, event: Callable[[Origin], object]) -> Variables:
    return lambda made, folder: github(folder, name, event(made))


def _gitlab(**values: str) -> Variables:
    return lambda made, folder: {
        "GITLAB_CI": "true",
        "CI_DEFAULT_BRANCH": "main",
        **{f"CI_{key}": getattr(made, value, value) for key, value in {"COMMIT_SHA": "head", **values}.items()},
    }


def _with(**values: str) -> Variables:
    """Return variables; one whose value is a name of the origin's commits gets that commit."""
    return lambda made, folder: {key: getattr(made, value, value) for key, value in values.items()}


# The whole of the topic is the change: its secret is found, main's are not.
WHOLE: Final[dict[str, Variables]] = {
    "GitHub, pull request": _github("pull_request", pull_request),
    "GitHub, pull request of an older base": _github("pull_request", lambda made: pull_request(made, made.base)),
    "GitHub, pull request from a fork": _github("pull_request_target", pull_request),
    "GitHub, merge queue": _github(
        "merge_group",
        lambda made: {"merge_group": {"head_sha": made.merge, "base_sha": made.later, "base_ref": "refs/heads/main"}},
    ),
    "GitHub, push": _github("push", lambda made: push(made.base, made.head)),
    "GitHub, push of a new branch": _github("push", lambda made: push(ZERO, made.head)),
    "GitHub, push of a new tag": _github("push", lambda made: {**push(ZERO, made.head), "ref": "refs/tags/v1"}),
    "GitHub, forced push": _github("push", lambda made: push(ABSENT, made.head)),
    "GitHub, push that merges main": _github("push", lambda made: push(made.base, made.merge)),
    "GitLab, merge request": _gitlab(
        MERGE_REQUEST_IID="1", MERGE_REQUEST_DIFF_BASE_SHA="base", MERGE_REQUEST_TARGET_BRANCH_NAME="main"
    ),
    "GitLab, merge request, no branch": _gitlab(MERGE_REQUEST_IID="1", MERGE_REQUEST_DIFF_BASE_SHA="base"),
    "GitLab, merge request, no base": _gitlab(
        MERGE_REQUEST_IID="1", COMMIT_BEFORE_SHA=ZERO, MERGE_REQUEST_TARGET_BRANCH_NAME="main"
    ),
    "GitLab, merged results": _gitlab(
        COMMIT_SHA="merge",
        MERGE_REQUEST_IID="1",
        MERGE_REQUEST_DIFF_BASE_SHA="base",
        MERGE_REQUEST_TARGET_BRANCH_NAME="main",
        MERGE_REQUEST_SOURCE_BRANCH_SHA="head",
    ),
    "GitLab, push": _gitlab(COMMIT_BRANCH="topic", COMMIT_BEFORE_SHA="base", PIPELINE_SOURCE="push"),
    "GitLab, push of a new branch": _gitlab(COMMIT_BRANCH="topic", COMMIT_BEFORE_SHA=ZERO),
    "GitLab, tag": _gitlab(COMMIT_TAG="v1", COMMIT_BEFORE_SHA=ZERO),
    "GitLab, by hand": _gitlab(COMMIT_BRANCH="topic", COMMIT_BEFORE_SHA=ZERO, PIPELINE_SOURCE="web"),
    "Azure, pull request": _with(
        TF_BUILD="True",
        SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
        SYSTEM_PULLREQUEST_SOURCECOMMITID="head",
        BUILD_SOURCEVERSION="merge",
    ),
    "Azure, pull request, short names": _with(
        TF_BUILD="True", SYSTEM_PULLREQUEST_TARGETBRANCH="main", BUILD_SOURCEVERSION="merge"
    ),
    "Azure, a branch": _with(TF_BUILD="True", BUILD_SOURCEVERSION="head"),
    "Bitbucket, pull request": _with(
        BITBUCKET_BUILD_NUMBER="7", BITBUCKET_COMMIT="head", BITBUCKET_PR_DESTINATION_BRANCH="main"
    ),
    "Bitbucket, a branch": _with(BITBUCKET_BUILD_NUMBER="7", BITBUCKET_COMMIT="head", BITBUCKET_BRANCH="topic"),
    "CircleCI": _with(CIRCLECI="true", CIRCLE_SHA1="head", CIRCLE_BRANCH="topic"),
    "Jenkins, change": _with(JENKINS_URL="https://ci.example", CHANGE_TARGET="main", CHANGE_ID="1"),
    "Jenkins, change, without its address": _with(BUILD_TAG="jenkins-x-7", CHANGE_TARGET="main"),
    "Jenkins, a branch": _with(JENKINS_URL="https://ci.example", GIT_PREVIOUS_SUCCESSFUL_COMMIT="base"),
}


@pytest.mark.parametrize("variables", WHOLE.values(), ids=WHOLE.keys())
def test_the_change_is_found(made: Origin, tmp_path: Path, variables: Variables) -> None:
    seen = ci(made.clone(), variables(made, tmp_path))
    assert (seen.code, seen.places, seen.report["skips"]) == (1, [APP], []), seen.err


@pytest.mark.parametrize("variables", WHOLE.values(), ids=WHOLE.keys())
def test_a_depth_that_holds_the_change_is_enough(made: Origin, tmp_path: Path, variables: Variables) -> None:
    """Either the change is found, or the depth is named as the cause: what a shallow clone lacks is not clean."""
    for depth in (1, 2, 3):
        seen = ci(made.clone(f"--depth={depth}", "--no-single-branch"), variables(made, tmp_path))
        assert seen.code in (1, 2)
        if seen.code == 1:
            assert seen.places == [APP]
        else:
            assert "shallow" in seen.err and not seen.out


DEEPEN: Final[dict[str, tuple[str, str]]] = {
    "GitHub, pull request": ("fetch-depth: 0", "- uses: actions/checkout@v4"),
    "GitHub, push": ("fetch-depth: 0", "with:"),
    "GitLab, merge request": ('GIT_DEPTH: "0"', "variables:"),
    "Azure, pull request": ("fetchDepth: 0", "- checkout: self"),
    "Bitbucket, pull request": ("depth: full", "clone:"),
    "CircleCI": ("method: full", "- checkout:"),
    "Jenkins, change": ("git fetch --unshallow", "Shallow clone"),
}


@pytest.mark.parametrize("name", DEEPEN)
def test_a_checkout_of_one_commit_is_told_what_to_add(made: Origin, tmp_path: Path, name: str) -> None:
    ref = made.merge if name == "GitHub, pull request" else made.head
    checkout = made.clone("--depth=1", ref=ref)
    seen = ci(checkout, WHOLE[name](made, tmp_path))
    assert (seen.code, seen.out) == (2, "")
    assert "shallow" in seen.err
    for words in DEEPEN[name]:
        assert words in seen.err
    ranged = ci(checkout, WHOLE[name](made, tmp_path), "--range", f"{made.base}..HEAD")
    assert (ranged.code, "shallow" in ranged.err, DEEPEN[name][0] in ranged.err) == (2, True, True)


def test_a_push_of_one_commit_is_that_commit(made: Origin, tmp_path: Path) -> None:
    seen = ci(made.clone(), github(tmp_path, "push", push(made.one, made.head)))
    assert (seen.code, seen.places) == (0, [])  # the secret was there before
    assert seen.report["summary"]["drops"]["not-new"] == 1
    seen = ci(made.clone(), github(tmp_path, "push", push(made.base, made.one)))
    assert seen.places == [("app.py", 1)]


def test_the_first_push_of_all_is_all_of_it(made: Origin, tmp_path: Path) -> None:
    seen = ci(made.clone(), github(tmp_path, "push", push(ZERO, made.later, "main")))
    assert (seen.code, sorted(seen.places)) == (1, [("late.py", 1), ("old.py", 2)])
    seen = ci(made.clone(), github(tmp_path, "push", push(ABSENT, made.later, "main")))
    assert (seen.code, len(seen.places)) == (1, 2)
    assert f"{ABSENT} is gone (a forced push?), so reading the whole history of this branch" in seen.err


def test_a_forced_push_says_what_it_is_compared_with(made: Origin, tmp_path: Path) -> None:
    seen = ci(made.clone(), github(tmp_path, "push", push(ABSENT, made.head)))
    assert f"redhanded: {ABSENT} is gone (a forced push?), so comparing with main\n" in seen.err


def test_a_first_build_of_jenkins_is_all_of_the_branch(made: Origin) -> None:
    seen = ci(made.clone(), {"JENKINS_URL": "x"})
    assert sorted(seen.places) == [APP, ("old.py", 2)]


# Errors: there is a service, but its change cannot be told.
ERRORS: Final[dict[str, tuple[Variables, str]]] = {
    "no service": (_with(), "no CI service was recognised"),
    "GitHub, a schedule": (_github("schedule", lambda made: {}), "the event schedule brings no change"),
    "GitHub, by hand": (_github("workflow_dispatch", lambda made: {}), "brings no change"),
    "GitHub, no event": (_github("", lambda made: {}), "GITHUB_EVENT_NAME is empty"),
    "GitHub, a deletion": (_github("push", lambda made: push(made.head, ZERO)), "deletes a branch"),
    "GitHub, a head that is not here": (_github("push", lambda made: push(made.base, ABSENT)), "last commit"),
    "GitHub, a base that is not here": (
        _github("pull_request", lambda made: pull_request(made, ABSENT)),
        "which was there before, is not in this checkout",
    ),
    "GitLab, no commit": (_gitlab(COMMIT_SHA=""), "CI_COMMIT_SHA is not a commit id: empty"),
    "GitLab, a schedule": (
        _gitlab(COMMIT_BRANCH="main", COMMIT_BEFORE_SHA=ZERO, PIPELINE_SOURCE="schedule"),
        "by schedule brings no change",
    ),
    "GitLab, a branch for a base": (
        _gitlab(MERGE_REQUEST_IID="1", MERGE_REQUEST_DIFF_BASE_SHA="main"),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA is not a commit id: main",
    ),
    "GitLab, an option for a base": (
        _gitlab(MERGE_REQUEST_IID="1", MERGE_REQUEST_DIFF_BASE_SHA="--all"),
        "is not a commit id: --all",
    ),
    "GitLab, neither base nor branch": (_gitlab(MERGE_REQUEST_IID="1"), "is set"),
    "Azure, main": (_with(TF_BUILD="True", BUILD_SOURCEVERSION="later"), "is in the default branch"),
    "Azure, nothing": (_with(TF_BUILD="True"), "BUILD_SOURCEVERSION is not a commit id: empty"),
    "Azure, a target that is not here": (
        _with(TF_BUILD="True", SYSTEM_PULLREQUEST_TARGETBRANCH="release", BUILD_SOURCEVERSION="head"),
        "the branch origin/release is not in this checkout",
    ),
    "Azure, an odd target": (
        _with(TF_BUILD="True", SYSTEM_PULLREQUEST_TARGETBRANCH="main^{/\x1b}", BUILD_SOURCEVERSION="head"),
        r"the branch origin/main^{/\x1b} is not in this checkout",
    ),
    "Bitbucket, main": (_with(BITBUCKET_BUILD_NUMBER="7", BITBUCKET_COMMIT="later"), "is in the default branch"),
    "Bitbucket, a short id": (_with(BITBUCKET_BUILD_NUMBER="7", BITBUCKET_COMMIT="abc123"), "not a commit id: abc123"),
    "CircleCI, main": (_with(CIRCLECI="true", CIRCLE_SHA1="later"), "is in the default branch"),
    "Jenkins, an odd commit": (
        _with(JENKINS_URL="x", GIT_PREVIOUS_SUCCESSFUL_COMMIT="HEAD~1"),
        "GIT_PREVIOUS_SUCCESSFUL_COMMIT is not a commit id",
    ),
}


@pytest.mark.parametrize(("variables", "words"), ERRORS.values(), ids=ERRORS.keys())
def test_a_change_that_cannot_be_told_is_an_error(
    made: Origin, tmp_path: Path, variables: Variables, words: str
) -> None:
    seen = ci(made.clone(), variables(made, tmp_path))
    assert (seen.code, seen.out) == (2, "")
    assert words in seen.err
    assert "help:  None" not in seen.err


def test_no_default_branch_to_compare_with(made: Origin) -> None:
    checkout = made.clone()
    checkout.git("remote", "set-head", "origin", "--delete")
    seen = ci(checkout, {"CIRCLECI": "true", "CIRCLE_SHA1": made.head})
    assert (seen.code, "does not say what this build is to be compared with" in seen.err) == (2, True)


def test_a_tag_or_a_local_branch_cannot_stand_in_for_the_target(made: Origin) -> None:
    """A branch of the change's own is no measure of it."""
    checkout = made.clone()
    for ref in ("refs/heads/release", "refs/tags/release", "refs/remotes/release"):
        checkout.git("update-ref", ref, made.head)
    variables = {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "release", "BUILD_SOURCEVERSION": made.head}
    assert ci(checkout, variables).code == 2


def test_a_change_without_commits_says_so(made: Origin, tmp_path: Path) -> None:
    seen = ci(made.clone(), github(tmp_path, "push", push(made.head, made.head)))
    assert (seen.code, seen.err) == (0, "redhanded: the change has no commits, so there was nothing to read\n")


def test_a_blobless_checkout_is_incomplete_and_told_what_to_add(made: Origin) -> None:
    made.repo.git("config", "uploadpack.allowFilter", "true")
    checkout = made.clone("--filter=blob:none")
    seen = ci(checkout, {"CIRCLECI": "true", "CIRCLE_SHA1": made.head})
    assert "missing-object" in {skip["reason"] for skip in seen.report["skips"]}
    assert (seen.code in (1, 3), "method: full" in seen.err) == (True, True)


def test_a_range_by_hand_needs_no_service(made: Origin) -> None:
    checkout = made.clone()
    assert ci(checkout, {}, "--range", "origin/main..HEAD").places == [APP]
    assert ci(checkout, {"GITHUB_ACTIONS": "true"}, "--range", "origin/main..HEAD").places == [APP]
    for text, words in (
        ("origin/main", "two revisions are needed"),
        ("..HEAD", "is a variable in it empty"),
        ("--all..HEAD", "no commit --all"),
        ("nope..HEAD", "no commit nope"),
    ):
        seen = ci(checkout, {}, f"--range={text}")
        assert (seen.code, words in seen.err) == (2, True), text


def test_variables_of_git_are_nothing_to_a_ci_job(made: Origin, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    elsewhere = {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path)}
    assert ci(made.clone(), elsewhere, "--range", "origin/main..HEAD").places == [APP]


def test_each_service_is_recognised_by_its_variables(made: Origin, tmp_path: Path) -> None:
    names = {case.partition(",")[0].split(" ")[0] for case in WHOLE}
    found = {service.name.split(" ")[0] for v in WHOLE.values() if (service := recognise(v(made, tmp_path)))}
    assert found == names
    assert len(SERVICES) == len(names)


def test_merges_from_main_are_not_the_change(made: Origin, tmp_path: Path) -> None:
    """A branch that takes main over twice, once with a conflict that only the merge resolves."""
    repo = made.repo
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "-m", "take over", "main")
    repo.git("checkout", "-q", "main")
    repo.add("main2.py", line("main2"))
    repo.commit()
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "main")
    repo.add("resolved.py", line("resolved"))
    repo.commit("take over again")
    head = repo.git("rev-parse", "HEAD")
    event = {"pull_request": {"head": {"sha": head}, "base": {"sha": made.later, "ref": "main"}}}
    seen = ci(made.clone(ref=head), github(tmp_path, "pull_request", event))
    assert sorted(seen.places) == [APP, ("resolved.py", 1)]
    assert LINE not in seen.out
