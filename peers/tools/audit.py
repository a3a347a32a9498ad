"""celery-audit with the configuration that ``audited.tsv`` names for each app of a project.

What it reports as unknown is left out: celery-audit says itself that this is no finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from accuracy.verdicts import Site, rows_of
from bench.corpora import Corpus
from peers.tools.run import Output, Report, ToolError, command, output

AUDITED = Path(__file__).parent.parent / "audited.tsv"
FINDINGS = 1


def report(corpus: Corpus) -> Report:
    """Return what celery-audit says of the apps of a project."""
    apps = [row for row in rows_of(AUDITED) if row["corpus"] == corpus.name]
    if not apps:
        raise ToolError("has no configuration module to be named")
    sites: set[Site] = set()
    seconds = 0.0
    for app in apps:
        done = _audited(corpus.folder / app["root"], app["modules"], app["namespace"])
        sites.update(_sites(done.text, PurePosixPath(app["root"])))
        seconds += done.seconds
    return Report(frozenset(sites), seconds)


def _audited(root: Path, modules: str, namespace: str) -> Output:
    arguments = [command("celery-audit"), ".", "--format=json"]
    arguments += [f"--config={module}" for module in modules.split()]
    if namespace:
        arguments.append(f"--settings-namespace={namespace}")
    return output(arguments, root, (0, FINDINGS))


def _sites(text: str, root: PurePosixPath) -> Iterator[Site]:
    for finding in json.loads(text)["findings"]:
        if finding["severity"] != "unknown":
            path = (root / finding["file"]).as_posix()
            yield Site(path, finding["line"], finding["rule_id"])
