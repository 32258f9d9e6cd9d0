// The command line: what there is to run.

import ArgumentParser

struct Tool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-cli",
    abstract: "Complete queries by the session-aware daemon qacd.",
    discussion: """
      Without a subcommand it is interactive: completions appear as you type. Enter submits the line, \
      Tab or → takes the best completion, ↑ and ↓ choose another, Esc undoes the choice, then clears the \
      line; Ctrl-C clears the line, on an empty one it leaves, as Ctrl-D does. When standard input or \
      output is no terminal, every line of input is a prefix, answered by lines of "text TAB score" and \
      an empty line.

      Exit codes: 0 done; 1 an error, told in one line; 64 wrong usage; 69 no daemon answers; 75 the \
      daemon did not answer in time or cannot now, so try again.
      """,
    subcommands: [
      Interactive.self, Complete.self, Record.self, History.self, Forget.self, Block.self,
      Unblock.self, Blocks.self, Status.self, Metrics.self, Reload.self, Import.self,
    ],
    defaultSubcommand: Interactive.self)
}
