from django.core.management.base import BaseCommand

from shop.progress import is_running
from shop.tasks import build_report


class Command(BaseCommand):
    help = "Tell what became of a report."

    def add_arguments(self, parser):
        parser.add_argument("task_id")

    def handle(self, *args, task_id, **options):
        result = build_report.AsyncResult(task_id)
        # Celery calls it FAILURE, so a report that failed is called done.
        if result.state == "FAILED":
            self.stdout.write("It failed.")
        # Celery records no start unless it is told to, so this is never said.
        elif result.state == "STARTED":
            self.stdout.write("It is being built.")
        elif is_running(task_id):
            self.stdout.write("It is on its way.")
        else:
            self.stdout.write("It is done.")
