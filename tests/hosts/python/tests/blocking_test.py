"""The blocking client against the sandbox."""

import logging
import multiprocessing
import os
import pickle
import signal
import threading
import unittest

from support import SandboxCase

from falcon_case_management import (Aborted, CallOptions, Cancelled, Client, DeadlineExceeded,
                                    FailedPrecondition, InvalidArgument, NotFound, OutcomeUnknown,
                                    Partial, PermissionDenied, SoarError, Unauthenticated,
                                    Unavailable, list_actions)


def name_of(client, case_id):
    """Runs in another process."""
    return os.getpid(), client.get_cases(ids=case_id).first["name"]


def failing(client):
    """Runs in another process, and fails there."""
    client.get_cases(ids=["no-such-case"])
    client.update_case_fields(id="no-such-case", fields={"name": "x"})


class Blocking(SandboxCase):
    """One Client."""

    def setUp(self):
        super().setUp()
        self.falcon = Client(self.config)
        self.addCleanup(self.falcon.close)

    def new_case(self, **inputs):
        return self.falcon.create_case(**{"name": "From Python", "severity": 60, **inputs}).first

    def test_a_case_is_opened_changed_and_read(self):
        case = self.new_case(tags=["a"])
        self.falcon.add_case_tags(id=case["id"], tags="b")
        result = self.falcon.get_cases(ids=[case["id"]])
        self.assertEqual(result.first["tags"], ["a", "b"])
        self.assertEqual(result.http_status, 200)
        self.assertTrue(result.trace_id)
        self.assertIn(case["id"], self.falcon.query_case_ids(filter="tags:'b'").resources)

    def test_every_action_is_a_method_and_its_example_can_be_planned(self):
        for tool in list_actions():
            method = getattr(self.falcon, tool["name"])
            self.assertIn(tool["title"], method.__doc__)
            given = tool["_meta"]["examples"][0]["input"]
            renamed = {name + "_" if name == "from" else name: value for name, value in given.items()}
            for value in [name for name in given if tool["inputSchema"]["properties"][name].get(
                    "x-in") == "file"]:
                (self.dir / "sent").write_text("name: x")
                renamed[value] = str(self.dir / "sent")
            plan = method(**renamed, call=CallOptions(dry_run=True)).plan
            self.assertEqual(plan["action"], tool["name"])

    def test_a_refused_input_names_its_place_and_sends_nothing(self):
        with self.assertRaises(InvalidArgument) as caught:
            self.falcon.create_case(name="x", severity=600)
        error = caught.exception
        self.assertEqual((error.where, error.outcome, error.retryable), ("/severity", "not_sent", False))
        self.assertTrue(error.hint)
        self.assertIn("/severity", str(error))

    def test_each_status_is_an_exception_of_its_own(self):
        case = self.new_case()
        with self.assertRaises(Aborted) as caught:
            self.falcon.update_case_fields(id=case["id"], expected_version=77, fields={"name": "y"})
        self.assertEqual(caught.exception.present["version"], 1)
        self.assertEqual(caught.exception.http_status, 409)
        self.assertTrue(caught.exception.trace_id)
        with self.assertRaises(NotFound):
            self.falcon.invoke("no_such_action", {})
        with self.assertRaises(NotFound):
            self.falcon.update_case_fields(id="no-such-case", fields={"name": "y"})
        self.fault("get_cases:status=503")
        with Client({**self.config, "retry": {"attempts": 1}}) as other, \
                self.assertRaises(Unavailable) as caught:
            other.get_cases(ids=case["id"])
        self.assertTrue(caught.exception.retryable)
        wrong = {"falcon": {**self.config["falcon"], "client_secret": "wrong"}}
        with Client(wrong) as other, self.assertRaises(Unauthenticated):
            other.query_case_ids()
        with Client({**self.config, "policy": {"read_only": True}}) as other, \
                self.assertRaises(PermissionDenied):
            other.create_case(name="x", severity=1)

    def test_what_was_done_in_part_is_raised_with_both_parts(self):
        ids = [self.new_case()["id"] for _ in range(4)]
        self.fault("get_cases:partial:1")
        with self.assertRaises(Partial) as caught:
            self.falcon.get_cases(ids=ids)
        error = caught.exception
        self.assertEqual(sorted([*error.done, *(one["id"] for one in error.failed)]), sorted(ids))
        self.assertTrue(error.done and error.failed and error.document["resources"])

    def test_a_configuration_that_is_refused_names_its_line(self):
        with Client("falcon = {\n  clowd = \"x\";\n};") as other, \
                self.assertRaises(InvalidArgument) as caught:
            other.query_case_ids()
        self.assertIn("line 2", str(caught.exception))

    def test_secrets_are_asked_of_the_host(self):
        secret = self.config["falcon"]["client_secret"]
        config = {"falcon": {**self.config["falcon"], "client_secret": "secret:FALCON"}}
        asked = []
        for secrets in ({"FALCON": secret}, lambda name: asked.append(name) or secret):
            with Client(config, secrets=secrets) as other:
                other.query_case_ids(limit=1)
        self.assertEqual(set(asked), {"FALCON"})
        with Client(config) as other, self.assertRaises(NotFound):
            other.query_case_ids()

    def test_one_key_makes_one_case(self):
        before = self.cases()
        once = CallOptions(idempotency_key="alert-1")
        ids = {self.falcon.create_case(name="k", severity=1, call=once).first["id"]
               for _ in range(3)}
        self.assertEqual((len(ids), self.cases() - before), (1, 1))

    def test_a_plan_binds_the_call_that_follows(self):
        case = self.new_case()
        plan = self.falcon.add_case_tags(id=case["id"], tags="x", call=CallOptions(dry_run=True))
        self.assertTrue(plan.plan["effect"]["writes"])
        self.assertEqual(plan.request["method"], "POST")
        bound = CallOptions(plan=plan.plan["text"])
        with self.assertRaises(FailedPrecondition) as caught:
            self.falcon.add_case_tags(id=case["id"], tags="other", call=bound)
        self.assertEqual(caught.exception.reason, "plan_changed")
        self.assertEqual(self.falcon.add_case_tags(id=case["id"], tags="x", call=bound).first["tags"],
                         ["x"])

    def test_a_file_goes_up_and_down_with_progress(self):
        case, data = self.new_case(), os.urandom(3 << 20)
        (self.dir / "up.bin").write_bytes(data)
        seen = []
        follow = CallOptions(progress=lambda done, total: seen.append((done, total)))
        up = self.falcon.upload_file(file=str(self.dir / "up.bin"), case_id=case["id"], call=follow)
        self.assertEqual(seen[-1][0], seen[-1][1])
        self.assertGreaterEqual(seen[-1][0], len(data))
        down = self.falcon.download_existing_files(id=up.first["id"], save_as="down.bin")
        self.assertEqual(down.file["bytes"], len(data))
        self.assertEqual((self.dir / "down.bin").read_bytes(), data)

    def test_a_file_goes_through_open_files(self):
        case = self.new_case()
        with open(self.dir / "given", "w+b") as given, open(self.dir / "taken", "w+b") as taken:
            given.write(b"from an open file")
            given.seek(0)
            up = self.falcon.upload_file(file="name.txt", case_id=case["id"],
                                         call=CallOptions(source=given))
            self.falcon.download_existing_files(id=up.first["id"], call=CallOptions(sink=taken))
            taken.seek(0)
            self.assertEqual(taken.read(), b"from an open file")

    def test_progress_may_end_a_call_and_its_exception_comes_out(self):
        (self.dir / "up.bin").write_bytes(bytes(4 << 20))
        case = self.new_case()
        with self.assertRaises((Cancelled, OutcomeUnknown)):
            self.falcon.upload_file(file=str(self.dir / "up.bin"), case_id=case["id"],
                                    call=CallOptions(progress=lambda done, total: True))

        def broken(done, total):
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            self.falcon.upload_file(file=str(self.dir / "up.bin"), case_id=case["id"],
                                    call=CallOptions(progress=broken))

    def test_a_call_ends_when_its_time_is_up(self):
        self.fault("query_case_ids:slow=600000")
        with self.assertRaises(DeadlineExceeded):
            self.falcon.query_case_ids(call=CallOptions(timeout=0.2))

    def test_an_interrupt_ends_the_call_that_the_main_thread_waits_for(self):
        self.fault("query_case_ids:slow=600000")
        previous = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, previous)

        def interrupt():
            while not self.falcon._instance.flights:
                pass
            os.kill(os.getpid(), signal.SIGINT)

        other = threading.Thread(target=interrupt)
        other.start()
        with self.assertRaises(KeyboardInterrupt):
            self.falcon.query_case_ids()
        other.join()
        self.assertEqual(self.falcon.get_cases(ids=self.new_case()["id"]).first["name"],
                         "From Python")

    def test_many_threads_share_a_client(self):
        found, case = [], self.new_case()
        threads = [threading.Thread(target=lambda: found.append(
            self.falcon.get_cases(ids=case["id"]).first["id"])) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [case["id"]] * 16)

    def test_children_by_fork_and_by_spawn_work_with_the_parents_client(self):
        case = self.new_case()
        for way in ("fork", "spawn"):
            with multiprocessing.get_context(way).Pool(2) as pool:
                answers = pool.starmap(name_of, [(self.falcon, case["id"])] * 4)
                with self.assertRaises(NotFound) as caught:
                    pool.apply(failing, (self.falcon,))
            self.assertEqual({name for _, name in answers}, {"From Python"})
            self.assertNotIn(os.getpid(), {pid for pid, _ in answers})
            self.assertEqual(caught.exception.status, "NOT_FOUND")
        self.assertEqual(self.falcon.get_cases(ids=case["id"]).first["id"], case["id"])

    def test_a_child_by_fork_takes_up_a_client_that_is_in_use_by_threads(self):
        self.fault("query_case_ids:slow=600000:1")
        case = self.new_case()
        busy = threading.Thread(target=self.assertRaises, args=(SoarError, self.falcon.query_case_ids))
        busy.start()
        while not self.falcon._instance.flights:
            pass
        child = os.fork()
        if child == 0:
            name = "?"
            try:
                name = self.falcon.get_cases(ids=case["id"]).first["name"]
            finally:
                os._exit(0 if name == "From Python" else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        for call_id in list(self.falcon._instance.flights):
            while busy.is_alive() and not self.falcon._instance.cancel(call_id):
                pass
        busy.join()

    def test_errors_survive_pickling(self):
        with self.assertRaises(InvalidArgument) as caught:
            self.falcon.create_case(name="x", severity=600)
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(copy), copy.where, str(copy)),
                         (InvalidArgument, "/severity", str(caught.exception)))

    def test_writes_are_recorded_in_the_audit_log(self):
        with self.assertLogs("falcon_case_management.audit", logging.INFO) as lines:
            case = self.new_case()
        self.assertIn(case["id"], lines.output[0])

    def test_a_closed_client_says_so(self):
        self.falcon.close()
        self.falcon.close()
        with self.assertRaises(RuntimeError):
            self.falcon.query_case_ids()


if __name__ == "__main__":
    unittest.main()
