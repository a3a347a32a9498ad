"""Methods of Django's managers and queries, by what they give.

https://docs.djangoproject.com/en/stable/ref/models/querysets/
"""

from __future__ import annotations

from collections.abc import Iterable


def with_async(names: Iterable[str]) -> frozenset[str]:
    """The names, and those of the same methods for coroutines."""
    return frozenset(prefix + name for name in names for prefix in ("", "a"))


MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
ONE = frozenset({"get", "create", "first", "last", "latest", "earliest"})
"""They give a row."""
USERS = frozenset({"create_user", "create_superuser"})
"""They make a user, and give the row."""
ONE_AND_A_FLAG = frozenset({"get_or_create", "update_or_create"})
"""They give a row, and whether it was made."""
QUERIES = frozenset(
    {
        "all", "filter", "exclude", "order_by", "distinct", "select_related",
        "prefetch_related", "annotate", "only", "defer",
    }
)  # fmt: skip
"""They give a query for rows."""
SHORTCUTS = frozenset({"get_object_or_404", "aget_object_or_404"})
"""Functions that look a row up."""
