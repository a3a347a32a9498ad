"""What frameworks call while they handle a request, beside its view."""

from __future__ import annotations

from collections.abc import Iterable

_DECORATORS = frozenset(
    {
        "app_template_filter", "app_template_global", "app_template_test", "filter",
        "get_password", "get_user_roles", "inclusion_tag", "request_loader",
        "simple_block_tag", "simple_tag", "template_filter", "template_global",
        "template_test", "token_in_blocklist_loader", "token_verification_loader",
        "additional_claims_loader", "user_identity_loader", "user_loader",
        "user_lookup_loader", "verify_password", "verify_token", "context_processor",
        "app_context_processor",
    }
)  # fmt: skip
_METHODS = frozenset(
    {
        "allow_request", "authenticate", "authenticate_credentials", "get_cache_key",
        "has_object_permission", "has_permission", "process_exception", "process_request",
        "process_response", "process_template_response", "process_view", "run_validators",
        "to_internal_value", "to_python", "to_representation", "__call__",
    }
)  # fmt: skip
_METHODS_BEGIN = ("clean_", "filter_", "validate_")


def is_callback(name: str, decorators: Iterable[str], *, is_method: bool) -> bool:
    """Whether what runs in a request is called beside the view: nobody would call it one."""
    if is_method and (name in _METHODS or name.startswith(_METHODS_BEGIN)):
        return True
    return any(each.rpartition(".")[2] in _DECORATORS for each in decorators)
