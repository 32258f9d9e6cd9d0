// Why nothing can be learned, in messages that end with the remedy.

/// Why no index can be built from a training set.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No query is left to be a label.
  case noLabels(queries: Int, minimumCount: UInt32, minimumUsers: Int)
  /// A size exceeds what the format holds.
  case tooLarge(what: String, got: Int, most: Int)
  /// A setting has a value with which nothing can be built.
  case setting(name: String, values: SettingValues)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .noLabels(let queries, let minimumCount, let minimumUsers):
      let people = minimumUsers > 1 ? " and comes from \(minimumUsers) people or more" : ""
      return
        "none of \(queries) queries occurs \(minimumCount) times or more\(people), so there is no "
        + "label; use a larger log or a lower --minimum-count"
        + (minimumUsers > 1 ? " or --minimum-users" : "")
    case .tooLarge(let what, let got, let most):
      return
        "\(got) \(what) are more than the \(most) that an index holds; raise --minimum-count"
    case .setting(let name, let values):
      return "the setting \(name) must be \(values); choose such a value"
    }
  }
}
