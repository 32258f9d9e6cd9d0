// The command line: which commands there are.

import ArgumentParser
import CVersion
import QACProtocol

struct Tool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-cli",
    abstract: "Complete queries with the session-aware daemon qacd.",
    discussion: """
      Without a subcommand, qac-cli is interactive: completions appear as you type. "qac-cli help \
      interactive" lists the options for that.

        Enter         submit the line
        Tab or →      take the best completion
        ↑ and ↓       choose another completion; ↑ on an empty line opens the history
        Ctrl-R        search in the history
        Ctrl-D        forget what is chosen; leave if the line is empty
        Ctrl-S        go on in another session
        Esc           undo the choice; without one, clear the line
        Ctrl-C        clear the line; leave if it is empty
        ?             on an empty line: all keys

      If standard input or standard output is not a terminal, every input line is a prefix. The \
      answer to a prefix is a line of "text TAB score" per completion, and an empty line.

      Exit codes: 0 done; 1 an error, described in one line; 64 wrong usage; 69 no daemon answers; \
      75 the daemon did not answer in time, or cannot do it at the moment, so try again; 130 nothing \
      was chosen with --print.
      """,
    version: ProgramVersion.text(of: "qac-cli", commit: String(cString: qacd_commit())),
    subcommands: [
      Interactive.self, Complete.self, Retrieve.self, Record.self, History.self, Search.self,
      Forget.self, Block.self, Unblock.self, Blocks.self, Pin.self, Unpin.self, Pins.self,
      Boost.self,
      Unboost.self, Boosts.self, Items.self, Status.self, Metrics.self, Reload.self, Import.self,
      Export.self, Init.self, Setup.self, Doctor.self, Start.self, Stop.self, Pause.self,
      Pick.self, Answer.self,
      Relay.self,
    ],
    defaultSubcommand: Interactive.self)

  /// Shared with the subcommand, so that `--socket` may stand before its name or after it.
  @OptionGroup var connection: ConnectionOptions
}
