"""Makes the pages that the code itself holds: one for each rule, and their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.pages.families import FAMILIES
from flake8_celery_get.pages.page import all_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

_INTRODUCTION = """\
# Rules

Each rule has a code, a name and a page. Comments, options and messages use the code, and
`celery-guard explain CEL101` prints the page in a terminal.
[Configuration](../configuration.md#choosing-rules) describes how to enable and disable rules,
and [Automatic fixes](../fixing.md) what safe and unsafe fixes are.
"""
_COLUMNS = ("code", "name", "what it reports", "fixes", "reported by")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site and to its navigation."""
    # Imported here: the table is tested where there is no mkdocs.
    from mkdocs.structure.files import File

    pages = {"rules/index.md": table()}
    pages |= {f"rules/{page.code}.md": page.markdown for page in all_pages()}
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    config.nav = [*(config.nav or []), {"Rules": list(pages)}]
    return files


def table() -> str:
    """The page that lists all rules, by family."""
    return "\n".join([_INTRODUCTION, *_sections()])


def _sections() -> Iterator[str]:
    for prefix, subject in FAMILIES.items():
        yield f"## {prefix}xx\n\n{subject[0].upper()}{subject[1:]}.\n"
        yield f"| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|"
        yield "".join(_rows(prefix))


def _rows(prefix: str) -> Iterator[str]:
    for page in all_pages():
        if page.code.startswith(prefix):
            yield (
                f"| [{page.code}]({page.code}.md) | {page.name} | {page.purpose} "
                f"| {', '.join(page.fixes)} | {', '.join(page.sides)} |\n"
            )
