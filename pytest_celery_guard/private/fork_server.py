"""The server that ``multiprocessing`` forks processes from."""

from __future__ import annotations

import sys
from typing import Any

STATE = "_forkserver"
"""How the attributes begin that belong to one running server."""


def state() -> dict[str, Any]:
    """The attributes of the server, with which another one goes on; none if it does not run."""
    module = sys.modules.get("multiprocessing.forkserver")
    own = vars(module._forkserver) if module else {}
    if own.get(f"{STATE}_pid") is None:  # most tests start none
        return {}
    return {name: value for name, value in own.items() if name.startswith(STATE)}


def go_on_with(other: dict[str, Any]) -> None:
    """Use another server from now on; with no state of one, it will be started."""
    own = state()
    if own or other:
        module: Any = sys.modules["multiprocessing.forkserver"]
        vars(module._forkserver).update({**dict.fromkeys(own), **other})
