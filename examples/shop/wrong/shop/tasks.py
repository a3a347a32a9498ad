from celery import shared_task
from django.contrib.auth.models import User
from django.core.mail import send_mail
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
    # A worker waits here for workers. Once all of them wait, none is left to work.
    totals = [result.get(timeout=60) for result in months]
    return {"year": year, "cents": sum(totals)}


@shared_task
def mail_report(year, email):
    # Celery refuses to wait inside a task; this switches the refusal off, not the deadlock.
    report = build_report.delay(year).get(timeout=60, disable_sync_subtasks=False)
    send_mail(f"Report {year}", f"{report['cents']} cents", None, [email])
