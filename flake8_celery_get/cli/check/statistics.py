"""How many findings of each rule there are, the most frequent rule first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results


def statistics(results: Results) -> str:
    """Return a line for each rule that has findings."""
    counts = Counter((finding.code, finding.name) for finding in results.findings)
    width = max((len(str(number)) for number in counts.values()), default=0)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{number:{width}}  {code} {name}\n" for (code, name), number in ranked)
