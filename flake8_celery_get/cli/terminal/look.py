"""How a report looks: colors, links, and how much it tells."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_celery_get.cli.terminal.paint import PLAIN, Paint


@dataclass(frozen=True, slots=True)
class Look:
    """What people want to see. ``quiet`` is findings alone, ``verbose`` adds links."""

    paint: Paint = PLAIN
    quiet: bool = False
    verbose: bool = False
