from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_celery_get.source.regular import octets_of


def test_a_file_is_read_also_through_links(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\0")
    (tmp_path / "link").symlink_to("file")
    assert octets_of(str(tmp_path / "link")) == b"\xff\0"


@pytest.mark.timeout(20)
def test_nothing_else_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link", "/dev/zero", "/dev/null"):
        with pytest.raises(OSError, match="is not a regular file"):
            octets_of(str(tmp_path / name))
    with pytest.raises(IsADirectoryError):
        octets_of(str(tmp_path))


def test_what_is_refused_stays_closed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = len(os.listdir("/dev/fd"))
    for name in ("pipe", ".", "gone") * 20:
        with pytest.raises(OSError, match=r".+"):
            octets_of(str(tmp_path / name))
    assert len(os.listdir("/dev/fd")) == before
