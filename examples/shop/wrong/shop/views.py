import time

from celery.result import AsyncResult
from django.contrib.auth.models import User
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from . import services, tasks


@require_POST
def signup(request):
    user = User.objects.create_user(request.POST["username"], request.POST["email"])
    # The visitor waits for the mail server, and sees an error page when it is slow.
    tasks.send_welcome_mail.delay(user.pk).get(timeout=10)
    return JsonResponse({"user": user.pk})


@require_POST
def report(request, year):
    """Start a report, and wait for it two modules further down."""
    return JsonResponse({"id": services.yearly_report(year)}, status=202)


@require_POST
def report_by_mail(request, year):
    task_id = tasks.mail_report.delay(year, request.POST["email"]).id
    return JsonResponse({"id": task_id}, status=202)


def report_status(request, task_id):
    result = AsyncResult(task_id)
    # Whoever asks for an id that never existed keeps this thread busy for ever.
    while not result.ready():
        time.sleep(0.1)
    report = result.result if result.successful() else None
    return JsonResponse({"state": result.state, "report": report})
