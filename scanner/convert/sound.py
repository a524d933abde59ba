"""Drafts made sound: each is built and run through the rule check; what fails is bounded more tightly or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.convert.bounds import BOUNDS
from scanner.convert.drafts import Draft, LeftOut
from scanner.convert.notes import Note
from scanner.convert.template import template
from scanner.convert.yamlfile import text_of
from scanner.engine.rulecheck import check
from scanner.errors import RuleError
from scanner.ruleset.check import Problem
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import build
from scanner.ruleset.spec import read

_FILE: Final = "imported.yaml"
_TEMPLATES: Final = 2  # as it comes, and with a long secret
_TOO_SLOW: Final = ("takes more than", "Hyperscan cannot compile", "more than")
_LIVE: Final = "the file holds what looks like a live token"
_EXAMINED: Final = ("does not find", "takes more than", "more than", _LIVE)  # other problems end the check early
_RIVAL: Final = ": rule '"


class _State(NamedTuple):
    """A draft, and how many templates have been tried for it."""

    draft: Draft
    tried: int = 0


def settle(
    entries: Sequence[Draft | LeftOut], their_ids: dict[str, str], jobs: int, notes: list[Note]
) -> list[Draft | LeftOut]:
    """Return the entries with patterns that the rule check accepts and, where it can be made, an example each.

    `their_ids` gives the ids of the notes by ours.
    """
    settler = _Settler(their_ids, jobs, notes)
    settled = [settler.built(entry) if isinstance(entry, Draft) else entry for entry in entries]
    states = {entry.id: _State(_with_example(entry, 0)) for entry in settled if isinstance(entry, Draft)}
    outs = settler.checked(states)
    done: list[Draft | LeftOut] = []
    for entry in settled:
        if isinstance(entry, LeftOut) or entry.id in outs:
            done.append(entry if isinstance(entry, LeftOut) else outs[entry.id])
        else:
            done.append(states[entry.id].draft)
    return done


def _with_example(draft: Draft, number: int) -> Draft:
    return draft._replace(example=template(draft.root, draft.secret, long=number > 0))


class _Settler:
    def __init__(self, their_ids: dict[str, str], jobs: int, notes: list[Note]) -> None:
        self._their_ids = their_ids
        self._jobs = jobs
        self._notes = notes

    def built(self, draft: Draft) -> Draft | LeftOut:
        """Return the draft if it is a rule that can be built."""
        try:
            for spec in read(file_of([draft])):
                build(spec)
        except RuleError as error:
            return self._left_out(draft, _reason(error))
        return draft

    def checked(self, states: dict[str, _State]) -> dict[str, LeftOut]:
        """Run the check, change what fails, and run it again over what was changed, until nothing does."""
        outs: dict[str, LeftOut] = {}
        left = dict(states)
        while drafts := [state.draft for state in left.values() if state.draft.example]:
            changed: dict[str, _State] = {}
            problems = check([file_of(drafts)], jobs=self._jobs)
            for problem in problems:
                if not problem.rule_id or problem.rule_id in changed or problem.rule_id in outs:
                    continue
                state = self._after(states[problem.rule_id], problem)
                if isinstance(state, LeftOut):
                    outs[problem.rule_id] = state
                elif state is not None:
                    states[problem.rule_id] = changed[problem.rule_id] = state
            is_whole = all(problem.message.startswith(_EXAMINED) for problem in problems)
            stuck = not changed and outs.keys().isdisjoint(left)
            left = changed if is_whole or stuck else {id: states[id] for id in left if id not in outs}
        return outs

    def _after(self, state: _State, problem: Problem) -> _State | LeftOut | None:
        """Return what to try next after this problem: None when it stays as it is."""
        draft, message = state.draft, problem.message
        if message.startswith(_LIVE) or _RIVAL in message:
            what = f"`rules check` will say: {message}"
            self._notes.append(Note(draft.line, self._their_ids[draft.id], what))
            return None
        if message.startswith(_TOO_SLOW):
            tighter = [bound for bound in BOUNDS if bound < draft.bound]
            if not tighter or not _is_open(draft):
                return self._left_out(draft, message)
            return state._replace(draft=_with_example(draft._replace(bound=tighter[0]), state.tried))
        if state.tried + 1 < _TEMPLATES:
            return _State(_with_example(draft, state.tried + 1), state.tried + 1)
        why = message.rpartition(": ")[2]
        what = f"no example could be made ({why}), so `rules check` will ask for one"
        by_hand = "write `examples`: a text with the secret between [[ and ]], its random parts as fields"
        self._notes.append(Note(draft.line, self._their_ids[draft.id], what, by_hand))
        return state._replace(draft=draft._replace(example=""))

    def _left_out(self, draft: Draft, reason: str) -> LeftOut:
        return LeftOut(self._their_ids[draft.id], draft.line, reason, draft.source)


def _is_open(draft: Draft) -> bool:
    return draft.pattern != draft._replace(bound=draft.bound - 1).pattern


def file_of(drafts: Sequence[Draft]) -> RuleFile:
    """Return the rule file of these drafts alone, for checks."""
    return RuleFile(_FILE, text_of("Imported", _FILE, drafts).encode())


def _reason(error: RuleError) -> str:
    """Return the message without the place, which is of a file that was never written."""
    message = error.message.removeprefix(f"{error.file}:{error.line}: ").removeprefix(f"{error.file}: ")
    return message.partition(": ")[2] if message.startswith("rule '") else message
