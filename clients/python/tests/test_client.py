"""What the clients promise beyond the protocol: threads, forks, signals, loops, cancelling.

Run with `python3 -m unittest discover -s clients/python/tests`. The conformance suite has the rest.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import unittest
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent.parent / "conformance"))

import extract  # noqa: E402
import hostile  # noqa: E402

import qacd  # noqa: E402

NAMES = {
    "import": "import_events",
    "export": "export_events",
    "items.add": "add_items",
    "items.remove": "remove_items",
}


class Fixture(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="qacd-python.")
        self.path = f"{self.folder.name}/qacd.sock"
        self.daemon: Any = None

    def tearDown(self) -> None:
        if self.daemon is not None:
            self.daemon.stop()
            self.assertEqual(self.daemon.faults, [])
        self.folder.cleanup()

    def serve(self, behaviour: Any) -> Any:
        if self.daemon is not None:
            self.daemon.stop()
        self.daemon = hostile.Daemon(self.path, behaviour).start()
        return self.daemon


class PathTests(unittest.TestCase):
    def test_the_default_is_that_of_qac_cli(self) -> None:
        fallback = f"/tmp/qacd-{os.getuid()}/qacd.sock"
        for value, expected in (
            ("/run/user/7", "/run/user/7/qacd/qacd.sock"),
            ("/run/user/7//", "/run/user/7/qacd/qacd.sock"),
            ("/", "/qacd/qacd.sock"),
            ("relative", fallback),
            ("", fallback),
        ):
            self.assertEqual(qacd.default_socket({"XDG_RUNTIME_DIR": value}), expected)
        self.assertEqual(qacd.default_socket({}), fallback)


class MethodTests(unittest.TestCase):
    def functions(self) -> list[tuple[str, str, dict[str, bool]]]:
        """Each function and its method, and which of its parameters are optional."""
        found = []
        for method, forms in extract.load()["methods"].items():
            # The late outcome of a query has a function of its own.
            late = [form for form in forms if method == "record" and form[1]["name"] == "id"]
            rest = [form for form in forms if form not in late]
            found.append((NAMES.get(method, method), method, extract.merged(rest)))
            if late:
                found.append(("record_outcome", method, extract.merged(late)))
        return found

    def test_every_method_of_the_protocol_has_its_parameters(self) -> None:
        for name, _, expected in self.functions():
            for owner in (qacd.calls, qacd.Client, qacd.AsyncClient):
                signature = inspect.signature(getattr(owner, name))
                found = {
                    each.name: each.default is not inspect.Parameter.empty
                    for each in signature.parameters.values()
                    if each.name not in ("deadline", "self")
                }
                self.assertEqual(found, expected, name)
                self.assertIn("deadline", signature.parameters)

    def test_only_what_does_no_harm_twice_may_be_sent_again(self) -> None:
        # Not `import`: events that are there already are not added.
        changing = {"record", "forget", "block", "unblock", "pin", "unpin", "boost", "unboost"}
        changing |= {"items.add", "items.remove"}
        names = set()
        for name, method, parameters in self.functions():
            make = getattr(qacd.calls, name)
            made = make(**{each: [] for each, optional in parameters.items() if not optional})
            self.assertEqual((made.method, made.safe), (method, method not in changing), name)
            names.add(name)
        self.assertLessEqual({"record", "record_outcome", "import_events"}, names)

    def test_an_answer_of_another_type_is_refused(self) -> None:
        calls = qacd.calls
        for call, result in (
            (calls.record("ann", "pond"), {"id": 7}),
            (calls.record_outcome("ann", "1.0.5f0c", "ok"), {}),
            (calls.record_outcome("ann", "1.0.5f0c", "ok"), {"found": 1}),
            (calls.history("ann"), {"queries": [{"query": "pond", "at": 1, "taken": True}]}),
            (calls.search("ann", "p"), {"hits": [{"query": "pond", "at": 1}]}),
            (calls.search("ann", "p"), {"hits": [], "next": 7}),
            (calls.import_events([]), {"recorded": 1, "known": 0}),
            (calls.export_events("ann"), {"events": [{"query": "pond"}]}),
            (calls.export_events("ann"), {"events": [], "next": 7}),
            (calls.retrieve("a"), {"items": [{"id": "a", "title": "A", "score": 1, "terms": 7}]}),
        ):
            with self.assertRaises(qacd.InvalidAnswer, msg=str(result)):
                call.decode(result)


class ErrorTests(unittest.TestCase):
    def test_errors_can_be_sent_to_another_process(self) -> None:
        error = pickle.loads(pickle.dumps(qacd.Refused(-32002, "busy; try again")))
        found = (error.code, error.retryable, str(error))
        self.assertEqual(found, (-32002, True, "busy; try again"))
        late = pickle.loads(pickle.dumps(qacd.DeadlineExceeded("late", True)))
        self.assertEqual((late.code, late.retryable), (None, True))

    def test_a_deadline_is_a_number_of_seconds(self) -> None:
        for wrong in (-1.0, float("nan"), float("inf")):
            with self.assertRaises(ValueError):
                qacd.Client("/tmp/none", deadline=wrong)


class ThreadTests(Fixture):
    def test_threads_share_a_client(self) -> None:
        daemon = self.serve(hostile.good)
        wrong: list[str] = []

        def work(client: qacd.Client, name: str) -> None:
            for at in range(100):
                (suggestion,) = client.complete(f"{name}{at}").suggestions
                if suggestion.text != f"{name}{at}!":
                    wrong.append(suggestion.text)

        with qacd.Client(self.path) as client:
            threads = [threading.Thread(target=work, args=(client, c)) for c in "abcdefgh"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(wrong, [])
        self.assertEqual(daemon.connections, 1)

    def test_a_deadline_includes_the_wait_for_other_threads(self) -> None:
        self.serve(hostile.stalls_first)
        with qacd.Client(self.path) as client:
            thread = threading.Thread(
                target=lambda: self.assertRaises(
                    qacd.DeadlineExceeded, client.complete, "a", deadline=3
                )
            )
            thread.start()
            while not self.daemon.lines:
                time.sleep(0.001)
            begun = time.monotonic()
            with self.assertRaises(qacd.DeadlineExceeded) as caught:
                client.record("ann", "pond", deadline=0.05)
            self.assertLess(time.monotonic() - begun, 2)
            self.assertTrue(caught.exception.retryable, "nothing was sent")
            thread.join()
        self.assertEqual(self.daemon.methods(), ["complete"])


class SignalTests(Fixture):
    def test_signals_do_not_move_a_deadline(self) -> None:
        self.serve(hostile.stalls_first)
        before = signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        try:
            begun = time.monotonic()
            with qacd.Client(self.path) as client, self.assertRaises(qacd.DeadlineExceeded):
                client.complete("a", deadline=0.3)
            self.assertLess(time.monotonic() - begun, 5)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def test_a_call_that_is_interrupted_leaves_nothing_behind(self) -> None:
        self.serve(hostile.answers_late)

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGALRM, interrupt)
        try:
            with qacd.Client(self.path) as client:
                signal.setitimer(signal.ITIMER_REAL, 0.1)
                with self.assertRaises(KeyboardInterrupt):
                    client.complete("first")
                self.assertEqual(client.complete("second").suggestions[0].text, "second!")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


class ForkTests(Fixture):
    def forked(self, work: Any) -> Any:
        """What `work` returns in a child."""
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Newer versions of Python warn of threads, which the fake daemon has.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            status = 1
            try:
                os.write(writing, json.dumps(work()).encode())
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        with open(reading, "rb") as file:
            said = file.read()
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        return json.loads(said)

    def test_a_child_has_a_connection_of_its_own(self) -> None:
        daemon = self.serve(hostile.good)
        with qacd.Client(self.path) as client:
            client.ping()
            found = self.forked(lambda: [s.text for s in client.complete("child").suggestions])
            self.assertEqual(found, ["child!"])
            self.assertEqual(client.complete("parent").suggestions[0].text, "parent!")
        self.assertEqual(daemon.connections, 2)
        by_connection = [json.loads(line)["method"] for number, line in daemon.lines if number == 0]
        self.assertEqual(by_connection, ["ping", "complete"])

    def test_a_fork_while_another_thread_calls(self) -> None:
        self.serve(hostile.stalls_first)
        with qacd.Client(self.path) as client:
            thread = threading.Thread(
                target=lambda: self.assertRaises(qacd.QACError, client.complete, "a", deadline=1)
            )
            thread.start()
            while not self.daemon.lines:
                time.sleep(0.001)

            # The thread holds the lock, and there is no such thread in the child.
            def work() -> str:
                try:
                    client.ping(deadline=0.3)
                except qacd.DeadlineExceeded as error:
                    return "stalled" if error.retryable else "not retryable"
                return "answered"

            self.assertEqual(self.forked(work), "stalled")
            self.assertEqual(self.daemon.connections, 2)
            thread.join()

    def test_closing_in_a_child_leaves_the_parents_connection_open(self) -> None:
        daemon = self.serve(hostile.good)
        with qacd.Client(self.path) as client:
            client.ping()
            self.forked(client.close)
            client.ping()
        self.assertEqual(daemon.connections, 1)

    def test_an_asyncio_client_in_a_child(self) -> None:
        daemon = self.serve(hostile.good)
        client = qacd.AsyncClient(self.path)

        async def ask(prefix: str) -> str:
            return (await client.complete(prefix)).suggestions[0].text

        async def both() -> tuple[str, str, str]:
            first = await ask("one")

            def work() -> str:
                # The parent's loop counts as running in the child, too.
                asyncio._set_running_loop(None)
                return asyncio.run(ask("child"))

            found = (first, self.forked(work), await ask("two"))
            await client.close()
            return found

        self.assertEqual(asyncio.run(both()), ("one!", "child!", "two!"))
        self.assertEqual(daemon.connections, 2)

    def test_multiprocessing(self) -> None:
        self.serve(hostile.good)
        client = qacd.Client(self.path)
        client.ping()
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            self.assertEqual(pool.map(_ping, [client] * 4), [1] * 4)
        client.close()


def _ping(client: qacd.Client) -> int:
    with client:
        return client.ping()


class AsyncTests(Fixture):
    def test_a_client_in_one_loop_after_another(self) -> None:
        self.serve(hostile.good)
        client = qacd.AsyncClient(self.path)

        async def ping() -> int:
            return await client.ping()

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            self.assertEqual([asyncio.run(ping()) for _ in range(3)], [1, 1, 1])
            before = len(os.listdir("/proc/self/fd"))
            self.assertEqual([asyncio.run(ping()) for _ in range(20)], [1] * 20)
            self.assertLessEqual(len(os.listdir("/proc/self/fd")), before + 1)
            asyncio.run(client.close())
            gc.collect()

    def test_a_cancelled_call_disturbs_no_other(self) -> None:
        daemon = self.serve(hostile.reordered(3))

        async def work() -> list[Any]:
            async with qacd.AsyncClient(self.path) as client:
                tasks = [asyncio.create_task(_first(client, c)) for c in "ab"]
                while len(daemon.lines) < 2:
                    await asyncio.sleep(0.001)
                tasks[0].cancel()
                # The third request makes the fake answer all three, the cancelled one as well.
                tasks.append(asyncio.create_task(_first(client, "c")))
                return await asyncio.gather(*tasks, return_exceptions=True)

        found = asyncio.run(work())
        self.assertIsInstance(found[0], asyncio.CancelledError)
        self.assertEqual(found[1:], ["b!", "c!"])
        self.assertEqual(daemon.connections, 1)

    def test_the_one_that_connects_may_be_cancelled(self) -> None:
        self.serve(hostile.good)

        async def work() -> tuple[Any, Any]:
            async with qacd.AsyncClient(self.path) as client:
                first = asyncio.create_task(_first(client, "a"))
                second = asyncio.create_task(_first(client, "b"))
                await asyncio.sleep(0)
                first.cancel()
                return tuple(await asyncio.gather(first, second, return_exceptions=True))

        first, second = asyncio.run(work())
        self.assertIsInstance(first, asyncio.CancelledError)
        self.assertEqual(second, "b!")

    def test_calls_at_once_share_a_connection(self) -> None:
        daemon = self.serve(hostile.good)

        async def work() -> list[str]:
            async with qacd.AsyncClient(self.path) as client:
                return await asyncio.gather(*(_first(client, f"{at}") for at in range(500)))

        self.assertEqual(asyncio.run(work()), [f"{at}!" for at in range(500)])
        self.assertEqual(daemon.connections, 1)
        sent = [json.loads(line)["params"]["prefix"] for _, line in daemon.lines]
        self.assertEqual(sent, [f"{at}" for at in range(500)])


async def _first(client: qacd.AsyncClient, prefix: str) -> str:
    return (await client.complete(prefix)).suggestions[0].text


class LeakTests(Fixture):
    def test_failures_leave_no_descriptor_open(self) -> None:
        self.serve(hostile.ends(1 << 30))
        client = qacd.Client(self.path)

        def descriptors() -> int:
            return len(os.listdir("/proc/self/fd"))

        def fail() -> None:
            with self.assertRaises(qacd.ConnectionLost):
                client.complete("a")

        fail()
        self.daemon.hang_up()
        before = descriptors()
        for _ in range(50):
            fail()
        self.daemon.hang_up()
        self.assertLessEqual(descriptors(), before)


if __name__ == "__main__":
    unittest.main()
