// People who come back: what each submitted before the end of a log, and what they type next.
//
// Of every person only the first query after the log's end is typed, since the index and the
// daemon's sessions end where the log ends. It is typed key by key, from one character on: to an
// empty text RediSearch answers nothing.

import QACLogs
import QACProtocol
import QACText

/// People with a past, and what they type next.
struct ReturningPeople {
  /// One of them.
  struct Person {
    var session: SessionName
    /// What they submitted last, oldest first, as many as a session keeps.
    var past: [(query: String, time: Int64)] = []
    var pastCount = 0
    /// The query that they type next.
    var query: String
    var time: Int64
  }

  private(set) var people: [Person] = []

  /// As many queries as a session keeps.
  private static let kept = 256

  /// Takes `count` people evenly of those that submit something in `log.next`.
  init(_ log: BenchLog, count: Int) throws {
    var order: [String] = []
    var next: [String: (query: String, time: Int64)] = [:]
    try LogReader.forEachEvent(paths: [log.next]) { event in
      if next[event.session] == nil {
        next[event.session] = (event.query, event.time)
        order.append(event.session)
      }
    }
    let step = max(1, order.count / count)
    var places: [String: Int] = [:]
    for (i, name) in order.enumerated() where i % step == 0 && people.count < count {
      guard let session = SessionName(name), let typed = next[name] else { continue }
      places[name] = people.count
      people.append(Person(session: session, query: typed.query, time: typed.time))
    }
    try LogReader.forEachEvent(paths: [log.log]) { event in
      guard let place = places[event.session] else { return }
      people[place].past.append((event.query, event.time))
      people[place].pastCount += 1
      if people[place].past.count == 2 * Self.kept { people[place].past.removeFirst(Self.kept) }
    }
    for i in people.indices { people[i].past = Array(people[i].past.suffix(Self.kept)) }
  }

  /// How many have so many earlier queries or more.
  func count(withPast least: Int) -> Int { people.count { $0.pastCount >= least } }

  /// Calls `body` with each person and each beginning of what they type.
  func forEachKey(of people: [Person], _ body: (Person, [UInt8]) throws -> Void) rethrows {
    for person in people {
      let text = Array(person.query.utf8)
      for end in Keystrokes.ends(of: text).dropFirst() { try body(person, Array(text[..<end])) }
    }
  }

  /// The people of each of `clients` clients.
  func dealt(to clients: Int) -> [[Person]] {
    (0..<clients).map { client in
      people.indices.filter { $0 % clients == client }.map { people[$0] }
    }
  }

  /// What each of `clients` clients asks a daemon.
  func requests(_ clients: Int, withSession: Bool) -> [RequestStream] {
    dealt(to: clients).map { people in
      var requests: [Request] = []
      forEachKey(of: people) { person, prefix in
        requests.append(.complete(Self.request(person, prefix, withSession: withSession)))
      }
      return RequestStream(requests)
    }
  }

  /// What each of `clients` clients records at a daemon.
  func records(_ clients: Int) -> [RequestStream] {
    dealt(to: clients).map { people in
      RequestStream(
        people.map {
          .record(Request.Record(session: $0.session, query: Array($0.query.utf8), at: $0.time))
        })
    }
  }

  /// One request to a daemon.
  static func request(
    _ person: Person, _ prefix: [UInt8], withSession: Bool
  ) -> Request.Complete {
    Request.Complete(
      context: withSession ? .session(person.session) : .none, prefix: prefix, at: person.time)
  }
}
