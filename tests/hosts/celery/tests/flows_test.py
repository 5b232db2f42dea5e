"""The flows of tests/flows on Celery leave the state that soarhost leaves, to the letter."""

import json
import subprocess
import unittest

from support import BUILD, FLOWS, Stack, StackCase

from sandbox_state import control, state


def by_soarhost(name, options=()):
    """The state that soarhost leaves in a sandbox of its own."""
    with Stack(sandbox_options=options) as stack:
        subprocess.run([BUILD / "soarhost", "--config", stack.config, "--json", "--work-dir",
                        stack.workdir / name, "run", FLOWS / f"{name}.json", "--input",
                        FLOWS / f"{name}.alert.json"], check=True, stdout=subprocess.DEVNULL)
        return state(stack.ready)


class Flows(StackCase):
    """Workers read their configuration once, so each flow has workers of its own."""

    WORKERS = 0

    def on_celery(self, name, options=()):
        """The state that the canvas leaves, and the context at its end."""
        read = [json.loads((FLOWS / f"{name}{end}").read_text()) for end in (".json", ".alert.json")]
        with Stack(sandbox_options=options, broker=self.stack.broker) as stack:
            stack.start_workers(1, concurrency=3)
            (stack.workdir / name).mkdir()
            work = self.soar.canvas(*read, str(stack.workdir / name)).apply_async()
            context = work.get(timeout=60)
            return state(stack.ready), context

    def check(self, name, options=()):
        expected = by_soarhost(name, options)
        found, context = self.on_celery(name, options)
        self.assertEqual(found.splitlines(), expected.splitlines())
        failed = [step for step, document in context["steps"].items()
                  if not document.get("ok") and "skipped" not in document]
        self.assertEqual(failed, [])

    def test_ransomware_on_a_slow_host_ends_alike(self):
        self.check("ransomware", ("--rtr-delay", "300"))

    def test_credential_theft_ends_alike(self):
        self.check("credential_theft")

    def test_business_unit_ends_alike(self):
        self.check("business_unit")

    def test_sla_risk_ends_alike(self):
        self.check("sla_risk")

    def test_insider_leak_ends_alike(self):
        self.check("insider_leak")

    def test_alert_group_ends_alike(self):
        self.check("alert_group")

    def test_states_differ_where_flows_do(self):
        self.assertNotEqual(by_soarhost("ransomware"), by_soarhost("sla_risk"))

    def test_a_failing_step_ends_the_flow_and_says_which(self):
        flow = {"name": "F", "steps": [
            {"id": "a", "action": "query_slas"},
            {"id": "b", "require": {"condition": {"exists": "/trigger/no"}, "message": "no ${/trigger/x}"}},
            {"id": "c", "action": "create_case", "input": {"name": "never", "severity": 1}}]}
        with Stack(broker=self.stack.broker) as stack:
            stack.start_workers(1)
            work = self.soar.canvas(flow, {"x": "y"}, str(stack.workdir)).apply_async()
            with self.assertRaises(self.soar.ActionFailed) as caught:
                work.get(timeout=30)
            self.assertEqual(caught.exception.args[0]["step"], "b")
            self.assertEqual(caught.exception.args[0]["error"]["message"], "no y")
            self.assertEqual(control(stack.ready, "board", limit=1)["total"], 0)


if __name__ == "__main__":
    unittest.main()
