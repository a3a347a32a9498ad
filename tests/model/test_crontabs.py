"""What CEL606 takes for granted, asked of Celery itself."""

from __future__ import annotations

import inspect

from celery.schedules import crontab

from flake8_celery_get.model.usage.crontabs import FIELDS

EVERY_MINUTE = set(range(60))


def test_the_fields_stand_in_celerys_order() -> None:
    parameters = inspect.signature(crontab).parameters
    assert tuple(parameters)[: len(FIELDS)] == FIELDS
    assert {parameters[name].default for name in FIELDS} == {"*"}


def test_an_hour_alone_is_due_every_minute_of_it() -> None:
    assert (crontab(hour=3).hour, crontab(hour=3).minute) == ({3}, EVERY_MINUTE)


def test_a_day_alone_is_due_every_minute_of_it() -> None:
    sundays = crontab(day_of_week="sun")
    assert (len(sundays.hour), sundays.minute) == (24, EVERY_MINUTE)


def test_the_first_argument_is_the_minute() -> None:
    assert crontab("0", "12") == crontab(minute="0", hour="12")
