"""The Celery application, with one task for each action of the plugin.

The plugin is loaded by the forked processes that make calls, never by the one that they are forked
from, nor by who sends tasks: these know the actions from a process that lists them and ends.
"""

import json
import os
import subprocess
import sys

from celery import Celery
from redis import Redis

from . import settings
from .lost import GiveOn
from .plugin import invoke

LIST = "import json, falcon_case_management as f; print(json.dumps(f.list_actions()))"
BEGUN = b"begun"

app = Celery("soar_celery", broker=settings.BROKER, backend=settings.BROKER)
app.conf.update(
    task_acks_late=True, task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=settings.PREFETCH,
    task_time_limit=settings.TASK_SECONDS, task_soft_time_limit=max(1, settings.TASK_SECONDS - 1),
    broker_transport_options={"visibility_timeout": settings.LOST_SECONDS},
    task_serializer="json", result_serializer="json", accept_content=["json"],
    result_expires=settings.JOURNAL_SECONDS, worker_hijack_root_logger=False)
app.steps["consumer"].add(GiveOn)


class ActionFailed(Exception):
    """An action that did not end with OK; args[0] is its result document."""

    def __str__(self):
        error = self.args[0].get("error") or {}
        return f"{self.args[0].get('status')}: {error.get('message', '')}"


def redis():
    """The connection to Redis of this process, for locks and the journal."""
    if redis.made is None:
        url = settings.BROKER.replace("redis+socket://", "unix://")
        redis.made = Redis.from_url(url)
    return redis.made


redis.made = None


def _may_have_been_applied(name):
    return {"ok": False, "status": "UNKNOWN", "http_status": 0, "errors": [], "meta": {},
            "error": {"code": "UNKNOWN", "reason": "worker_lost", "retryable": False,
                      "outcome": "unknown",
                      "message": f"{name}: the worker that had begun it was lost",
                      "hint": "look whether it was applied before it is sent again"}}


def _once(task, name, given):
    """A write that must not act twice, though its task may come again: by the task's id."""
    key = f"soar:journal:{task.request.id}"
    kept = redis().get(key)
    if kept == BEGUN:
        return _may_have_been_applied(name)
    if kept is not None:
        return json.loads(kept)
    redis().set(key, BEGUN, ex=settings.JOURNAL_SECONDS)
    document = invoke(name, given)
    redis().set(key, json.dumps(document), ex=settings.JOURNAL_SECONDS)
    return document


def _again(task, document, repeatable):
    """Tries a call again later that may succeed then and did not act; for ever it is not tried."""
    error = document.get("error") or {}
    unsent = error.get("outcome") in ("not_sent", "not_applied")
    if error.get("retryable") and (unsent or repeatable) and task.request.retries < task.max_retries:
        redis().delete(f"soar:journal:{task.request.id}")
        wait = (error.get("retry_after_ms") or 1000 * 2 ** task.request.retries) / 1000
        raise task.retry(countdown=min(wait, settings.TASK_SECONDS / 2))


def _make(tool):
    name = tool["name"]
    repeatable = tool["_meta"]["retry"] in ("safe", "idempotent")

    def act(self, given, fail=True):
        document = invoke(name, given) if repeatable else _once(self, name, given)
        _again(self, document, repeatable)
        if fail and not document.get("ok"):
            raise ActionFailed(document)
        return document

    act.__doc__ = (f"{tool['description']}\n\ngiven: its inputs. fail=False: a failure is the "
                   "result document instead of ActionFailed.")
    return app.task(act, bind=True, name=f"falcon.{name}", max_retries=5)


def _actions():
    path = os.pathsep.join(part for part in sys.path if part)
    done = subprocess.run([sys.executable, "-c", LIST], stdout=subprocess.PIPE, check=True,
                          env={**os.environ, "PYTHONPATH": path})
    return {tool["name"]: _make(tool) for tool in json.loads(done.stdout)}


_TASKS = _actions()


def action(name):
    """The task of an action: action("create_case").delay({"name": "x", "severity": 60})."""
    return _TASKS[name]
