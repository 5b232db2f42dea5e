"""Tasks that must not be lost. Redis as a broker hands a message to a worker before it notes that the
worker has it; a worker that is killed right then takes it along. So what must be done is noted here
first, until it is done, and sent again when it was neither done nor waits in the queue."""

import json
import time
import uuid

from . import settings

NOTED, DUE, SWEEP = "soar:outbox", "soar:outbox:due", "soar:outbox:sweep"


def send(redis, task, args):
    """Sends a task that notes `done` at its end; its AsyncResult."""
    task_id = str(uuid.uuid4())
    with redis.pipeline() as pipe:
        pipe.hset(NOTED, task_id, json.dumps([task.name, args]))
        pipe.zadd(DUE, {task_id: time.time() + settings.LOST_SECONDS})
        pipe.execute()
    return task.apply_async(args, task_id=task_id)


def done(redis, task_id):
    """The task is done and need not be sent again."""
    with redis.pipeline() as pipe:
        pipe.hdel(NOTED, task_id)
        pipe.zrem(DUE, task_id)
        pipe.execute()


def sweep(redis, app):
    """Sends again what was lost. Any worker may do it at any time; one at a time does."""
    if redis.llen(app.conf.task_default_queue) or not redis.set(SWEEP, 1, nx=True, ex=5):
        return
    for task_id in redis.zrangebyscore(DUE, 0, time.time()):
        noted = redis.hget(NOTED, task_id)
        if noted is None:
            redis.zrem(DUE, task_id)
            continue
        name, args = json.loads(noted)
        redis.zadd(DUE, {task_id: time.time() + settings.LOST_SECONDS})
        app.tasks[name].apply_async(args, task_id=task_id.decode())
    redis.delete(SWEEP)
