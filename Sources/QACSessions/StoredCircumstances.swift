// What the store keeps of a submitted query beside its text, its time and its session. It gives
// none of it a meaning, except that what failed is left out of what others learn, and that others
// learn it as the work of one person.
//
// Columns that an earlier version wrote, or that a later one gave other values, read as unknown.

internal import Foundation
internal import GRDB

/// In which conversation, where, how it ended, and what was typed: as far as a client said it.
public struct StoredCircumstances: Sendable, Hashable {
  /// How a query ended.
  public enum Outcome: Int64, Sendable, CaseIterable {
    /// Well.
    case ok = 0
    /// It failed.
    case failed = 1
  }

  /// The conversation of the session, UTF-8.
  public var thread: [UInt8]?
  /// Where it was typed, UTF-8.
  public var place: [UInt8]?
  /// How it ended.
  public var outcome: Outcome?
  /// What stood in the box, UTF-8.
  public var typed: [UInt8]?
  /// The place of the line that was taken; 0 if none was.
  public var taken: Int64?
  /// The source of that line, UTF-8.
  public var source: [UInt8]?
  /// As whom the query counts where people are counted, UTF-8: empty for nobody, nil for its
  /// session.
  public var person: [UInt8]?

  /// Makes circumstances.
  public init(
    thread: [UInt8]? = nil, place: [UInt8]? = nil, outcome: Outcome? = nil, typed: [UInt8]? = nil,
    taken: Int64? = nil, source: [UInt8]? = nil, person: [UInt8]? = nil
  ) {
    self.thread = thread
    self.place = place
    self.outcome = outcome
    self.typed = typed
    self.taken = taken
    self.source = source
    self.person = person
  }
}

extension StoredCircumstances {
  /// The columns, in the order in which they are read and written.
  static let columns = "thread, place, outcome, typed, taken, source, person"
  /// How many these are.
  static let columnCount = 7

  /// Reads the columns from `first` on.
  init(_ row: Row, from first: Int) throws {
    func bytes(_ column: Int) throws -> [UInt8]? {
      try row.decode(Data?.self, atIndex: first + column).map { [UInt8]($0) }
    }
    self.init(
      thread: try bytes(0), place: try bytes(1),
      outcome: try row.decode(Int64?.self, atIndex: first + 2).flatMap { Outcome(rawValue: $0) },
      typed: try bytes(3), taken: try row.decode(Int64?.self, atIndex: first + 4),
      source: try bytes(5), person: try bytes(6))
  }

  /// Binds the values of the columns to the parameters of `statement` from `first` on.
  func bind(to statement: DirectStatement, from first: Int32) throws {
    try statement.bind(thread, at: first)
    try statement.bind(place, at: first + 1)
    try statement.bind(outcome?.rawValue, at: first + 2)
    try statement.bind(typed, at: first + 3)
    try statement.bind(taken, at: first + 4)
    try statement.bind(source, at: first + 5)
    try statement.bind(person, at: first + 6)
  }
}
