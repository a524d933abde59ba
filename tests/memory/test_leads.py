"""What is read again because something was found in it need not be searched again."""

from __future__ import annotations

import pytest

from scanner.git.facts import gather
from scanner.git.folders import Folders
from scanner.git.place import place_of
from scanner.git.store import open_store
from scanner.model import Blob, BlobOrigin, Target
from scanner.sources import memory
from scanner.sources.history import History
from scanner.sources.past import to_read
from scanner.sources.recall import recall
from scanner.sources.unchanged import Unchanged
from tests.git.support import git_in
from tests.memory.support import Auditor, remembered

_AT = len('key = "')


@pytest.mark.parametrize("packed", [True, False])
def test_where_to_look_is_known_the_next_time(audit: Auditor, packed: bool) -> None:
    if packed:
        audit.repo.git("repack", "-q", "-a", "-d")
    audit.see()
    past, rows = remembered(audit)
    git = git_in(audit.repo)
    facts = gather(Folders(place_of(git).objects))
    oid = audit.repo.git("rev-parse", "HEAD:key.py")
    expected = {oid: {0: [(_AT, _AT)]}}
    assert to_read(past, facts) == expected

    source = Unchanged(git, past, facts, 1000)
    left = recall(open_store(git, place_of(git)), memory.decode(rows) or memory.nothing(), facts, past)
    for again in (source, History(git, left.store).less(left, past, None)):
        with again.reader() as reader:
            read = reader.read([target for target in again.targets() if isinstance(target, Target)])
            found = {blob.origin: blob.leads for blob in read if isinstance(blob, Blob) and blob.leads}
        assert found == {BlobOrigin(oid): expected[oid]}


def test_what_has_moved_is_searched_again(audit: Auditor) -> None:
    audit.see()
    past, _ = remembered(audit)
    audit.repo.git("repack", "-q", "-a", "-d")
    assert to_read(past, gather(Folders(place_of(git_in(audit.repo)).objects))) == {}
    audit.assert_same()
