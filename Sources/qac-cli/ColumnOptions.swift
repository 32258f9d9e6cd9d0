// The flags that say what the columns and bytes of an imported file are, as `qac-index build` takes
// them.

public import ArgumentParser
public import QACLogs

extension LogEncoding: ExpressibleByArgument {}

/// What the user says about the columns of a file.
struct ColumnOptions: ParsableArguments {
  @Option(help: ArgumentHelp(ColumnHelp.query, valueName: "column"))
  var queryColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.time, valueName: "column"))
  var timeColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.session, valueName: "column"))
  var sessionColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.user, valueName: "column"))
  var userColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.count, valueName: "column"))
  var countColumn: String?

  @Option(help: ArgumentHelp(ColumnHelp.parameter, valueName: "name"))
  var queryParameter: String?

  @Option(help: ArgumentHelp(ColumnHelp.encoding, valueName: "encoding"))
  var encoding: LogEncoding = .utf8

  /// Whether the user said anything.
  var isUsed: Bool { columns != LogColumns() || encoding != .utf8 }

  private var columns: LogColumns {
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
