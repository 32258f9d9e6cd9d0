"""What a person sees at the prompts of zsh, bash and fish.

Run by dev/shells. Nothing here asserts a time; a wait that ends without the expected screen fails.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

from terminal import PROGRAMS, Daemon, Shell

RIGHT, LEFT, DOWN, UP = "\x1b[C", "\x1b[D", "\x1b[B", "\x1b[A"
ALT_RIGHT, ALT_DOWN, ALT_DELETE = "\x1b[1;3C", "\x1b[1;3B", "\x1b[3;3~"
CLEAR, CTRL_R = "\x15", "\x12"


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
        # Without a key.
        self.expect(second, "% echo a sec")

    def test_what_a_program_forgets_is_gone_from_a_terminal_at_once(self):
        shell = self.shell("zsh")
        self.record("echo another plan")
        shell.send("echo anoth")
        self.expect(shell, "% echo another plan")
        name = f"qacd-news-zsh-{shell.pid}-"
        self.assertTrue(any(each.startswith(name) for each in os.listdir(self.daemon.directory)))
        forgotten = subprocess.run(
            ["qac-cli", "forget", "echo another plan", "--session", "ada"], stdout=subprocess.DEVNULL,
            env={"PATH": PROGRAMS, "QAC_SOCKET": self.daemon.socket,
                 "XDG_RUNTIME_DIR": self.daemon.directory})
        self.assertEqual(forgotten.returncode, 0)
        self.expect(shell, "% echo anoth")
        shell.send(CLEAR + "exit\r")
        for _ in range(100):
            left = [each for each in os.listdir(self.daemon.directory) if each.startswith(name)]
            if not left:
                break
            shell.read(0.1)
        self.assertEqual(left, [])

    def test_what_failed_is_no_ghost_text_until_it_goes_well(self):
        shell = self.shell("zsh", QAC_SESSION="failing")

        def run(command, outcome):
            shell.send(CLEAR + command + "\r")
            self.assertTrue(
                shell.wait(lambda: self.last("failing") == (command, outcome)), self.last("failing"))

        run("test -e later", "failed")
        shell.send("test -e la" + ALT_DOWN)
        # It was offered, so it can be missed.
        self.assertTrue(
            shell.wait(lambda: any("test -e later" in line and " failed ·" in line
                                   for line in shell.lines)), shell.lines)
        shell.send("\x1b")
        self.expect(shell, "% test -e la")
        self.record("test -e lamp", "failing")
        shell.send(CLEAR + "test -e la")
        self.expect(shell, "% test -e lamp")
        shell.send("t")
        self.expect(shell, "% test -e lat")
        run("touch later", "ok")
        run("test -e later", "ok")
        shell.send("test -e lat")
        self.expect(shell, "% test -e later")

    def last(self, session):
        """The newest query of `session`, and how it ended."""
        found = self.daemon.call("history", session=session, limit=1)["queries"]
        return (found[0]["query"], found[0].get("outcome")) if found else None

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

    def test_what_failed_stands_marked_behind_the_others(self):
        for query in ("uniform one", "uniform two", "uniform three"):
            outcome = "failed" if query == "uniform three" else "ok"
            self.daemon.call("record", session="menu", query=query, outcome=outcome)
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                shell = self.shell(program, QAC_SESSION="menu")
                shell.send("uniform")
                shell.read(0.5)
                shell.send(ALT_DOWN)
                self.assertTrue(
                    shell.wait(lambda: any("three" in line for line in shell.lines)), shell.lines)
                listed = [line.split() for line in shell.lines if line.startswith("  ")]
                self.assertEqual({line[1] for line in listed[:2]}, {"one", "two"})
                self.assertEqual(listed[2][1:5], ["three", "failed", "·", "yours"])
                self.assertNotIn("failed", listed[0] + listed[1])

    def test_a_line_tells_its_source_its_age_and_its_directory(self):
        self.daemon.call("record", session="ada", query="docker compose logs", place="/srv/pond")
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                shell = self.shell(program)
                shell.send("docker compose l")
                shell.read(0.5)
                shell.send(ALT_DOWN)
                self.assertTrue(
                    shell.wait(lambda: any("/srv/pond" in line for line in shell.lines)),
                    shell.lines)
                line = [line for line in shell.lines if "/srv/pond" in line][0]
                self.assertRegex(line, "docker compose logs +yours · (just now|a minute ago) · ")

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


class SearchTests(ShellTestCase):
    """Ctrl-R: the whole history, with words in any order."""

    def setUp(self):
        self.session = f"search-{id(self)}"
        self.record("kubectl get pods --all", self.session)
        self.record("echo pods of all", self.session)
        for i in range(30):
            self.record(f"true number {i}", self.session)

    def shells(self, **options):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                yield program, self.shell(program, QAC_SESSION=self.session, **options)

    def open(self, shell, text, wanted):
        shell.send(text)
        shell.read(0.4)
        shell.send(CTRL_R)
        self.assertTrue(
            shell.wait(lambda: any(wanted in line for line in shell.lines[1:])), shell.lines)

    def test_it_finds_words_in_any_order_and_puts_the_line_into_the_prompt(self):
        for program, shell in self.shells():
            self.open(shell, "all ku", "kubectl get pods")
            found = [line for line in shell.lines if "kubectl" in line]
            self.assertRegex(found[0], r"just now|minute")
            self.assertFalse(any("echo pods" in line for line in shell.lines))
            shell.send("\r")
            self.expect(shell, "% kubectl get pods --all")
            self.assertEqual(len(shell.lines), 1, shell.lines)
            # It is only in the line.
            shell.send(CLEAR + "echo still one\r")
            self.assertTrue(shell.wait(lambda: "still one" in shell.lines), shell.lines)

    def test_escape_leaves_the_line_as_it_was(self):
        for program, shell in self.shells():
            self.open(shell, "pods", "echo pods of all")
            shell.send(" ku")
            self.assertTrue(
                shell.wait(lambda: not any("echo pods" in line for line in shell.lines)), shell.lines)
            shell.send("\x1b")
            self.assertTrue(shell.wait(lambda: shell.typed == "% pods"), shell.lines)
            self.assertTrue(shell.wait(lambda: len(shell.lines) == 1), shell.lines)

    def test_arrows_choose_and_typing_searches_on(self):
        for program, shell in self.shells():
            self.open(shell, "true num", "true number 29")
            shell.send(DOWN + DOWN)
            shell.read(0.4)
            shell.send("\r")
            self.assertTrue(shell.wait(lambda: shell.typed == "% true number 27"), shell.lines)

    def test_without_a_daemon_it_is_the_shells_own(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                shell = self.shell(program, QAC_SOCKET="/nowhere/qacd.sock")
                shell.send("echo from before\r")
                self.assertTrue(shell.wait(lambda: "from before" in shell.lines), shell.lines)
                self.assertTrue(shell.wait(lambda: shell.line == "%"), shell.lines)
                shell.send(CTRL_R)
                shell.read(0.5)
                shell.send("from")
                signs = {"zsh": "bck-i-search", "bash": "reverse-i-search", "fish": "search"}
                self.assertTrue(
                    shell.wait(lambda: any(signs[program] in line for line in shell.lines)),
                    shell.lines)
                self.assertTrue(any("echo from before" in line for line in shell.lines))

    def test_a_daemon_that_does_not_answer_gives_way(self):
        for program, shell in self.shells():
            shell.send("echo from before\r")
            self.assertTrue(shell.wait(lambda: "from before" in shell.lines), shell.lines)
            self.assertTrue(shell.wait(lambda: shell.line == "%"), shell.lines)
            self.daemon.stop()
            try:
                shell.send(CTRL_R)
                shell.read(1.0)
                if program == "zsh":
                    shell.send(CTRL_R)
                    shell.read(0.3)
                shell.send("from")
                self.assertTrue(
                    shell.wait(lambda: any("search" in line and "echo from" in "".join(shell.lines)
                                           for line in shell.lines)), shell.lines)
            finally:
                self.daemon.go_on()

    def test_several_lines_are_asked_about(self):
        self.record("for i in 1\ndo echo odd\ndone", self.session)
        for program, shell in self.shells():
            self.open(shell, "odd", "for i in 1 ↵ do echo odd ↵ done")
            shell.send("\r")
            self.assertTrue(
                shell.wait(lambda: any("Enter again" in line for line in shell.lines)), shell.lines)
            shell.send("\r")
            self.assertTrue(
                shell.wait(lambda: any(line.endswith("do echo odd") for line in shell.lines)),
                shell.lines)
            self.assertFalse("odd" in shell.lines, shell.lines)

    def test_a_line_can_be_forgotten(self):
        for program, shell in self.shells():
            self.record("true forget me", self.session)
            self.open(shell, "forget", "true forget me")
            shell.send("\x04")
            self.assertTrue(
                shell.wait(lambda: not any("forget me" in line for line in shell.lines)), shell.lines)

    def test_failures_and_directories_are_told(self):
        self.daemon.call("record", session=self.session, query="make broken", place="/srv/pond",
                         outcome="failed")
        for program, shell in self.shells():
            self.open(shell, "broken", "make broken")
            line = [line for line in shell.lines if "make broken" in line][-1]
            self.assertIn("failed", line)
            self.assertIn("/srv/pond", line)

    def test_screens_of_all_kinds(self):
        self.record("echo 日本 שלום wide", self.session)
        for program in ("zsh", "bash", "fish"):
            for options in ({"columns": 20, "rows": 8}, {"NO_COLOR": "1"}, {"TERM": "vt100"},
                            {"LANG": "C"}):
                with self.subTest(program=program, options=options):
                    shell = self.shell(program, QAC_SESSION=self.session, **options)
                    self.open(shell, "wide", "echo")
                    self.assertTrue(all(len(line) < shell.screen.columns for line in shell.lines[1:]))
                    shell.send("\x1b")
                    self.assertTrue(shell.wait(lambda: len(shell.lines) == 1), shell.lines)


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

    def test_a_secret_is_said_once_without_its_text(self):
        with tempfile.TemporaryDirectory(prefix="qacd-run-") as directory:
            for program in ("zsh", "bash", "fish"):
                with self.subTest(program=program):
                    shell = self.shell(
                        program, QAC_SESSION=f"secret-{program}", XDG_RUNTIME_DIR=directory)
                    shell.read(0.5)
                    for command in ("true --password hunter2secret", "true", "true", "true"):
                        shell.send(command + "\r")
                        shell.read(0.6)
                    said = [line for line in shell.lines if "secret was not recorded" in line]
                    self.assertEqual(len(said), 1, shell.lines)
                    self.assertNotIn("hunter2", said[0])
                    shell.send("exit\r")
                    shell.read(1)
            # The helpers remove what they made.
            for _ in range(100):
                left = [name for name in os.listdir(directory) if name.startswith("qacd")]
                if not left:
                    break
                time.sleep(0.1)
            self.assertEqual(left, [])

    def test_fish_does_not_wait_for_a_helper_that_is_gone(self):
        shell = self.shell("fish", QAC_SESSION="gone")
        shell.read(0.5)
        shell.send("true first\r")
        shell.read(0.6)
        for number in helpers("gone"):
            os.kill(int(number), signal.SIGSTOP)
        for i in range(40):
            shell.send(f"echo run {i}\r")
        self.assertTrue(shell.wait(lambda: "run 39" in shell.lines), shell.lines)
        for number in helpers("gone"):
            os.kill(int(number), signal.SIGKILL)
        shell.send("echo after\r")
        self.assertTrue(shell.wait(lambda: "after" in shell.lines), shell.lines)

    def test_what_was_interrupted_did_not_fail(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                session = f"interrupted-{program}"
                shell = self.shell(program, QAC_SESSION=session)
                shell.read(0.5)
                shell.send("sleep 100\r")
                self.wait_for(session, lambda found: len(found) == 1)
                # It is recorded just before it runs.
                shell.read(0.5)
                shell.send("\x03")
                self.assertTrue(shell.wait(lambda: shell.line == "%"), shell.lines)
                shell.send("true after\r")
                found = self.wait_for(session, lambda found: "outcome" in found[0])
                self.assertEqual(
                    [(one["query"], one.get("outcome")) for one in found],
                    [("true after", "ok"), ("sleep 100", None)])

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


class FishCompletionTests(ShellTestCase):
    def test_tab_offers_the_next_words(self):
        shell = self.shell("fish")
        self.record("zulucommand quebecword one", "ada")
        shell.send("zulucommand queb\t")
        self.assertTrue(shell.wait(lambda: "quebecword" in shell.line), shell.lines)

    def test_tab_leaves_out_what_failed(self):
        shell = self.shell("fish")
        self.daemon.call("record", session="ada", query="whiskeycommand bad", outcome="failed")
        self.daemon.call("record", session="ada", query="whiskeycommand good", outcome="ok")
        shell.send("whiskeycommand \t")
        self.assertTrue(
            shell.wait(lambda: any("good" in line for line in shell.lines)), shell.lines)
        self.assertFalse(any("bad" in line for line in shell.lines), shell.lines)


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
