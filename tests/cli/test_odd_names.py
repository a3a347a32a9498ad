"""Whatever a file, a function or a task is called: each output is valid, a line a finding."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as Xml

import pytest

from tests.cli.project import WAIT_LINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="refuses some of the names")

NAMES = [
    b"\xff.py",
    b"\xed\xa0\x80.py",  # a surrogate, as a byte sequence that is no UTF-8
    b"a.py:1:1: CEL999 forged\nb.py",
    b"a.py:7:7: CEL101 forged.py",
    b"::error::forged.py",
    b"carriage\rreturn.py",
    b"com,ma.py",
    b"tab\tquo\"te's.py",
    b"per%0Acent%.py",
    b"back\\slash.py",
    b"<&]]>.py",
    b"{0}[x](y).py",
    b"two  blanks.py",
    b"esc\x1b[31m\x7f\x08.py",
    "lines\u2028\u2029\x85\x0b.py".encode(),
    "bidi\u202e\u2066.py".encode(),
    "nothing\ufeff\u200b\uffff\ufffe.py".encode(),
    "größe \U0001f4b6.py".encode(),
]
BREAKS = r"'a\n::error::\x1b[31m\ud800\u2028\u202e\0<&]]>'"
QUOTED = f"""\
from celery import Celery

app = Celery("p", backend="gone\\x1b\\ud800\\u2028://", broker="amqp://")


@app.task(name={BREAKS})
def größe(x):
    return größe.delay({BREAKS}).get(timeout=3) == {BREAKS}
"""


@pytest.fixture
def odd(project: Project) -> Project:
    """A file with one finding under each name, in the project's folder and in one below."""
    project.write("pyproject.toml", "")
    for name in NAMES:
        path = os.path.join(os.fsencode(project.folder), name)
        with open(path, "wb") as file:
            file.write(WAITS.encode())
    return project


def output(project: Project, *arguments: str, code: int = 1) -> str:
    """What a command prints, with nothing on stderr."""
    run = project.guard(*arguments)
    assert (run.code, run.err) == (code, "")
    return run.out


def encodable(document: Any) -> Any:
    """The document, which a strict parser has to take too: it refuses lone surrogates."""
    json.dumps(document, ensure_ascii=False).encode("utf-8")
    return document


@pytest.mark.parametrize("form", ["text", "concise"])
def test_people_get_one_printable_line_a_finding(odd: Project, form: str) -> None:
    report = output(odd, "check", f"--output-format={form}")
    assert all(line.isprintable() for line in report.split("\n"))
    lines = [line for line in report.splitlines() if " CEL101 `" in line]
    assert len(lines) == len(NAMES)
    places = [re.findall(r":\d+:\d+: CEL\d+", line) for line in lines]
    assert places == [[f":{WAIT_LINE}:12: CEL101"]] * len(NAMES)
    assert not any(line.startswith("::") for line in lines)
    assert rf"\xff.py:{WAIT_LINE}:12:" in report
    assert rf"esc\x1b[31m\x7f\x08.py:{WAIT_LINE}:12:" in report


def test_json_names_each_file_once(odd: Project) -> None:
    report = json.loads(output(odd, "check", "--output-format=json"))
    paths = {found["path"] for found in encodable(report)["findings"]}
    assert len(paths) == len(NAMES)
    assert {r"\xff.py", "tab\tquo\"te's.py", "größe \U0001f4b6.py"} < paths


def test_sarif_has_uris_that_lead_to_the_files(odd: Project) -> None:
    report = json.loads(output(odd, "check", "--output-format=sarif"))
    (run,) = encodable(report)["runs"]
    uris = [
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for place in result["locations"]
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri) for uri in uris)
    assert sorted(map(unquote_to_bytes, uris)) == sorted(NAMES)


def test_github_gets_one_command_a_finding(odd: Project) -> None:
    lines = output(odd, "check", "--output-format=github").splitlines()
    assert len(lines) == len(NAMES)
    for line in lines:
        assert re.fullmatch(r"::error file=[^,:\s]+( [^,:]*)?,line=11,[^:]*::.*", line)
        assert line.isprintable()
    assert "::error file=per%250Acent%25.py,line=11," in "\n".join(lines)
    assert "file=a.py%3A1%3A1%3A CEL999 forged%0Ab.py," in "\n".join(lines)


def test_gitlab_gets_paths_it_can_store(odd: Project) -> None:
    issues = json.loads(output(odd, "check", "--output-format=gitlab"))
    assert len({each["location"]["path"] for each in encodable(issues)}) == len(NAMES)
    assert len({each["fingerprint"] for each in issues}) == len(NAMES)


def test_junit_is_xml(odd: Project) -> None:
    report = output(odd, "check", "--output-format=junit")
    cases = Xml.fromstring(report).iter("testcase")
    names = [case.get("name") or "" for case in cases]
    assert len(set(names)) == len(NAMES)
    assert all(name.isprintable() for name in names)


def test_a_baseline_knows_them_all(odd: Project) -> None:
    count = len(NAMES)
    told = output(odd, "check", "--write-baseline", code=0)
    assert told == f"celery-guard-baseline.json: {count} recorded, {count} new, 0 removed\n"
    written = (odd.folder / "celery-guard-baseline.json").read_text(encoding="utf-8")
    assert len(encodable(json.loads(written))["findings"]) == count
    assert output(odd, "check", "--output-format=concise", code=0) == ""
    os.remove(os.path.join(os.fsencode(odd.folder), b"\xff.py"))
    told = output(odd, "check", "--write-baseline", code=0)
    assert told == f"celery-guard-baseline.json: {count - 1} recorded, 0 new, 1 removed\n"


def test_a_file_that_was_not_checked_stays_in_the_baseline(odd: Project) -> None:
    odd.write("fine.py", "")
    output(odd, "check", "--write-baseline", code=0)
    told = output(odd, "check", "--write-baseline", "fine.py", code=0)
    assert told.endswith(f"{len(NAMES)} recorded, 0 new, 0 removed\n")


def test_comments_are_added_to_all(odd: Project) -> None:
    told = output(odd, "check", "--add-noqa", code=0)
    assert told == f"{len(NAMES)} findings suppressed in {len(NAMES)} files\n"
    assert output(odd, "check", "--output-format=concise", code=0) == ""


@pytest.mark.parametrize("tool", [("patch", "-p0"), ("git", "apply", "-p0")])
def test_a_diff_can_be_applied(odd: Project, tool: tuple[str, ...]) -> None:
    wrong = "from celery.result import AsyncResult\nAsyncResult(1).state == 'success'\n"
    for name in NAMES:
        with open(os.path.join(os.fsencode(odd.folder), name), "wb") as file:
            file.write(wrong.encode())
    patch = output(odd, "check", "--diff")
    done = subprocess.run(tool, cwd=odd.folder, input=patch.encode(), capture_output=True)
    assert done.returncode == 0, done
    assert output(odd, "check", "--diff", code=0) == ""


@pytest.mark.parametrize("form", ["tree", "mermaid", "html"])
def test_the_map_is_printable(odd: Project, form: str) -> None:
    odd.write("quoted.py", QUOTED)
    drawn = output(odd, "map", f"--format={form}", code=0)
    assert all(line.isprintable() for line in drawn.split("\n"))
    shown = drawn.replace("<wbr>", "").replace("#92;", "\\")  # Mermaid's backslash
    assert r"esc\x1b[31m" in shown


def test_the_map_as_json_names_each_file_once(odd: Project) -> None:
    odd.write("quoted.py", QUOTED)
    drawn = encodable(json.loads(output(odd, "map", "--format=json", code=0)))
    assert len({task["path"] for task in drawn["tasks"]}) == len(NAMES) + 1


@pytest.mark.parametrize("form", ["text", "concise", "github"])
def test_code_that_a_message_quotes_breaks_no_line(project: Project, form: str) -> None:
    project.write("quoted.py", QUOTED)
    report = output(project, "check", f"--output-format={form}")
    assert all(line.isprintable() for line in report.split("\n"))
    found = json.loads(output(project, "check", "--output-format=json"))["findings"]
    assert len(found) == 2
    assert len(re.findall(r"(?:: |title=)CEL\d+ ", report)) == len(found)


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_code_that_a_message_quotes_is_valid_json(project: Project, form: str) -> None:
    project.write("quoted.py", QUOTED)
    encodable(json.loads(output(project, "check", f"--output-format={form}")))


def test_code_that_a_message_quotes_is_valid_xml(project: Project) -> None:
    project.write("quoted.py", QUOTED)
    Xml.fromstring(output(project, "check", "--output-format=junit"))


def test_flake8_gets_printable_messages(project: Project) -> None:
    project.write("quoted.py", QUOTED)
    run = project.flake8("--select=CEL", "quoted.py")
    assert run.err == ""
    assert len(run.out.splitlines()) == 2
    assert all(line.isprintable() for line in run.out.split("\n"))


def test_an_error_names_the_file_on_one_line(project: Project) -> None:
    project.write("a.py:1:1: x\n\x1b[31mb.py", "def f(:\n")
    run = project.guard("check")
    name = r"a.py\x3a1\x3a1: x\n\x1b[31mb.py"
    assert run.err == f"celery-guard: {name}: line 1: invalid syntax\n"
    for form in ("json", "sarif", "gitlab"):
        encodable(json.loads(project.guard("check", f"--output-format={form}").out))
    Xml.fromstring(project.guard("check", "--output-format=junit").out)


def test_an_error_quotes_the_code_on_one_line(project: Project) -> None:
    project.write("a.py", "x = \u2028 1\n")
    project.write("b.py", "# coding: \x1b[31m\nx = ‮ 1\n")
    run = project.guard("check")
    assert len(run.err.splitlines()) == 2
    assert all(line.isprintable() for line in run.err.split("\n"))


def test_a_wrong_command_line_is_one_line(project: Project) -> None:
    for arguments in (("check", "a\nb\x1b.py"), ("--no\nway",), ("map", "\u2028gone")):
        run = project.guard(*arguments)
        assert (run.code, len(run.err.splitlines())) == (2, 1)
        assert run.err.removesuffix("\n").isprintable()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_xml_and_json_keep_their_characters_in_any_encoding(
    project: Project, encoding: str
) -> None:
    project.write("größe 💶.py", WAITS)
    told = project.guard(
        "check", "--output-format=junit", PYTHONIOENCODING=encoding
    ).out.encode(encoding)
    (case,) = Xml.fromstring(told).iter("testcase")
    assert case.get("file") == "größe 💶.py"
    told = project.guard(
        "check", "--output-format=json", PYTHONIOENCODING=encoding
    ).out.encode(encoding)
    assert json.loads(told)["findings"][0]["path"] == "größe 💶.py"
