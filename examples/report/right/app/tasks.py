import csv
from pathlib import Path

from celery import chord

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
def build_report(totals, year):
    return {"year": year, "cents": sum(totals)}


@celery_app.task
def mail_report(report, email):
    send_mail(email, f"Report {report['year']}", f"{report['cents']} cents")


def yearly_report(year):
    """One task a month, then one that adds up: no worker waits for another."""
    months = [month_total.s(year, month) for month in range(1, 13)]
    return chord(months, build_report.s(year))
