"""Makes the pages that the code itself holds: one for each rule, and their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from flake8_celery_get.pages.page import all_pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site and to its navigation."""
    pages = {"rules/index.md": _table()}
    pages |= {f"rules/{page.code}.md": page.markdown for page in all_pages()}
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    config.nav = [*(config.nav or []), {"Rules": list(pages)}]
    return files


def _table() -> str:
    rows = [
        f"| [{page.code}]({page.code}.md) | {page.name} | {page.purpose} "
        f"| {', '.join(page.fixes)} | {', '.join(page.sides)} |"
        for page in all_pages()
    ]
    columns = ("code", "name", "what it reports", "fixes", "reported by")
    head = ["# Rules", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*head, *rows, ""])
