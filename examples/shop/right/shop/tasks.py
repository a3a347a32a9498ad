from celery import shared_task
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db.models import Sum

from .models import Order


@shared_task(autoretry_for=(OSError,), default_retry_delay=60)
def send_welcome_mail(user_id):
    user = User.objects.get(pk=user_id)
    send_mail("Welcome", f"Hello {user.username}!", None, [user.email])


@shared_task
def month_total(year, month):
    orders = Order.objects.filter(placed_on__year=year, placed_on__month=month)
    return orders.aggregate(cents=Sum("cents"))["cents"] or 0


@shared_task
def build_report(totals, year):
    return {"year": year, "cents": sum(totals)}


@shared_task
def mail_report(report, email):
    send_mail(f"Report {report['year']}", f"{report['cents']} cents", None, [email])


@shared_task
def import_orders(rows):
    Order.objects.bulk_create([Order(**row) for row in rows])
