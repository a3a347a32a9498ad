"""Write the tables anew from the newest release of each series of Celery."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tables.releases import SERIES, wheel_of
from tables.settings import settings_in

TARGET = Path("flake8_celery_get/model/known/celery_settings.py")
HEAD = '''\
"""The settings of Celery {first} to {last}; made by ``python -m tables``, not to be edited."""

from __future__ import annotations

SETTINGS = {{
{rows}
}}
"""Each with its name before Celery 4, empty where it had none."""
'''


def main() -> None:
    """Make the table of settings."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for series in SERIES:
            for name, old in settings_in(wheel_of(series, Path(folder))).items():
                found[name] = found.get(name) or old
    rows = [f'    "{name}": "{old}",' for name, old in sorted(found.items())]
    text = HEAD.format(first=SERIES[0], last=SERIES[-1], rows="\n".join(rows))
    TARGET.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", TARGET], check=True)


if __name__ == "__main__":
    main()
