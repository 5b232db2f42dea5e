"""Tasks for actions: what they are made of, how they fail, what a lost worker leaves."""

import json
import pathlib
import unittest
import urllib.request

from support import StackCase


def maps_plugin(pid):
    """Whether a process has the plugin in its memory."""
    return "falcon_case_management.so" in pathlib.Path(f"/proc/{pid}/maps").read_text()


def children(pid):
    """The processes that it has forked."""
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]


class Actions(StackCase):
    WORKERS = 1

    def invoke(self, name, given, **options):
        return self.soar.action(name).apply_async((given,), options).get(timeout=30)

    def fault(self, rule):
        """Spoils answers of the sandbox from now on."""
        address, _, token = self.stack.ready["console"].partition("#token=")
        request = urllib.request.Request(
            f"{address.rstrip('/')}/_sandbox/faults", json.dumps({"faults": [rule]}).encode(),
            {"X-Sandbox-Token": token})
        urllib.request.urlopen(request).close()

    def test_there_is_a_task_for_each_action_with_its_description(self):
        tasks = [name for name in self.soar.app.tasks if name.startswith("falcon.")]
        self.assertEqual(len(tasks), 55)
        self.assertIn("Opens a new case", self.soar.action("create_case").__doc__)

    def test_the_plugin_is_loaded_by_the_forked_process_alone(self):
        self.invoke("query_slas", {})
        worker = self.stack.workers[0].pid
        self.assertFalse(maps_plugin(worker))
        self.assertTrue(any(maps_plugin(child) for child in children(worker)))
        self.assertFalse(maps_plugin("self"))

    def test_a_result_is_the_document_of_the_call(self):
        document = self.invoke("create_case", {"name": "x", "severity": 60})
        self.assertEqual(document["resources"][0]["name"], "x")

    def test_a_failure_is_an_exception_with_the_document_or_the_document(self):
        with self.assertRaises(self.soar.ActionFailed) as caught:
            self.invoke("create_case", {"name": "x"})
        self.assertEqual(caught.exception.args[0]["error"]["where"], "/severity")
        self.assertIn("INVALID_ARGUMENT", str(caught.exception))
        document = self.invoke("create_case", {"name": "x"}, fail=False)
        self.assertEqual(document["status"], "INVALID_ARGUMENT")

    def test_a_write_that_comes_again_gives_its_first_outcome_and_does_not_act(self):
        task = self.soar.action("create_case")
        given = {"name": "once", "severity": 60}
        first = task.apply_async((given,), task_id="again").get(timeout=30)
        second = task.apply_async((given,), task_id="again")
        # the one worker takes this after the second
        found = self.invoke("query_case_ids", {"filter": "name:'once'"})
        self.assertEqual(second.get(timeout=30), first)
        self.assertEqual(len(found["resources"]), 1)

    def test_a_write_whose_worker_was_lost_is_unknown_and_is_not_sent_again(self):
        from soar_celery.app import redis  # pylint: disable=import-outside-toplevel
        redis().set("soar:journal:lost", "begun")
        task = self.soar.action("create_case")
        given = {"name": "lost", "severity": 60}
        document = task.apply_async((given,), {"fail": False}, task_id="lost").get(timeout=30)
        self.assertEqual(document["error"]["reason"], "worker_lost")
        self.assertEqual(document["error"]["outcome"], "unknown")
        found = self.invoke("query_case_ids", {"filter": "name:'lost'"})
        self.assertEqual(found["resources"], [])

    def test_a_read_whose_worker_was_lost_is_made_again(self):
        from soar_celery.app import redis  # pylint: disable=import-outside-toplevel
        redis().set("soar:journal:read", "begun")
        read = self.soar.action("query_slas").apply_async(({},), task_id="read")
        self.assertTrue(read.get(timeout=30)["ok"])

    def test_an_alert_that_comes_twice_has_one_case(self):
        work = [self.soar.send_alert("twice", {"name": "twice", "severity": 50}) for _ in range(2)]
        first, second = (result.get(timeout=30) for result in work)
        self.assertEqual(first, second)

    def test_an_alert_that_another_worker_may_still_be_at_waits_for_it(self):
        from soar_celery.app import redis  # pylint: disable=import-outside-toplevel
        redis().set("soar:lock:held", "another")
        work = self.soar.send_alert("held", {"name": "held", "severity": 50})
        self.invoke("query_slas", {})  # the one worker takes this after it
        self.assertEqual(work.state, "RETRY")
        redis().delete("soar:lock:held")
        self.assertTrue(work.get(timeout=30))

    def test_an_alert_whose_message_was_lost_is_sent_again(self):
        from soar_celery import outbox  # pylint: disable=import-outside-toplevel
        from soar_celery.app import redis  # pylint: disable=import-outside-toplevel
        args = json.dumps(["soar.case_of_alert", ["lost", {"name": "again", "severity": 50}]])
        redis().hset(outbox.NOTED, "lost-one", args)
        redis().zadd(outbox.DUE, {"lost-one": 1})
        outbox.sweep(redis(), self.soar.app)
        result = self.soar.app.AsyncResult("lost-one")
        self.assertTrue(result.get(timeout=30))
        self.assertFalse(redis().hexists(outbox.NOTED, "lost-one"))

    def test_what_may_succeed_later_is_tried_again_later(self):
        self.fault("query_templates:status=503:6")  # more than the plugin's own attempts
        task = self.soar.action("query_templates").delay({})
        self.assertTrue(task.get(timeout=60)["ok"])
        log = (self.stack.dir / "w0.log").read_text(encoding="utf-8")
        self.assertIn(f"[{task.id}] retry: Retry in ", log)

    def test_what_cannot_succeed_is_not_tried_again(self):
        task = self.soar.action("get_slas").apply_async(({"ids": []},), {"fail": False})
        self.assertEqual(task.get(timeout=30)["status"], "INVALID_ARGUMENT")
        log = (self.stack.dir / "w0.log").read_text(encoding="utf-8")
        self.assertNotIn(f"[{task.id}] retry", log)

    def test_results_are_plain_json(self):
        json.dumps(self.invoke("query_case_ids", {"limit": 1}))


if __name__ == "__main__":
    unittest.main()
