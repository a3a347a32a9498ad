from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from bench import corpora
from bench.corpora import Corpus, CorpusError, fetch


def sdist(folder: Path, members: dict[str, str]) -> Corpus:
    archive = folder / "shop-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return Corpus("shop", "1.0", "test", archive.name, digest)


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setenv("CELERY_GUARD_CORPORA", str(tmp_path))
    members = {
        "shop-1.0/shop/tasks.py": "x = 1\n",
        "shop-1.0/logo.png": "",
        "shop-1.0/../../out.py": "",
    }
    corpus = sdist(tmp_path, members)
    monkeypatch.setattr(corpora, "all_corpora", lambda: (corpus,))
    return corpus


def test_only_what_a_linter_reads_is_unpacked_and_only_inside(pinned: Corpus) -> None:
    root = fetch("shop")

    assert [p.relative_to(root).as_posix() for p in root.rglob("*.*")] == ["shop/tasks.py"]
    assert not list(root.parent.parent.glob("out.py"))


def test_another_file_than_the_pinned_one_is_refused(
    pinned: Corpus, tmp_path: Path
) -> None:
    (tmp_path / pinned.file).write_bytes(b"something else")

    with pytest.raises(CorpusError, match=r"not the pinned file"):
        fetch("shop")
    with pytest.raises(CorpusError, match=r"not the pinned file"):
        fetch("shop")


def test_an_unknown_name_is_one_line(pinned: Corpus) -> None:
    with pytest.raises(CorpusError, match=r"^no corpus named 'nope' in corpora.toml$"):
        fetch("nope")
