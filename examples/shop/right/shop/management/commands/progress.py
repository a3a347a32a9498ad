from celery import states
from celery.result import AsyncResult
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Tell what became of a report."

    def add_arguments(self, parser):
        parser.add_argument("task_id")

    def handle(self, *args, task_id, **options):
        result = AsyncResult(task_id)
        if result.state in states.PROPAGATE_STATES:
            self.stdout.write("It failed.")
        elif result.state == states.SUCCESS:
            self.stdout.write("It is done.")
        else:
            self.stdout.write("It is on its way, or nobody asked for it.")
