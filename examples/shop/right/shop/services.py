from celery import chord

from .tasks import build_report, mail_report, month_total


def yearly_report(year):
    """One task a month, then one that adds up: no worker waits for another."""
    months = [month_total.s(year, month) for month in range(1, 13)]
    return chord(months, build_report.s(year))


def start_report(year):
    return yearly_report(year).delay().id


def start_report_by_mail(year, email):
    return (yearly_report(year) | mail_report.s(email)).delay().id
