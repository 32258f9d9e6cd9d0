// `qac-cli setup`: everything that a person needs for completions at the prompt, in one command.
//
// Invariant: it may be run again at any time. What is there is left as it is, and no command of a
// history is recorded twice (`KnownTimes`). It changes no file of a shell.

import ArgumentParser
import Glibc
import QACBinary
import QACClient
import QACLogs
import QACProtocol
import QACTerminal
import QACText

struct Setup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start the daemon, import the histories of your shells, and build the first index.",
    discussion: """
      Does this, and says what it found; run it again whenever you like:

        1. starts the daemon: as a unit of your service manager if one is
           installed (it is enabled then, and so is the nightly rebuild),
           otherwise by itself
        2. imports the histories of zsh, bash and fish at the usual places
        3. writes a configuration for the nightly rebuild, and builds the
           first index
        4. says which line to add to the settings of your shell
      """)

  @OptionGroup var connection: ConnectionOptions

  @Flag(help: "Import no history.")
  var noImport = false

  @Flag(help: "Build no index.")
  var noIndex = false

  @Option(
    help: ArgumentHelp(
      "Import this history too; may be repeated.", valueName: "file"),
    completion: .file())
  var history: [String] = []

  @Option(
    help: ArgumentHelp(
      "The session that your commands belong to. (default: $QAC_SESSION, or else your user name)",
      valueName: "name"))
  var session: String?

  func run() throws {
    // From now on nobody has to be told of this command.
    try? StateFile.offered.make()
    try start()
    let name = try sessionName
    let isGrown = noImport ? false : try importHistories(name)
    if !noIndex { try buildIndex(isGrown: isGrown) }
    tellOfLines()
  }

  /// The session that the scripts of `qac-cli init` record in.
  private var sessionName: SessionName {
    get throws {
      let text =
        session ?? Environment.all["QAC_SESSION"] ?? Environment.all["USER"] ?? "\(getuid())"
      guard let name = SessionName(text) else {
        throw ValidationError("give --session a name without control characters")
      }
      return name
    }
  }

  // MARK: the daemon

  private func start() throws {
    try? StateFile.stopped.remove()
    if connection.own.isUsual, UserUnits.isManagerThere, UserUnits.isInstalled(UserUnits.socket) {
      // A daemon that a shell started has the socket; it ends, and the unit takes its place.
      if !UserUnits.isActive(UserUnits.socket) { try Stop.end(connection.own.client()) }
      let failure = UserUnits.run("enable", "--now", UserUnits.socket, UserUnits.timer)
      if let failure {
        Console.complain("\(failure); see systemctl --user status \(UserUnits.socket)")
        throw ExitCode.failure
      }
    }
    switch DaemonStart.run(connection.own.client(), flags: connection.own.daemonFlags, seconds: 30)
    {
    case .wasRunning: Console.write("daemon     answers\n")
    case .startedUnit: Console.write("daemon     runs as the unit \(UserUnits.socket)\n")
    case .started: Console.write("daemon     started; it ends when no shell is open\n")
    case .failed(let problem):
      Console.complain(problem)
      throw ExitCode.failure
    }
  }

  // MARK: histories

  /// Imports all histories; whether they had something new.
  private func importHistories(_ name: SessionName) throws -> Bool {
    let client = connection.own.client()
    let known = try Console.run { () throws(ClientError) in
      try KnownTimes(of: name, client)
    }
    let found = ShellFiles.allHistories.map(\.path) + history
    if found.isEmpty { Console.write("histories  none found\n") }
    var isGrown = false
    for path in found {
      let table: ImportTable
      do throws(LogError) {
        table = try ImportTable(path: path, options(name))
      } catch {
        // One history that cannot be read leaves the others.
        Console.complain("\(error)")
        continue
      }
      let run = HistoryRun(client: client, known: known)
      try Console.run { () throws(ClientError) in try run.send(table) }
      Console.write("history    \(VisibleText.of(path)): \(run.summary)\n")
      isGrown = isGrown || run.recorded > 0
    }
    return isGrown
  }

  private func options(_ name: SessionName) -> ImportTable.Options {
    ImportTable.Options(
      reading: LogReadOptions(
        format: .auto, profile: .verbatim, now: Int64(time(nil)), keepsSecrets: false),
      longestText: ProtocolLimits.maximumTextBytes, session: name.bytes, historySession: name.bytes)
  }

  // MARK: the index

  private func buildIndex(isGrown: Bool) throws {
    guard let tool = ChildProgram.path(of: "qac-index") else {
      Console.complain(
        "there is no program qac-index beside qac-cli or on the PATH; install qacd again")
      throw ExitCode.failure
    }
    let status = try Console.run { () throws(ClientError) in try connection.own.client().status() }
    guard (status["events"]?.wholeNumber ?? 0) > 0 else {
      Console.write(
        "index      none yet: nothing is recorded; run qac-cli setup again in some days\n")
      return
    }
    let configuration = Environment.paths.configuration
    if access(configuration, F_OK) != 0 {
      let written = ChildProgram(
        path: tool, arguments: ["init", "shell", "--socket", connection.own.path]
      ).run()
      guard written?.code == 0 else {
        Console.complain(written?.output.trimmed ?? "qac-index cannot be started; install it again")
        throw ExitCode.failure
      }
    }
    let hasIndex = status["index"]?.utf8 != Array("none".utf8)
    if isGrown || !hasIndex {
      let rebuild = ["rebuild", "--quiet", "--config", configuration]
      let built = ChildProgram(path: tool, arguments: rebuild).run()
      // 20: the present index is better, and stays. 75: another rebuild is at work.
      guard let built, [0, 20, 75].contains(built.code) else {
        Console.complain(
          "the index was not built: \(built?.output.trimmed ?? "qac-index cannot be started")")
        throw ExitCode.failure
      }
    }
    let after = try Console.run { () throws(ClientError) in try connection.own.client().status() }
    let labels = after["labels"]?.wholeNumber ?? 0
    Console.write("index      \(labels) commands\n")
    if !(connection.own.isUsual && UserUnits.isManagerThere && UserUnits.isEnabled(UserUnits.timer))
    {
      Console.write(
        "           every night, from crontab -e:  "
          + "15 3 * * * nice \(tool) rebuild --quiet --config \(configuration)\n")
    }
  }

  // MARK: the shells

  private func tellOfLines() {
    let own = (Environment.all["SHELL"] ?? "").split(separator: "/").last.map(String.init)
    for shell in ShellName.allCases {
      let files = ShellFiles(shell: shell)
      if files.isSetUp {
        Console.write("\(padded(shell.rawValue))set up\n")
      } else if shell.rawValue == own {
        Console.write("\(padded(shell.rawValue))add to \(files.settings[0]):  \(files.line)\n")
      }
    }
  }

  private func padded(_ word: String) -> String {
    word + String(repeating: " ", count: max(1, 11 - word.count))
  }
}

extension String {
  /// Without the ends of lines behind it.
  fileprivate var trimmed: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
