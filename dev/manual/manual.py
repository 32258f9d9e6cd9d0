#!/usr/bin/env python3
"""Writes man pages and completion scripts of the programs, from what their argument parser knows.

    dev/manual/manual.py --programs .build/release --out .build/manual

OUT gets man1, man5, man8 and completions/{bash,zsh,fish}. A program that is not there is left out,
with a message. The pages are mdoc(7). Each command has a page: qac-cli complete is in
qac-cli-complete(1). NAME.SECTION in this directory adds sections to a page; qacd.toml.5 is a page
of its own, whose keys are those of `qacd --print-config`.

The same programs give the same bytes on every machine: paths below a home are written with ~, and
the date is that of SOURCE_DATE_EPOCH, or else of the commit, or else of CHANGELOG.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
SECTIONS = {"qacd": 8, "qacd-cluster": 8, "qac-web": 8, "qac-cli": 1, "qac-index": 1}
SHELLS = {"bash": "{}", "zsh": "_{}", "fish": "{}.fish"}
# Defaults that depend on the machine.
MACHINE = {
    ("qacd", "loops"): "2, or 1 on one processor",
    ("qacd-cluster", "loops"): "2, or 1 on one processor",
    ("qac-web", "loops"): "4, or the number of processors if there are fewer",
    ("qac-index", "threads"): "the number of processors",
}
# Pages of the system that these name.
SYSTEM = {"systemd.socket.5"}
# The order of mdoc(7).
ORDER = ["ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO", "CAVEATS"]
# A synopsis with more options than these says only that there are some.
FEW = 12


def environment():
    """Of a person whose paths can be told from others."""
    return {"HOME": "/~HOME~", "XDG_RUNTIME_DIR": "/~RUNTIME~", "PATH": os.environ["PATH"]}


def general(text):
    """A text of a program that was run with `environment`, for everybody."""
    text = text.replace("\\/", "/").replace("/~HOME~", "~")
    return text.replace("/~RUNTIME~", "$XDG_RUNTIME_DIR")


def ask(program, *arguments):
    result = subprocess.run(
        [program, *arguments], env=environment(), capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"manual: {program} {' '.join(arguments)} failed: {result.stderr.strip()}")
    return general(result.stdout)


def date():
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds and (ROOT / ".git").exists():
        shown = subprocess.run(
            ["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True,
            check=False)
        seconds = shown.stdout.strip()
    if not seconds:
        changelog = ROOT / "CHANGELOG.md"
        days = re.findall(r"^## .* (\d{4}-\d\d-\d\d)", changelog.read_text(), re.MULTILINE)
        seconds = time.mktime(time.strptime(days[0] if days else "2026-11-30", "%Y-%m-%d"))
    day = time.gmtime(int(seconds))
    return f"{time.strftime('%B', day)} {day.tm_mday}, {day.tm_year}"


def escaped(text):
    """`text` as a part of a line of mdoc that is no macro."""
    text = text.replace("\\", "\\e")
    # A flag and a file are copied: they need the hyphen of ASCII.
    return re.sub(
        r"(?<![\w/])--?[a-z][\w-]*|[\w.]*[/~$][\w./~$@-]*",
        lambda match: match[0].replace("-", "\\-"), text)


def argument(text):
    """`text` as one argument of a macro."""
    text = escaped(text)
    return f'"{text}"' if re.search(r"[\s|]", text) or len(text) < 3 else text


def prose(text):
    """Lines of mdoc: a line per sentence, wrapped."""
    text = re.sub(r"`([^`]*)`", lambda match: "\\fB" + match[1].replace(" ", "\0") + "\\fP", text)
    lines = []
    for sentence in re.split(r"(?<=[.!?])\s+|(?<=[.!?][)\"])\s+", text):
        # A code is not broken over two lines.
        for line in textwrap.wrap(
            sentence, 76, break_long_words=False, break_on_hyphens=False
        ):
            line = line.replace("\\fB", "\1").replace("\\fP", "\2")
            line = escaped(line.replace("\0", " ")).replace("\1", "\\fB").replace("\2", "\\fP")
            lines.append("\\&" + line if line.startswith((".", "'")) else line)
    return lines


def blocks(text):
    """A discussion as lines of mdoc: paragraphs, and as it stands what is indented."""
    lines = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        rest = paragraph.split("\n")
        while rest:
            is_code = rest[0].startswith("  ")
            count = next(
                (i for i, line in enumerate(rest) if line.startswith("  ") != is_code), len(rest))
            part, rest = rest[:count], rest[count:]
            if is_code:
                width = min(len(line) - len(line.lstrip()) for line in part)
                lines += [".Bd -literal -offset indent"]
                lines += [
                    re.sub(r"^([.'])", r"\\&\1", escaped(line[width:])) for line in part]
                lines += [".Ed"]
            else:
                lines += [".Pp"] + prose(" ".join(part))
    return lines


def moved(discussion):
    """A discussion without its exit codes, and these as lines of mdoc."""
    kept, codes, here = [], [], False
    for paragraph in re.split(r"\n\s*\n", discussion or ""):
        if paragraph.startswith("Exit codes:"):
            rest = paragraph[len("Exit codes:"):]
            if "\n" in rest:
                entries = [line.strip() for line in rest.strip("\n").split("\n")]
            else:
                entries = rest.strip().rstrip(".").split("; ")
            tail = []
            codes = [".Bl -tag -width Ds"]
            for entry in entries:
                match = re.match(r"((?:\d+)(?:(?:, | and )\d+)*)\s+(.*)", entry)
                if match:
                    codes += [f".It {match[1]}"] + prose(capital(match[2]) + ".")
                else:
                    tail += prose(entry)
            codes += [".El"] + ([".Pp"] + tail if tail else [])
        else:
            kept.append(paragraph)
    return "\n\n".join(kept), codes


def capital(text):
    return text[:1].upper() + text[1:]


def names(argument_):
    """The names of an option or flag, as arguments of a macro."""
    found = []
    for name in argument_["names"]:
        if name["kind"] == "long":
            found.append("Fl \\-" + name["name"])
        elif name["kind"] == "short":
            found.append("Fl " + name["name"])
    return found


def shown(command):
    return [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]


def usage(command):
    lines = []
    options = [a for a in shown(command) if a["kind"] != "positional"]
    options = [a for a in options if a["preferredName"]["name"] not in ("help", "version")]
    if len(options) > FEW:
        lines.append(".Op Ar options")
        options = [a for a in options if not a["isOptional"]]
    for one in options:
        text = "Fl \\-" + one["preferredName"]["name"]
        if one["kind"] == "option":
            text += " Ar " + argument(one["valueName"])
        if one["isRepeating"]:
            text += " ..."
        lines.append((".Op " if one["isOptional"] else ".") + text)
    for one in shown(command):
        if one["kind"] == "positional":
            text = "Ar " + argument(one["valueName"]) + (" ..." if one["isRepeating"] else "")
            lines.append((".Op " if one["isOptional"] else ".") + text)
    return lines


def described(one, program):
    """What an argument means, its values and its default."""
    abstract = one.get("abstract", "")
    lines = prose(abstract)
    if one.get("discussion"):
        lines += prose(one["discussion"])
    values = one.get("allValues", [])
    meanings = one.get("allValueDescriptions", {})
    if meanings:
        lines += [".Bl -tag -width Ds"]
        for value in values:
            lines += [f".It Cm {argument(value)}"] + prose(capital(meanings.get(value, "")) + ".")
        lines += [".El"]
    elif values:
        lines += prose("One of " + ", ".join(f"`{value}`" for value in values) + ".")
    name = one.get("preferredName", {}).get("name")
    default = MACHINE.get((program, name), one.get("defaultValue"))
    if default and "(default:" not in abstract:
        lines += prose(f"The default is {default.removesuffix('.0')}.")
    return lines


def options(command, program):
    groups = {}
    for one in shown(command):
        if one["kind"] != "positional":
            groups.setdefault(one.get("sectionTitle"), []).append(one)
    lines = []
    positional = [a for a in shown(command) if a["kind"] == "positional"]
    if positional:
        lines += [".Pp", "The arguments are:", ".Bl -tag -width Ds"]
        for one in positional:
            lines += [f".It Ar {argument(one['valueName'])}"] + described(one, program)
        lines += [".El"]
    if groups:
        lines += [".Pp", "The options are:"]
    # Those without a title are general: help and version.
    for title in sorted(groups, key=lambda title: (title is None and len(groups) > 1)):
        if title:
            lines += [f".Ss {title}"]
        elif len(groups) > 1:
            lines += [".Ss Other options"]
        lines += [".Bl -tag -width Ds"]
        for one in groups[title]:
            value = " Ar " + argument(one["valueName"]) if one["kind"] == "option" else ""
            lines += [".It " + " , ".join(names(one)) + value] + described(one, program)
        lines += [".El"]
    return lines


def added(page):
    """The sections of this directory's file for a page, by title."""
    path = FOLDER / page
    if not path.exists():
        return {}
    parts = re.split(r"^\.Sh (.*)\n", path.read_text(), flags=re.MULTILINE)
    return {title: body.rstrip("\n").split("\n") for title, body in zip(parts[1::2], parts[2::2])}


def head(name, section, day):
    return [
        ".\\\" Written by dev/manual/manual.py: change the program's help, or dev/manual.",
        f".Dd {day}", f".Dt {name.upper()} {section}", ".Os"]


def tail(sections):
    lines = []
    for title in ORDER:
        if sections.get(title):
            lines += [f".Sh {title}"] + sections[title]
    return lines


def links(pages):
    """Lines of SEE ALSO, in the order that mdoc(7) asks for."""
    pages = sorted(set(pages), key=lambda page: (page[1], page[0]))
    return [
        f".Xr {name} {section}" + (" ," if i + 1 < len(pages) else "")
        for i, (name, section) in enumerate(pages)]


def short(abstract):
    text = (abstract or "").strip().removesuffix(".")
    return text[:1].lower() + text[1:]


def write(out, page, section, lines):
    folder = out / f"man{section}"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line for i, line in enumerate(lines) if not needless(line, lines[i - 1] if i else "")]
    (folder / f"{page}.{section}").write_text("\n".join(lines) + "\n")


def needless(line, before):
    """A paragraph begins by itself after a title."""
    return line == ".Pp" and (before.startswith((".Sh", ".Ss")) or before == ".Pp")


def command_page(command, path, program, day, out, known):
    """Writes the page of a command, and those of its subcommands."""
    section = SECTIONS[program]
    page = "-".join(path)
    subcommands = [
        c for c in command.get("subcommands", [])
        if c.get("shouldDisplay", True) and c["commandName"] != "help"]
    text, codes = moved(command.get("discussion"))
    lines = head(page, section, day)
    lines += [".Sh NAME", f".Nm {page}", f".Nd {short(command.get('abstract'))}"]
    lines += [".Sh SYNOPSIS", f".Nm {' '.join(path)}"] + usage(command)
    if subcommands:
        lines += [".Ar command"]
    sections = added(f"{page}.{section}")
    lines += [".Sh DESCRIPTION"] + prose(capital(short(command.get("abstract"))) + ".")
    lines += blocks(text) if text.strip() else []
    lines += sections.get("DESCRIPTION", [])
    if subcommands:
        lines += [".Pp", "The commands are:", ".Bl -tag -width Ds"]
        for one in subcommands:
            lines += [f".It Cm {one['commandName']}"] + prose(one.get("abstract", ""))
            lines += ["See", f".Xr {page}-{one['commandName']} {section} ."]
        lines += [".El"]
    lines += options(command, program)
    if codes:
        sections["EXIT STATUS"] = codes
    elif "EXIT STATUS" not in sections and len(path) > 1:
        sections["EXIT STATUS"] = [
            "The exit codes are those of", f".Xr {path[0]} {section} ."]
    also = [("-".join(path[:-1]), section)] if len(path) > 1 else []
    also += [(f"{page}-{one['commandName']}", section) for one in subcommands]
    also += known if len(path) == 1 else []
    also += [
        (match[1], int(match[2]))
        for match in (re.match(r"\.Xr (\S+) (\d)", line) for line in sections.get("SEE ALSO", []))
        if match]
    sections["SEE ALSO"] = links(set(also) - {(page, section)})
    write(out, page, section, lines + tail(sections))
    for one in subcommands:
        command_page(one, path + [one["commandName"]], program, day, out, known)


def configuration_page(program, day, out):
    """Writes the page of the daemon's configuration file."""
    dump = json.loads(ask(program, "--experimental-dump-help"))["command"]
    shown_settings = ask(program, "--config", "none", "--print-config")
    literals = dict(re.findall(r"^([a-z-]+) = (.*?)  # ", shown_settings, re.MULTILINE))
    unset = re.findall(r"^# ([a-z-]+) is not set$", shown_settings, re.MULTILINE)
    lines = []
    for one in shown(dump):
        name = one.get("preferredName", {}).get("name")
        if name in literals or name in unset:
            value = "2" if ("qacd", name) in MACHINE else literals.get(name)
            if value is None:
                value = one["valueName"]
                value = f"[{value}, ...]" if one["isRepeating"] else quoted(value)
            elif value.startswith('"'):
                value = quoted(value.strip('"'))
            lines += [f".It Ic {name} No = {value}"] + described(one, "qacd")
    text = (FOLDER / "qacd.toml.5").read_text().replace("@keys@", "\n".join(lines))
    write(out, "qacd.toml", 5, head("qacd.toml", 5, day) + text.rstrip("\n").split("\n"))


def quoted(text):
    """A text in the quotes of TOML, as a part of a macro's line."""
    return f"\\(dq{escaped(text)}\\(dq"


def brief(text):
    """The first statement of a description, without the full stop: a menu has a line for it."""
    return re.split(r"\. |; | \(default: ", text, maxsplit=1)[0].removesuffix(".")


def completions(program, name, dump, out):
    """Writes the parser's completion scripts, with the first statement of every description."""
    has_commands = any(c["commandName"] != "help" for c in dump.get("subcommands", []))
    for shell, form in SHELLS.items():
        script = ask(program, "--generate-completion-script", shell)
        if shell == "fish":
            script = re.sub(
                r" -d '((?:[^'\\]|\\.)*)'", lambda m: f" -d '{brief(m[1])}'", script)
        elif shell == "zsh":
            script = re.sub(
                r"^( +'[^\n\[]*\[)((?:[^\]\\\n]|\\.)*)(\])", lambda m: m[1] + brief(m[2]) + m[3],
                script, flags=re.MULTILINE)
            script = re.sub(
                r"^( +'[a-z-]+:)((?:[^'\n]|'\\'')*)(')$", lambda m: m[1] + brief(m[2]) + m[3],
                script, flags=re.MULTILINE)
        if not has_commands:
            script = without_help(script, name, shell)
        folder = out / "completions" / shell
        folder.mkdir(parents=True, exist_ok=True)
        (folder / form.format(name)).write_text(script)


def without_help(script, name, shell):
    """A program without commands has no command help, which the parser offers all the same."""
    pattern = {
        "fish": r"^complete .* -fa 'help' .*\n",
        "bash": r"^    # Offer subcommand / subcommand argument completions\n(?:.*\n)*?    esac\n",
        "zsh": r"^        '\(-\): :->command'\n        '\(-\)\*:: :->arg'\n",
    }[shell]
    script, count = re.subn(pattern, "", script, flags=re.MULTILINE)
    if count != 1:
        sys.exit(f"manual: the completions of {name} for {shell} look different; mend without_help")
    return script


def lint(pages):
    """Fails unless mandoc finds nothing, and the pages that a page names are there."""
    shown = subprocess.run(
        ["mandoc", "-T", "lint", *pages], capture_output=True, text=True, check=False)
    there = {page.name for page in pages}
    for line in (shown.stdout + shown.stderr).splitlines():
        # The list of the system's own pages may be old.
        if "outdated mandoc.db" in line:
            continue
        match = re.search(r"referenced manual not found: Xr (\S+) (\d)", line)
        if not match or f"{match[1]}.{match[2]}" not in there | SYSTEM:
            sys.exit(f"manual: {line}")


def main():
    parser = argparse.ArgumentParser(description="Writes man pages and completion scripts.")
    parser.add_argument("--programs", required=True, help="the directory of all programs")
    parser.add_argument("--out", required=True, help="the directory to write to")
    parser.add_argument("--lint", action="store_true", help="check the pages with mandoc")
    given = parser.parse_args()
    out, day = Path(given.out), date()
    found = {}
    for name in SECTIONS:
        if os.access(f"{given.programs}/{name}", os.X_OK):
            found[name] = str(Path(given.programs, name).resolve())
        else:
            print(f"manual: no program {given.programs}/{name}: its pages are left out", file=sys.stderr)
    known = [(name, SECTIONS[name]) for name in found]
    known += [("qacd.toml", 5)] if "qacd" in found else []
    for name, program in found.items():
        dump = json.loads(ask(program, "--experimental-dump-help"))["command"]
        command_page(dump, [name], name, day, out, known)
        completions(program, name, dump, out)
    if "qacd" in found and (FOLDER / "qacd.toml.5").exists():
        configuration_page(found["qacd"], day, out)
    pages = sorted(out.glob("man*/*"))
    if given.lint:
        lint(pages)
    print(f"manual: {len(pages)} pages and the completions of {len(found)} programs in {out}")


if __name__ == "__main__":
    main()
