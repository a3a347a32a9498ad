"""Which app is under test: named, Django's, the only one, or an error that names them all."""

from __future__ import annotations

import pytest

APP = """
from celery import Celery
app = Celery("{name}", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
"""

TEST = """
def test_app(celery_guard):
    assert celery_guard.app.main == "proj"
"""


def in_a_process_of_its_own(
    pytester: pytest.Pytester, *arguments: str, ini: str = ""
) -> pytest.RunResult:
    pytester.makeini(f"[pytest]\npythonpath = .\n{ini}")
    return pytester.runpytest_subprocess("-p", "no:randomly", *arguments)


@pytest.mark.parametrize("name", ["proj.celery:app", "proj.celery", "proj"])
def test_by_name(pytester: pytest.Pytester, name: str) -> None:
    package = pytester.mkpydir("proj")
    (package / "celery.py").write_text(APP.format(name="proj"))
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester, ini=f"celery_guard_app = {name}\n")
    result.assert_outcomes(passed=1)


def test_the_command_line_wins(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="proj"))
    pytester.makepyfile(TEST)
    ini = "celery_guard_app = one:app\n"
    result = in_a_process_of_its_own(pytester, "--celery-guard-app=two:app", ini=ini)
    result.assert_outcomes(passed=1)


def test_of_djangos_settings_package(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = pytester.mkpydir("proj")
    (package / "celery.py").write_text(APP.format(name="proj"))
    (package / "settings.py").write_text("SECRET_KEY = 'x'")
    pytester.makepyfile(other=APP.format(name="other"))
    pytester.makepyfile("import other\n" + TEST)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "proj.settings")
    in_a_process_of_its_own(pytester, "-p", "no:django").assert_outcomes(passed=1)


def test_the_only_one_alive(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(mine=APP.format(name="proj"))
    pytester.makepyfile("import mine\n" + TEST)
    in_a_process_of_its_own(pytester).assert_outcomes(passed=1)


def test_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "celery_guard finds no Celery app: none was imported yet. Name it in the ini file,"
            ' celery_guard_app = "proj.celery:app", or in a marker,'
            ' @pytest.mark.celery_guard(app="proj.celery:app"), or let a fixture celery_guard_app'
            " return it."
        ]
    )


def test_several(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="two"))
    pytester.makepyfile("import one, two\n" + TEST)
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "celery_guard finds 2 Celery apps: 'one' (one:app), 'two' (two:app). Name it in the"
            ' ini file, celery_guard_app = "one:app", or in a marker,*'
        ]
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere:app", "which can't be imported: ModuleNotFoundError(*"),
        ("one:ap", "and one has no 'ap'. Did you mean one:app?"),
        ("one:Celery", "which is <class *> and no Celery app."),
    ],
)
def test_a_wrong_name_is_one_error_for_the_run(
    pytester: pytest.Pytester, name: str, said: str
) -> None:
    pytester.makepyfile(one=APP.format(name="one"))
    pytester.makepyfile(test_it=TEST, test_more=TEST)
    result = in_a_process_of_its_own(pytester, f"--celery-guard-app={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = [line for line in result.outlines if "celery_guard_app is" in line]
    assert len(told) == 1
    result.stdout.fnmatch_lines([f"*celery_guard_app is '{name}', {said}*"])


def test_with_xdist_each_test_tells_a_wrong_name(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester, "--celery-guard-app=nowhere:app", "-n1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*celery_guard_app is 'nowhere:app', which can't be *"])


def test_a_marker_may_hold_the_app_itself(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="proj"))
    pytester.makepyfile(
        f"""
        import pytest
        import one, two

        pytestmark = pytest.mark.celery_guard(app=two.app)
        {TEST.replace(chr(10), chr(10) + " " * 8)}
        """
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=1)


FACTORY = """
from celery import Celery, shared_task

@shared_task
def add(x, y):
    return x + y

def create_app(name="shop", **options):
    app = Celery(
        name, broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1", **options
    )
    app.set_default()
    return app
"""


def test_an_app_of_each_test_is_found(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        test_it="""
        import pytest
        import shop

        kept = []

        @pytest.fixture
        def made():
            kept.append(shop.create_app())
            return kept[-1]

        @pytest.mark.parametrize("_", range(5))
        def test_it(made, celery_guard, _):
            assert celery_guard.app is made
            assert shop.add.delay(1, 1).get() == 2

        def test_without_one(celery_guard): ...
        """,
    )
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(passed=5, errors=1)
    result.stdout.fnmatch_lines(
        ["celery_guard finds 5 Celery apps: 'shop' (made by a function), *"]
    )


def test_the_app_of_the_modules_is_found_beside_those_of_other_tests(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        proj=APP.format(name="proj"),
        test_it="""
        import pytest
        import proj, shop

        kept = []

        @pytest.fixture
        def made():
            kept.append(shop.create_app())
            return kept[-1]

        @pytest.mark.parametrize("_", range(2))
        class TestBoth:
            def test_made(self, made, celery_guard, _):
                assert celery_guard.app is made

            def test_own(self, celery_guard, _):
                assert celery_guard.app is proj.app
        """,
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=4)


@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_an_app_that_tests_share_is_found(pytester: pytest.Pytester, scope: str) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        test_it=f"""
        import pytest
        import shop

        @pytest.fixture(scope="{scope}")
        def made():
            return shop.create_app()

        class TestIt:
            @pytest.mark.parametrize("_", range(3))
            def test_it(self, made, celery_guard, _):
                assert celery_guard.app is made
                assert shop.add.delay(1, 1).get() == 2
        """,
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=3)


def test_two_apps_of_one_test_are_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        test_it="""
        import pytest
        import shop

        @pytest.fixture
        def made():
            return shop.create_app("web"), shop.create_app("billing")

        def test_it(made, celery_guard): ...
        """,
    )
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "celery_guard finds 2 Celery apps: 'billing' (made by a function), 'web' (made by a"
            " function).*let a fixture celery_guard_app return it."
        ]
    )


@pytest.mark.parametrize("later", ["", "shop.create_app()"])
def test_celerys_fallback_is_no_candidate(pytester: pytest.Pytester, later: str) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        test_it=f"""
        import celery
        import shop

        assert celery.current_app.main == "default"  # made because there was none
        fallback = celery.current_app._get_current_object()
        app = {later or "None"}

        def test_it(celery_guard):
            assert celery_guard.app is app
            assert shop.add.delay(1, 1).get() == 2
        """,
    )
    result = in_a_process_of_its_own(pytester)
    if later:
        result.assert_outcomes(passed=1)
    else:
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["celery_guard finds no Celery app: *"])


def test_what_stands_in_for_apps_of_tests_goes_with_them(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        test_it="""
        import gc
        import weakref
        import pytest
        import shop
        from kombu import pools

        made_before = []

        @pytest.fixture
        def made():
            app = shop.create_app()
            made_before.append(weakref.ref(app))
            return app

        @pytest.mark.parametrize("_", range(30))
        def test_it(made, celery_guard, _):
            assert shop.add.delay(1, 1).get() == 2

        def test_they_are_gone():
            gc.collect()
            assert len([each for each in made_before if each()]) < 3
            assert len(pools.connections) < 3
        """,
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=31)
