// What a log holds: numbered entries, each with one change.
//
// Session and time of an event stand outside its body, because a log looks for them. An entry that
// tells of a deletion holds numbers alone: no text and no name.

/// An entry that is not numbered yet.
public struct LogDraft: Sendable, Equatable {
  /// Tells the replica that appended it that its change has come.
  public var ticket: Int64
  /// The session's name; nil if the change is of no session.
  public var session: [UInt8]?
  /// Unix seconds; 0 if the change has no time.
  public var time: Int64
  /// Whether the event counts as the newest of its session, whatever its time is.
  public var isNewest: Bool
  /// What kind of change it is.
  public var kind: Int64
  /// The rest of the change.
  public var body: [UInt8]

  /// Makes the draft of a change.
  public init(_ change: LogChange, ticket: Int64, isNewest: Bool = false) {
    self.ticket = ticket
    self.isNewest = isNewest
    session = change.session
    time = change.time
    kind = change.kind
    body = change.body
  }
}

extension LogDraft {
  /// Makes a draft of its parts.
  init(
    ticket: Int64, session: [UInt8]?, time: Int64, isNewest: Bool, kind: Int64, body: [UInt8]
  ) {
    self.ticket = ticket
    self.session = session
    self.time = time
    self.isNewest = isNewest
    self.kind = kind
    self.body = body
  }
}

/// An entry of a log.
public struct LogEntry: Sendable, Equatable {
  /// Its number, from 1.
  public var number: Int64
  /// The ticket of its draft.
  public var ticket: Int64
  /// The session's name; nil if the change is of no session.
  public var session: [UInt8]?
  /// Unix seconds; 0 if the change has no time.
  public var time: Int64
  /// What kind of change it is.
  public var kind: Int64
  /// The rest of the change.
  public var body: [UInt8]

  /// Makes an entry.
  public init(
    number: Int64, ticket: Int64, session: [UInt8]?, time: Int64, kind: Int64, body: [UInt8]
  ) {
    self.number = number
    self.ticket = ticket
    self.session = session
    self.time = time
    self.kind = kind
    self.body = body
  }

  /// Makes the entry of a draft.
  public init(_ draft: LogDraft, number: Int64, time: Int64) {
    self.init(
      number: number, ticket: draft.ticket, session: draft.session, time: time, kind: draft.kind,
      body: draft.body)
  }
}

/// What a deletion deleted: the numbers of records, and what memory must forget with them.
public struct LogForgetting: Sendable, Equatable {
  /// The numbers of the erased records, ascending.
  public var numbers: [Int64]
  /// Unix seconds, both ends included.
  public var times: ClosedRange<Int64>
  /// Whether every session was meant.
  public var isOfAllSessions: Bool
  /// Whether every query was meant.
  public var isOfAllQueries: Bool
  /// The number of the entry by which every living replica had emptied its queue; 0 if no replica
  /// had one. It stands in the entry's time.
  public var barrier: Int64

  /// Makes a deletion.
  public init(
    numbers: [Int64], times: ClosedRange<Int64>, isOfAllSessions: Bool, isOfAllQueries: Bool,
    barrier: Int64 = 0
  ) {
    self.numbers = numbers
    self.times = times
    self.isOfAllSessions = isOfAllSessions
    self.isOfAllQueries = isOfAllQueries
    self.barrier = barrier
  }
}

/// A change of what a daemon keeps.
public enum LogChange: Sendable, Equatable {
  /// A query, or a use of an item, of a session.
  case record(StoredEvent, session: [UInt8])
  /// An event to import, with its occurrence and whether its time is a guess.
  case add(StoredEvent, session: [UInt8], occurrence: Int, isUndated: Bool)
  /// How the query of a session with this time and number ended.
  case end(session: [UInt8], time: Int64, sequence: Int64, outcome: StoredCircumstances.Outcome)
  /// Rules that are removed, and then rules that are added.
  case rules(add: [StoredRule], remove: [StoredRule])
  /// Items that are deleted, and then items that are stored.
  case items(put: [StoredItem], delete: [[UInt8]])
  /// Records that were erased.
  case forget(LogForgetting)
  /// Asks every replica to pass on what waits in its queue.
  case flush

  var session: [UInt8]? {
    switch self {
    case .record(_, let session), .add(_, let session, _, _), .end(let session, _, _, _):
      return session
    case .rules, .items, .forget, .flush: return nil
    }
  }

  var time: Int64 {
    switch self {
    case .record(let event, _), .add(let event, _, _, _): return event.time
    case .end(_, let time, _, _): return time
    case .forget(let forgetting): return forgetting.barrier
    case .rules, .items, .flush: return 0
    }
  }

  /// Whether its sender waits until every living replica has carried it out.
  var isForEverybody: Bool {
    switch self {
    case .record, .add, .end: return false
    case .rules, .items, .forget, .flush: return true
    }
  }
}
