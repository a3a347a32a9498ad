import sys

from .tasks import yearly_report


def main():
    report = yearly_report(int(sys.argv[1])).delay().get(timeout=600)
    print(f"{report['cents']} cents")
