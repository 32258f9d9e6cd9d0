// Puts events into time order and cuts each user's events into sessions.
//
// Invariant: observations are in time order, those of equal times in the order of the lines.
// `previous` is always a query of the same session, and of the same thread if the event has one. It
// is never the query itself if repeats are dropped.
// Cost: O(n) for events in order, O(n log n) otherwise.

/// Cuts events into sessions.
struct Sessioniser {
  /// The result of cutting.
  struct Result {
    var observations: [Observation] = []
    /// By observation, the number of what was typed, or `QueryTable.none`.
    var typed: [UInt32] = []
    var sessions = 0
    var repeatsDropped = 0
  }

  /// The state of a user while the events pass.
  private struct State {
    var time: Int64
    var query: UInt32
    var session: UInt32
  }

  private let gap: Int64
  private let dropsRepeats: Bool

  init(_ options: LogReadOptions) {
    gap = options.sessionGap
    dropsRepeats = options.dropsImmediateRepeats
  }

  /// Sorts `events` and cuts them; all users are below `userCount`.
  ///
  /// A repeat that is dropped still prolongs its session, and so does an event without a query.
  func cut(_ events: inout [QueryLogBuilder.Event], userCount: Int) -> Result {
    Self.sort(&events)
    var result = Result()
    result.observations.reserveCapacity(events.count)
    var states = [State?](repeating: nil, count: userCount)
    // By user and thread, the last query and its session.
    var threads: [UInt64: State] = [:]
    for event in events {
      let user = Int(event.user)
      var previous = QueryTable.none
      var session = UInt32(result.sessions)
      // In time order the difference is not negative, but for times far apart it may overflow.
      if let state = states[user], !isBeyondGap(from: state.time, to: event.time) {
        previous = state.query
        session = state.session
        if event.thread != 0 {
          let own = threads[Self.key(of: event)]
          previous = own?.session == session ? own?.query ?? QueryTable.none : QueryTable.none
        }
      } else {
        result.sessions += 1
      }
      if event.query == QueryTable.none {
        states[user]?.time = event.time
        if states[user]?.session != session {
          states[user] = State(time: event.time, query: QueryTable.none, session: session)
        }
        continue
      }
      states[user] = State(time: event.time, query: event.query, session: session)
      if event.thread != 0 { threads[Self.key(of: event)] = states[user] }
      if dropsRepeats, previous == event.query {
        result.repeatsDropped += 1
        continue
      }
      result.typed.append(event.typed)
      result.observations.append(
        Observation(
          query: event.query, previous: previous, session: session, user: event.user,
          time: event.time, count: 1, place: event.place))
    }
    return result
  }

  private static func key(of event: QueryLogBuilder.Event) -> UInt64 {
    UInt64(event.user) << 32 | UInt64(event.thread)
  }

  private func isBeyondGap(from earlier: Int64, to later: Int64) -> Bool {
    let (difference, overflow) = later.subtractingReportingOverflow(earlier)
    return overflow || difference > gap
  }

  /// Sorts by time; equal times keep their order.
  private static func sort(_ events: inout [QueryLogBuilder.Event]) {
    var isSorted = true
    for i in 1..<max(1, events.count) where events[i].time < events[i - 1].time {
      isSorted = false
      break
    }
    if isSorted { return }
    let order = events.indices.sorted {
      (events[$0].time, $0) < (events[$1].time, $1)
    }
    events = order.map { [events] in events[$0] }
  }
}
