"""Apps that factories make for a test, as with Flask: each test finds its own."""

from __future__ import annotations

import pytest

from tests.guard.test_find_app import APP, in_a_process_of_its_own

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
        [
            "celery_guard found 5 Celery apps: 'shop' (created in a function), *"
            "If a fixture creates the app, list celery_guard after it; if setUp or the test"
            " creates it, use with CeleryGuard(app)."
        ]
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


@pytest.mark.parametrize(
    "mark",
    [
        'pytestmark = USE("made", "celery_guard")',
        '@USE("made", "celery_guard")\n        class',
    ],
)
def test_a_class_or_a_module_that_is_marked_waits_for_the_app_of_each_test(
    pytester: pytest.Pytester, mark: str
) -> None:
    head = mark if mark.endswith("class") else f"{mark}\n        class"
    pytester.makepyfile(
        shop=FACTORY,
        test_it=f"""
        import pytest
        import shop

        USE = pytest.mark.usefixtures
        kept = []

        @pytest.fixture
        def made():
            kept.append(shop.create_app())
            return kept[-1]

        def test_before(made, celery_guard):
            assert celery_guard.app is made

        {head} TestIt:
            @pytest.mark.parametrize("_", range(3))
            def test_it(self, made, celery_guard, _):
                assert celery_guard.app is made
                assert shop.add.delay(1, 1).get() == 2

            def test_plain(self):
                assert shop.add.delay(1, 1).get() == 2
        """,
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=5)


def test_the_order_of_the_fixtures_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        shop=FACTORY,
        test_it="""
        import pytest
        import shop

        kept = []

        @pytest.fixture
        def made():
            kept.append(shop.create_app())

        def test_right(made, celery_guard): ...

        def test_wrong(celery_guard, made):
            shop.add.delay(1, 1)
        """,
    )
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*through the app 'shop' to *, but celery_guard is only enabled for an app of the"
            " same name that was created earlier. List celery_guard after the fixture that*"
        ]
    )


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
            "celery_guard found 2 Celery apps: 'billing' (created in a function), 'web'"
            " (created in a"
            " function).*let a fixture celery_guard_app return it.*"
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
        result.stdout.fnmatch_lines(["celery_guard found no Celery app, *"])


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


CLOSURES = """
from celery import Celery, shared_task

def create_app(name):
    app = Celery("shop", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
    app.set_default()

    {decorator}
    def who():
        return name

    app.who = who
    return app
"""


@pytest.mark.parametrize(
    "decorator",
    [
        '@app.task(name="shop.who")',
        '@shared_task(name="shop.who")',
        '@app.task(name="shop.who", bind=True)\n    def bound(self): return name\n\n    @app.task',
    ],
)
def test_a_task_that_a_factory_defines_is_that_of_its_app(
    pytester: pytest.Pytester, decorator: str
) -> None:
    """Else the first app's function runs: Celery gives its tasks to each later app."""
    pytester.makepyfile(
        shop=CLOSURES.format(decorator=decorator),
        test_it="""
        import pytest
        import shop

        kept = []

        @pytest.fixture
        def made(name):
            kept.append(shop.create_app(name))
            return kept[-1]

        @pytest.mark.parametrize("name", "abcdefgh")
        def test_it(made, celery_guard, name):
            assert made.who.delay().get() == name
            assert made.send_task("shop.who").get() == name

        @pytest.mark.parametrize("name", "i")
        def test_without_the_guard(made, name):
            assert made.who.apply().get() == name
        """,
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=9)


LATE = {
    "a fixture": """
        @pytest.fixture
        def guard(request):
            kept.append(shop.create_app())
            return request.getfixturevalue("celery_guard")
    """,
    "a fixture for all": """
        @pytest.fixture(autouse=True)
        def guard(request):
            kept.append(shop.create_app())
            yield request.getfixturevalue("celery_guard")
    """,
    "another fixture": """
        @pytest.fixture
        def made():
            kept.append(shop.create_app())

        @pytest.fixture
        def guard(request, made):
            return request.getfixturevalue("celery_eager")
    """,
}


@pytest.mark.parametrize("fixtures", LATE.values(), ids=LATE)
def test_the_app_of_a_fixture_that_asks_for_the_guard_by_name(
    pytester: pytest.Pytester, fixtures: str
) -> None:
    test = """
        import pytest
        import shop
        from unittest import TestCase

        kept = []
        {fixtures}
        @pytest.mark.parametrize("_", range(3))
        def test_it(guard, _):
            assert guard.app is kept[-1]
            assert shop.add.delay(1, 1).get() == 2

        @pytest.mark.usefixtures("guard")
        class TestOfUnittest(TestCase):
            def test_one(self):
                assert self.celery_guard.app is kept[-1]

            def test_two(self):
                assert self.celery_guard.app is kept[-1]
        """
    pytester.makepyfile(shop=FACTORY, test_it=test.format(fixtures=fixtures))
    in_a_process_of_its_own(pytester).assert_outcomes(passed=5)
