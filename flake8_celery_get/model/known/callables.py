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

NEVER_RETURN = frozenset(
    {
        "builtins.exit", "builtins.quit", "os._exit", "os.abort", "sys.exit",
        "apiflask.abort", "bottle.abort", "bottle.redirect", "flask.abort", "quart.abort",
        "sanic.exceptions.abort", "werkzeug.exceptions.abort",
        "flask_restful.abort", "flask_restplus.abort", "flask_restx.abort",
        "flask_smorest.abort", "webargs.flaskparser.abort",
        "pytest.exit", "pytest.fail", "pytest.skip", "pytest.xfail",
    }
)  # fmt: skip
"""What always raises, or ends the process."""
