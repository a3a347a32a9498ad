"""The options that Celery and kombu know. Written by `.ci/celery-options`."""

from __future__ import annotations

VERSIONS = ("5.3", "5.4", "5.5", "5.6", "5.7")
"""The versions of Celery that were asked."""

OF_SENDS = frozenset(
    {
        "Body", "DelaySeconds", "MessageDeduplicationId", "MessageGroupId",
        "ReceiptHandle", "add_to_parent", "app", "app_id", "application_headers",
        "args", "argsrepr", "binding_key", "body", "body_encoding", "callbacks",
        "chain", "chord", "cluster_id", "compression", "confirm_timeout", "connection",
        "content_encoding", "content_type", "correlation_id", "countdown",
        "create_sent_event", "declare", "delivery_info", "delivery_mode",
        "delivery_tag", "eager", "errbacks", "eta", "event_dispatcher", "exchange",
        "exchange_type", "expiration", "expires", "group_id", "group_index", "header",
        "header_delay", "headers", "ignore_result", "immediate", "interval", "kwargs",
        "kwargsrepr", "lazy", "link", "link_error", "mandatory", "max_retries",
        "message", "message_attributes", "message_id", "name", "now", "origin",
        "parent_id", "partial_args", "priority", "producer", "product", "properties",
        "publisher", "queue", "redelivered", "replaced_task_nesting", "reply_to",
        "result_cls", "retries", "retry", "retry_policy", "root_id", "route_name",
        "router", "routing_key", "serializer", "shadow", "soft_time_limit",
        "sqs_message", "sqs_queue", "stamped_headers", "task", "task_id", "task_type",
        "tasks", "time_limit", "timeout", "timestamp", "timezone", "type", "use_link",
        "user_id", "version",
    }
)  # fmt: skip
"""What a send takes, and whatever reads the message."""

OF_TASKS = frozenset(
    {
        "AsyncResult", "MaxRetriesExceededError", "OperationalError", "Request",
        "Strategy", "_app", "_backend", "_default_request", "_dump_pydantic_arguments",
        "_exec_options", "_get_app", "_get_exec_options", "_get_request", "abstract",
        "acks_late", "acks_on_failure", "acks_on_failure_or_timeout", "acks_on_timeout",
        "add_around", "add_to_chord", "add_trail", "after_return", "annotate", "app",
        "apply", "apply_async", "args", "autoretry_for", "backend", "base",
        "before_start", "bind", "body", "chunks", "clone", "compression",
        "default_retry_delay", "delay", "delivery_mode", "dont_autoretry_for",
        "exchange", "exchange_type", "expiration", "expires", "freeze", "from_config",
        "fun", "ignore_result", "immediate", "immutable", "lazy", "link", "link_error",
        "mandatory", "map", "max_retries", "name", "on_bound", "on_failure",
        "on_replace", "on_retry", "on_success", "override_max_retries", "pop_request",
        "priority", "push_request", "py", "pydantic", "pydantic_context",
        "pydantic_dump_kwargs", "pydantic_strict", "queue", "rate_limit",
        "reject_on_worker_lost", "replace", "request", "request_stack",
        "resultrepr_maxsize", "retry", "retry_backoff", "retry_backoff_max",
        "retry_jitter", "retry_kwargs", "retry_on_worker_lost", "routing_key", "run",
        "s", "send_event", "send_events", "serializer", "set", "set_immutable",
        "shadow_name", "si", "signature", "signature_from_request", "soft_time_limit",
        "stamp", "stamped_headers", "starmap", "start_strategy", "store_eager_result",
        "store_errors_even_if_ignored", "subtask", "subtask_from_request", "task",
        "tasks", "terminate", "throws", "time_limit", "track_started", "trail", "type",
        "typing", "update_state",
    }
)  # fmt: skip
"""What the decorator of a task takes, and what Celery asks a task for."""
