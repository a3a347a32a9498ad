from celery.result import AsyncResult
from django.contrib.auth.models import User
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from . import services, tasks


@require_POST
def signup(request):
    user = User.objects.create_user(request.POST["username"], request.POST["email"])
    tasks.send_welcome_mail.delay_on_commit(user.pk)
    return JsonResponse({"user": user.pk})


@require_POST
def report(request, year):
    return JsonResponse({"id": services.start_report(year)}, status=202)


@require_POST
def report_by_mail(request, year):
    task_id = services.start_report_by_mail(year, request.POST["email"])
    return JsonResponse({"id": task_id}, status=202)


def report_status(request, task_id):
    result = AsyncResult(task_id)
    report = result.result if result.successful() else None
    return JsonResponse({"state": result.state, "report": report})
