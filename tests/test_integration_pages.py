"""The pages about editors, CI and coding agents: what they show runs, and is found."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.cli.project import WAITS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {
    name: (DOCS / f"{name}.md").read_text("utf-8") for name in ("ci", "editors", "agents")
}
FENCED = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^( *)```(\w+)\n(.*?)^ *```$", re.M | re.S)
TOOLS = Path(sys.executable).parent


def blocks(page: str, language: str) -> list[str]:
    return [text for _, _, kind, text in FENCED.findall(PAGES[page]) if kind == language]


def commands(page: str) -> list[str]:
    """Every call of the command in a code block, on one line."""
    text = "\n".join(text for *_, text in FENCED.findall(PAGES[page]))
    found = re.findall(
        r"(?:[-$:=] |^ *)(celery-guard (?:check|rules|map) ?[^`\n]*)", text, re.M
    )
    return [each for each in found if "{posargs}" not in each]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/tasks.py").write_text(WAITS, encoding="utf-8")
    (tmp_path / "setup.cfg").touch()
    return tmp_path


def shell(
    command: str, folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("bash", "-c", command),
        cwd=folder,
        env={**os.environ, "PATH": f"{TOOLS}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("page", "command"), [(page, each) for page in PAGES for each in commands(page)]
)
def test_each_command_runs(project: Path, page: str, command: str) -> None:
    done = shell(command, project)
    # With --fix, the report is on standard error.
    assert done.returncode in {0, 1}, done.stderr
    assert "error" not in done.stderr


def test_each_page_has_commands() -> None:
    assert all(commands(page) for page in PAGES)


def loaded(text: str) -> Any:
    """YAML as plain data. libcst brings a reader along, but not for every Python."""
    yaml: Any = pytest.importorskip("yaml")
    return yaml.safe_load(text)


def test_every_yaml_block_is_well_formed() -> None:
    found = [loaded(text) for text in blocks("ci", "yaml")]
    assert len(found) >= 6
    hooks = loaded((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == re.findall(
        r"^\| `(celery-guard[\w-]*)` \|", PAGES["ci"], re.M
    )


def action() -> Any:
    return loaded((ROOT / "action.yml").read_text("utf-8"))


def test_the_inputs_of_the_action_are_documented() -> None:
    section = PAGES["ci"].partition("| input |")[2].partition("###")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", section, re.M) == list(action()["inputs"])


@pytest.mark.parametrize("sarif", ["", "report.sarif"])
def test_the_action_annotates_and_fails(project: Path, tmp_path: Path, sarif: str) -> None:
    (project / "celery-guard/bin").mkdir(parents=True)
    (project / "celery-guard/bin/celery-guard").symlink_to(TOOLS / "celery-guard")
    step = action()["runs"]["steps"][-1]
    values = {"GUARD_PATHS": "shop", "GUARD_ARGS": "--no-cache", "GUARD_SARIF": sarif}
    assert set(values) == set(step["env"])
    done = shell(f"set -e\n{step['run']}", project, RUNNER_TEMP=str(tmp_path), **values)
    assert done.returncode == 1
    assert done.stdout.startswith("::")
    if sarif:
        (run,) = json.loads((project / sarif).read_text("utf-8"))["runs"]
        assert [each["ruleId"] for each in run["results"]] == ["CEL101"]


def test_the_problem_matcher_of_vs_code_matches(project: Path) -> None:
    settings, tasks = (json.loads(text) for text in blocks("editors", "json"))
    assert settings["flake8.importStrategy"] == "fromEnvironment"
    (task,) = tasks["tasks"]
    done = shell(" ".join([task["command"], *task["args"]]), project)
    pattern = task["problemMatcher"]["pattern"]
    match = re.match(pattern["regexp"], done.stdout.splitlines()[0])
    assert match
    keys = ("file", "line", "column", "code")
    found = [match[pattern[key]] for key in keys]
    assert found == ["shop/tasks.py", "11", "12", "CEL101"]


def test_neovims_linter_calls_a_command_that_works(project: Path) -> None:
    (lua,) = [text for text in blocks("editors", "lua") if "stdin = true" in text]
    given = re.search(r"args = \{(.*?)\},\n  ignore", lua, re.S)
    assert given
    words = re.findall(r'"([^"]+)"', given[1])
    command = " ".join(["celery-guard", *words, str(project / "shop/tasks.py")])
    done = shell(f"{command} < shop/tasks.py", project)
    # The Lua pattern, as a regular expression.
    assert re.match(r"^[^:]+:(\d+):(\d+): (\w+) (.+)$", done.stdout.splitlines()[0])


def test_flake8_reads_standard_input_as_editors_give_it(project: Path) -> None:
    done = shell(
        "flake8 --select=CEL --stdin-display-name shop/tasks.py - < shop/tasks.py", project
    )
    assert done.stdout.startswith("shop/tasks.py:11:12: CEL101 ")


def test_the_configuration_of_helix_starts_the_server() -> None:
    (text,) = blocks("editors", "toml")
    table = tomli.loads(text)
    server = table["language-server"]["celery-guard"]
    assert [server["command"], *server["args"]] == ["celery-guard", "server"]
    assert table["language"] == [{"name": "python", "language-servers": ["celery-guard"]}]


def test_agents_are_told_the_fields_that_exist(project: Path) -> None:
    document = json.loads(shell("celery-guard check --output-format json", project).stdout)
    tables = PAGES["agents"].partition("## Reading the linter's JSON")[2].split("| field")
    rows = [
        re.findall(r"`([a-z_]+)`", line.split("|")[1])
        for table in tables[1:]
        for line in table.splitlines()
        if line.startswith("| `")
    ]
    named = {name for row in rows for name in row}
    assert named == {*document, *document["findings"][0]}


def test_the_search_finds_what_people_type() -> None:
    pages = {path.stem: path.read_text("utf-8").lower() for path in DOCS.glob("*.md")}
    for words, page in (
        ("vscode", "editors"),
        ("neovim", "editors"),
        ("pycharm", "editors"),
        ("github action", "ci"),
        ("gitlab", "ci"),
        ("flask", "guard-flask"),
        ("asyncio", "guard-async"),
        ("agents.md", "agents"),
    ):
        assert re.search(rf"\b{re.escape(words)}", pages[page]), words
        listed = re.search(rf"^ +- {page}\.md$", (ROOT / "mkdocs.yml").read_text(), re.M)
        assert listed, page
