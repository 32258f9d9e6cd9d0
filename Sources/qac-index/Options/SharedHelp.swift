// Help that several commands share, so that they say the same.

import ArgumentParser
import QACPipeline

/// The titles of the sections of help. ArgumentParser shows sections in the order in which commands
/// first name them, and then, under OPTIONS, the options of no section: --version and --help alone.
enum HelpSection {
  static let files = "Logs and files"
  static let columns = "How logs are read"
  static let learning = "What is learned"
  static let measuring = "How it is measured"
  static let results = "What comes out"
  static let judging = "When an index is published"
  static let general = "General options"
  static let advanced = "Advanced options"
}

/// The help of the two minima of people.
enum MinimumHelp {
  static let labels = ArgumentHelp(
    "Learn only queries of at least this many people, shown in spellings of as many.",
    discussion: """
      Protects queries and spellings of few people from being shown to others: they leave no trace \
      in the index. 1 learns everything and suits a log of your own. People are the log's users or \
      sessions, or uses where it has neither.
      """,
    valueName: "people")

  static let endings = ArgumentHelp(
    "Compose suggestions only from endings of queries of at least this many people.",
    discussion: """
      Protects the ends of queries from being appended to what somebody else types. Learned \
      queries are suggested as a whole in any case: see --minimum-users.
      """,
    valueName: "people")
}

/// The help of the profile.
enum ProfileHelp {
  static let text = ArgumentHelp(
    "How texts are normalised before they are compared.", valueName: "name")
}

/// The help of sessions.
enum SessionHelp {
  static let gap = ArgumentHelp(
    "Seconds without a query after which a user's next query begins a new session.",
    valueName: "seconds")
}

/// The help of the flags by which `rebuild`, `list` and `rollback` find the versions and the
/// daemon.
enum StoreHelp {
  static let directory = ArgumentHelp(
    "The directory of the versions, their reports, and what was read of the logs.",
    discussion: "The daemon serves current.qaci in it.", valueName: "directory")

  static let socket = ArgumentHelp(
    "The socket of the daemon to tell about the new version; no daemon is told without it.",
    valueName: "path")
}

/// The help of flags that `evaluate` and `curves measure` share, and a check.
enum EvaluationHelp {
  private static let fewest = EvaluationOptions.fewestResamples

  static let rule: ArgumentHelp = "What a request may know of the log."

  static let resamples = ArgumentHelp(
    "How often requests are resampled for the confidence intervals, \(fewest) or more.",
    discussion: "Fewer are faster; more make the ends of the intervals steadier.",
    valueName: "times")

  static func check(resamples: Int) throws {
    if resamples < fewest { throw ValidationError("--resamples must be \(fewest) or more.") }
  }
}
