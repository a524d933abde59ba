"""Write docs/rules.md, the table of all built-in rules, from the rules themselves.

python -m scripts.rules_page            write it
python -m scripts.rules_page --check    fail when it is not up to date
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from scanner.ruleset.built import Rule
from scanner.ruleset.load import rules
from scanner.ruleset.resources import builtin_files

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"


def page() -> str:
    """Return the text of the page."""
    found = sorted(rules(builtin_files()), key=lambda rule: (rule.provider.lower(), rule.id))
    providers = [(provider, list(group)) for provider, group in groupby(found, key=lambda rule: rule.provider)]
    lines = [
        "# The rules",
        "",
        f"{len(found):,} rules for {len(providers):,} providers. This page is made from `rules/*.yaml` by",
        "`python -m scripts.rules_page`; `redhanded rules show ID` tells more of each rule. Those marked (off)",
        "are used with `--extended` or `--only ID` alone.",
        "",
    ]
    for provider, group in providers:
        lines += [f"## {provider}", "", "| rule | finds | severity | evidence |", "|---|---|---|---|"]
        lines += [_row(rule) for rule in group]
        lines.append("")
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    extended = "" if rule.enabled else " (off)"
    name = rule.name.replace("|", "\\|")
    return f"| `{rule.id}`{extended} | {name} | {rule.severity} | {rule.evidence} |"


def main() -> int:
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/rules.md is not up to date: run `python -m scripts.rules_page`\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
