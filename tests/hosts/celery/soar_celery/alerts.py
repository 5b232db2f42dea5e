"""Groups of alerts become cases: a rule picks the flow, one group is worked at a time."""

import hashlib
import json
import re
import tempfile

from celery import chain

from . import settings, values
from .app import app, redis
from .flow import canvas


def matches(rule, labels):
    """A rule's "match": all its labels are there and fit their expression, from end to end."""
    return all(re.fullmatch(expression, labels.get(name, ""))
               for name, expression in rule.get("match", {}).items())


def trigger_of(rule, group):
    """What the flow is started with: the rule's "trigger", worked out on the group as /group, beside
    it /key (short, the same for all notifications of the group), /count and /alert_ids (of Falcon,
    the label composite_id; as many as a case holds)."""
    ids = [alert["labels"]["composite_id"] for alert in group["alerts"]
           if "composite_id" in alert["labels"]]
    key = hashlib.sha256(group["groupKey"].encode()).hexdigest()[:12]
    context = {"group": group, "key": key, "count": len(group["alerts"]), "alert_ids": ids[:100]}
    return values.value(context, rule["trigger"])


def _begins(rule, group):
    """Whether the flow is to run: one that does all its work in one go ("once") runs when its group
    begins to fire, and again only after the group was resolved."""
    if group["status"] not in rule.get("status", ["firing", "resolved"]):
        return False
    if not rule.get("once"):
        return True
    name = f"soar:fires:{group['groupKey']}"
    if group["status"] == "resolved":
        redis().delete(name)
        return False
    return bool(redis().set(name, 1, nx=True, ex=settings.JOURNAL_SECONDS))


def _names(key):
    return f"soar:group:{key}", f"soar:group:{key}:waiting"


def take_in(group, rules, workdir):
    """Notes a notification behind those of its group that wait, and has them worked."""
    key = group["groupKey"]
    redis().rpush(_names(key)[1], json.dumps(group))
    work_group.delay(key, rules, workdir)


@app.task(bind=True, name="soar.work_group")
def work_group(self, key, rules, workdir):
    """Carries out the flow of the first rule that fits, for the first notification that waits. Those
    of one group follow each other, so that the second finds the case of the first."""
    busy, waiting = _names(key)
    ours = redis().set(busy, self.request.id, nx=True, ex=settings.LOST_SECONDS)
    if not ours and redis().get(busy) != self.request.id.encode():
        return "another is at work on it"
    noted = redis().lindex(waiting, 0)
    group = json.loads(noted) if noted else None
    rule = group and next((one for one in rules if matches(one, group["commonLabels"])), None)
    if not rule or not _begins(rule, group):
        go_on.run(key, self.request.id, rules, workdir)
        return "nothing to do"
    directory = tempfile.mkdtemp(prefix="flow-", dir=workdir)
    end = go_on.si(key, self.request.id, rules, workdir)
    work = canvas(rule["flow"], trigger_of(rule, group), directory)
    raise self.replace(chain(*(step.on_error(end) for step in work.tasks), end))


@app.task(name="soar.go_on")
def go_on(key, owner, rules, workdir):
    """The notification is worked, or failed: on with the next one of its group."""
    busy, waiting = _names(key)
    if redis().get(busy) == owner.encode():
        redis().lpop(waiting)
        redis().delete(busy)
    if redis().llen(waiting):
        work_group.delay(key, rules, workdir)
