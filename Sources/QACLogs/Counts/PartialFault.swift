// What can be wrong with files of partial counts, in messages that end with the remedy.

/// What is wrong with a file of partial counts.
public enum PartialFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// It does not begin as such a file does, or is of another version.
  case notCounts
  /// It ends early, or a checksum is wrong.
  case damaged
  /// Its checksums are right, and its content is impossible.
  case impossible
  /// It was made with other settings than a file before it.
  case otherSettings
  /// It has times and a file before it has counts, or the other way round.
  case otherKind
  /// It counts an event that another file counts too.
  case countedTwice
  /// It has another log file under a number than a file before it.
  case otherName

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .notCounts:
      return "it is no file of partial counts of this version; make it again with qac-index map"
    case .damaged:
      return "it is cut off or damaged; copy it again, or make it again with qac-index map"
    case .impossible:
      return "its content is impossible; make it again with qac-index map"
    case .otherSettings:
      return "it was made with other settings or by another version than a file before it; "
        + "map all parts of a log with the same flags and the same program"
    case .otherKind:
      return "it has counts and a file before it has times, or the other way round; "
        + "merge them separately"
    case .countedTwice:
      return "it counts events that another file counts too; name each part once"
    case .otherName:
      return "it has another log under a number that a file before it uses; "
        + "give each log a number of its own with --first-number"
    }
  }
}
