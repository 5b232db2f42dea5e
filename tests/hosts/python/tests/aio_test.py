"""The asyncio client against the sandbox."""

import asyncio
import logging
import unittest

from support import SandboxCase

from falcon_case_management import (AsyncClient, CallOptions, Cancelled, InvalidArgument,
                                    OutcomeUnknown)


class Asyncio(SandboxCase):
    """One AsyncClient."""

    def run_with(self, work):
        async def main():
            async with AsyncClient(self.config) as falcon:
                return await work(falcon)
        return asyncio.run(main())

    def test_five_hundred_calls_are_in_flight_at_once_and_each_gets_its_own_outcome(self):
        async def work(falcon):
            results = await asyncio.gather(*(falcon.create_case(name=f"case {n}", severity=1)
                                             for n in range(500)))
            self.assertEqual([result.first["name"] for result in results],
                             [f"case {n}" for n in range(500)])
        self.run_with(work)

    def test_the_loop_goes_on_while_a_call_waits(self):
        self.fault("query_case_ids:slow=600000")

        async def work(falcon):
            waiting = asyncio.ensure_future(falcon.query_case_ids())
            for _ in range(20):
                await falcon.query_slas(limit=1)
            self.assertFalse(waiting.done())
            waiting.cancel()
            await asyncio.wait([waiting])
        self.run_with(work)

    def test_cancelling_a_task_cancels_its_call_and_tells_what_became_of_it(self):
        self.fault("query_case_ids:slow=600000", "create_case:slow_after=600000")

        async def cancelled(call, ready):
            task = asyncio.ensure_future(call)
            await ready()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError) as caught:
                await task
            return caught.exception.__cause__

        async def work(falcon):
            async def one_step():
                await falcon.query_slas(limit=1)

            self.assertIsInstance(await cancelled(falcon.query_case_ids(), one_step), Cancelled)
            before = self.cases()

            async def applied():
                while self.cases() == before:
                    await one_step()
            lost = await cancelled(falcon.create_case(name="x", severity=1), applied)
            self.assertIsInstance(lost, OutcomeUnknown)
            self.assertEqual(lost.outcome, "unknown")
            self.assertEqual(falcon._waiting, {})
            self.assertEqual(falcon._instance.flights, {})
        self.run_with(work)

    def test_a_timeout_of_asyncio_cancels_the_call(self):
        self.fault("query_case_ids:slow=600000")

        async def work(falcon):
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(falcon.query_case_ids(), 0.1)
            self.assertEqual(falcon._instance.flights, {})
        self.run_with(work)

    def test_progress_comes_while_a_file_moves_and_may_end_the_call(self):
        (self.dir / "up.bin").write_bytes(bytes(4 << 20))

        async def work(falcon):
            case = (await falcon.create_case(name="x", severity=1)).first
            up = await falcon.upload_file(file=str(self.dir / "up.bin"), case_id=case["id"])
            self.fault("download_existing_files:stall=600000")  # half way through
            seen = []
            with self.assertRaises(Cancelled):
                await falcon.download_existing_files(
                    id=up.first["id"], save_as="never.bin",
                    call=CallOptions(progress=lambda done, total: seen.append(total) or done > 0))
            self.assertEqual(seen[-1], 4 << 20)
            with self.assertRaises(ZeroDivisionError):
                await falcon.download_existing_files(
                    id=up.first["id"], save_as="never.bin",
                    call=CallOptions(progress=lambda done, total: done // 0))
        self.run_with(work)

    def test_errors_are_raised_where_they_are_awaited(self):
        async def work(falcon):
            with self.assertRaises(InvalidArgument) as caught:
                await falcon.create_case(name="x", severity=600)
            self.assertEqual(caught.exception.where, "/severity")
            with self.assertRaises(InvalidArgument):
                await falcon.create_case(name="x", severity=1,
                                         call=CallOptions(idempotency_key="k" * 257))
        self.run_with(work)

    def test_closing_ends_what_is_in_flight(self):
        self.fault("query_case_ids:slow=600000")

        async def work(falcon):
            calls = [asyncio.ensure_future(falcon.query_case_ids()) for _ in range(5)]
            await falcon.query_slas(limit=1)
            await falcon.close()
            for outcome in await asyncio.gather(*calls, return_exceptions=True):
                self.assertIsInstance(outcome, Cancelled)
        self.run_with(work)

    def test_one_client_serves_one_loop_after_the_other(self):
        falcon = AsyncClient(self.config)

        async def ask():
            return (await falcon.create_case(name="x", severity=1)).first["name"]
        self.assertEqual([asyncio.run(ask()), asyncio.run(ask())], ["x", "x"])
        asyncio.run(falcon.close())

    def test_writes_are_recorded_in_the_audit_log(self):
        async def work(falcon):
            with self.assertLogs("falcon_case_management.audit", logging.INFO) as lines:
                case = (await falcon.create_case(name="x", severity=1)).first
                await falcon.query_slas(limit=1)
            self.assertEqual([case["id"] in line for line in lines.output], [True])
        self.run_with(work)


if __name__ == "__main__":
    unittest.main()
