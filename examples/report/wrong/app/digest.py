import asyncio
import logging
from datetime import date

from .tasks import build_report

DAY = 24 * 60 * 60
log = logging.getLogger(__name__)


async def daily_digest():
    while True:
        # Stops the event loop, and with it every request, until the report is done.
        report = build_report.delay(date.today().year).get(timeout=60)
        log.info("Sold so far: %s cents", report["cents"])
        await asyncio.sleep(DAY)
