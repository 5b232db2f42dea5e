"""Response flows as canvases of Celery.

A flow is a chain of its steps. A step replaces itself by what it turns out to be: a chain of its
action and of what takes the result in, or, where it goes through a list, a chord: all items at once,
and one that takes their results in. The context, with all results so far, goes from step to step.
"""

from celery import chain, chord

from . import builtin, values
from .app import ActionFailed, action, app

MAX_POLLS = 60
EVERY_MS = 1000


def canvas(flow, trigger, workdir):
    """The chain of a flow (its JSON document) for a trigger; .apply_async() starts it. Its result is
    the context: {"trigger", "steps": {ID: result}, "flow"}. Files lie in workdir, which must be there,
    be the same for all workers, and be in the configuration's read_dirs and write_dirs."""
    context = {"trigger": trigger, "steps": {}, "flow": {"name": flow["name"], "workdir": workdir}}
    first, *others = flow["steps"]
    return chain(begin.s(context, first), *(begin.s(step) for step in others))


def _failed(message):
    return {"ok": False, "status": "INVALID_ARGUMENT",
            "error": {"code": "INVALID_ARGUMENT", "reason": "flow", "message": message}}


def _remember(context, step, document):
    context["steps"][step["id"]] = document
    if not document.get("ok") and step.get("on_error") != "continue":
        raise ActionFailed({**document, "step": step["id"]})
    return context


def _items(step, context):
    items = values.value(context, step["for_each"])
    by = step.get("by")
    return [items[i:i + by] for i in range(0, len(items), by)] if by else items


def _calls(step, context):
    """The action for each item, each with the step's result taken in where it is awaited."""
    calls = []
    for index, item in enumerate(_items(step, context)):
        inside = {**context, step.get("as", "item"): item, "index": index}
        calls.append(_call(step, inside))
    return calls


def _call(step, context):
    given = values.value(context, step.get("input", {}))
    call = action(step["action"]).s(given, fail=False)
    if "until" in step:
        return chain(call, await_.s(context, step, given, 1))
    return call


@app.task(bind=True, name="soar.begin")
def begin(self, context, step):
    """A step begins: it is skipped, done at once, or replaced by its calls."""
    try:
        if "if" in step and not values.holds(context, step["if"]):
            context["steps"][step["id"]] = {"skipped": True}
            return context
        if "action" not in step:
            return _remember(context, step, builtin.carry_out(step, context))
        if "for_each" not in step:
            work = chain(_call(step, context), take.s(context, step))
        else:
            calls = _calls(step, context)
            if not calls:
                return take_all.run([], context, step)
            work = chord(calls, take_all.s(context, step))
    except values.NothingThere as problem:
        return _remember(context, step, _failed(f"nothing stands at {problem}"))
    raise self.replace(work)


@app.task(bind=True, name="soar.await")
def await_(self, document, context, step, given, polls):
    """Makes the call again until the condition of "until" holds."""
    until = step["until"]
    inside = {**context, "steps": {**context["steps"], step["id"]: document}}
    if not document.get("ok") or values.holds(inside, until["condition"]):
        return document
    if polls >= until.get("max", MAX_POLLS):
        return {"ok": False, "status": "DEADLINE_EXCEEDED",
                "error": {"code": "DEADLINE_EXCEEDED", "reason": "flow",
                          "message": f"after {polls} calls the condition still does not hold"}}
    call = action(step["action"]).s(given, fail=False)
    call.set(countdown=until.get("every_ms", EVERY_MS) / 1000)
    raise self.replace(chain(call, await_.s(context, step, given, polls + 1)))


@app.task(name="soar.take")
def take(document, context, step):
    """Takes the result of a call in."""
    return _remember(context, step, document)


@app.task(name="soar.take_all")
def take_all(documents, context, step):
    """Takes the results of a loop in; it is what its first failure was."""
    status = next((one["status"] for one in documents if not one.get("ok")), "OK")
    return _remember(context, step, {"ok": status == "OK", "status": status,
                                     "count": len(documents), "items": documents})
