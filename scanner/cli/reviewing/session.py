"""A review at a terminal: one finding after the other, a key for each decision, each in effect at once."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeVar

from scanner.cli.entries import Terms, day, one_line, terms, user
from scanner.cli.environment import Environment
from scanner.cli.reviewing.context import Contexts
from scanner.cli.reviewing.deciding import Deciding, Undo, outside
from scanner.cli.reviewing.items import Item
from scanner.cli.reviewing.keyboard import Keyboard
from scanner.cli.reviewing.screen import Screen
from scanner.cli.reviewing.todo import ROTATE, SKIP
from scanner.errors import RedhandedError, UsageError
from scanner.policy.allowfolder import FOLDER
from scanner.redact import printable

T = TypeVar("T")
Opens = Callable[[Item], None]
_WORDS: Final = {"a": "allowed", "r": "to be rotated", "s": "skipped", "gone": "gone from the files"}


class Past(NamedTuple):
    at: int
    way: str
    undo: Undo


class _CancelledError(Exception):
    """What was begun is not to be."""


class Session:
    """`opens` opens an item's place in an editor, `explains` says why it is a finding; both raise RedhandedError."""

    def __init__(
        self,
        items: tuple[Item, ...],
        screen: Screen,
        keyboard: Keyboard,
        contexts: Contexts,
        deciding: Deciding,
        opens: Opens,
        explains: Opens,
        environment: Environment,
    ) -> None:
        self._items = items
        self._screen = screen
        self._keyboard = keyboard
        self._contexts = contexts
        self._deciding = deciding
        self._opens = opens
        self._explains = explains
        self._environment = environment
        self._past: list[Past] = []
        self._values: frozenset[bytes] = frozenset()

    @property
    def left(self) -> int:
        """How many are undecided."""
        return len(self._items) - len(self._past)

    def run(self) -> None:
        """Go through them until the last, or until the user ends it. Raises KeyboardInterrupt."""
        at = 0
        while at < len(self._items):
            item = self._items[at]
            context = self._contexts.of(item.finding)
            self._values = context.values
            self._screen.finding(item.finding, context, at + 1, len(self._items))
            moved = self._key(at, item)
            if moved is None:
                return
            at = moved

    def summary(self) -> Iterator[str]:
        counted = Counter(past.way for past in self._past)
        done = ", ".join(f"{number:,} {_WORDS[way]}" for way, number in counted.items()) or "nothing decided"
        yield f"{done}; {self.left:,} undecided"
        if counted["a"]:
            yield f"commit it: git add {FOLDER}"

    def _key(self, at: int, item: Item) -> int | None:
        """Do what a key says; return which item is next, None for the end."""
        while True:
            self._screen.prompt()
            key = self._keyboard.key()
            try:
                match key:
                    case "q" | "":
                        return None
                    case "a" | "r" | "s":
                        undo = self._allow(item) if key == "a" else self._mark(item, key)
                        self._past.append(Past(at, key, undo))
                        return at + 1
                    case "b" if self._past:
                        past = self._past.pop()
                        past.undo()
                        self._screen.say(f"taken back: it is no longer {_WORDS[past.way]}", "")
                        return past.at
                    case "o" | "e":
                        return self._open(at, item)
                    case "?" | "h":
                        self._screen.keys()
                        self._explains(item)
                    case "b":
                        self._screen.say("there is no decision to take back")
                    case _:
                        self._screen.say("no such key; ? shows what there is")
            except RedhandedError as error:
                words = f"{error.message}\n{error.help or ''}".rstrip()
                self._screen.say(*map(printable, words.split("\n")))
            except _CancelledError:
                self._screen.say("nothing is allowed")

    def _mark(self, item: Item, key: str) -> Undo:
        undo = self._deciding.mark([item], ROTATE if key == "r" else SKIP)
        self._screen.say(_WORDS[key], "")
        return undo

    def _open(self, at: int, item: Item) -> int:
        with self._keyboard.steady():
            self._opens(item)
        if not self._contexts.is_gone(item.finding):
            return at
        self._screen.say("it is gone from the files; if it was ever pushed or shared, rotate it all the same", "")
        self._past.append(Past(at, "gone", lambda: None))
        return at + 1

    def _allow(self, item: Item) -> Undo:
        given = self._terms()
        change, undo = self._deciding.allow([item], given)
        self._screen.say(*(f"wrote {name}" for name in change.names))
        if change.same:
            self._screen.say("already allowed, on the same terms")
        if left := outside(item, given):
            self._screen.say(f"it stands outside of these paths, too, and is still reported: {left}")
        self._screen.say("")
        return undo

    def _terms(self) -> Terms:
        """Ask on what terms. Raises _CancelledError at an empty reason."""
        reason = self._asked("why may it stay? (nothing: go back) ", self._reason)
        try:
            known = user(self._environment)
        except UsageError:
            known = ""
        who = f" ({printable(known)})" if known else ""
        owner = self._asked(f"who answers for it?{who} ", lambda text: one_line(text or known))
        until = self._asked(
            "until when, as 2027-01-31? (for good) ",
            lambda text: self._checked(reason, owner, day(text) if text else None, []),
        )
        return self._asked(
            "only in which paths, as in .gitignore? (everywhere) ",
            lambda text: self._checked(reason, owner, until.expires, text.split()),
        )

    def _checked(self, reason: str, owner: str, expires: Any, paths: list[str]) -> Terms:
        return terms(Namespace(reason=reason, owner=owner, expires=expires, path=paths), self._environment)

    def _reason(self, text: str) -> str:
        if not text:
            raise _CancelledError
        if any(value in os.fsencode(text) for value in self._values if value):
            raise ArgumentTypeError("the reason has the secret in it, and would be committed")
        return one_line(text)

    def _asked(self, question: str, read: Callable[[str], T]) -> T:
        """Ask until the answer is one. Raises _CancelledError at the end of input."""
        while True:
            self._screen.ask(question)
            text = self._keyboard.line()
            if text is None:
                self._screen.say("")
                raise _CancelledError
            try:
                if "\ufffd" in text:
                    raise ArgumentTypeError("that is no text in this terminal's encoding")
                return read(text.strip())
            except ArgumentTypeError as error:
                self._screen.say(printable(str(error)))
            except UsageError as error:
                self._screen.say(printable(f"{error.message.removeprefix('--')}; {error.help}"))
