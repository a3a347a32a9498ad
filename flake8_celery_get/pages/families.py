"""What the rules are about, by the first digit of their codes."""

from __future__ import annotations

FAMILIES = {
    "CEL0": "what happened in the command itself",
    "CEL1": "code that waits for a result in a task, a web request or a coroutine",
    "CEL2": "results that the app's result backend doesn't store or support",
    "CEL3": "states and results that don't mean what the code assumes",
    "CEL4": "results that are kept forever, or never saved",
    "CEL5": "tasks that Celery runs differently than their definition suggests",
    "CEL6": "sends and schedules that fail, or do something else than intended",
    "CEL7": "settings without effect, or with an unintended one",
    "CEL8": "names that Celery 6 removes (disabled by default)",
    "CEL9": "opinions about names, limits, retries and security (disabled by default)",
}
