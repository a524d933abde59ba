"""Reasons to drop or to grade a match, one file each; asked in this order, the cheap ones first."""

from __future__ import annotations

from typing import Final

from scanner.model import Drop, Keep
from scanner.refine import (
    allow,
    awsaccount,
    basicauth,
    checksum,
    codename,
    entropy,
    insidedata,
    jwt,
    keyname,
    placeholder,
    plainvalue,
    privatekey,
    published,
    urlpassword,
)
from scanner.refine.subject import Refiner, Subject

REFINERS: Final[dict[str, Refiner]] = {
    "allow": allow.refine,
    "published": published.refine,
    "placeholder": placeholder.refine,
    "url-password": urlpassword.refine,
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
}


def judge(subject: Subject) -> Keep | Drop:
    """Return the first Drop, or else the last Keep, with the facts of all; the rule's own grade when no refiner has an
    opinion.
    """
    keep = Keep(subject.rule.evidence)
    for refiner in REFINERS.values():
        verdict = refiner(subject)
        if isinstance(verdict, Drop):
            return verdict
        if verdict is not None:
            keep = verdict._replace(facts=keep.facts + verdict.facts)
    return keep
