"""Where things are and how long they may take; from the environment."""

import os

#: Broker and results: redis://HOST/0 or redis+socket:///PATH.
BROKER = os.environ.get("SOAR_BROKER", "redis://127.0.0.1:6379/0")
#: A file with the plugin's configuration, opened by each worker's process.
CONFIG = os.environ.get("SOAR_CONFIG", "/etc/soar/falcon.conf")
#: Seconds after which a task is ended by force. What it has sent by then has arrived or never will.
TASK_SECONDS = int(os.environ.get("SOAR_TASK_SECONDS", "120"))
#: Tasks that a process has in hand, the one it works on among them. With 1 it waits for the broker.
PREFETCH = int(os.environ.get("SOAR_PREFETCH", "4"))
#: How long a lock outlives its worker: nothing that it has sent is on its way any more.
LOCK_SECONDS = TASK_SECONDS + 2
#: After so long, what a dead worker had in hand goes to another. No living one has a task longer.
LOST_SECONDS = PREFETCH * TASK_SECONDS + 2
#: How long outcomes of writes are kept for a task that comes again.
JOURNAL_SECONDS = 86400
