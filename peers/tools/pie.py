"""flake8-pie's rules for Celery, in an environment without other plugins."""

from __future__ import annotations

import re

from accuracy.verdicts import Site
from bench.corpora import Corpus
from bench.environments import with_plugin
from peers.tools.run import Report, output

CODES = "PIE783,PIE784,PIE785"
ARGUMENTS = ("--isolated", f"--select={CODES}", "--exit-zero")
LINE = re.compile(r"^(?:\./)?(.+?):(\d+):\d+: (PIE\d+)", re.MULTILINE)


def report(corpus: Corpus) -> Report:
    """Return what flake8 with flake8-pie says of a project."""
    flake8 = with_plugin("flake8-pie").command("flake8")
    done = output([flake8, *ARGUMENTS], corpus.folder, (0,))
    sites = frozenset(
        Site(path, int(line), code) for path, line, code in LINE.findall(done.text)
    )
    return Report(sites, done.seconds)
