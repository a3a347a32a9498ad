"""Makes the page of all options, from the tables that the tools are built from."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from flake8_celery_get.choices.configuration import COMMAND, LISTS
from flake8_celery_get.cli.arguments.parser import parser
from flake8_celery_get.options import OPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

PAGE = "options.md"
KINDS = {"tuple[str, ...]": "list", "str": "path", "bool": "switch"}

_INTRODUCTION = """\
# Options

The command line overrides flake8's configuration, and flake8's configuration overrides
`[tool.celery-guard]` in `pyproject.toml`. Paths are relative to the folder of the file that sets
them.
On its command line, flake8 accepts the same options as flags: `--celery-guard-roots=src`.
[Configuration](configuration.md) describes how files and rules are chosen.
"""
_FLAGS = """\
## Options of the command only

`celery-guard check` has the options above, and these. Those with a key can also be set in
`[tool.celery-guard]`. flake8 has its own options for most of them.

| flag | key | what it does |
|---|---|---|
"""
_PER_FILE = """
`per-file-ignores` is a table in `pyproject.toml`, from patterns to lists of codes:

```toml
[tool.celery-guard.per-file-ignores]
"scripts/*" = ["CEL104"]
```
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page to the site."""
    # Imported here: the page is tested where there is no mkdocs.
    from mkdocs.structure.files import File

    files.append(File.generated(config, PAGE, content=page()))
    return files


def page() -> str:
    """The whole page."""
    sections = [_section(option) for option in OPTION_FIELDS]
    rows = "".join(_rows(_commands()["check"]))
    return "\n".join([_INTRODUCTION, *sections, f"{_FLAGS}{rows}{_PER_FILE}"])


def _section(option: Field[Any]) -> str:
    key = option.name.replace("_", "-")
    said, _, default = option.metadata["help"].removesuffix(")").partition(" (default: ")
    example = option.metadata["example"]
    rows = [
        ("`pyproject.toml`", f"`{key} = {in_toml(example)}`"),
        ("`celery-guard`", f"`{as_flag(key, example)}`"),
        ("flake8", f"`celery-guard-{key} = {in_words(example)}`"),
    ]
    table = "".join(f"| {head} | {cell} |\n" for head, cell in rows)
    text = f"{said[0].upper()}{said[1:]}. {option.metadata['more']}".rstrip()
    kind = f"A {KINDS[str(option.type)]}. Default: {default or _default(option.default)}."
    return f"## {key}\n\n{text}\n\n{kind}\n\n| where | setting |\n|---|---|\n{table}"


def _default(value: Any) -> str:
    return "none" if value == () else f"`{in_toml(value)}`"


def in_toml(value: Any) -> str:
    """The value as `pyproject.toml` writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(in_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def in_words(value: Any) -> str:
    """The value as flake8's configuration and the command line write it."""
    return ",".join(value) if isinstance(value, tuple) else str(value).lower()


def as_flag(key: str, value: Any) -> str:
    """The flag with the value."""
    if isinstance(value, bool):
        return f"--{key}" if value else f"--no-{key}"
    return f"--{key}={in_words(value)}"


def _commands() -> dict[str, argparse.ArgumentParser]:
    top = parser()
    (commands,) = [a for a in top._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(commands.choices)


def _rows(command: argparse.ArgumentParser) -> Iterator[str]:
    ours = {option.name for option in OPTION_FIELDS}
    for action in command._actions:
        if not action.option_strings or action.dest in {"help", *ours}:
            continue
        flags = list(action.option_strings)
        if action.metavar:
            flags[-1] += f" {action.metavar}"
        has_key = action.dest in {*LISTS, *COMMAND, "per_file_ignores"}
        key = f"`{action.dest.replace('_', '-')}`" if has_key else ""
        text = action.help or ""
        if action.choices:
            text = f"{', '.join(f'`{each}`' for each in action.choices)} ({text})"
        yield f"| {', '.join(f'`{flag}`' for flag in flags)} | {key} | {text} |\n"
