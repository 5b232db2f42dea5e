"""What the tests share: a stack for each class, and Celery's client side for it."""

import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parents[1]
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent / "python"), str(ROOT / "tests/tools")]
from stack import BUILD, Stack  # noqa: E402  pylint: disable=wrong-import-position

FLOWS = ROOT / "tests/flows"


def connect(stack):
    """soar_celery for a stack. It is configured by the environment, so a process has one."""
    for name in ("SOAR_BROKER", "SOAR_CONFIG", "SOARHOST_PLUGIN", "SOAR_TASK_SECONDS",
                 "SOAR_PREFETCH"):
        if name in stack.env:
            os.environ[name] = stack.env[name]
    import soar_celery  # pylint: disable=import-outside-toplevel
    return soar_celery


def ready(results, count, seconds=120):
    """Waits until so many of the results are there, by asking for them: a subscription may miss one
    whose task was sent again."""
    end = time.monotonic() + seconds
    waiting = list(results)
    while len(results) - len(waiting) < count:
        waiting = [result for result in waiting if not result.ready()]
        if time.monotonic() > end:
            raise TimeoutError(f"{len(waiting)} of {len(results)} results are missing")
        time.sleep(0.02)


class StackCase(unittest.TestCase):
    """Tests of one module against one stack. OPTIONS: of Stack; WORKERS: how many."""

    OPTIONS, WORKERS = {}, 2

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(**cls.OPTIONS).__enter__()
        cls.addClassCleanup(cls.stack.__exit__)
        cls.soar = connect(cls.stack)
        cls.addClassCleanup(cls.forget)
        cls.stack.start_workers(cls.WORKERS)

    @classmethod
    def forget(cls):
        """Results that are still there when Redis is gone need not be told."""
        cls.soar.app.backend.result_consumer.cancel_for = lambda task_id: None
        cls.soar.app.close()
