// The result of reading files about items, in counts. It never holds a text of a file.

/// What was read of files about items, and which rows were left out.
public struct ItemReadReport: Sendable, Equatable, CustomStringConvertible {
  /// The longest row that is read, in bytes; a longer one is never held in memory.
  public static let longestRow = 1 << 18

  /// One file that was read.
  public struct File: Sendable, Equatable {
    /// The file's path.
    public var path: String
    /// How its rows are written.
    public var format: ItemFormat
  }

  /// The rows with one fault.
  public struct Fault: Sendable, Equatable {
    /// How many rows have it.
    public var count: Int
    /// The file of the first of them.
    public var path: String
    /// The line at which the first of them begins, from 1.
    public var line: Int
  }

  /// The files, in the order in which they were read.
  public internal(set) var files: [File] = []
  /// Rows with content, without headers.
  public internal(set) var rows = 0
  /// Rows that were used.
  public internal(set) var used = 0
  /// The rows that were left out, and those that were used with a fault, by reason.
  public internal(set) var faults: [ItemRowFault: Fault] = [:]

  /// Makes an empty report.
  public init() {}

  /// One line per reason: how many rows, what was done with them, why, and where the first is.
  public var notes: [String] {
    ItemRowFault.allCases.compactMap { reason in
      faults[reason].map { fault in
        let rows = fault.count == 1 ? "1 row is" : "\(fault.count) rows are"
        return
          "\(rows) \(reason.isRefusal ? "left out" : "used all the same"): \(reason.rawValue), "
          + "the first at \(fault.path):\(fault.line)"
      }
    }
  }

  /// A few lines for a terminal.
  public var description: String {
    let lines = files.map { "\($0.path): \($0.format.rawValue)" }
    return (lines + ["\(rows) rows, \(used) used"] + notes).joined(separator: "\n")
  }

  mutating func count(_ reason: ItemRowFault, path: String, line: Int) {
    faults[reason, default: Fault(count: 0, path: path, line: line)].count += 1
  }
}
