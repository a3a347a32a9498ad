import asyncio
import logging
from datetime import date

from .tasks import yearly_report

DAY = 24 * 60 * 60
log = logging.getLogger(__name__)


async def daily_digest():
    while True:
        result = yearly_report(date.today().year).delay()
        while not result.ready():
            await asyncio.sleep(1)
        if result.successful():
            log.info("Sold so far: %s cents", result.result["cents"])
        await asyncio.sleep(DAY)
