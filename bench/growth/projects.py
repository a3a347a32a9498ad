"""Projects in which there is ``n`` of one thing, as texts by path."""

from __future__ import annotations

from collections.abc import Callable, Iterable

HEAD = """\
from celery import Celery, shared_task

app = Celery("p", broker="redis://", backend="redis://")


@shared_task
def add(x):
    return x


"""


def tasks(n: int) -> dict[str, str]:
    """Tasks in one file."""
    return _file(f"@shared_task\ndef t{i}(x):\n    return x + {i}\n" for i in range(n))


def sends(n: int) -> dict[str, str]:
    """Sends in one file, each in a function of its own."""
    return _file(f"def f{i}():\n    x = {i}\n    add.delay(x)\n" for i in range(n))


def views(n: int) -> dict[str, str]:
    """Views in one file, each of which waits."""
    return _file(f"def v{i}(request):\n    return add.delay({i}).get()\n" for i in range(n))


def sharing_views(n: int) -> dict[str, str]:
    """Views that all call one helper, which waits: as many call sites."""
    helper = "def wait(result):\n    return result.get(timeout=3)\n"
    calls = (f"def v{i}(request):\n    return wait(add.delay({i}))\n" for i in range(n))
    return _file([helper, *calls])


def keys_of_a_dict(n: int) -> dict[str, str]:
    """Tasks in a dict, one of which a view sends."""
    made = (f"@shared_task\ndef t{i}(x):\n    return x\n" for i in range(n))
    table = "TASKS = {\n" + "".join(f"    'k{i}': t{i},\n" for i in range(n)) + "}\n"
    view = "def view(request, key):\n    return TASKS[key].delay(1).get()\n"
    return _file([*made, table, view])


def modules(n: int) -> dict[str, str]:
    """Modules that all import each other, and whose functions call each other."""
    return {"p/__init__.py": ""} | {f"p/m{i}.py": _module(i, n) for i in range(n)}


def _module(i: int, n: int) -> str:
    imports = "".join(
        f"from p.m{other} import f{other}\n" for other in range(n) if other != i
    )
    task = f"@shared_task\ndef t{i}(x):\n    return f{(i + 1) % n}(x)\n"
    body = f"    if x:\n        return t{i}.delay(x).get()\n    return f{(i + 2) % n}(x)\n"
    return f"from celery import shared_task\n{imports}\n{task}\ndef f{i}(x):\n{body}"


def depth(n: int) -> dict[str, str]:
    """Chains of a hundred helpers between a view and its read."""
    return _file(part for chain in range(n) for part in _chain(chain, 100))


def _chain(chain: int, length: int) -> list[str]:
    first = f"def h{chain}_0():\n    return add.delay(1).get()\n"
    helpers = (
        f"def h{chain}_{i}():\n    return h{chain}_{i - 1}()\n" for i in range(1, length)
    )
    view = f"def v{chain}(request):\n    return h{chain}_{length - 1}()\n"
    return [first, *helpers, view]


def classes(n: int) -> dict[str, str]:
    """Classes below one whose method waits."""
    base = "class Base:\n    def wait(self):\n        return add.delay(1).get()\n"
    below = (
        f"class C{i}(Base):\n    def m{i}(self):\n        return self.wait()\n"
        for i in range(n)
    )
    return _file([base, *below])


def hooks(n: int) -> dict[str, str]:
    """Classes that each name a task and override a hook for a base class of many methods."""
    steps = "".join(
        f"    def step{i}(self, x):\n        self.state{i} = self.step{i + 1}(x) or self.name\n"
        f"        return self.state{i}\n"
        for i in range(40)
    )
    last = "    def step40(self, x):\n        return self.hook(self.task.delay(x).get())\n"
    base = (
        f"class Base:\n    task = None\n{steps}{last}    def hook(self, x):\n        pass\n"
    )
    below = (
        f"class C{i}(Base):\n    name = 'c{i}'\n    task = add\n"
        "    def hook(self, x):\n        return x\n"
        for i in range(n)
    )
    return _file([base, *below, "def view(request):\n    return C0().step0(1)\n"])


def mutual_recursion(n: int) -> dict[str, str]:
    """Functions each of which calls two others of the same ring."""
    ring = (
        f"def f{i}(x):\n    if x > {i}:\n        return add.delay(x).get()\n"
        f"    return f{(i + 1) % n}(x - 1) or f{(i * 7 + 3) % n}(x)\n"
        for i in range(n)
    )
    return _file([*ring, "def view(request):\n    return f0(9)\n"])


def reads_in_a_list(n: int) -> dict[str, str]:
    """Reads in one list of one view."""
    reads = "".join(f"        add.delay({i}).get(),\n" for i in range(n))
    return _file([f"def view(request):\n    return [\n{reads}    ]\n"])


def findings_in_a_function(n: int) -> dict[str, str]:
    """Reads in one view, each of a handle in a variable."""
    reads = "".join(f"    r{i} = add.delay({i})\n    print(r{i}.get())\n" for i in range(n))
    return _file([f"def view(request):\n{reads}"])


KINDS: dict[str, tuple[Callable[[int], dict[str, str]], int]] = {
    "tasks in a file": (tasks, 1000),
    "sends in a file": (sends, 1000),
    "views in a file": (views, 500),
    "views that share a helper": (sharing_views, 500),
    "keys of a dict of tasks": (keys_of_a_dict, 500),
    "modules that import each other": (modules, 40),
    "chains of a hundred helpers": (depth, 5),
    "classes in a hierarchy": (classes, 400),
    "classes that override hooks": (hooks, 40),
    "functions in a ring": (mutual_recursion, 100),
    "reads in a list": (reads_in_a_list, 400),
    "findings in a function": (findings_in_a_function, 400),
}
"""What grows, and how much of it the smaller of two projects has."""


def _file(parts: Iterable[str]) -> dict[str, str]:
    return {"p.py": HEAD + "\n\n".join(parts)}
