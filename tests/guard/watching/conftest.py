from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Application = Callable[..., ModuleType]


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Writes a module of the application, which is no test code, and imports it."""

    def write(text: str, **names: object) -> ModuleType:
        path = tmp_path / "shop.py"
        path.write_text(text, encoding="utf-8")
        module = ModuleType("shop")
        monkeypatch.setitem(sys.modules, "shop", module)
        vars(module).update(names)
        exec(compile(text, str(path), "exec"), vars(module))
        return module

    return write
