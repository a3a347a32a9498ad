"""What pytest loads in every run: no hooks, no fixtures, no import of Celery."""

from __future__ import annotations
