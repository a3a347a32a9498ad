from .results import fetch
from .tasks import build_report


def yearly_report(year):
    result = build_report.delay(year)
    fetch(result.id)
    return result.id
