import asyncio
import time
from contextlib import asynccontextmanager

from celery.result import AsyncResult
from fastapi import FastAPI
from pydantic import BaseModel

from . import newsletter, prices
from .celery_app import celery_app
from .digest import daily_digest
from .tasks import build_report, mail_report, send_welcome_mail


@asynccontextmanager
async def lifespan(app):
    digest = asyncio.create_task(daily_digest())
    yield
    digest.cancel()


app = FastAPI(lifespan=lifespan)


class Signup(BaseModel):
    email: str


@app.post("/signup", status_code=202)
def signup(form: Signup):
    # The visitor waits for the mail server, and sees an error when it is slow.
    send_welcome_mail.delay(form.email).get(timeout=10)
    return {"email": form.email}


@app.post("/reports/{year}", status_code=202)
def create_report(year: int):
    return {"id": build_report.delay(year).id}


@app.post("/reports/{year}/mail", status_code=202)
def create_report_by_mail(year: int, form: Signup):
    result = mail_report.delay(year, form.email)
    # Holds one of the server's threads for as long as the report takes.
    while not result.ready():
        time.sleep(0.1)
    return {"id": result.id}


@app.get("/reports/{report_id}")
async def report_status(report_id: str):
    result = AsyncResult(report_id, app=celery_app)
    # Meant to tell how far the report is; it stops every request until the report is done.
    return {"state": result.state, "report": result.get(timeout=60)}


@app.post("/issues/{number}", status_code=202)
def send_issue(number: int, emails: list[str]):
    return {"sent": newsletter.send_to_all(number, emails)}


@app.post("/prices/{cents}", status_code=202)
def create_price_list(cents: int):
    return {"id": prices.start(cents)}


@app.get("/prices/{task_id}")
def price_status(task_id: str):
    return {"state": prices.state(task_id)}
