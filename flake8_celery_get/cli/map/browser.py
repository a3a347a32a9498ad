"""Shows a page in a browser, where a terminal would only show its source."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from pathlib import Path

from flake8_celery_get.files.written import write

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def shown(page: str) -> str:
    """Write the page to a temporary file, open it, and return what to tell about that.

    Raises OSError where no file can be written.
    """
    handle, path = tempfile.mkstemp(prefix="celery-guard-map-", suffix=".html")
    os.close(handle)
    write(path, page)
    if _has_browser() and webbrowser.open(Path(path).as_uri()):
        return f"The map opens in your browser: {path}\n"
    return f"The map is in {path}; open it in a browser\n"


def _has_browser() -> bool:
    """Whether one would open a window, and not take over the terminal."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in _DISPLAYS)
