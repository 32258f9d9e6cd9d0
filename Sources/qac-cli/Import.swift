// qac-cli import: adds the events of logs, histories and exported files to their sessions.

import ArgumentParser
import Glibc
import QACClient
import QACLogs
import QACProtocol
import QACTerminal
import QACText

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add the events of logs and histories to their sessions, with their times.",
    discussion: """
      Every session of a log becomes a session of the daemon with the same name. The history of a \
      shell goes into one session, named after you. An event that is there already is not added \
      again, so a file that has grown, or an import that was interrupted, can be imported again.

      What "qac-cli export" wrote is read with all its members.

        qac-cli import ~/.zsh_history
        qac-cli import ~/.local/share/atuin/history.db --show-left-out
        qac-cli import --session ann old.tsv.gz
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(
    help: ArgumentHelp("The files: plain, gzip, zstd, xz or bzip2.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Option(
    name: .customLong("log"),
    help: ArgumentHelp(
      "Another file, for scripts that name files as qac-index does. May be repeated.",
      valueName: "file"),
    completion: .file())
  var logs: [String] = []

  @Option(
    help: ArgumentHelp(
      "The files' format: \(Self.listed). Set it where auto, which looks at the beginning, is wrong.",
      valueName: "name"),
    completion: .list(Self.formats),
    transform: { name in
      guard let format = LogFormat(rawValue: name) else {
        throw ValidationError("there is no such format; give --format one of \(Self.listed)")
      }
      return format
    })
  var format = LogFormat.auto

  @OptionGroup(title: "Columns") var columns: ColumnOptions

  @Option(
    help: ArgumentHelp(
      "The session of histories and of files without sessions. (default: your user name for "
        + "histories)", valueName: "name"))
  var session: String?

  @Flag(help: "Also import what has a key, a token or a password in it.")
  var keepSecrets = false

  @Flag(help: "Show what is left out for a secret or its length; only on a terminal.")
  var showLeftOut = false

  @Option(
    help: ArgumentHelp(
      "The time that counts as now, in unix seconds; lines more than a day later are left out. "
        + "(default: the clock)", valueName: "seconds"))
  var now: Int64?

  private static let formats =
    LogFormat.allCases.filter { $0 == .auto || $0.isTimed || $0 == .lines }.map(\.rawValue)
  private static let listed = formats.joined(separator: ", ")

  func validate() throws {
    if files.isEmpty && logs.isEmpty {
      throw ValidationError("nothing to import; name a file")
    }
    if let session, SessionName(session) == nil {
      throw ValidationError(
        "give --session a name of 1 to \(ProtocolLimits.maximumSessionBytes) bytes without "
          + "control characters")
    }
    if showLeftOut && isatty(1) != 1 {
      throw ValidationError(
        "--show-left-out shows secrets, so it needs a terminal; run it without | and >")
    }
  }

  func run() throws {
    let run = ImportRun(client: connection.client(), showsLeftOut: showLeftOut)
    for path in files + logs {
      if !isTold, let file = try reading({ () throws(LogError) in try ExportedFile.read(path) }) {
        try Console.run { () throws(ClientError) in try run.send(file) }
      } else {
        let table = try reading { () throws(LogError) in
          try ImportTable(path: path, options, leftOut: run.note)
        }
        try Console.run { () throws(ClientError) in try run.send(table) }
      }
    }
    run.summarize(json: output.json)
  }

  /// Runs `body`; prints its error and turns it into the exit code.
  private func reading<Value>(_ body: () throws(LogError) -> Value) throws -> Value {
    do throws(LogError) {
      return try body()
    } catch {
      Console.complain("\(error)")
      throw ExitCode.failure
    }
  }

  /// Whether the user says what the files are: then none is taken for an export.
  private var isTold: Bool { format != .auto || columns.isUsed }

  private var options: ImportTable.Options {
    var reading = LogReadOptions(
      format: format, profile: .verbatim, now: now ?? Int64(time(nil)), keepsSecrets: keepSecrets)
    columns.apply(to: &reading)
    return ImportTable.Options(
      reading: reading, longestText: ProtocolLimits.maximumTextBytes,
      session: session.map { Array($0.utf8) },
      historySession: Array((Environment.all["USER"] ?? "\(getuid())").utf8))
  }
}
