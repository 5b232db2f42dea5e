"""Many alerts over several workers of which two are killed: each has exactly one case at the end."""

import os
import re
import signal
import time
import unittest

from support import StackCase, ready

from sandbox_state import control

ALERTS = int(os.environ.get("SOAR_ALERTS", "1000"))
TASK = r"Task soar\.case_of_alert\[([^]]+)\] "
#: Every tenth case is made some time before it is told, so that many die between the two.
SLOW = "create_case@1/10:slow_after=100"


def tasks(worker_log, what):
    """The ids of the tasks that a worker received, or that succeeded with it."""
    return re.findall(TASK + what, worker_log.read_text(encoding="utf-8"))


class KilledWorkers(StackCase):
    OPTIONS = {"sandbox_options": ("--fault", SLOW), "SOAR_TASK_SECONDS": "8", "SOAR_PREFETCH": "2"}
    WORKERS = 0  # they start when all alerts wait

    def cases(self):
        return control(self.stack.ready, "board", limit=1)["total"]

    def test_every_alert_has_one_case_though_two_workers_are_killed_amid_their_work(self):
        alerts = [f"alert:{number}" for number in range(ALERTS)]
        work = [self.soar.send_alert(alert, {"name": f"Case of {alert}", "severity": 50})
                for alert in alerts]
        self.stack.start_workers(4)
        logs = [self.stack.dir / f"w{i}.log" for i in range(4)]
        in_hand = []
        for killed, count in ((0, ALERTS // 4), (1, ALERTS // 2)):
            while self.cases() < count:
                time.sleep(0.01)
            self.stack.end(self.stack.workers[killed], signal.SIGKILL)
            done = tasks(logs[killed], "succeeded")
            in_hand += [task for task in tasks(logs[killed], "received") if task not in done]

        ready(work, ALERTS)
        ids = [result.result for result in work]

        self.assertEqual(len(set(ids)), ALERTS, "each alert has a case of its own")
        self.assertEqual(self.cases(), ALERTS, "and there are no others")
        for alert, case_id in list(zip(alerts, ids))[::max(1, ALERTS // 20)]:
            found = self.soar.action("query_case_ids").delay({"filter": f"alerts:'{alert}'"})
            self.assertEqual(found.get(timeout=30)["resources"], [case_id])
        self.assertNotEqual(in_hand, [], "they were killed amid their work")
        again = [task for log in logs[2:] for task in tasks(log, "received")]
        for task in in_hand:
            self.assertIn(task, again, "what they had in hand came to others")


if __name__ == "__main__":
    unittest.main()
