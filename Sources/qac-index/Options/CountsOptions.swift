// The flag that names partial counts to learn from, in place of logs.

import ArgumentParser
import QACLogs

/// Partial counts of logs that other processes have read.
struct CountsOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files of qac-index map or merge to learn from, in place of --log.",
      discussion: """
        Everything is learned that --log would teach, and the index has the same bytes. Several \
        files may follow, in any order. How lines are read was decided by map: --format, the \
        columns, --longest-query, --count-scale, --count-cap, --now and --keep-secrets are its flags.
        """,
      valueName: "file"))
  var counts: [String] = []

  /// - Throws: `ValidationError` if a flag is set that only `map` can follow.
  func validate(_ source: SourceOptions, _ reading: ReadingOptions, _ secrets: SecretOptions) throws
  {
    if counts.isEmpty { return }
    if !source.logs.log.isEmpty {
      throw ValidationError("--counts and --log cannot be learned together; map the log as well.")
    }
    let columns = source.logs.columns
    let isSet =
      source.logs.format != .auto || columns.columns != LogColumns() || columns.encoding != .utf8
      || reading.lines.isSet || secrets.keepSecrets
    if isSet {
      throw ValidationError(
        "How lines are read is decided before --counts; give these flags to qac-index map.")
    }
  }
}
