"""The URLs of connections, as a message shows them."""

from __future__ import annotations

from typing import Any


def url_of(connection: Any) -> str:
    """Where a connection of kombu leads, with its password masked if it has one.

    kombu itself shows a mask for the password that it would send by default.
    """
    url = str(connection.as_uri())
    return (
        url
        if connection.password
        else url.replace(":**@", "@", 1).replace("://@", "://", 1)
    )
