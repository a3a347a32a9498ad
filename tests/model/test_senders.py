"""Which callers of what sends are looked for, in a project that tests it a lot."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.model.usage.transactions.senders import MOST_FILES
from tests.model.waiting import codes

SENDING = """
from celery import shared_task


@shared_task
def mail(pk):
    return pk


def tell(user):
    mail.delay(user.pk)
"""

OPENING = """
from django.db import transaction
from shop.models import User
from shop.sending import tell


@transaction.atomic
def sign_up():
    tell(User.objects.create())
"""


@pytest.mark.parametrize(
    ("folder", "is_found"), [("tests", True), ("shop/tests", True), ("shop/views", False)]
)
def test_tests_that_mention_a_name_do_not_count(
    root: Path, folder: str, is_found: bool
) -> None:
    files = {"shop/sending.py": SENDING, "shop/opening.py": OPENING}
    files |= {f"{folder}/of_{each}.py": "tell = 1\n" for each in range(MOST_FILES)}
    assert codes(root, files) == ["shop/sending.py:11 CEL603"] * is_found
