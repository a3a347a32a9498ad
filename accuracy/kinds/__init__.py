"""What a line can look like that a rule could speak of: plain `ast`, one file for each theme."""

from __future__ import annotations

from collections.abc import Iterator

Words = Iterator[tuple[int, str]]
"""Lines, each with the word that made it worth reading."""
