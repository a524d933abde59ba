"""Reasons to drop or to grade a match, one file each; asked in this order, the cheap ones first."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from scanner.model import CONFIDENCE, Drop, Keep
from scanner.refine import (
    allow,
    awsaccount,
    basicauth,
    checksum,
    codename,
    entropy,
    envfile,
    header,
    insidedata,
    jwt,
    keyname,
    leftplain,
    placeholder,
    plainvalue,
    privatekey,
    published,
    urlpassword,
)
from scanner.refine.subject import Refiner, Subject
from scanner.ruleset.built import Rule

GENERIC: Final = "generic"  # the judge of generic candidates
LEFT_PLAIN: Final = "left-plain"  # the tag of rules for what is not encrypted among what is
OF_FILE: Final = "env-file"  # the tag of rules that tell of a file as such, not of what matched
is_file_of_its_kind: Final = envfile.is_one

REFINERS: Final[dict[str, Refiner]] = {
    "allow": allow.refine,
    "published": published.refine,
    "placeholder": placeholder.refine,
    "url-password": urlpassword.refine,
    "header": header.refine,
    "checksum": checksum.refine,
    "aws-account": awsaccount.refine,
    "key-name": keyname.refine,
    "plain-value": plainvalue.refine,
    "code-name": codename.refine,
    "entropy": entropy.refine,
    "inside-data": insidedata.refine,
    "basic-auth": basicauth.refine,
    "private-key": privatekey.refine,
    "jwt": jwt.refine,
    "env-file": envfile.refine,
    "left-plain": leftplain.refine,
}


# Of a generic rule's match only these say something: the judge weighs what the others look at.
_BEFORE_GENERIC: Final = ("allow", "published", "placeholder", "url-password", "header", "basic-auth")
_AFTER_GENERIC: Final = ("jwt",)
_OF_TAG: Final = {
    "url-password": "url",
    "basic-auth": "basic-auth",
    "env-file": OF_FILE,
    "left-plain": LEFT_PLAIN,
}  # the refiner is asked about rules with the tag alone, and need not look at it


def judge(subject: Subject) -> Keep | Drop:
    """Return the first Drop, or else the last Keep, with the facts of all; the rule's own grade when no refiner has an
    opinion. What is less sure than the user's gate is dropped.
    """
    keep = Keep(subject.rule.evidence)
    rule = subject.rule
    for refine in _asked(rule.tags, bool(rule.allow)):
        verdict = refine(subject)
        if isinstance(verdict, Drop):
            return verdict
        if verdict is not None:
            keep = verdict._replace(facts=keep.facts + verdict.facts)
    if subject.gate is not None and keep.judged is None and confidence(subject.rule, keep) < subject.gate:
        return Drop("below-gate", "it is less sure than --min-confidence asks for")
    return keep


@lru_cache(maxsize=256)
def _asked(tags: tuple[str, ...], allows: bool) -> tuple[Refiner, ...]:
    return tuple(refiner(name) for name in _names(tags, allows))


def refiners_of(subject: Subject) -> tuple[str, ...]:
    """Return the names of those that are asked, in order."""
    return _names(subject.rule.tags, bool(subject.rule.allow))


def _names(tags: tuple[str, ...], allows: bool) -> tuple[str, ...]:
    """Return the names of the refiners for rules with these tags, without those that never have an opinion on them."""
    silent = {name for name, tag in _OF_TAG.items() if tag not in tags} | (set() if allows else {"allow"})
    return tuple(name for name in _candidates(tags) if name not in silent)


def _candidates(tags: tuple[str, ...]) -> tuple[str, ...]:
    if OF_FILE in tags:
        return ("allow", "env-file")
    if LEFT_PLAIN in tags:
        return ("allow", "published", "placeholder", "left-plain")
    return (*_BEFORE_GENERIC, GENERIC, *_AFTER_GENERIC) if "generic" in tags else tuple(REFINERS)


def refiner(name: str) -> Refiner:
    return _generic if name == GENERIC else REFINERS[name]


def _generic(subject: Subject) -> Keep | Drop | None:
    """Ask the judge, which is loaded, with its weights, for the first that is no stand-in: most scans meet none."""
    from scanner.refine.generic.judge import refine

    return refine(subject)


def confidence(rule: Rule, keep: Keep) -> float:
    """Return how sure a match is, from 0 to 1."""
    if keep.confidence is not None:
        return keep.confidence
    return rule.confidence if keep.evidence == rule.evidence else CONFIDENCE[keep.evidence]
