"""What a person sees at the prompts of zsh, bash and fish.

Run by dev/shells. Nothing here asserts a time; a wait that ends without the expected screen fails.
"""

import json
import os
import subprocess
import time
import unittest

from terminal import Daemon, Shell

RIGHT, LEFT, DOWN, UP = "\x1b[C", "\x1b[D", "\x1b[B", "\x1b[A"
ALT_RIGHT, ALT_DOWN, ALT_DELETE = "\x1b[1;3C", "\x1b[1;3B", "\x1b[3;3~"
CLEAR = "\x15"


class ShellTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()

    def shell(self, program, **options):
        shell = Shell(program, self.daemon, **options)
        self.addCleanup(shell.close)
        return shell

    def expect(self, shell, line):
        self.assertTrue(shell.sees(line), f"wanted {line!r}, the screen is {shell.lines}")

    def record(self, query, session="ada"):
        self.assertEqual(self.daemon.ask("record", query, "--session", session), 0)


class GhostTests(ShellTestCase):
    """zsh alone has ghost text."""

    def test_it_is_shown_and_taken_as_a_whole_and_by_words(self):
        shell = self.shell("zsh")
        shell.send("git st")
        self.expect(shell, "% git status")
        self.assertEqual(shell.typed, "% git st")
        shell.send(RIGHT)
        self.assertTrue(shell.wait(lambda: shell.typed == "% git status"), shell.lines)
        shell.send(CLEAR + "docker")
        self.assertTrue(shell.wait(lambda: shell.line.startswith("% docker compose ")), shell.lines)
        shell.send(ALT_RIGHT)
        self.assertTrue(shell.wait(lambda: shell.typed == "% docker compose"), shell.lines)

    def test_it_is_shown_only_at_the_end_of_the_line(self):
        shell = self.shell("zsh")
        shell.send("git st")
        self.expect(shell, "% git status")
        shell.send(LEFT)
        self.expect(shell, "% git st")
        shell.send(RIGHT)
        self.expect(shell, "% git status")

    def test_enter_runs_what_was_typed(self):
        shell = self.shell("zsh")
        self.record("echo one two")
        shell.send("echo one")
        self.expect(shell, "% echo one two")
        shell.send("\r")
        self.assertTrue(shell.wait(lambda: "one" in shell.lines), shell.lines)
        self.assertNotIn("one two", shell.lines)

    def test_control_characters_are_shown_and_taken_as_quoted_text(self):
        shell = self.shell("zsh")
        self.record("print colour \x1b[31m")
        shell.send("print col")
        self.expect(shell, "% print colour ^[[31m")
        shell.send(RIGHT)
        self.expect(shell, "% print colour $'\\x1b'[31m")

    def test_a_newline_is_shown_as_a_sign(self):
        shell = self.shell("zsh")
        self.record("for i in 1 2; do\n  print $i\ndone")
        shell.send("for i in")
        self.assertTrue(shell.wait(lambda: "↵" in shell.line), shell.lines)
        self.assertEqual(shell.typed, "% for i in")

    def test_what_is_forgotten_is_gone_from_all_terminals(self):
        first, second = self.shell("zsh"), self.shell("zsh")
        self.record("echo a secret plan")
        for shell in (first, second):
            shell.send("echo a sec")
            self.expect(shell, "% echo a secret plan")
        first.send(ALT_DELETE)
        self.expect(first, "% echo a sec")
        second.send("r")
        self.expect(second, "% echo a secr")

    def test_options_of_the_shell_do_not_disturb_it(self):
        for options in (["-o", "nounset"], ["-o", "ksh_arrays"], ["-o", "sh_word_split"],
                        ["-o", "vi"], ["-o", "ksh_glob"]):
            with self.subTest(options=options):
                shell = self.shell("zsh", options=options)
                shell.send("git st")
                self.expect(shell, "% git status")
                shell.send(RIGHT)
                self.assertTrue(shell.wait(lambda: shell.typed == "% git status"), shell.lines)

    def test_emulating_sh_does_not_disturb_it(self):
        shell = self.shell("zsh")
        shell.send("emulate sh\r")
        shell.read(0.3)
        shell.send("git st")
        self.expect(shell, "% git status")

    def test_it_lives_with_highlighting(self):
        path = "/usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh"
        self.assertTrue(os.path.exists(path), "install the package zsh-syntax-highlighting")
        for start in (f"source {path}\n", f"zle-later() {{ source {path} }}\nprecmd_functions+=zle-later\n"):
            with self.subTest(start=start):
                shell = self.shell("zsh", start=start)
                shell.send("git st")
                self.expect(shell, "% git status")
                for key, typed in ((LEFT, "% git st"), (RIGHT, "% git st")):
                    shell.send(key)
                    shell.read(0.3)
                    self.assertEqual(shell.typed, typed)
                self.expect(shell, "% git status")

    def test_narrow_terminals_and_other_locales(self):
        for environment in ({"columns": 20, "rows": 6}, {"LANG": "C"}, {"TERM": "vt100"}):
            with self.subTest(environment=environment):
                shell = self.shell("zsh", **environment)
                shell.send("git st")
                self.expect(shell, "% git status")

    def test_wide_and_right_to_left_lines(self):
        shell = self.shell("zsh")
        self.record("echo '日本 שלום' end")
        shell.send("echo '日本 שלום'")
        self.assertTrue(shell.wait(lambda: shell.line.endswith(" end")), shell.lines)

    def test_a_line_that_is_continued_is_left_alone(self):
        shell = self.shell("zsh")
        shell.send("for i in 1; do\r")
        shell.read(0.5)
        shell.send("git st")
        shell.read(0.8)
        self.assertTrue(shell.line.endswith("git st"), shell.lines)


class MenuTests(ShellTestCase):
    def test_a_choice_is_put_into_the_line_and_not_run(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                shell = self.shell(program)
                shell.send("docker")
                shell.read(0.5)
                shell.send(ALT_DOWN)
                wanted = {"docker compose up", "docker compose down"}
                self.assertTrue(
                    shell.wait(lambda: all(any(w in line for line in shell.lines) for w in wanted)),
                    shell.lines)
                if program != "zsh":
                    shell.send(DOWN)
                    shell.read(0.3)
                shell.send("\r")
                self.assertTrue(
                    shell.wait(lambda: shell.line.removeprefix("% ") in wanted), shell.lines)
                self.assertEqual(len(shell.lines), 1, shell.lines)

    def test_escape_leaves_the_line_as_it_was(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                shell = self.shell(program)
                shell.send("docker")
                shell.read(0.5)
                shell.send(ALT_DOWN)
                self.assertTrue(
                    shell.wait(lambda: any("compose up" in line for line in shell.lines)),
                    shell.lines)
                shell.send("\x1b")
                self.assertTrue(shell.wait(lambda: len(shell.lines) == 1), shell.lines)
                shell.send(CLEAR + "echo done\r")
                self.assertTrue(shell.wait(lambda: "done" in shell.lines), shell.lines)

    def test_the_list_follows_what_is_typed(self):
        shell = self.shell("zsh")
        shell.send("git")
        shell.read(0.3)
        shell.send(ALT_DOWN)
        self.assertTrue(shell.wait(lambda: any("git push" in line for line in shell.lines)))
        shell.send(" lo")
        self.assertTrue(
            shell.wait(lambda: not any("git push" in line for line in shell.lines)), shell.lines)
        self.assertTrue(any("git log" in line for line in shell.lines[1:]), shell.lines)


class RecordingTests(ShellTestCase):
    def history(self, session):
        """What is recorded of `session`, newest first: query, and what else is known."""
        answer = self.daemon.ask("history", "--session", session, "--json", text=True)
        return json.loads(answer)["queries"]

    def wait_for(self, session, condition):
        for _ in range(200):
            found = self.history(session)
            if condition(found):
                return found
            time.sleep(0.05)
        self.fail(f"the history is {found}")

    def test_a_command_its_directory_and_its_end_are_recorded(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                session = f"end-{program}"
                shell = self.shell(program, QAC_SESSION=session)
                # fish starts its helper beside the first prompt.
                shell.read(0.5)
                for command in ("cd /tmp", "true first", "false second", "nosuchprogram-x"):
                    shell.send(command + "\r")
                    shell.read(0.6)
                found = self.wait_for(
                    session, lambda found: len(found) == 3 and all("outcome" in q for q in found))
                self.assertEqual(
                    [(q["query"], q["outcome"]) for q in found],
                    [("false second", "failed"), ("true first", "ok"), ("cd /tmp", "ok")])
                self.assertEqual(found[0]["place"], "/tmp")
                self.assertEqual(len({q["thread"] for q in found}), 1)
                self.assertTrue(found[0]["thread"].startswith(program + "-"))

    def test_what_shall_not_be_recorded_is_not(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                session = f"not-{program}"
                shell = self.shell(program, QAC_SESSION=session, HISTCONTROL="ignorespace")
                shell.read(0.5)
                for command in (
                    "true before", " true with a space", "true --password hunter2secret",
                    "true " + "x" * 2100, "true after",
                ):
                    shell.send(command + "\r")
                    shell.read(0.6)
                found = self.wait_for(session, lambda found: len(found) >= 2)
                self.assertEqual([q["query"] for q in found], ["true after", "true before"])

    def test_one_variable_or_a_pause_stops_recording(self):
        shell = self.shell("zsh", QAC_SESSION="quiet", QAC_RECORD="off")
        shell.send("true nothing\r")
        shell.read(0.6)
        paused = self.shell("zsh", QAC_SESSION="quiet")
        paused.send("qac-cli pause\r")
        paused.read(0.8)
        paused.send("true paused\r")
        paused.read(0.6)
        paused.send("qac-cli pause --off\r")
        paused.read(0.8)
        paused.send("true again\r")
        found = self.wait_for("quiet", lambda found: len(found) >= 2)
        self.assertEqual([q["query"] for q in found], ["true again", "qac-cli pause"])

    def test_two_terminals_share_commands_at_once(self):
        first, second = (self.shell("zsh", QAC_SESSION="both") for _ in range(2))
        first.send("echo between terminals\r")
        self.wait_for("both", lambda found: len(found) == 1)
        second.send("echo betw")
        self.expect(second, "% echo between terminals")

    def test_a_shell_that_ends_ends_its_helper(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                session = f"helper-{program}"
                shell = self.shell(program, QAC_SESSION=session)
                shell.send("true\r")
                shell.read(0.8)
                self.assertTrue(helpers(session))
                shell.send("exit\r")
                for _ in range(200):
                    if not helpers(session):
                        break
                    shell.read(0.1)
                self.assertFalse(helpers(session))


def helpers(session):
    """The processes that record for `session`."""
    found = subprocess.run(
        ["pgrep", "-f", f"qac-cli relay --session {session} "], capture_output=True)
    return found.stdout.split()


class DaemonAwayTests(ShellTestCase):
    def test_keys_and_commands_work_without_an_answer(self):
        shell = self.shell("zsh")
        self.daemon.stop()
        try:
            shell.send("x" * 200)
            self.assertTrue(shell.wait(lambda: "x" * 40 in shell.line), shell.lines)
            shell.send(CLEAR + "echo still here\r")
            self.assertTrue(shell.wait(lambda: "still here" in shell.lines), shell.lines)
        finally:
            self.daemon.go_on()
        shell.send("git st")
        self.expect(shell, "% git status")

    def test_it_comes_back_by_itself(self):
        shell = self.shell("zsh")
        self.daemon.kill()
        shell.send("git st")
        shell.read(0.5)
        self.assertEqual(shell.line, "% git st")
        shell.send(CLEAR)
        self.daemon.start()
        # It tries to connect at most every two seconds.
        shell.read(2.2)
        shell.send("git st")
        self.expect(shell, "% git status")

    def test_nothing_is_printed_without_a_daemon(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                shell = self.shell(program, QAC_SOCKET="/nowhere/qacd.sock")
                shell.send("echo fine\r")
                self.assertTrue(shell.wait(lambda: "fine" in shell.lines), shell.lines)
                self.assertEqual(shell.lines, ["% echo fine", "fine", "%"])

    def test_one_variable_turns_it_off(self):
        shell = self.shell("zsh", QAC_OFF="1")
        shell.send("git st")
        shell.read(1)
        self.assertEqual(shell.line, "% git st")


if __name__ == "__main__":
    unittest.main(verbosity=2)
