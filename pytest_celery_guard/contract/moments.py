"""CEL607: ``eta`` and ``expires`` say which time zone they mean.

The worker takes a naive one for UTC, whatever the settings ``timezone`` and ``enable_utc`` say:
celery.utils.time.maybe_make_aware.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pytest_celery_guard.contract.call import Call, Finding, Weight
from pytest_celery_guard.explain import sending

CODE = "CEL607"


def check(call: Call) -> Iterator[Finding]:
    """A naive moment may be right: ``datetime.utcnow()`` makes one."""
    for name in ("eta", "expires"):
        moment = call.options.get(name)
        if isinstance(moment, datetime) and moment.utcoffset() is None:
            yield Finding(CODE, sending.naive(name, moment), Weight.DOUBT)
