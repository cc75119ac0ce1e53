"""What several test files share: where things are, a workspace built once, the browser.

Fixtures: ``root`` (the checkout), ``plan_path`` and ``plan_text`` (the sample plan), ``workspace`` (a folder into
which the sample plan was ingested, built once a run: read it, never write to it), ``dongqiao`` (an assistant over an
invented plan), ``filled`` (gives a graph of some quads, on each back end in turn), ``warm`` (gives a new workspace
what is the same in all, so that it is not made again each time),
``chromium`` (path of a browser that can show Chinese; without one the test is skipped, or fails where CI=true),
``browser`` (that one, running), ``visitor`` (a context of it that pages share), ``address`` (of the app over
``workspace``), ``page`` (the app, ready; in the end it has shown no error and asked nothing outside), ``own``
(address and folder of an app that may be written to).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from filelock import FileLock

from kg.settings import Settings
from tests.backends import GRAPHS, Filled, filling

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from qa import Assistant

# Before any library reads them: no test may ask anything of the network.
os.environ.update(
    {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        # The encoder's threads sleep while they wait, so that a busy machine does not make them spin against others.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
)
if "PYTEST_XDIST_WORKER" in os.environ:
    # One core for each worker: more threads than cores only wait for each other.
    os.environ["OMP_NUM_THREADS"] = "1"
for _name in ("WORKSPACE", "BASE", "MODEL", "HOST", "GRAPH", "VECTORS", "DASK"):
    os.environ.pop(f"YAODIAN_{_name}", None)
os.environ.pop("PORT", None)

ROOT = Path(__file__).resolve().parent.parent

# The machine may be slow and shared, so no deadline; CI draws the same examples each time.
_slow = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("yaodian", parent=_slow)
hypothesis.settings.register_profile("ci", parent=_slow, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "yaodian")


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder made once a run, by the first of its processes that comes; the others wait for it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    place, done = base / name, base / f"{name}.done"
    with FileLock(base / f"{name}.lock"):
        if not done.exists():
            place.mkdir()
            make(place)
            done.touch()
    return place


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def plan_path() -> Path:
    """The sample plan's file."""
    return ROOT / "data" / "plans" / "yiyang-2021.txt"


@pytest.fixture(scope="session")
def plan_text(plan_path: Path) -> str:
    """The sample plan, character for character."""
    return plan_path.read_bytes().decode("utf-8")


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Puts the encoder's tables and the glosses into a new workspace's cache, and gives the workspace back.

    Hard links, as files of the cache are replaced and never written to.  Vectors are not among them.
    """
    from embeddings.encoder import load_encoder
    from embeddings.gloss import open_glosses
    from kg.thesaurus import Thesaurus

    def make(folder: Path) -> None:
        load_encoder("", folder).queries(["made now"])
        open_glosses(folder).close()
        Thesaurus.load(cache=folder)

    made = _once(tmp_path_factory, "warm", make)

    def put(folder: Path) -> Path:
        shutil.copytree(made, folder / "cache", copy_function=os.link)
        return folder

    return put


@pytest.fixture(scope="module", params=GRAPHS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Gives a graph of some quads: in memory, then on each kind of server, so that the same test asks them all."""
    with filling(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield made


@pytest.fixture(scope="session")
def workspace(plan_path: Path, tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    """A workspace that holds the sample plan, made by the command in a process of its own.  Read only."""

    def make(folder: Path) -> None:
        command = [sys.executable, "-m", "qa.cli", "ingest", str(plan_path), "--workspace", str(warm(folder))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr

    return _once(tmp_path_factory, "built", make)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium on a machine that has a Chinese font."""
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    lister = shutil.which("fc-list")
    fonts = subprocess.run([lister, ":lang=zh-cn"], capture_output=True, text=True, check=True).stdout if lister else ""
    if found and fonts.strip():
        return Path(found[0])
    message = "no Chromium or no Chinese font: apt-get install chromium fontconfig fonts-noto-cjk"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """One Chromium for the tests of a module; while it is open its event loop runs, and no other can be started."""
    from playwright.sync_api import expect

    from tests.serving import browsing

    expect.set_options(timeout=15_000)  # A busy machine draws late; what is waited for is the same.
    with browsing(chromium) as found:
        yield found


@pytest.fixture(scope="session")
def address(workspace: Path) -> Iterator[str]:
    """Where the app serves the sample plan."""
    from tests.serving import served

    with served(workspace) as found:
        yield found


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Has the scripts of the app after a first page, so that the next ones stand in half the time."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext, address: str) -> Iterator[Page]:
    """A page of the app, as at a first visit; errors and requests outside fail the test that had it."""
    from tests.serving import visit

    opened, errors, asked = visit(visitor, address)
    yield opened
    outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    opened.evaluate("localStorage.clear()")
    opened.close()
    visitor.clear_cookies()
    assert not errors
    assert not outside


@pytest.fixture(scope="module")
def own(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An app over a workspace that may be written to."""
    from tests.serving import served

    folder = Path(shutil.copytree(workspace, tmp_path_factory.mktemp("own") / "workspace"))
    with served(folder) as found:
        yield found, folder


@pytest.fixture(scope="session")
def dongqiao(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    """An assistant over one invented county plan with owners, amounts and dates."""
    from qa import Assistant
    from qa.build import ingest

    folder = warm(tmp_path_factory.mktemp("dongqiao") / "workspace")
    settings = replace(Settings.load({}), workspace=folder)
    ingest([ROOT / "tests" / "plans" / "answers" / "dongqiao-2031.txt"], settings)
    return Assistant.load(folder, settings=settings)
