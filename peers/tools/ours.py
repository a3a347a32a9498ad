"""celery-guard with all its rules, those included that are off by default."""

from __future__ import annotations

import json

from accuracy.verdicts import Site
from bench.corpora import Corpus
from peers.tools.run import Report, command, output

ARGUMENTS = ("check", "--isolated", "--no-cache", "--select=ALL", "--output-format=json")
FINDINGS, UNREADABLE_FILES = 1, 2


def report(corpus: Corpus) -> Report:
    """Return what celery-guard says of a project."""
    done = output(
        [command("celery-guard"), *ARGUMENTS],
        corpus.folder,
        (0, FINDINGS, UNREADABLE_FILES),
    )
    findings = json.loads(done.text)["findings"]
    sites = frozenset(Site(f["path"], f["line"], f["code"]) for f in findings)
    return Report(sites, done.seconds)
