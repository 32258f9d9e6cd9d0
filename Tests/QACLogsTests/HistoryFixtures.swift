// Helpers of the tests of histories: entries as values, and the real shells.

import Foundation
import QACLogs
import QACTestSupport
import Testing

/// An entry with texts of its own.
struct Command: Equatable, CustomStringConvertible {
  var text: [UInt8]
  var time: Int64?
  var duration: Double?
  var exitStatus: Int64?
  var directory: String?
  var thread: String?

  init(_ text: String, at time: Int64? = nil, taking duration: Double? = nil) {
    self.text = Array(text.utf8)
    self.time = time
    self.duration = duration
  }

  init(_ entry: HistoryEntry) {
    text = Array(entry.command)
    time = entry.time
    duration = entry.duration
    exitStatus = entry.exitStatus
    directory = entry.directory.map { String(decoding: $0, as: UTF8.self) }
    thread = entry.thread.map { String(decoding: $0, as: UTF8.self) }
  }

  var description: String {
    "\(String(decoding: text, as: UTF8.self).debugDescription) at \(time ?? -1)"
  }
}

/// What a reader found in a file.
struct ReadHistory: Equatable {
  var commands: [Command] = []
  /// The lines that belong to no entry.
  var strays: [Int] = []
  /// The first lines of entries that are left out.
  var leftOut: [LogOmission: [Int]] = [:]

  mutating func add(_ item: HistoryItem) {
    switch item {
    case .entry(let entry): commands.append(Command(entry))
    case .stray(let line): strays.append(line)
    case .leftOut(let reason, let line, _): leftOut[reason, default: []].append(line)
    }
  }

  init() {}

  /// The commands as text.
  var texts: [String] { commands.map { String(decoding: $0.text, as: UTF8.self) } }

  init<Decoder: HistoryDecoder>(_ bytes: [UInt8], _ decoder: Decoder.Type) {
    bytes.withUnsafeBufferPointer { Decoder.decode($0) { add($0) } }
  }

  init<Decoder: HistoryDecoder>(_ text: String, _ decoder: Decoder.Type) {
    self.init(Array(text.utf8), decoder)
  }
}

/// A program that writes histories; tests need the real ones.
struct Shell {
  /// What has to be done if a program is not there.
  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  private let path: String

  /// Finds `name` among the programs of the machine.
  init(_ name: String) throws {
    let found = ["/usr/bin", "/bin", "/usr/local/bin"].map { $0 + "/" + name }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else {
      throw Missing(
        description: "\(name) is not installed, and the tests of its history need it; "
          + "run: dev/prerequisites tests")
    }
    path = found
  }

  /// Runs the program with `home` as its home, and waits for its end.
  @discardableResult
  func run(
    _ arguments: [String], home: TemporaryDirectory, input: String = "",
    environment: [String: String] = [:]
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment.merging(
      ["HOME": home.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm"]
    ) { mine, _ in mine }
    process.currentDirectoryURL = URL(fileURLWithPath: home.path)
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}

/// Commands that are hard to write down and to read back.
let difficultCommands = [
  "ls -la", "echo žćš 日本 😀", "for x in a b\ndo\n  echo $x\ndone", "echo a \\\n  b",
  "cat <<END\n#123\nEND", "echo 'a\nb\\nc'", "printf '%s\\n' x", "grep -F '\\\\' x",
  "echo ': 1:2;x'", ": > log", "echo tab\there", "a\n\nb", "echo end\\\\ ", "sed 's/#.*//'",
  "echo café naïve ÅÄÖ", "x=1; # comment", "echo \u{7F}\u{1}",
]
