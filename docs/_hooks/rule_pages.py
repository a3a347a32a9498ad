"""Makes the pages that the code itself holds: one for each rule, and their table."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from flake8_celery_get.catalog import all_rules

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from flake8_celery_get.rule import Rule


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site and to its navigation."""
    pages = {"rules/index.md": _table(all_rules())}
    pages |= {f"rules/{rule.code}.md": _page(rule) for rule in all_rules()}
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    config.nav = [*(config.nav or []), {"Rules": list(pages)}]
    return files


def _table(rules: tuple[type[Rule], ...]) -> str:
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {_purpose(rule)} "
        f"| {', '.join(rule.fixes)} |"
        for rule in rules
    ]
    head = ["# Rules", "", "| code | name | what it reports | fixes |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _purpose(rule: type[Rule]) -> str:
    first = _doc(rule).splitlines()[0]
    return f"{first} Off by default." if rule.is_opinion() else first


def _page(rule: type[Rule]) -> str:
    note = f"Off by default. `--extend-select {rule.code}` switches it on.\n\n"
    head = f"# {rule.code} {rule.name}\n\n{note if rule.is_opinion() else ''}"
    head += f"{rule.fixed_by()}\n\n" if rule.fixes else ""
    return f"{head}{_doc(rule)}\n"


def _doc(rule: type[Rule]) -> str:
    return inspect.cleandoc(rule.__doc__ or "")
