import csv
from pathlib import Path

from celery import group
from celery.result import allow_join_result

from .celery_app import celery_app
from .mail import send_mail

SALES = Path(__file__).with_name("sales.csv")


@celery_app.task
def send_welcome_mail(email):
    send_mail(email, "Welcome", "Good to have you here.")


@celery_app.task
def month_total(year, month):
    with SALES.open(newline="") as rows:
        return sum(
            int(row["cents"])
            for row in csv.DictReader(rows)
            if row["month"] == f"{year}-{month:02}"
        )


@celery_app.task
def build_report(year):
    months = group(month_total.s(year, month) for month in range(1, 13))
    # Celery refuses to wait inside a task; this switches the refusal off, not the deadlock.
    with allow_join_result():
        totals = months.delay().join(timeout=60)
    return {"year": year, "cents": sum(totals)}


@celery_app.task
def mail_report(year, email):
    # A worker waits here for a worker. Once all of them wait, none is left to work.
    report = build_report.delay(year).get(timeout=60)
    send_mail(email, f"Report {year}", f"{report['cents']} cents")
