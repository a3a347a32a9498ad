"""Which of our codes flake8 reports, told by its own options or by pyproject.toml."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.choices.selection import PerFile, Selection, per_file_of

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.choices.configuration import Configuration


def selection(values: argparse.Namespace, said: Configuration) -> Selection | None:
    """Return what the plugin selects, and opinions; flake8 selects among these afterwards.

    None stands for everything.
    """
    return _chosen(values) if _selects_ours(values) else _of_project(said)


def reported(values: argparse.Namespace, said: Configuration) -> Selection:
    """Return what is reported in the end."""
    per_file = _per_file(values)
    if not _selects_ours(values):
        chosen = _of_project(said) or Selection()
        return chosen if chosen.per_file else replace(chosen, per_file=per_file)
    select = _prefixes(values, "select") or ("",)
    more = _prefixes(values, "extend_select")
    left_out = _prefixes(values, "ignore", "extend_ignore")
    return Selection((*select, *more), tuple(left_out), per_file)


def _selects_ours(values: argparse.Namespace) -> bool:
    """Tell whether flake8's own options choose among our codes: they win."""
    codes = _prefixes(values, "select", "extend_select", "ignore", "extend_ignore")
    return any(code.startswith("CEL") for code in codes)


def _prefixes(values: argparse.Namespace, *names: str) -> list[str]:
    return [code for name in names for code in getattr(values, name, None) or ()]


def _per_file(values: argparse.Namespace) -> PerFile | None:
    from flake8.utils import parse_files_to_codes_mapping

    said = parse_files_to_codes_mapping(getattr(values, "per_file_ignores", None) or "")
    return PerFile(os.getcwd(), tuple((name, tuple(codes)) for name, codes in said))


def _chosen(values: argparse.Namespace) -> Selection:
    """Return everything, and the opinions that flake8 was told to select by name."""
    return Selection(("", *_prefixes(values, "select", "extend_select")))


def _of_project(said: Configuration) -> Selection | None:
    per_file = per_file_of(said.folder, said.per_file_ignores)
    if all(
        each is None for each in (said.select, said.ignore, said.extend_select, per_file)
    ):
        return None
    chosen = ("",) if said.select is None else said.select
    return Selection(chosen + (said.extend_select or ()), said.ignore or (), per_file)
