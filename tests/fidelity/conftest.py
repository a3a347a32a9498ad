"""Makes pytest explain a failed `assert` in a case as it explains one in a test."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.fidelity.cases")
