"""Functions outside the project that matter for what they do with their arguments."""

from __future__ import annotations

CALLS_ITS_ARGUMENTS = {
    "get_or_set": "cache",
    "on_commit": "transaction",
    "retry_call": "retry",
    "starmap": "itertools",
}
"""Last name, and a part of the path it must have: the callee runs them in this thread."""

CALLS_FOR_ROWS = frozenset({"agg", "aggregate", "apply", "applymap", "transform"})
"""Methods of a table of pandas that run a function for its rows."""

WRAPPERS = frozenset({"partial", "async_to_sync", "shield"})
"""What they return behaves as their first argument."""

CONTAINERS = frozenset(
    {"list", "tuple", "set", "frozenset", "dict", "iter", "reversed", "enumerate", "zip"}
)
