import asyncio
from contextlib import asynccontextmanager

from celery.result import AsyncResult
from fastapi import FastAPI
from pydantic import BaseModel

from . import newsletter, prices
from .celery_app import celery_app
from .digest import daily_digest
from .tasks import mail_report, send_welcome_mail, yearly_report


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
    send_welcome_mail.delay(form.email)
    return {"email": form.email}


@app.post("/reports/{year}", status_code=202)
def create_report(year: int):
    return {"id": yearly_report(year).delay().id}


@app.post("/reports/{year}/mail", status_code=202)
def create_report_by_mail(year: int, form: Signup):
    report = yearly_report(year) | mail_report.s(form.email)
    return {"id": report.delay().id}


@app.get("/reports/{report_id}")
def report_status(report_id: str):
    result = AsyncResult(report_id, app=celery_app)
    report = result.result if result.successful() else None
    return {"state": result.state, "report": report}


@app.post("/issues/{number}", status_code=202)
def send_issue(number: int, emails: list[str]):
    return {"sent": newsletter.send_to_all(number, emails)}


@app.post("/prices/{cents}", status_code=202)
def create_price_list(cents: int):
    return {"id": prices.start(cents)}


@app.get("/prices/{task_id}")
def price_status(task_id: str):
    return {"state": prices.state(task_id)}
