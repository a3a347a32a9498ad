"""What Celery's own names mean: celery.states, celery.canvas, celery.app of 5.3 to 5.7."""

from __future__ import annotations

READY_STATES = frozenset({"SUCCESS", "FAILURE", "REVOKED"})
UNREADY_STATES = frozenset({"PENDING", "RECEIVED", "STARTED", "REJECTED", "RETRY"})
EXCEPTION_STATES = frozenset({"RETRY", "FAILURE", "REVOKED"})
PROPAGATE_STATES = frozenset({"FAILURE", "REVOKED"})
WAITING_STATES = frozenset({"PENDING", "STARTED"})
"""Who has ruled these out means a finished task."""

EVENT_STATES = frozenset({"RECEIVED", "REJECTED", "IGNORED"})
"""Celery has names for them, but stores none."""
STORED_STATES = READY_STATES | UNREADY_STATES - EVENT_STATES | {"ABORTED"}
"""What a result can say; ABORTED is celery.contrib.abortable's."""

STATE_SETS = {
    "READY_STATES": READY_STATES,
    "UNREADY_STATES": UNREADY_STATES,
    "EXCEPTION_STATES": EXCEPTION_STATES,
    "PROPAGATE_STATES": PROPAGATE_STATES,
    "ALL_STATES": READY_STATES | UNREADY_STATES,
}

EAGER_SETTINGS = frozenset(
    {"task_always_eager", "CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER", "always_eager"}
)

STATE_SETTERS = {
    "update_state": {"state": 1, "meta": 2},
    "store_result": {"meta": 1, "state": 2},
}
"""What stores a state: the places of its arguments (Task.update_state, Backend.store_result)."""

PROPERTIES = frozenset(
    {
        "args", "children", "date_done", "id", "info", "kwargs", "name", "parent", "queue",
        "result", "retries", "state", "status", "task_id", "traceback", "worker",
    }
)  # fmt: skip
"""What a handle has without being called."""

METHODS = frozenset(
    {
        "completed_count", "collect", "failed", "get", "get_leaf", "join", "join_native",
        "maybe_throw", "ready", "successful", "wait", "waiting",
    }
)  # fmt: skip
"""What a handle tells only when it is called."""

SENDERS = frozenset({"delay", "apply_async"})
HANDLES = frozenset({"AsyncResult", "GroupResult", "ResultSet", "EagerResult"})
SIGNATURES = frozenset({"s", "si", "signature", "subtask", "subtask_from_request"})
CANVAS = {
    "signature": "task",
    "subtask": "task",
    "maybe_signature": "task",
    "Signature": "task",
    "group": "group",
    "TaskSet": "group",
    "chain": "chain",
    "chord": "chord",
    "chunks": "chunks",
    "xmap": "map",
    "xstarmap": "map",
}
BUILDS = SIGNATURES | CANVAS.keys()
"""The names of what builds a signature or a canvas."""

OF_TASKS = frozenset(
    {
        *SENDERS, *HANDLES, *SIGNATURES,
        "MaxRetriesExceededError", "OperationalError", "Request", "Strategy", "abstract",
        "acks_late", "acks_on_failure_or_timeout", "add_around", "add_to_chord", "add_trail",
        "after_return", "annotate", "app", "apply", "backend", "before_start", "bind",
        "chunks", "default_retry_delay", "expires", "from_config", "ignore_result", "map",
        "max_retries", "name", "on_bound", "on_failure", "on_replace", "on_retry",
        "on_success", "pop_request", "priority", "push_request", "rate_limit",
        "reject_on_worker_lost", "replace", "request", "request_stack",
        "resultrepr_maxsize", "retry", "run", "send_event", "send_events", "serializer",
        "shadow_name", "signature_from_request", "soft_time_limit", "starmap",
        "start_strategy", "store_errors_even_if_ignored", "throws", "time_limit",
        "track_started", "trail", "typing", "update_state",
    }
)  # fmt: skip
"""What Celery's own class of tasks has."""

TASK_DECORATORS = frozenset({"task", "shared_task", "periodic_task"})
APPS = frozenset({"Celery", "current_app", "app_or_default", "get_current_app"})


def celery_word(path: str) -> str:
    """The last part of a dotted path inside Celery; empty for a path elsewhere."""
    top, _, rest = path.partition(".")
    return rest.rpartition(".")[2] if top == "celery" else ""


def is_own_id(text: str) -> bool:
    """Whether it reads the id of the task that runs: ``self.request.id``."""
    return text.endswith("request.id")
