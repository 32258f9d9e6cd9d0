// Ten thousand mixed requests to a daemon, made from a seed: what a recorded session says.
//
// Every request waits for its answer, and every time is told (`--clock client`), so the answers
// follow from the requests alone. A notification has no answer to wait for. Therefore a record on
// the same connection follows it: the answer to that one says that the notification was carried
// out, too.
// Invariant: equal vocabularies and seeds give equal steps in every version.

import QACBinary

/// Makes the steps of a session with a daemon.
struct MixedRequests {
  /// One thing that is done to the daemon.
  enum Step {
    /// A line that is answered by one line.
    case ask(String, connection: Int)
    /// A notification.
    case tell(String, connection: Int)
    /// Stops the daemon, and starts it anew with the same files.
    case restart
    /// Puts an index file in the place of the served one: a fixture's name, or nil for a damaged
    /// file.
    case install(index: String?)
    /// Writes the block list file.
    case write(blockList: String)
  }

  /// Connections that stay open: they are spread over the daemon's event loops.
  static let connectionCount = 3

  private(set) var steps: [Step] = []
  /// The number of requests in `steps`, notifications included.
  private(set) var count = 0
  var random: SplitMix64
  /// Queries that the index knows, the most frequent first.
  let queries: [String]
  /// Queries that the index does not know; several sessions submit each of them.
  let fresh: [String]
  /// What was submitted, in order.
  var submitted: [String] = ["norvik running socks"]
  /// The seconds that `at` counts from; it grows with what is submitted.
  var now: Int64 = 1_770_000_000

  /// Makes a generator that has made no step yet.
  init(queries: [String], seed: UInt64) {
    random = SplitMix64(seed: seed)
    self.queries = queries
    let words = ["quokka", "zeppelin", "marimba", "origami bonsai", "yurt", "brûlée"]
    fresh = (0..<48).map { i in
      let other = queries[i * 7 % queries.count].split(separator: " ").last ?? "x"
      return "\(words[i % words.count]) \(other)"
    }
  }

  /// The steps of the recorded session: 7,000 requests to an index for searching, then 3,000 to a
  /// verbatim one.
  static func session(queries: [String], blockList: String) -> [Step] {
    var requests = MixedRequests(queries: queries, seed: 16)
    requests.begin(blockList: blockList)
    requests.mix(until: 3500)
    requests.steps.append(.restart)
    requests.greet()
    requests.mix(until: 6980)
    requests.changeFiles(blockList: blockList)
    requests.mix(until: 8800)
    requests.steps.append(.restart)
    requests.greet()
    requests.mix(until: 10_000)
    requests.ask("forget", [("everyone", "true")])
    requests.ask("complete", [("prefix", "\"quokka\""), ("at", "\(requests.now)")])
    requests.ask("status", [])
    return requests.steps
  }

  private mutating func begin(blockList: String) {
    steps.append(.write(blockList: blockList))
    steps.append(.install(index: "search"))
    steps.append(.restart)
    greet()
  }

  /// Asks on every connection, so that the daemon counts them all as open.
  private mutating func greet() {
    for connection in 0..<Self.connectionCount { ask("ping", [], connection: connection) }
  }

  /// Spoils and changes the files, and ends with the verbatim index.
  private mutating func changeFiles(blockList: String) {
    steps.append(.write(blockList: blockList + "nonsense\n"))
    ask("reload", [])
    steps.append(.write(blockList: blockList + "word: ballpoint\n"))
    ask("reload", [])
    ask("blocks", [])
    steps.append(.install(index: nil))
    ask("reload", [("force", "true")])
    steps.append(.install(index: "verbatim"))
    ask("reload", [])
    ask("reload", [("force", "true")])
    ask("status", [])
  }

  /// Adds requests until there are `limit` of them, or one or two more.
  private mutating func mix(until limit: Int) {
    while count < limit {
      switch random.below(1000) {
      case 0..<560: complete()
      case 560..<790: record()
      case 790..<830: history()
      case 830..<845: forget()
      case 845..<870: changeRule()
      case 870..<880: ask("blocks", [])
      case 880..<890: ask("status", [])
      case 890..<894: ask("metrics", [])
      case 894..<898: ask("reload", one(in: 2) ? [] : [("force", one(in: 2) ? "true" : "null")])
      case 898..<903: ask("ping", one(in: 2) ? [] : [("more", "[{}]")])
      case 903..<925: batch()
      case 925..<940: notify()
      default: wrong()
      }
    }
  }

  // MARK: steps

  /// True once in `n` times.
  mutating func one(in n: Int) -> Bool { random.below(n) == 0 }

  /// One of `values`.
  mutating func any<T>(of values: [T]) -> T { values[random.below(values.count)] }

  mutating func ask(line: String, connection: Int? = nil) {
    count += 1
    steps.append(.ask(line, connection: connection ?? random.below(Self.connectionCount)))
  }

  mutating func ask(_ method: String, _ params: [(String, String)], connection: Int? = nil) {
    let id: String
    switch random.below(20) {
    case 0: id = "\"r\(count)\""
    case 1: id = "null"
    case 2: id = "-\(count)"
    default: id = "\(count)"
    }
    ask(line: Self.line(id, method, params), connection: connection)
  }

  /// Tells `line`, and then asks `barrier` on the same connection.
  mutating func tell(line: String, barrier: String) {
    count += 1
    let connection = random.below(Self.connectionCount)
    steps.append(.tell(line, connection: connection))
    ask(line: barrier, connection: connection)
  }

  /// A request as a line; without an id it is a notification.
  static func line(_ id: String?, _ method: String, _ params: [(String, String)]) -> String {
    let members = params.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
    return "{\"jsonrpc\":\"2.0\"," + (id.map { "\"id\":\($0)," } ?? "")
      + "\"method\":\"\(method)\"" + (params.isEmpty ? "}" : ",\"params\":{\(members)}}")
  }
}
