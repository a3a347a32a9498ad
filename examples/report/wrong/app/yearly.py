import sys

from .tasks import build_report


def main():
    # With no worker running this never ends, and never says why.
    report = build_report.delay(int(sys.argv[1])).get()
    print(f"{report['cents']} cents")
