from __future__ import annotations

import pytest

from tests.project.sample import FILES, Sample


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The small project, freshly written; its path says nothing of tests."""
    made = Sample(
        tmp_path_factory.mktemp("sample").resolve(),
        tmp_path_factory.mktemp("cache") / "kept",
    )
    for name, text in FILES.items():
        made.write(name, text)
    return made
