from celery import shared_task
from celery.exceptions import Ignore
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import IntegrityError
from django.db.models import Sum

from .models import Order


@shared_task
def send_welcome_mail(user_id):
    user = User.objects.get(pk=user_id)
    send_mail("Welcome", f"Hello {user.username}!", None, [user.email])


@shared_task
def month_total(year, month):
    orders = Order.objects.filter(placed_on__year=year, placed_on__month=month)
    return orders.aggregate(cents=Sum("cents"))["cents"] or 0


@shared_task
def build_report(year):
    months = [month_total.delay(year, month) for month in range(1, 13)]
    # Celery refuses to wait inside a task; this switches the refusal off, not the deadlock.
    totals = [result.get(timeout=60, disable_sync_subtasks=False) for result in months]
    return {"year": year, "cents": sum(totals)}


@shared_task
def mail_report(year, email):
    # A worker waits here for a worker. Once all of them wait, none is left to work.
    report = build_report.delay(year).get(timeout=60)
    send_mail(f"Report {year}", f"{report['cents']} cents", None, [email])


@shared_task(bind=True)
def import_orders(self, rows):
    try:
        Order.objects.bulk_create([Order(**row) for row in rows])
    except IntegrityError as error:
        # Meant to tell the reason; instead, every look at the result raises a ValueError.
        self.update_state(state="FAILURE", meta={"reason": str(error)})
        raise Ignore() from error
