from django.core.management.base import BaseCommand

from shop.services import yearly_report


class Command(BaseCommand):
    help = "Print what was sold in a year."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)

    def handle(self, *args, year, **options):
        report = yearly_report(year).delay().get(timeout=600)
        self.stdout.write(f"{report['cents']} cents")
