"""What the team has decided, in layers: the user's file, `.redhanded.yaml` at the root, and those of folders below.

`Policy` says what holds: for a whole run, and for a path. The files of folders are read when a path below them is
asked about. Everything comes from bytes (`Read`), so it may be a commit's as well as the disk's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from scanner.errors import ConfigError
from scanner.globs import Globs
from scanner.policy.disk import Disk, Read
from scanner.policy.values import MAX_BYTES, OF_FOLDERS, Allow, At, Graded, Layer, Number, Switch, Word
from scanner.ruleset.names import names
from scanner.ruleset.resources import RuleFile, builtin_ids

NAME: Final = ".redhanded.yaml"
_MARKS: Final = (NAME, ".redhanded")  # of a root outside of git
_MAX_RULE_FILES: Final = 100
_MAX_ALLOWS: Final = 1_000  # of all folders together


class Policy:
    """`layers` hold for the whole repository at `root` (absolute), the weakest first; `read` has its files.

    `known` are the ids of all rules, once they are known: a configuration must not name others. `is_one_of_many`: the
    run is over several repositories, so what the root's file says holds by path, as for a folder. `prefix` stands
    before the name of a folder's file in messages (a commit's id and a colon).
    """

    def __init__(
        self, root: str, layers: Sequence[Layer] = (), read: Read | None = None, user_root: str = "", prefix: str = ""
    ) -> None:
        self.root = root
        self.prefix = prefix
        self.layers = tuple(layers)
        self.known: frozenset[str] | None = None
        self.is_one_of_many = False
        self._lacks_rules = False  # of a partial clone: then nobody knows which rules there are
        self._read = read
        self._user_root = user_root
        self._folders: dict[str, tuple[Layer, ...]] = {"": ()}
        self._allows: tuple[Allow, ...] = ()

    # What holds for a whole run: the last layer that says something.

    @property
    def fail_on(self) -> Word | None:
        return next((layer.fail_on for layer in reversed(self.layers) if layer.fail_on), None)

    @property
    def min_confidence(self) -> Number | None:
        return next((layer.min_confidence for layer in reversed(self.layers) if layer.min_confidence), None)

    @property
    def max_file_size(self) -> Number | None:
        return next((layer.max_file_size for layer in reversed(self.layers) if layer.max_file_size), None)

    @property
    def builtin_rules(self) -> Switch | None:
        return next((layer.builtin_rules for layer in reversed(self.layers) if layer.builtin_rules), None)

    @property
    def allows(self) -> tuple[Allow, ...]:
        """The patterns of the whole repository, and those of the folders that `look_below` has met."""
        return (*(allow for layer in self.layers for allow in layer.allow), *self._allows)

    @property
    def markers_off(self) -> frozenset[str]:
        """The tools whose inline markers are not honoured."""
        said = {mark.tool: mark.on for layer in self.layers for mark in layer.markers}
        return frozenset(tool for tool, on in said.items() if not on)

    def rule_files(self) -> list[RuleFile]:
        """Return the rules that the configuration adds. Raises ConfigError for a file that is not there."""
        files: list[RuleFile] = []
        for layer in self.layers:
            files += [] if layer.custom_rules is None else [layer.custom_rules]
            read = Disk(self._user_root) if layer.kind == "user" else self._read
            found = [_rule_file(read, word) for word in layer.rules]
            files += [file for file in found if file]
            self._lacks_rules = self._lacks_rules or None in found
        if len(files) > _MAX_RULE_FILES:
            last = next(word for layer in reversed(self.layers) for word in layer.rules)
            raise ConfigError(f"there are {len(files):,} rule files; the limit is {_MAX_RULE_FILES}", *last.at)
        return files

    def switched(self) -> tuple[dict[str, At], dict[str, At]]:
        """Return the rules that are turned on for the whole run, and those that are turned off; the last layer that
        names a rule decides. Raises ConfigError for a name that no rule has.
        """
        on: dict[str, At] = {}
        off: dict[str, At] = {}
        for layer in () if self.is_one_of_many else self.layers:
            for words, mine, other in ((layer.enable, on, off), (layer.skip, off, on)):
                for word in words:
                    for rule_id in self._named(word.text, word.at):
                        mine[rule_id] = word.at
                        other.pop(rule_id, None)
        return on, off

    def check(self, known: frozenset[str]) -> None:
        """Take down which rules there are, and look whether all that are named exist. Raises ConfigError."""
        self.known = known
        for layer in (*self.layers, *self.folders()):
            self._check(layer)

    def _check(self, layer: Layer) -> None:
        for word in (*layer.skip, *layer.enable):
            self._named(word.text, word.at)
        for graded in layer.severity:
            self._named(graded.rule, graded.at)
        for allow in layer.allow:
            for name in allow.rules:
                self._named(name, allow.at)

    def _named(self, pattern: str, at: At) -> list[str]:
        known = self.known or frozenset()
        found = [rule_id for rule_id in known if names(pattern, rule_id)]
        if not found and self.known is not None and not self._lacks_rules:
            if any(names(pattern, rule_id) for rule_id in builtin_ids()):
                return []  # the run is without the built-in rules, as another file or the command line may say
            from difflib import get_close_matches  # only on the way to an error

            near = get_close_matches(pattern, sorted(known), 1)
            help = f"did you mean {near[0]}?" if near else "`redhanded rules list` prints all rules"
            raise ConfigError(f"there is no rule {pattern!r}", *at, help)
        return found

    # What holds for a path. It is relative to the root, with slashes; that of a folder ends with one.

    def layers_of(self, path: str) -> tuple[Layer, ...]:
        """Return the layers that hold for a path, the weakest first. Raises ConfigError."""
        folder = path.rstrip("/").rpartition("/")[0]
        return (*self.layers, *self._below(f"{folder}/" if folder else ""))

    def excluded(self, path: str) -> Word | None:
        """Return the pattern that leaves out the path. Raises ConfigError."""
        return next((word for layer in self.layers_of(path) if (word := _excluded(layer, path))), None)

    def skipped(self, rule_id: str, path: str) -> At | None:
        """Return what turns the rule off for the path only. Raises ConfigError."""
        found: At | None = None
        for layer in self.layers_of(path):
            if layer.kind == "folder" or (layer.kind == "repository" and self.is_one_of_many):
                found = next((word.at for word in layer.skip if names(word.text, rule_id)), found)
        return found

    def severity(self, rule_id: str, path: str) -> Graded | None:
        """Return what sets the severity of the rule's findings at the path. Raises ConfigError."""
        layers = self.layers_of(path)
        return next(
            (one for layer in reversed(layers) for one in reversed(layer.severity) if names(one.rule, rule_id)), None
        )

    def look_below(self, paths: Iterable[str] = ("",)) -> None:
        """Take in the `allow` of all folders that hold these paths, or are below them: values are seen before it is
        known at which paths they stand. Raises ConfigError.
        """
        names: dict[str, None] = {}
        for path in paths if self._read else ():
            folder = path.rpartition("/")[0]
            above = accumulate(folder.split("/"), lambda upper, lower: f"{upper}/{lower}")
            names.update((f"{one}/{NAME}", None) for one in above if one)
            if self._read and path in ("", f"{folder}/"):
                names.update(dict.fromkeys(self._read.nested(NAME, path, self._leaves_out)))
        found: dict[Allow, None] = {}
        for name in sorted(names):
            data = self._read(name, MAX_BYTES) if self._read else None
            layers = self._below(name.removesuffix(NAME)) if data and b"allow" in data else ()
            found.update(dict.fromkeys(allow for layer in layers for allow in layer.allow))
        if len(found) > _MAX_ALLOWS:
            last = [*found][-1]
            words = f"there are {len(found):,} entries of `allow` in folders; the limit is {_MAX_ALLOWS:,}"
            raise ConfigError(words, *last.at, "put what is alike into one pattern, or into the root's file")
        self._allows = tuple(found)

    def _leaves_out(self, folder: str) -> bool:
        return any(_excluded(layer, folder) for layer in self.layers)

    def folders(self) -> tuple[Layer, ...]:
        """Return the layers of the folders that were asked about so far."""
        return tuple(dict.fromkeys(layer for layers in self._folders.values() for layer in layers))

    def _below(self, folder: str) -> tuple[Layer, ...]:
        """Return the layers of the folder and of those above it, but for the root's."""
        left = []
        while folder not in self._folders:  # no recursion: a path in history may be thousands of folders deep
            left.append(folder)
            above = folder.rstrip("/").rpartition("/")[0]
            folder = f"{above}/" if above else ""
        known = self._folders[folder]
        for folder in reversed(left):
            known = self._folders[folder] = (*known, *self._of_folder(folder, known))
        return known

    def _of_folder(self, folder: str, above: tuple[Layer, ...]) -> tuple[Layer, ...]:
        # What is left out from above has no say.
        if self._read is None or self._leaves_out(folder) or any(_excluded(layer, folder) for layer in above):
            return ()
        name = folder + NAME
        data = self._read(name, MAX_BYTES)
        if data is None:
            return ()
        from scanner.policy.layer import parse  # reads YAML, which most repositories do without

        layer = parse(self.prefix + name, data, "folder", folder)
        if self.known is not None:
            self._check(layer)
        return (layer,)


def find_root(path: str) -> str:
    """Return the root of the repository that holds `path`; outside of one, the nearest folder with a configuration
    or with suppressions.

    What holds in a repository does not depend on where one stands.
    """
    path = os.path.abspath(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    above = [folder]
    while (parent := os.path.dirname(above[-1])) != above[-1]:
        above.append(parent)
    for at in above:
        if os.path.lexists(os.path.join(at, ".git")):
            return at
    return next((at for at in above for mark in _MARKS if os.path.lexists(os.path.join(at, mark))), folder)


def load(root: str, user_file: str = "", read: Read | None = None, prefix: str = "") -> Policy:
    """Return the policy of the repository at `root`, whose files `read` has, or else the disk. Raises ConfigError.

    `user_file` is the path of the user's own configuration, empty for none. `prefix`: see Policy.
    """
    from scanner.policy.disk import read as read_file
    from scanner.redact import printable

    read = read or Disk(root)
    user_name = printable(user_file)
    users = read_file(user_file, user_name, MAX_BYTES) if user_file else None
    own = read(NAME, MAX_BYTES)
    layers = []
    if users is not None or own is not None:
        from scanner.policy.layer import parse  # reads YAML, which most repositories do without

        layers += [] if users is None else [parse(user_name, users, "user")]
        layers += [] if own is None else [_unprefixed(parse(prefix + NAME, own))]
    return Policy(root, layers, read, os.path.dirname(user_file), prefix)


def _unprefixed(layer: Layer) -> Layer:
    """Rules in a configuration are kept compiled under their file's name, which no commit's id may change."""
    return layer._replace(custom_rules=layer.custom_rules and layer.custom_rules._replace(name=NAME))


def run_wide(layer: Layer) -> Iterator[str]:
    """Yield the keys that the layer sets and that hold for a whole run."""
    for attribute, default in Layer._field_defaults.items():
        key = attribute.replace("_", "-")
        if key not in (*OF_FOLDERS, "kind", "folder") and getattr(layer, attribute) != default:
            yield key


def _excluded(layer: Layer, path: str) -> Word | None:
    """Return the pattern by which this layer leaves out the path. Nothing is known of a whole folder when something in
    it may be taken back.
    """
    if not layer.exclude or not path.startswith(layer.folder) or (layer.include and path.endswith("/")):
        return None
    inside = path[len(layer.folder) :]
    if not inside or (layer.include and _match(layer.include, inside)):
        return None
    return _match(layer.exclude, inside)


def _match(words: tuple[Word, ...], path: str) -> Word | None:
    found = Globs(tuple(word.text for word in words)).match(path)
    return next(word for word in words if word.text == found) if found is not None else None


def _rule_file(read: Read | None, word: Word) -> RuleFile | None:
    """Return the rule file, None for one that its reader lacks, and tells of. Raises ConfigError."""
    from scanner.ruleset.yamltext import MAX_BYTES as MOST

    data = read(word.text, MOST) if read else None
    if data is None and read and read.lacks(word.text):
        return None
    if data is None:
        help = "name a file below this one's folder; links are not followed, and other repositories' files not read"
        raise ConfigError(f"there is no rule file {word.text!r}", *word.at, help)
    return RuleFile(word.text, data)
