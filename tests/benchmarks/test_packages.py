"""The lists of packages: what is measured on is not learnt from."""

from __future__ import annotations

from benchmarks.packages import LISTS, Package, listed


def test_the_lists_share_no_package() -> None:
    names = {which: {package.name.lower() for package in listed(which)} for which in LISTS}
    assert not names["unseen"] & (names["packages"] | names["more"])
    assert all(len(listed(which)) > 90 for which in LISTS)


def test_a_package_has_a_folder_of_its_own() -> None:
    assert Package("npm", "@scope/name", "1.2.3").folder == "scope-name-1.2.3"
    for which in LISTS:
        folders = [package.part + package.folder for package in listed(which)]
        assert len(folders) == len(set(folders))
