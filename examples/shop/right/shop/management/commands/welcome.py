from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from shop.tasks import send_welcome_mail


class Command(BaseCommand):
    help = "Send a welcome mail again."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        user = User.objects.get(username=username)
        send_welcome_mail.delay(user.pk)
        self.stdout.write("a worker will send it")
