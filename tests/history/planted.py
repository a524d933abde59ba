"""A repository with a made-up token in every place that can carry one: `plant` says which token stands where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.history.support import line, loose
from tests.support import Repo, token

# Made by hand: no git command writes such a commit. A signature goes on in lines that begin with a space.
_COMMIT: Final = """\
tree {tree}
parent {parent}
author Ada <ada@example.com> 1704103200 +0000
committer Ada <ada@example.com> 1704103200 +0000
gpgsig {dashes}BEGIN PGP SIGNATURE{dashes}
 Comment: {secret}
{blank}
 {dashes}END PGP SIGNATURE{dashes}

signed
"""
_DASHES: Final = "-" * 5
_IDENTITY: Final = {"author": "GIT_AUTHOR_NAME", "author-email": "GIT_AUTHOR_EMAIL", "committer": "GIT_COMMITTER_NAME"}


class Planted(NamedTuple):
    """`places`: by seed of the token, the kind of place. `beyond`: of what no ref or reflog reaches. `local`: what a
    mirror does not get, as it is in reflogs, the stash's history or another worktree.
    """

    repo: Repo
    places: dict[str, str]
    beyond: dict[str, str]
    local: frozenset[str]


def plant(folder: Path) -> Planted:
    repo = Repo(folder / "planted")
    repo.add("README", "hello\n")
    repo.commit("start")
    places = dict(
        [
            *_files(repo),
            *_merges(repo),
            *_commits(repo),
            *_signatures(repo),
            *_tags(repo),
            *_notes(repo),
            *_names(repo),
        ]
    )
    local = dict([*_reflogs(repo), *_worktree(repo)])
    stashes = dict(_stashes(repo))
    older = {seed for seed in stashes if seed.startswith("older")}
    return Planted(repo, {**places, **local, **stashes}, dict(_beyond(repo)), frozenset(local) | older)


def _files(repo: Repo) -> Iterator[tuple[str, str]]:
    repo.add("large.txt", "nothing\n" * (17 << 17))  # enough for workers to be worth starting
    repo.add("app.py", line("content"))
    repo.add("deleted.py", line("deleted"))
    (repo.path / "link").symlink_to(token(seed="link"))
    (repo.path / "utf16.txt").write_bytes(line("utf-16").encode("utf-16"))
    repo.git("add", "-A")
    repo.commit("files")
    repo.git("rm", "-q", "deleted.py")
    repo.commit("one less")
    yield from {"content": "file", "deleted": "file", "link": "symlink", "utf-16": "file"}.items()


def _merges(repo: Repo) -> Iterator[tuple[str, str]]:
    for branch in ("one", "two", "three"):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.add(f"{branch}.txt", f"{branch}\n")
        repo.add("shared.txt", f"{branch}\n" if branch == "one" else "")
        repo.commit(branch)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "one")
    repo.add("shared.txt", line("evil merge"))  # what neither parent has
    repo.add("new.txt", line("merge only"))
    repo.commit("evil merge")
    repo.git("merge", "-q", "--no-commit", "-s", "ours", "two", "three")
    repo.add("octopus.txt", line("octopus"))
    repo.commit(f"octopus\n\n{line('octopus message')}")
    yield from dict.fromkeys(("evil merge", "merge only", "octopus"), "file").items()
    yield "octopus message", "message"


def _commits(repo: Repo) -> Iterator[tuple[str, str]]:
    def empty(message: str, **env: str) -> None:
        repo.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message, env=env)

    empty(f"subject {token(seed='subject')}")
    empty(f"body\n\nuse {token(seed='body')} here\n\nReviewed-by: Eve <eve@example.com>")
    empty(f"trailer\n\nsome words\n\nReviewed-by: Eve <eve@example.com>\nToken: {token(seed='trailer')}")
    for seed, variable in _IDENTITY.items():
        empty("by someone", **{variable: token(seed=seed)})
    repo.git("-c", "i18n.commitEncoding=latin1", "commit", "-q", "--allow-empty", "-F", "-", stdin=_latin())
    # A commit that says UTF-16 and is not: git stores the bytes that it is given.
    repo.git("-c", "i18n.commitEncoding=UTF-16", "commit", "-q", "--allow-empty", "-m", token(seed="utf-16 message"))
    yield from dict.fromkeys(("subject", "body", "latin-1 message", "utf-16 message"), "message").items()
    yield from {"trailer": "trailer", "author": "author", "author-email": "author", "committer": "committer"}.items()


def _latin() -> bytes:
    return f"caf\xe9 {token(seed='latin-1 message')} \xfc\n".encode("latin-1")


def _signatures(repo: Repo) -> Iterator[tuple[str, str]]:
    head, tree = repo.git("rev-parse", "HEAD"), repo.git("rev-parse", "HEAD^{tree}")
    signed = _COMMIT.format(tree=tree, parent=head, dashes=_DASHES, secret=token(seed="gpgsig"), blank=" ")
    made = repo.git("hash-object", "-w", "-t", "commit", "--stdin", stdin=signed.encode())
    repo.git("reset", "-q", "--hard", made)
    repo.git("checkout", "-q", "-b", "release", "HEAD~1")
    repo.git("commit", "-q", "--allow-empty", "-m", "release")
    signature = f"{_DASHES}BEGIN PGP SIGNATURE{_DASHES}\n\n{_DASHES}END PGP SIGNATURE{_DASHES}\n"
    body = f"release {token(seed='mergetag')}\n{signature}"
    head = (
        f"object {repo.git('rev-parse', 'HEAD')}\ntype commit\ntag v0\ntagger Ada <ada@example.com> 1704103200 +0000\n"
    )
    tag = repo.git("hash-object", "-w", "-t", "tag", "--stdin", stdin=f"{head}\n{body}".encode())
    repo.git("update-ref", "refs/tags/v0", tag)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge a tag", "v0")  # the commit takes over the tag, message and all
    repo.git("tag", "-d", "v0")
    loose(repo, tag).unlink()
    yield from dict.fromkeys(("gpgsig", "mergetag"), "header").items()


def _tags(repo: Repo) -> Iterator[tuple[str, str]]:
    def tag(seed: str, target: str) -> None:
        repo.git("tag", "-a", "-m", token(seed=seed), seed.replace(" ", "-"), target)

    tag("tag", "HEAD~1")
    tag("nested tag", "tag")
    blob = repo.git("hash-object", "-w", "--stdin", stdin=line("tagged blob").encode())
    repo.git("tag", "a-blob", blob)
    inner = repo.git("mktree", stdin=f"100644 blob {_blob(repo, 'tagged tree')}\tinner.py\n".encode())
    named = f"100644 blob {repo.git('rev-parse', 'HEAD:README')}\t{token(seed='name in a tagged tree')}\n"
    tag("tag of a tree", repo.git("mktree", stdin=f"040000 tree {inner}\tdeep\n{named}".encode()))
    tag("tag of a blob", _blob(repo, "blob of a tag"))
    repo.git("tag", "-a", "-m", "x", "tagged-by-eve", env={"GIT_COMMITTER_NAME": token(seed="tagger")})
    yield from dict.fromkeys(("tag", "nested tag", "tag of a tree", "tag of a blob"), "tag-message").items()
    yield from dict.fromkeys(("tagged blob", "tagged tree", "blob of a tag"), "file").items()
    yield from {"name in a tagged tree": "file-name", "tagger": "tagger"}.items()


def _blob(repo: Repo, seed: str) -> str:
    return repo.git("hash-object", "-w", "--stdin", stdin=line(seed).encode())


def _notes(repo: Repo) -> Iterator[tuple[str, str]]:
    repo.git("notes", "add", "-m", token(seed="note"), "HEAD")
    repo.git("notes", "--ref", "review", "add", "-m", token(seed="review note"), "HEAD~1")
    repo.git("notes", "add", "-f", "-m", "nothing any more", "HEAD")
    yield from dict.fromkeys(("note", "review note"), "note").items()


def _names(repo: Repo) -> Iterator[tuple[str, str]]:
    repo.add(f"{token(seed='file name')}.txt", "text\n")
    repo.add(f"deep/x-{token(seed='folder name')}-y/file.txt", "text\n")
    repo.add("before.txt", "the same\n")
    repo.commit("names")
    repo.git("mv", "before.txt", f"after {token(seed='new name')}")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{token(seed='submodule')}")
    repo.commit("renamed")
    repo.git("rm", "-q", "-r", "--cached", ".")
    repo.git("add", "app.py")
    repo.commit("all gone")
    for seed, ref in (("branch", "heads/x/"), ("tag name", "tags/"), ("remote", "remotes/origin/"), ("pull", "pull/")):
        repo.git("update-ref", f"refs/{ref}{token(seed=seed)}", "HEAD")
        yield seed, "ref-name"
    repo.git("update-ref", f"refs/notes/{token(seed='notes ref')}", "refs/notes/commits")
    yield "notes ref", "ref-name"
    original = repo.git("commit-tree", "-m", token(seed="original"), "HEAD^{tree}")
    repo.git("update-ref", "refs/original/refs/heads/main", original)  # as filter-branch leaves it
    yield "original", "message"
    yield from dict.fromkeys(("file name", "new name", "submodule"), "file-name").items()
    yield "folder name", "folder-name"


def _reflogs(repo: Repo) -> Iterator[tuple[str, str]]:
    repo.add("amended.py", line("amended"))
    repo.commit(token(seed="amended message"))
    repo.add("amended.py", "nothing\n")
    repo.git("commit", "-q", "--amend", "-m", "harmless")
    repo.add(f"{token(seed='name that was reset')}.py", line("reset"))
    repo.commit("to be reset")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    yield from {"amended": "file", "reset": "file", "amended message": "message"}.items()
    yield "name that was reset", "file-name"


def _stashes(repo: Repo) -> Iterator[tuple[str, str]]:
    repo.add("app.py", line("older stash's index"))
    repo.write("app.py", line("older stash"))
    repo.git("stash", "push", "-q")
    repo.write("app.py", line("stash"))
    repo.write("untracked.py", line("stash untracked"))
    repo.git("stash", "push", "-q", "--include-untracked", "-m", token(seed="stash message"))
    stashed = ("older stash", "older stash's index", "stash", "stash untracked")
    yield from dict.fromkeys(stashed, "stash").items()
    yield "stash message", "message"


def _worktree(repo: Repo) -> Iterator[tuple[str, str]]:
    repo.git("worktree", "add", "-q", "--detach", "../other")
    (repo.path.parent / "other" / "app.py").write_text(line("worktree"))
    repo.git("-C", "../other", "commit", "-q", "-a", "-m", "there")
    yield "worktree", "file"


def _beyond(repo: Repo) -> Iterator[tuple[str, str]]:
    """Plant what is stored, and nothing leads to. FETCH_HEAD, ORIG_HEAD and the index are no refs."""
    tree = repo.git("mktree", stdin=f"100644 blob {_blob(repo, 'lost')}\t{token(seed='lost name')}\n".encode())
    made = repo.git("commit-tree", "-m", token(seed="fetched"), tree)
    (repo.path / ".git" / "FETCH_HEAD").write_text(f"{made}\t\tbranch 'x' of elsewhere\n")
    made = repo.git("commit-tree", "-m", token(seed="original head"), "HEAD^{tree}")
    (repo.path / ".git" / "ORIG_HEAD").write_text(f"{made}\n")
    repo.add("staged.py", line("staged"))
    yield from {"lost": "file", "staged": "file", "fetched": "message", "original head": "message"}.items()
    yield "lost name", "file-name"
