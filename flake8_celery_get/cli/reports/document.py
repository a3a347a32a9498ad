"""JSON that any parser takes, whatever a file's name holds."""

from __future__ import annotations

import json
from typing import Any

from flake8_celery_get.printing.visible import encodable


def dumped(document: object) -> str:
    """Return the document as text, in ASCII, without lone surrogates."""
    return json.dumps(_encodable(document), indent=2) + "\n"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(part) for part in value]
    return value
