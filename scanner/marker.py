"""Comments that allow a finding: whose they may be, and what one of them says."""

from __future__ import annotations

from typing import Final, NamedTuple

OURS: Final = "redhanded"
# Other scanners whose comments count as well, so that a team can switch without touching its files.
FOREIGN: Final = ("gitleaks", "betterleaks", "trufflehog", "detect-secrets", "kingfisher", "ggshield")


class Marker(NamedTuple):
    """A comment that allows a finding. `tool`: whose form it has; `line`: where it stands, from 1, in the content that
    the finding is in; `rules`: the rules that it names, none for any; `reason`: its own words.
    """

    tool: str
    line: int
    rules: tuple[str, ...] = ()
    reason: str = ""

    @property
    def lack(self) -> str:
        """What it ought to say and does not; empty when it names a rule and gives a reason."""
        unnamed = "names no rule" if not any(rule.strip("*") for rule in self.rules) else ""
        unreasoned = "gives no reason" if not self.reason else ""
        return " and ".join(filter(None, (unnamed, unreasoned)))

    @property
    def form(self) -> str:
        """Whose marker it is, for people: `marker`, `gitleaks marker`."""
        return "marker" if self.tool == OURS else f"{self.tool} marker"


class MarkerPolicy(NamedTuple):
    """Whose markers count; `strict`: only such as name a rule and give a reason. Those of others name none."""

    tools: frozenset[str] = frozenset((OURS, *FOREIGN))
    strict: bool = False


EVERYBODYS: Final = MarkerPolicy()
