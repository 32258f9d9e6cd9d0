// The flags that say what the columns, fields and bytes of a log are, where the guess is wrong.

import ArgumentParser
import QACLogs

/// What the user says about the columns of logs.
struct ColumnOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      ColumnHelp.query,
      discussion: """
        Columns are guessed from their names and values. build and read say in a line what they \
        took each file for; these flags correct it. See docs/logs.md.
        """,
      valueName: "column"))
  var queryColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.time, valueName: "column"))
  var timeColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.session, valueName: "column"))
  var sessionColumn: String?

  @Option(
    help: ArgumentHelp(ColumnHelp.user, valueName: "column"))
  var userColumn: String?

  @Option(
    help: ArgumentHelp(ColumnHelp.count, valueName: "column"))
  var countColumn: String?

  @Option(
    help: ArgumentHelp(ColumnHelp.parameter, valueName: "name"))
  var queryParameter: String?

  @Option(help: ArgumentHelp(stringLiteral: ColumnHelp.encoding))
  var encoding: LogEncoding = .utf8

  /// What the user said of the columns.
  var columns: LogColumns {
    LogColumns(
      query: queryColumn, time: timeColumn, session: sessionColumn, user: userColumn,
      count: countColumn, parameter: queryParameter)
  }

  /// Sets what the user said.
  func apply(to options: inout LogReadOptions) {
    options.columns = columns
    options.encoding = encoding
  }
}
