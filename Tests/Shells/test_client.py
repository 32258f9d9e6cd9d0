"""What a person sees in the interactive client.

Run by dev/shells. Nothing here asserts a time; a wait that ends without the expected screen fails.
"""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
import unittest

import pyte

from terminal import PROGRAMS, Daemon, Shell, become

WHEEL_UP, WHEEL_DOWN = "\x1b[<64;3;3M", "\x1b[<65;3;3M"
UP, DOWN, TAB, ENTER, ESCAPE = "\x1b[A", "\x1b[B", "\t", "\r", "\x1b"
FORGET, SEARCH, SESSION = "\x04", "\x12", "\x13"


class Client(Shell):
    """qac-cli on a terminal, and then how it ended."""

    def __init__(self, daemon, *arguments, columns=80, rows=24, session="ada"):
        self.home = None
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            variables = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
                         "HOME": daemon.directory, "QAC_SOCKET": daemon.socket}
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            program = PROGRAMS + "/qac-cli"
            words = [program, *arguments, "--session", session]
            script = '"$@"; echo "ended with $?"'
            become("/bin/sh", os.getcwd(), ["-c", script, "sh", *words], variables)
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.wait(lambda: any(line.startswith("›") for line in self.screen.display))
        self.read(0.3)

    def program(self):
        """The process of qac-cli, a child of the shell that tells how it ended."""
        return int(subprocess.check_output(["pgrep", "-P", str(self.pid)]))

    def close(self):
        self.home = "/nowhere"
        super().close()


class ClientTests(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.close)
        for query in ("make release", "ssh build.example.org", "make test", "echo last"):
            self.daemon.ask("record", query, "--session", "ada")

    def client(self, *arguments, **options):
        client = Client(self.daemon, *arguments, **options)
        self.addCleanup(client.close)
        return client

    def expect(self, client, condition):
        self.assertTrue(client.wait(condition), client.lines)

    def test_up_opens_the_history_and_enter_submits_from_it(self):
        client = self.client()
        self.assertIn("? all keys", client.lines[-1])
        client.send(UP)
        self.expect(client, lambda: client.line == "› echo last")
        # The newest stands at the bottom, above the keys.
        self.assertTrue(client.lines[-2].startswith("▸ echo last  just now"), client.lines)
        client.send(UP)
        self.expect(client, lambda: client.line == "› make test")
        client.send(ENTER)
        self.expect(client, lambda: any("context “make test”" in line for line in client.lines))
        answer = json.loads(self.daemon.ask("history", "--session", "ada", "--json", text=True))
        self.assertEqual(answer["queries"][0]["query"], "make test")

    def test_the_wheel_chooses_while_a_list_is_open(self):
        def reports():
            # As pyte keeps private modes.
            return {1000 << 5, 1006 << 5} & client.screen.mode

        client = self.client()
        self.assertFalse(reports())
        client.send(UP)
        self.expect(client, lambda: client.line == "› echo last" and len(reports()) == 2)
        client.send(WHEEL_UP)
        self.expect(client, lambda: client.line == "› make test")
        client.send(WHEEL_DOWN + WHEEL_DOWN)
        self.expect(client, lambda: client.line == "› echo last")
        client.send(ESCAPE)
        self.expect(client, lambda: client.line == "›" and not reports())
        client.send(SEARCH)
        self.expect(client, lambda: len(reports()) == 2)
        client.send(ESCAPE)
        self.expect(client, lambda: not reports())
        # A signal that ends it in a list leaves the mouse to the terminal.
        client.send(UP)
        self.expect(client, lambda: len(reports()) == 2)
        os.kill(client.program(), signal.SIGTERM)
        self.expect(client, lambda: any("ended with" in line for line in client.lines))
        self.assertFalse(reports())

    def test_what_is_chosen_is_forgotten_after_one_question(self):
        client = self.client()
        client.send(UP)
        self.expect(client, lambda: client.line == "› echo last")
        client.send(FORGET)
        self.expect(client, lambda: any("forget “echo last”" in line for line in client.lines))
        client.send("n")
        self.expect(client, lambda: not any("forget “" in line for line in client.lines))
        client.send(FORGET + "y")
        self.expect(client, lambda: any("it was recorded once" in line for line in client.lines))
        self.assertEqual(client.line, "› make test")
        self.assertNotIn("echo last", self.daemon.ask("history", "--session", "ada", text=True))

    def test_a_search_finds_words_in_any_order(self):
        client = self.client()
        client.send("half" + SEARCH)
        self.expect(client, lambda: client.line == "search ›")
        client.send("org bui")
        self.expect(client, lambda: any("ssh build.example.org" in line for line in client.lines))
        client.send(ENTER)
        self.expect(client, lambda: client.line.startswith("› ssh build.example.org"))
        client.send("\x03" + "half" + SEARCH + "x")
        client.read(0.3)
        client.send(ESCAPE)
        self.expect(client, lambda: client.line.startswith("› half"))

    def test_another_session_has_another_history(self):
        client = self.client()
        client.send(SESSION)
        self.expect(client, lambda: client.line == "session ›")
        client.send("bob" + ENTER)
        self.expect(client, lambda: any("session bob" in line for line in client.lines))
        client.send(UP)
        self.expect(client, lambda: any("0 queries" in line for line in client.lines))
        client.send(ESCAPE)
        client.read(0.3)
        client.send("pond" + ENTER)
        self.expect(client, lambda: any("context “pond”" in line for line in client.lines))
        self.assertIn("pond", self.daemon.ask("history", "--session", "bob", text=True))

    def test_what_was_typed_and_taken_is_recorded(self):
        client = self.client()
        client.send("git")
        self.expect(client, lambda: len(client.lines) > 2 and client.lines[2].startswith("  git"))
        first = client.lines[2].split("  ")[1].strip()
        client.send(TAB + ENTER)
        self.expect(client, lambda: any("context “git" in line for line in client.lines))
        answer = json.loads(self.daemon.ask("history", "--session", "ada", "--json", text=True))
        newest = answer["queries"][0]
        self.assertEqual((newest["query"], newest["typed"], newest["taken"]), (first, "git", 1))
        self.assertIn("source", newest)

    def test_a_choice_is_printed_for_a_script(self):
        client = self.client("--print", "--query", "mak")
        self.expect(client, lambda: any("make test" in line for line in client.lines))
        client.send("\x15" + UP)
        self.expect(client, lambda: client.line == "› echo last")
        client.send(ESCAPE)
        self.expect(client, lambda: client.line == "›")
        client.send(UP + UP)
        self.expect(client, lambda: client.line in ("› echo last", "› make test"))
        chosen = client.line.removeprefix("› ")
        client.send(ENTER)
        self.expect(client, lambda: "ended with 0" in client.lines)
        self.assertEqual(client.lines, [chosen, "ended with 0"])

    def test_narrow_terminals(self):
        for columns, rows in ((20, 24), (20, 8), (20, 4), (80, 24)):
            with self.subTest(columns=columns, rows=rows):
                client = self.client(columns=columns, rows=rows)
                for keys in ("ma", ESCAPE, "?", "x", UP, UP, FORGET, "n", ESCAPE, SEARCH, "make",
                             ESCAPE, SESSION, "a name that is longer than the terminal", ESCAPE):
                    client.send(keys)
                    client.read(0.15)
                    # Nothing was wrapped: the prompt is still in the first row.
                    self.assertIn("›", client.screen.display[0], client.screen.display)
                    self.assertEqual(client.screen.cursor.y, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
