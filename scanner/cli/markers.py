"""What the options say of markers, comments that allow a finding; and what is to be said of those that were met."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable

from scanner.errors import UsageError
from scanner.marker import FOREIGN, OURS, Marker, MarkerPolicy
from scanner.model import ScanReport


def marker_policy(options: Namespace, off: Iterable[str] = ()) -> MarkerPolicy:
    """Return whose markers count, without those that the configuration turns `off`. Raises UsageError for a marker of
    nobody.
    """
    tools = {OURS, *FOREIGN}
    for tool in options.ignore_marker:
        if tool not in tools:
            raise UsageError(f"--ignore-marker: unknown scanner {tool!r}", _known(tool))
    ignored = {*off, *options.ignore_marker, *(FOREIGN if options.no_foreign_markers else ())}
    return MarkerPolicy(frozenset(tools - ignored), options.strict_policy)


def _known(tool: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(tool, (OURS, *FOREIGN), 1)
    return f"did you mean {near[0]}?" if near else f"there are those of {', '.join((OURS, *FOREIGN))}"


def marker_remark(report: ScanReport) -> str:
    """Return one line about markers that do not say enough, accepted or refused; nothing when there are none."""
    refused = [finding.refused for finding in report.findings if finding.refused]
    loose = [entry.marker for entry in report.suppressed if entry.marker and entry.marker.lack]
    if refused:
        return f"refused under --strict-policy, as no rule is named or no reason given: {_counted(refused)}"
    if loose:
        return f"accepted without a rule or a reason: {_counted(loose)}; --strict-policy refuses such"
    return ""


def _counted(markers: Iterable[Marker]) -> str:
    tools = Counter(marker.tool for marker in markers)
    number = tools.total()
    whose = ", ".join(f"{count} of {tool}" for tool, count in tools.most_common() if tool != OURS)
    return f"{number:,} marker{'s' * (number != 1)}{f' ({whose})' if whose else ''}"
