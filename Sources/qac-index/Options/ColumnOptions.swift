// The flags that say what the columns, fields and bytes of a log are, where the guess is wrong.

import ArgumentParser
import QACLogs

/// What the user says about the columns of logs.
struct ColumnOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The column of the query: its name, its number from 1, or in JSON a path such as user.query.",
      discussion: """
        Columns are guessed from their names and values. build and read say in a line what they \
        took each file for; these flags correct it. See docs/logs.md.
        """,
      valueName: "column"))
  var queryColumn: String?

  @Option(help: ArgumentHelp("The column of the time.", valueName: "column"))
  var timeColumn: String?

  @Option(help: ArgumentHelp("The column of the session.", valueName: "column"))
  var sessionColumn: String?

  @Option(
    help: ArgumentHelp(
      "The column of the user; people are told apart by it before the session.",
      valueName: "column"))
  var userColumn: String?

  @Option(
    help: ArgumentHelp("The column that says how often a query was asked.", valueName: "column"))
  var countColumn: String?

  @Option(
    help: ArgumentHelp(
      "In access logs, the parameter of the address that holds the query, such as q.",
      valueName: "name"))
  var queryParameter: String?

  @Option(help: "The encoding of the text; it is never guessed.")
  var encoding: LogEncoding = .utf8

  /// Sets what the user said.
  func apply(to options: inout LogReadOptions) {
    options.columns.query = queryColumn
    options.columns.time = timeColumn
    options.columns.session = sessionColumn
    options.columns.user = userColumn
    options.columns.count = countColumn
    options.columns.parameter = queryParameter
    options.encoding = encoding
  }
}
