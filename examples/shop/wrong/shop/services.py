from .results import fetch
from .tasks import build_report


def yearly_report(year):
    return fetch(build_report.delay(year).id)
