"""Fixtures: simulated tenants, and the SDK's clients for them."""

import signal
import threading
from contextlib import ExitStack

import pytest

from sdk import Session
from simulator import simulator


def pytest_configure(config):
    # A terminated run must end its simulators like one that is interrupted at the keyboard.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def tenant():
    """A tenant some weeks old, so that hosts were deleted and statuses have changed; without a quota."""
    with simulator("--hosts", "400", "--findings-per-host", "10", "--day", "40", "--quota", "off") as started:
        yield started


@pytest.fixture(scope="session")
def session(tenant):
    with Session(tenant) as opened:
        yield opened


@pytest.fixture
def start():
    """Starts further tenants, which end with the test."""
    with ExitStack() as stack:
        yield lambda *flags: stack.enter_context(simulator(*flags))
