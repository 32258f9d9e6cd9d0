"""A shell under a pseudo-terminal, and a daemon for it.

The screen is what a person would see: pyte interprets what the shell writes.
"""

import fcntl
import json
import os
import pty
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time

import pyte

PROGRAMS = os.environ["QAC_BIN_DIR"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What several people typed: the index knows these commands.
COMMANDS = [
    "git status", "git status --short", "git log --oneline", "git commit -m 'first'",
    "git push origin main", "make test", "make release", "ls -la", "grep -rn pattern .",
    "docker compose up", "docker compose down", "cd ..", "cat README.md",
    "tar xzf archive.tar.gz", "ssh build.example.org",
]


class Daemon:
    """A qacd on an index of COMMANDS, in a directory of its own."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="qacd-shell-")
        os.chmod(self.directory, 0o700)
        self.socket = self.directory + "/qacd.sock"
        log = self.directory + "/log.tsv"
        with open(log, "w") as file:
            time_of = 1700000000
            for person in range(12):
                for turn in range(len(COMMANDS)):
                    # The first commands of the list are the more frequent ones.
                    command = COMMANDS[(person * turn) % (turn + 1)]
                    file.write(f"person{person}\t{time_of}\t{command}\n")
                    time_of += 60
                time_of += 86400
        subprocess.run(
            [PROGRAMS + "/qac-index", "build", "--quiet", "--format", "events", "--profile",
             "verbatim", "--log", log, "--out", self.directory + "/index.qaci"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAMS + "/qacd", "--index", self.directory + "/index.qaci", "--socket", self.socket,
             "--database", self.directory + "/sessions.sqlite"], stderr=subprocess.DEVNULL)
        for _ in range(500):
            if self.ask("status") == 0:
                return
            time.sleep(0.02)
        raise RuntimeError("the daemon does not start; run qacd by hand and read its message")

    def ask(self, *arguments, text=False):
        """Runs qac-cli; returns its exit code, or its output if `text` is true."""
        result = subprocess.run(
            [PROGRAMS + "/qac-cli", *arguments, "--socket", self.socket], capture_output=True)
        return result.stdout.decode() if text else result.returncode

    def call(self, method, **params):
        """Sends one request; returns its result."""
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.sendall(line.encode() + b"\n")
            return json.loads(connection.makefile().readline())["result"]

    def stop(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.directory)


def spare_manual_pages(home):
    """Keeps fish from reading every manual page of the system when it first starts in `home`."""
    os.makedirs(os.path.join(home, ".local/share/fish/generated_completions"))


def become(program, directory, arguments, variables):
    """Runs a program in place of this process, which has just been forked: with no signal ignored, as
    a terminal starts it. A job in the background ignores some, and so does Python."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.chdir(directory)
    os.execvpe(program, [program, *arguments], variables)


class Shell:
    """One interactive shell."""

    def __init__(self, program, daemon, start="", columns=80, rows=24, options=(), **environment):
        self.home = tempfile.mkdtemp(prefix="qacd-home-")
        spare_manual_pages(self.home)
        script = f'{PROGRAMS}/qac-cli init {program}'
        files = {
            "zsh": (".zshrc", f"PS1='%% '\n{start}eval \"$({script})\"\n"),
            "bash": (".bashrc", f"PS1='%% '\n{start}eval \"$({script})\"\n"),
            "fish": (".config/fish/config.fish",
                     "set -g fish_greeting\nfunction fish_prompt; echo -n '%% '; end\n"
                     f"{start}{script} | source\n"),
        }
        name, content = files[program]
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            # zsh reads %% as one sign, the others two; a prompt of one sign is easier to look for.
            file.write(content if program == "zsh" else content.replace("%% ", "% "))
        variables = {
            "PATH": PROGRAMS + ":" + os.environ["PATH"], "TERM": "xterm-256color",
            "HOME": self.home, "LANG": "C.UTF-8", "QAC_SOCKET": daemon.socket,
            "XDG_RUNTIME_DIR": daemon.directory,
            "QAC_SESSION": "ada", "SHELL": "/bin/" + program,
        }
        variables.update(environment)
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            become(program, self.home, ["-i", *options], variables)
        fcntl.ioctl(
            self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.wait(lambda: any(line.startswith("%") for line in self.screen.display))
        self.read(0.3)

    def read(self, seconds):
        """Takes what comes within `seconds`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.descriptor], [], [], left)[0]:
                return
            try:
                self.stream.feed(os.read(self.descriptor, 65536))
            except OSError:
                return

    def wait(self, condition, seconds=20):
        """Reads until `condition` holds; returns whether it does."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            self.read(0.02)
        return True

    def send(self, text):
        os.write(self.descriptor, text.encode() if isinstance(text, str) else text)

    @property
    def lines(self):
        """The rows that are not empty."""
        return [line.rstrip() for line in self.screen.display if line.strip()]

    @property
    def line(self):
        """The row of the cursor."""
        return self.screen.display[self.screen.cursor.y].rstrip()

    @property
    def typed(self):
        """The row of the cursor, without the ghost text."""
        row = self.screen.buffer[self.screen.cursor.y]
        shown = [row[x].data for x in range(self.screen.columns) if row[x].fg != "brightblack"]
        return "".join(shown).rstrip()

    def sees(self, line, seconds=20):
        """Whether the row of the cursor becomes `line`."""
        return self.wait(lambda: self.line == line, seconds)

    def close(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except OSError:
            pass
        os.close(self.descriptor)
        shutil.rmtree(self.home, ignore_errors=True)
