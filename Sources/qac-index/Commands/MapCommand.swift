// qac-index map: the partial counts of a part of a log.

import ArgumentParser
import Foundation
import QACBinary
import QACLogs
import QACText

struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Write the partial counts of a part of a log, for logs that several machines read.",
    discussion: """
        qac-index map --log monday.tsv --first-number 0 --out monday.part
        qac-index map --log tuesday.tsv --first-number 1 --out tuesday.part
        qac-index merge monday.part tuesday.part --out both.part
        qac-index build --counts both.part --out index.qaci

      The index has the same bytes as that of build --log monday.tsv tuesday.tsv, however the log \
      is divided and whatever is merged first. Log files are numbered in the order in which build \
      would read them. Queries with a secret in them are left out here already. Bad lines are \
      counted; build refuses the log if there are too many. docs/scale.md shows how Spark runs this.
      """)

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "The log files: plain, gzip, zstd, xz or bzip2.",
      discussion: "Several files may follow; they are numbered from --first-number on.",
      valueName: "file"))
  var log: [String] = []

  @Option(
    help: ArgumentHelp(
      "The number of the first file among all files of the log.", valueName: "number"))
  var firstNumber: UInt32 = 0

  @Option(
    help: ArgumentHelp(
      "Read only lines that begin at these bytes of the file, such as 0:1000000.",
      discussion: """
        The second number is not part of the range. A file that cannot be cut at line ends, such as \
        a packed one, is read as a whole for the range that begins at 0, and not at all for others.
        """,
      valueName: "from:to"))
  var range: ByteRange?

  @Option(
    help: ArgumentHelp(
      "Read lines that begin with the number of their file, a tab, their position in it, and a tab.",
      discussion: """
        They may come in any order, as from a shuffle. Name the format with --format. /dev/stdin \
        reads a pipe.
        """,
      valueName: "file"))
  var placed: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "The names of the log files that the lines of --placed come from, by number.",
      valueName: "name"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp(
      "The file of partial counts to write; it is replaced as a whole.", valueName: "file"))
  var out: String

  @Option(help: "The format of the logs; set it where auto does not recognise them.")
  var format: LogFormat = .auto

  @OptionGroup(title: HelpSection.columns) var columns: ColumnOptions
  @OptionGroup(title: HelpSection.columns) var mapping: MappingOptions
  @OptionGroup(title: HelpSection.learning) var secrets: SecretOptions
  @OptionGroup(title: HelpSection.general) var output: QuietOptions

  func validate() throws {
    if log.isEmpty == (placed == nil) {
      throw ValidationError("Name logs with --log, or lines with --placed.")
    }
    if range != nil, log.count != 1 { throw ValidationError("--range is of one file of --log.") }
    if placed != nil, format == .auto {
      throw ValidationError("--placed needs the format of the lines: name it with --format.")
    }
  }

  func run() throws {
    var options = LogReadOptions(format: format)
    columns.apply(to: &options)
    try mapping.apply(to: &options)
    options.keepsSecrets = secrets.keepSecrets
    try AtomicFile.checkWritable(out)
    Interruption.removeOnInterrupt(AtomicFile.temporaryPath(for: out))
    let mapper = PartialMapper(options)
    let report: LogReport
    if let placed {
      report = try mapper.mapPlaced(placed, names: names, to: out)
    } else {
      let parts = log.enumerated().map { i, path in
        PartialMapper.Part(path: path, number: firstNumber + UInt32(i), range: range?.bytes)
      }
      report = try mapper.map(parts, to: out)
    }
    if !output.quiet { printError("\(report.lines) lines, \(report.badLines) of them bad") }
  }
}

/// A range of bytes, as `from:to`.
struct ByteRange: ExpressibleByArgument {
  var bytes: Range<Int64>

  init?(argument: String) {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard ends.count == 2, let from = ends[0], let to = ends[1], from >= 0, to >= from else {
      return nil
    }
    bytes = from..<to
  }
}

/// How logs are read before they are counted. All parts of a log need the same.
struct MappingOptions: ParsableArguments {
  @Option(help: ProfileHelp.text)
  var profile = ProfileName(.search)

  @OptionGroup var lines: LineOptions

  @Option(
    help: ArgumentHelp(
      "A file with the salt by which addresses in access logs are hashed to sessions.",
      discussion: """
        Give all machines the same one, and nobody else: without it each uses its own id, and a \
        person whose requests several machines read counts as several.
        """,
      valueName: "file"))
  var saltFile: String?

  func apply(to options: inout LogReadOptions) throws {
    options.profile = profile.profile
    lines.apply(to: &options)
    if let saltFile {
      let salt = try RegularFile.contents(saltFile, limit: 4096)
      options.salt = salt.map { String($0, radix: 16) }.joined(separator: " ")
    }
  }
}
