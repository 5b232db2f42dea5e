"""Exactly one case for each alert, whatever happens to workers on the way."""

import contextlib
import uuid

from . import outbox, settings
from .app import ActionFailed, app, redis
from .plugin import invoke

RELEASE = ("if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) "
           "else return 0 end")


@contextlib.contextmanager
def lock(name):
    """Whether it is ours. A lock of a worker that died is held for as long as a request of it may
    still be on its way to the service."""
    key, mine = f"soar:lock:{name}", uuid.uuid4().hex
    ours = bool(redis().set(key, mine, nx=True, ex=settings.LOCK_SECONDS))
    try:
        yield ours
    finally:
        if ours:
            redis().eval(RELEASE, 1, key, mine)


def resources(name, given):
    """What an action answers; a failure is an ActionFailed."""
    document = invoke(name, given)
    if not document.get("ok"):
        raise ActionFailed(document)
    return document.get("resources") or []


def _case_of(alert, case):
    quoted = alert.replace("\\", "\\\\").replace("'", "\\'")
    found = resources("query_case_ids", {"filter": f"alerts:'{quoted}'", "limit": 1})
    if found:
        return found[0]
    evidence = {"alerts": [{"id": alert}]}
    return resources("create_case", {**case, "evidence": evidence})[0]["id"]


@app.task(bind=True, name="soar.case_of_alert", max_retries=None)
def case_of_alert(self, alert, case):
    """The id of the alert's case, which is opened with the fields `case` where there is none.

    It may be carried out any number of times: it looks first, and no two look at a time."""
    with lock(alert) as ours:
        if not ours:
            raise self.retry(countdown=1)
        case_id = _case_of(alert, case)
    outbox.done(redis(), self.request.id)
    return case_id


def send_alert(alert, case):
    """Sends an alert so that it gets its case whatever becomes of workers and messages."""
    return outbox.send(redis(), case_of_alert, [alert, case])
