"""What is private in Django, in the web frameworks and in SQLAlchemy. Imports none of them."""

from __future__ import annotations

from typing import Any

FROM_TESTCASE = "_from_testcase"
"""django.db.transaction.Atomic: set on the blocks of TestCase, which pytest-django uses, too."""

MARKED_COROUTINE = "_is_coroutine"
"""Django and asgiref mark callables so that a framework awaits them."""

AIOHTTP_REQUEST = "_handle_request"
"""aiohttp.web_protocol.RequestHandler: answers one request; no public method does."""

TORNADO_REQUEST = "_execute"
"""tornado.web.RequestHandler: the same."""

SQLALCHEMY_STATE = "_sa_instance_state"
"""What SQLAlchemy keeps of each row in its ``__dict__``."""


def is_of_testcase(block: Any) -> bool:
    """Whether a test's own transaction made a block."""
    return bool(getattr(block, FROM_TESTCASE, False))
