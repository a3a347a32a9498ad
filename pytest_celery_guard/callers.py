"""Which line of the user's code led here."""

from __future__ import annotations

import sys

NOT_THE_USERS = ("celery", "kombu", "billiard", "vine", "pytest_celery_guard", "contextlib")


def users_line() -> str:
    """``path:line`` of the innermost frame outside Celery and the guard."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in NOT_THE_USERS:
            break
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
