// What is said about the flags that name columns, wherever there are such flags.

/// The help of `--query-column` and the flags beside it.
package enum ColumnHelp {
  /// `--query-column`.
  package static let query =
    "The column of the query: its name, its number from 1, or in JSON a path such as user.query."
  /// `--time-column`.
  package static let time = "The column of the time."
  /// `--session-column`.
  package static let session = "The column of the session."
  /// `--user-column`.
  package static let user =
    "The column of the user; people are told apart by it before the session."
  /// `--count-column`.
  package static let count = "The column that says how often a query was asked."
  /// `--query-parameter`.
  package static let parameter =
    "In access logs, the parameter of the address that holds the query, such as q."
  /// `--encoding`.
  package static let encoding = "The encoding of the text; it is never guessed."
}
