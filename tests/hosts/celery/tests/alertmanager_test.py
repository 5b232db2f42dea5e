"""The real Alertmanager fires, its webhook reaches the receiver, a rule picks the flow."""

import datetime
import json
import re
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from support import HERE, StackCase

from sandbox_state import control

CONFIG = """
route:
  receiver: soar
  group_by: [alertname, user]
  group_wait: 500ms
  group_interval: 500ms
  repeat_interval: 1s
receivers:
  - name: soar
    webhook_configs:
      - url: {url}
        send_resolved: true
"""


def post(url, body):
    """Posts JSON; the answer's text."""
    request = urllib.request.Request(url, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


class Alertmanager(StackCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver = cls.stack.start_webhook(HERE / "rules.json")
        config = cls.stack.dir / "alertmanager.yml"
        config.write_text(CONFIG.format(url=cls.receiver), encoding="utf-8")
        process = cls.stack.start(
            "prometheus-alertmanager", f"--config.file={config}", "--cluster.listen-address=",
            f"--storage.path={cls.stack.dir}", "--web.listen-address=127.0.0.1:0",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in process.stdout:
            found = re.search(r"address=(127\.0\.0\.1:[1-9]\d*)", line)
            if found:
                break
        cls.manager = f"http://{found.group(1)}"

    def fire(self, name, user, instances, resolved=False, **labels):
        """So many alerts of one group."""
        now = datetime.datetime.now(datetime.timezone.utc)
        times = {"startsAt": (now - datetime.timedelta(minutes=1)).isoformat(),
                 "endsAt": (now + datetime.timedelta(minutes=-0.5 if resolved else 10)).isoformat()}
        post(f"{self.manager}/api/v2/alerts", [
            {"labels": {"alertname": name, "user": user, "instance": f"host-{i}",
                        "composite_id": f"{user}:{i}", **labels},
             "annotations": {"summary": f"{name} of {user}"}, **times} for i in range(instances)])

    def notifications(self):
        """How many the webhook has taken."""
        with urllib.request.urlopen(f"{self.manager}/metrics") as answer:
            text = answer.read().decode()
        found = re.search(r'^alertmanager_notifications_total\{integration="webhook"\} (\d+)', text,
                          re.M)
        return int(found.group(1))

    def cases(self, query):
        return control(self.stack.ready, "board", filter=query, limit=200)["cases"]

    def wait(self, condition, what):
        end = time.monotonic() + 60
        while not condition():
            if time.monotonic() > end:
                self.fail(f"in vain waited for {what}")
            time.sleep(0.05)

    def test_a_storm_of_300_alerts_of_one_group_makes_one_case_which_repeats_and_the_end_find(self):
        self.fire("Storm", "jdoe", 300, severity="critical")
        self.wait(lambda: self.cases("name:*'*Storm*'"), "the case")
        before = self.notifications()
        self.wait(lambda: self.notifications() >= before + 2, "repeated notifications")
        self.fire("Storm", "jdoe", 300, resolved=True, severity="critical")
        self.wait(lambda: any("resolved" in case["tags"] for case in self.cases("name:*'*Storm*'")),
                  "the end of the group")
        cases = self.cases("name:*'*Storm*'")
        self.assertEqual(len(cases), 1)
        self.assertNotIn("firing", cases[0]["tags"])
        whole = control(self.stack.ready, "case", id=cases[0]["id"])["case"]
        self.assertIn(len(whole["evidence"]["alerts"]["records"]), range(1, 101))

    def test_each_group_has_a_case_of_its_own(self):
        self.fire("Login", "ada", 2, severity="warning")
        self.fire("Login", "leo", 2, severity="warning")
        self.wait(lambda: len(self.cases("name:*'*Login*'")) >= 2, "two cases")
        self.assertEqual(len(self.cases("name:*'*Login*'")), 2)

    def test_a_rule_picks_another_flow_which_runs_once_while_the_alert_fires(self):
        self.fire("FalconSlaAboutToBreak", "soc", 1, severity="critical")
        query = "tags:'sla-risk'+status:'closed'"
        self.wait(lambda: self.cases(query), "a case that the flow has closed")
        before = self.notifications()
        self.wait(lambda: self.notifications() >= before + 2, "repeated notifications")
        self.fire("Marker", "soc", 1, severity="warning")
        self.wait(lambda: self.cases("name:*'*Marker*'"), "a case after those")
        cases = self.cases(query)
        self.assertEqual([case["name"] for case in cases], ["FalconSlaAboutToBreak of soc"])

    def test_alerts_that_fit_no_rule_make_nothing(self):
        self.fire("Chatter", "nobody", 1, severity="info")
        before = self.notifications()
        self.wait(lambda: self.notifications() > before, "its notification")
        self.fire("AfterChatter", "nobody", 1, severity="warning")
        self.wait(lambda: self.cases("name:*'*AfterChatter*'"), "a case after it")
        self.assertEqual(self.cases("name:*'Chatter*'"), [])

    def test_a_flow_that_fails_does_not_hold_up_the_next_notification_of_its_group(self):
        group = {"groupKey": "{}:fails", "status": "firing", "alerts": [], "groupLabels": {},
                 "commonAnnotations": {}}
        fails = {"name": "F", "steps": [{"id": "a", "action": "get_cases", "input": {}},
                                        {"id": "b", "action": "query_slas"}]}
        works = {"name": "W", "steps": [{"id": "a", "action": "create_case", "input": {
            "name": "After a failure", "severity": 1}}]}
        rules = [{"match": {"kind": flow["name"]}, "flow": flow, "trigger": {}}
                 for flow in (fails, works)]
        for kind in ("F", "W"):
            notification = {**group, "commonLabels": {"kind": kind}}
            self.soar.take_in(notification, rules, str(self.stack.workdir))
        self.wait(lambda: self.cases("name:'After a failure'"), "the case of the second")

    def test_the_receiver_refuses_what_is_no_notification(self):
        for url, body, status in ((self.receiver, {"no": "groupKey"}, 400),
                                  (self.receiver, [], 400),
                                  (self.receiver.replace("alertmanager", "other"), {}, 404)):
            with self.subTest(body=body), self.assertRaises(urllib.error.HTTPError) as caught:
                post(url, body)
            self.assertEqual(caught.exception.code, status)
            caught.exception.close()


if __name__ == "__main__":
    unittest.main()
