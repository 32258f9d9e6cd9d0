"""The first day of a person: histories of the real shells, `qac-cli setup`, the daemon that the shells
start, and `qac-cli doctor`.

Run by dev/shells. Nothing here asserts a time; a wait that ends without what it waits for fails.
"""

import fcntl
import json
import os
import pty
import pwd
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

import pyte

from terminal import PROGRAMS, Shell, become, spare_manual_pages

# fish takes no name that the system does not know.
USER = pwd.getpwuid(os.getuid()).pw_name
OFFER = "qacd: to complete from your own history, run once: qac-cli setup"
SETTINGS = {
    "zsh": (".zshrc", "PS1='%% '\nHISTFILE=~/.zsh_history HISTSIZE=10000 SAVEHIST=10000\n"
            "setopt extended_history inc_append_history\n", 'eval "$(qac-cli init zsh)"\n'),
    "bash": (".bashrc", "PS1='% '\n", 'eval "$(qac-cli init bash)"\n'),
    "fish": (".config/fish/config.fish",
             "set -g fish_greeting\nfunction fish_prompt; echo -n '% '; end\n",
             "qac-cli init fish | source\n"),
}


class Person:
    """A home directory without anything of qacd in it."""

    def __init__(self, systemctl=None):
        self.home = tempfile.mkdtemp(prefix="qacd-p-")
        spare_manual_pages(self.home)
        self.runtime = self.home + "/run"
        os.mkdir(self.runtime, 0o700)
        self.variables = {
            "PATH": PROGRAMS + ":" + os.environ["PATH"], "TERM": "xterm-256color",
            "HOME": self.home, "LANG": "C.UTF-8", "USER": USER, "XDG_RUNTIME_DIR": self.runtime,
        }
        if systemctl is not None:
            os.makedirs(self.home + "/bin")
            os.makedirs(self.runtime + "/systemd")
            open(self.runtime + "/systemd/private", "w").close()
            path = self.home + "/bin/systemctl"
            with open(path, "w") as file:
                file.write(systemctl)
            os.chmod(path, 0o755)
            self.variables["PATH"] = self.home + "/bin:" + self.variables["PATH"]

    def write(self, program, with_qacd):
        name, plain, line = SETTINGS[program]
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(plain + (line if with_qacd else ""))

    def run(self, *arguments, **environment):
        """Runs qac-cli; returns its exit code and what it wrote."""
        done = subprocess.run(
            [PROGRAMS + "/qac-cli", *arguments], capture_output=True,
            env={**self.variables, **environment}, cwd=self.home)
        return done.returncode, (done.stdout + done.stderr).decode()

    def queries(self):
        """What is recorded of the person, newest first."""
        code, text = self.run("history", "--session", USER, "--json", "--limit", "100")
        return json.loads(text)["queries"] if code == 0 else []

    def wait_for(self, condition):
        for _ in range(200):
            found = self.queries()
            if condition(found):
                return found
            time.sleep(0.05)
        log = self.home + "/.local/state/qacd/qacd.log"
        told = open(log).read()[-2000:] if os.path.exists(log) else "nothing"
        raise AssertionError(f"the history is {found}; the daemon told {told}")

    def close(self):
        # The files of a daemon that ends must be there until then.
        self.run("stop")
        shutil.rmtree(self.home, ignore_errors=True)


class HomeShell(Shell):
    """A shell of a person."""

    def __init__(self, program, person, **environment):
        self.home = None
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            variables = {**person.variables, "SHELL": "/bin/" + program, **environment}
            become(program, person.home, ["-i"], variables)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.wait(lambda: any(line.startswith("%") for line in self.screen.display))
        self.read(0.3)

    def run(self, *commands):
        for command in commands:
            self.send(command + "\r")
            self.read(0.5)

    def close(self):
        try:
            os.kill(self.pid, signal.SIGHUP)
            self.read(0.5)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except OSError:
            pass
        os.close(self.descriptor)


class PersonTestCase(unittest.TestCase):
    def person(self, **options):
        person = Person(**options)
        self.addCleanup(person.close)
        return person

    def shell(self, program, person, **environment):
        shell = HomeShell(program, person, **environment)
        self.addCleanup(shell.close)
        return shell


class SetupTests(PersonTestCase):
    def test_histories_of_the_real_shells_are_imported_once(self):
        person = self.person()
        typed = {
            "zsh": ["echo zsh one", "true 'two words'", "echo zsh one"],
            "bash": ["echo bash one", "echo shared"],
            "fish": ["echo fish one", "echo 'a\\\\b'"],
        }
        for program, commands in typed.items():
            person.write(program, with_qacd=False)
            shell = HomeShell(program, person)
            shell.run(*commands, "exit")
            shell.close()
        code, text = person.run("setup")
        self.assertEqual(code, 0, text)
        # fish keeps what ended with an error or not; no shell here leaves anything out.
        found = person.queries()
        counts = {}
        for entry in found:
            counts[entry["query"]] = counts.get(entry["query"], 0) + 1
        for commands in typed.values():
            for command in commands:
                self.assertEqual(counts.get(command), commands.count(command), (command, text))
        self.assertIn("commands imported", text)
        self.assertRegex(text, r"index +\d+ commands")
        again = person.run("setup")[1]
        self.assertIn(" 0 commands imported", again)
        self.assertEqual(len(person.queries()), len(found))

    def test_what_terminals_recorded_is_not_imported_again(self):
        person = self.person()
        for program in ("zsh", "bash", "fish"):
            person.write(program, with_qacd=True)
            shell = HomeShell(program, person)
            # fish starts its helper beside the first prompt.
            shell.read(0.5)
            shell.run(f"echo in {program}", f"echo more of {program}")
            person.wait_for(lambda found: any(
                q["query"] == f"echo more of {program}" and "outcome" in q for q in found))
            shell.run("exit")
            shell.close()
        before = sorted(q["query"] for q in person.queries() if q["query"] != "exit")
        self.assertEqual(len(before), 6, before)
        code, text = person.run("setup")
        self.assertEqual(code, 0, text)
        after = sorted(q["query"] for q in person.queries() if q["query"] != "exit")
        self.assertEqual(after, before, text)

    def test_the_prompt_completes_from_the_history_then(self):
        person = self.person()
        person.write("zsh", with_qacd=True)
        with open(person.home + "/.zsh_history", "w") as file:
            for i in range(50):
                file.write(f": {1790000000 + i}:0;kubectl get pods --namespace tests\n")
        self.assertEqual(person.run("setup")[0], 0)
        shell = self.shell("zsh", person)
        shell.send("kube")
        self.assertTrue(shell.sees("% kubectl get pods --namespace tests"), shell.lines)

    def test_units_are_enabled_where_there_is_a_manager(self):
        person = self.person(systemctl="""#!/bin/sh
echo "$*" >>"$HOME/calls"
case "$*" in
  *"is-active"*|*"is-enabled"*) test -e "$HOME/enabled" ;;
  *"enable --now"*|*" start "*) touch "$HOME/enabled"
    test -S "$XDG_RUNTIME_DIR/qacd/qacd.sock" || setsid qacd --preset shell --watch \\
      >/dev/null 2>&1 </dev/null & ;;
  *"stop"*) rm -f "$HOME/enabled" ;;
esac
""")
        code, text = person.run("setup", "--no-index")
        self.assertEqual(code, 0, text)
        with open(person.home + "/calls") as file:
            calls = file.read()
        self.assertIn("--user enable --now qacd.socket qacd-rebuild.timer", calls)
        self.assertEqual(person.run("status")[0], 0)
        code, text = person.run("doctor")
        self.assertIn("qacd.socket is enabled", text)
        self.assertIn("qacd-rebuild.timer is enabled", text)


class OfferTests(PersonTestCase):
    def test_the_first_shell_says_it_once(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                person = self.person()
                person.write(program, with_qacd=True)
                first = self.shell(program, person)
                self.assertIn(OFFER, first.lines)
                first.run("true")
                second = self.shell(program, person)
                self.assertNotIn(OFFER, second.lines)

    def test_nothing_is_said_started_or_recorded_where_it_is_off(self):
        for program in ("zsh", "bash", "fish"):
            for environment in ({"QAC_OFF": "1"}, {"QAC_RECORD": "off"}):
                with self.subTest(program=program, environment=environment):
                    person = self.person()
                    person.write(program, with_qacd=True)
                    shell = self.shell(program, person, **environment)
                    self.assertNotIn(OFFER, shell.lines)
                    shell.run("echo nobody knows")
                    self.assertIn("nobody knows", shell.lines)
                    self.assertFalse(os.path.exists(person.runtime + "/qacd"))
                    self.assertFalse(os.path.exists(person.home + "/.local/state/qacd"))


class StartTests(PersonTestCase):
    def test_the_first_shell_starts_the_daemon(self):
        for program in ("zsh", "bash", "fish"):
            with self.subTest(program=program):
                person = self.person()
                person.write(program, with_qacd=True)
                shell = self.shell(program, person)
                shell.read(0.8)
                shell.run("echo first")
                person.wait_for(lambda found: [q["query"] for q in found] == ["echo first"])
                for path in (person.runtime + "/qacd", person.home + "/.local/state/qacd"):
                    self.assertEqual(os.stat(path).st_mode & 0o777, 0o700)
                log = person.home + "/.local/state/qacd/qacd.log"
                self.assertEqual(os.stat(log).st_mode & 0o777, 0o600)

    def test_a_daemon_that_is_killed_is_started_again_and_nothing_is_lost(self):
        person = self.person()
        person.write("zsh", with_qacd=True)
        shell = self.shell("zsh", person)
        wanted = []
        for turn in range(4):
            wanted.append(f"echo turn {turn}")
            shell.run(wanted[-1])
            person.wait_for(lambda found: len(found) == len(wanted))
            os.kill(self.daemon_of(person), signal.SIGKILL)
        shell.run("echo last")
        found = person.wait_for(lambda found: len(found) == len(wanted) + 1)
        self.assertEqual([q["query"] for q in found], ["echo last"] + wanted[::-1])

    def test_stop_holds_until_start(self):
        person = self.person()
        person.write("zsh", with_qacd=True)
        shell = self.shell("zsh", person)
        shell.run("echo before")
        person.wait_for(lambda found: len(found) == 1)
        self.assertEqual(person.run("stop")[0], 0)
        shell.run("echo between")
        shell.read(1)
        self.assertEqual(person.run("status")[0], 69)
        self.assertEqual(person.run("start")[0], 0)
        # The helper tries again after two seconds.
        shell.read(2.2)
        shell.run("echo after")
        found = person.wait_for(lambda found: len(found) == 2)
        self.assertEqual([q["query"] for q in found], ["echo after", "echo before"])

    def test_the_variable_of_a_socket_means_another_daemon(self):
        person = self.person()
        person.write("zsh", with_qacd=True)
        path = person.home + "/own.sock"
        shell = self.shell("zsh", person, QAC_SOCKET=path)
        shell.run("echo nobody")
        shell.read(1)
        self.assertFalse(os.path.exists(path))
        self.assertEqual(person.run("status")[0], 69)

    @staticmethod
    def daemon_of(person):
        return json.loads(person.run("status", "--json")[1])["pid"]


class DoctorTests(PersonTestCase):
    def findings(self, person, **environment):
        code, text = person.run("doctor", "--json", "--timeout", "1", **environment)
        answer = json.loads(text)
        self.assertEqual(code, 0 if answer["ok"] else 1)
        return {f["name"]: f for f in answer["findings"]}

    def test_a_remedy_mends_what_it_is_for(self):
        person = self.person()
        person.write("zsh", with_qacd=False)
        found = self.findings(person, SHELL="/bin/zsh")
        self.assertEqual(found["daemon"]["state"], "wrong")
        self.assertEqual(found["daemon"]["remedy"], "qac-cli start")
        self.assertEqual(found["zsh"]["state"], "wrong")
        person.run("start")
        person.write("zsh", with_qacd=True)
        found = self.findings(person, SHELL="/bin/zsh")
        self.assertEqual({f["state"] for f in found.values()} - {"ok", "note"}, set(), found)
        # Others may look in.
        for path in (person.home + "/.local/state/qacd", person.home + "/.local/state/qacd/sessions.sqlite"):
            os.chmod(path, 0o755)
            found = self.findings(person)
            self.assertEqual(found["database"]["state"], "wrong")
            subprocess.run(found["database"]["remedy"].split(), check=True)
            self.assertEqual(self.findings(person)["database"]["state"], "ok")

    def test_a_daemon_that_is_stopped_by_a_signal_is_found(self):
        person = self.person()
        person.run("start")
        process = json.loads(person.run("status", "--json")[1])["pid"]
        os.kill(process, signal.SIGSTOP)
        found = self.findings(person)["daemon"]
        self.assertEqual(found["remedy"], f"kill -CONT {process}")
        subprocess.run(found["remedy"].split(), check=True)
        self.assertEqual(self.findings(person)["daemon"]["state"], "ok")

    def test_what_somebody_turned_off_is_told(self):
        person = self.person()
        person.run("start")
        person.run("pause")
        found = self.findings(
            person, QAC_OFF="1", QAC_RECORD="off", QAC_SESSION="x" * 200, QAC_START="off")
        for name in ("QAC_OFF", "QAC_RECORD", "recording"):
            self.assertEqual(found[name]["state"], "note")
        self.assertEqual(found["QAC_SESSION"]["state"], "wrong")
        person.run("pause", "--off")
        self.assertNotIn("recording", self.findings(person))

    def test_a_daemon_for_searches_is_found(self):
        person = self.person()
        path = person.home + "/s.sock"
        daemon = subprocess.Popen(
            [PROGRAMS + "/qacd", "--socket", path, "--database", person.home + "/s.sqlite"],
            env=person.variables, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (daemon.kill(), daemon.wait()))
        for _ in range(400):
            if person.run("status", QAC_SOCKET=path)[0] == 0:
                break
            time.sleep(0.05)
        found = self.findings(person, QAC_SOCKET=path)
        self.assertEqual(found["profile"]["state"], "wrong")
        self.assertEqual(found["QAC_SOCKET"]["state"], "note")


if __name__ == "__main__":
    unittest.main(verbosity=2)
