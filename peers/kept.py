"""Keeps what the tools reported, so that a verdict can be added without another run."""

from __future__ import annotations

import json
from pathlib import Path

from accuracy.verdicts import Site
from bench.corpora import cache_folder
from peers.tools.run import Report, ToolError

Answer = Report | ToolError
"""What came of running a tool on a project."""


def keep(tool: str, corpus: str, answer: Answer) -> None:
    """Remember an answer."""
    if isinstance(answer, ToolError):
        data: dict[str, object] = {"error": str(answer)}
    else:
        sites = [[site.path, site.line, site.code] for site in sorted(answer.sites)]
        data = {"seconds": answer.seconds, "sites": sites}
    file = _file(tool, corpus)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data), encoding="utf-8")


def kept(tool: str, corpus: str) -> Answer:
    """Return the answer of the last run."""
    try:
        data = json.loads(_file(tool, corpus).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ToolError("not run")
    if "error" in data:
        return ToolError(data["error"])
    return Report(frozenset(Site(*site) for site in data["sites"]), data["seconds"])


def _file(tool: str, corpus: str) -> Path:
    return cache_folder().parent / "peers" / tool / f"{corpus}.json"
