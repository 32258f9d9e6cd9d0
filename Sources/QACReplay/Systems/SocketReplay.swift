// Replays a log through a running daemon: it asks the same requests, and records every query as it
// comes.
//
// A session is named by the user's number in the log. If the daemon starts empty, serves the index
// of the learning part and takes the time from the requests, then its answers are those of the full
// system in process. Requests are pipelined on one connection as far as their answers do not depend
// on each other: a record counts for other sessions once it is acknowledged, and a session may have
// to be loaded.
//
//     learning part:  record, record, record, ...
//     then:           complete (the seeded prefix, or key by key), record, complete, record, ...
//
// Invariant: no record is under way at the same time as a completion. A query is recorded after its
// own completions were answered, and acknowledged before those of the next query are sent.
// Cost: one request per observation of the log, and the requests of the scored part. There it waits
// for each record, which is a transaction of the daemon's database.

import QACClient
import QACEngine
import QACLogs
import QACProtocol
public import QACText

/// Asks a daemon the requests that `LogReplay.scores` asks the full system.
public struct SocketReplay {
  /// The name of the daemon among the systems.
  public static let systemName = "daemon"
  /// The most requests that are under way at once.
  private static let window = 256

  private let replay: LogReplay
  private let normalizer: Normalizer
  private let socketPath: String

  /// Makes a replay through the daemon at `socketPath`.
  ///
  /// - Parameters:
  ///   - replay: The replay to repeat.
  ///   - profile: The profile by which the log's texts and the daemon's are normalised.
  ///   - socketPath: Where the daemon listens.
  public init(_ replay: LogReplay, profile: NormalizationProfile, socketPath: String) {
    self.replay = replay
    self.socketPath = socketPath
    normalizer = Normalizer(profile)
  }

  /// Asks the daemon every request of `part`, and records the whole log on the way.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - keys: The most requests with queries that are typed key by key.
  ///   - identity: The identity of the index that the daemon must serve.
  ///   - progress: Receives the share of the log that is done, now and then.
  /// - Returns: The daemon's answers, in the order of `LogReplay.scores`.
  /// - Throws: `ReplayError`.
  public func scores(
    of part: LogSplit.Part, keys: Int, index identity: String, progress: (Double) -> Void = { _ in }
  ) throws(ReplayError) -> ReplayScores.System {
    guard replay.learnsLive else { throw .notLive }
    try checkSendable()
    let client = Client(socketPath: socketPath, timeout: .seconds(60))
    try check(client, identity)
    let collector = Collector(client, normalizer, LineJudge(replay.log))
    var sample = EvenSample(of: replay.requestCount(of: part), atMost: keys)
    let observations = replay.log.observations
    try replay.forEachStep(
      of: part, whole: false,
      observed: { (i, observation) throws(ReplayError) in
        if i % 1024 == 0 { progress(Double(i) / Double(observations.count)) }
        try collector.record(record(observation))
      },
      { (request) throws(ReplayError) in
        let session = Self.session(of: observations[request.observation])
        let asked = self.place(of: observations[request.observation])
        if sample.takesNext() {
          for length in 0...request.targetLength {
            let prefix = LogReplay.prefix(of: request.target, scalars: length)
            let place = collector.placeOfKey(length: length)
            try collector.ask(prefix, in: session, at: asked, of: request, for: place)
          }
        }
        try collector.ask(
          request.prefix, in: session, at: asked, of: request, for: collector.placeOfRequest())
      })
    try collector.finish()
    client.disconnect()
    return collector.system
  }

  private static func session(of observation: Observation) -> SessionName {
    guard let name = SessionName("u\(observation.user)") else {
      preconditionFailure("a letter and a number are not a valid name of a session")
    }
    return name
  }

  private func record(_ observation: Observation) -> Request.Record {
    Request.Record(
      session: Self.session(of: observation),
      query: replay.log.queries.surface[Int(observation.query)], at: observation.time,
      circumstances: Request.Circumstances(place: place(of: observation)))
  }

  private func place(of observation: Observation) -> Place? {
    guard observation.place != QueryTable.none else { return nil }
    return Place(bytes: replay.log.places[Int(observation.place)])
  }

  /// Throws unless every query and every time fits into a request.
  private func checkSendable() throws(ReplayError) {
    let log = replay.log
    var count = 0
    for texts in [log.queries.surface, log.queries.normalized] {
      count +=
        texts.lazy.filter {
          $0.isEmpty || $0.count > ProtocolLimits.maximumTextBytes || $0.contains(0)
        }.count
    }
    count +=
      log.observations.lazy.filter {
        !(0...ProtocolLimits.maximumTime).contains($0.time)
      }.count
    if count > 0 { throw .unsendable(queries: count) }
  }

  /// Throws unless the daemon can repeat the replay.
  private func check(_ client: Client, _ identity: String) throws(ReplayError) {
    let status: JSONValue
    do throws(ClientError) {
      status = try client.status()
    } catch {
      throw .client(error)
    }
    func text(_ name: String) -> String {
      String(decoding: status[name]?.utf8 ?? [], as: UTF8.self)
    }
    if text("clock") != "client" { throw .serverClock }
    if let events = status["events"]?.wholeNumber, events > 0 {
      throw .notEmpty(events: Int(events))
    }
    if text("index") != identity { throw .otherIndex(expected: identity, got: text("index")) }
  }

  /// Sends requests and stores each answer in its place, in whatever order the answers come.
  private final class Collector {
    /// The place of an answer.
    enum Place {
      /// The position among the requests.
      case request(Int)
      /// The position among all keys and, if nothing is typed yet, among the queries typed key by
      /// key.
      case key(Int, unprompted: Int?)
    }

    /// The names of the sources of composed lines.
    private static let composing = SuggestionSource.allCases.filter(\.composes).map { "\($0.name)" }

    private(set) var system = ReplayScores.System(name: SocketReplay.systemName)
    private let client: Client
    private let normalizer: Normalizer
    private let judge: LineJudge
    private var recordsLast = true
    private var awaited: [Int64: Question] = [:]

    /// What an answer is judged by.
    struct Question {
      var place: Place
      var prefix: ArraySlice<UInt8>
      var target: [UInt8]
    }

    init(_ client: Client, _ normalizer: Normalizer, _ judge: LineJudge) {
      self.client = client
      self.normalizer = normalizer
      self.judge = judge
    }

    /// The place of the next request.
    func placeOfRequest() -> Place {
      system.ranks.append(0)
      system.suggestions.append(0)
      system.bleu.append(0)
      system.seen.append(SeenAnswer())
      return .request(system.ranks.count - 1)
    }

    /// The place of the next key, of which `length` were typed.
    func placeOfKey(length: Int) -> Place {
      system.keyRanks.append(0)
      if length > 0 { return .key(system.keyRanks.count - 1, unprompted: nil) }
      system.unprompted.append(ReplayScores.Unprompted())
      return .key(system.keyRanks.count - 1, unprompted: system.unprompted.count - 1)
    }

    func ask(
      _ prefix: ArraySlice<UInt8>, in session: SessionName, at asked: QACProtocol.Place?,
      of request: ReplayRequest, for place: Place
    ) throws(ReplayError) {
      if recordsLast { try finish() }
      recordsLast = false
      let id = try send(
        .complete(
          Request.Complete(
            context: .session(session), place: asked, prefix: Array(prefix),
            limit: SystemRunner.answers, at: request.time)))
      awaited[id] = Question(place: place, prefix: prefix, target: request.target)
    }

    func record(_ parameters: Request.Record) throws(ReplayError) {
      if !recordsLast { try finish() }
      recordsLast = true
      _ = try send(.record(parameters))
    }

    private func send(_ request: Request) throws(ReplayError) -> Int64 {
      while client.outstanding >= SocketReplay.window { try receive() }
      do throws(ClientError) {
        return try client.send(request)
      } catch {
        throw .client(error)
      }
    }

    /// Waits for the answers to all requests that were sent.
    func finish() throws(ReplayError) {
      while client.outstanding > 0 { try receive() }
    }

    private func receive() throws(ReplayError) {
      do throws(ClientError) {
        let response = try client.receive()
        switch response.outcome {
        case .failure(let error): throw .refused(error)
        case .success(let result):
          guard let id = response.id.integer, let own = awaited.removeValue(forKey: id) else {
            return
          }
          keep(try completion(result), as: own)
        }
      } catch {
        throw .client(error)
      }
    }

    private func completion(_ result: JSONValue) throws(ClientError) -> Completion {
      do throws(ResponseFault) {
        return try Completion(result)
      } catch {
        throw .invalidAnswer(error)
      }
    }

    private func keep(_ completion: Completion, as question: Question) {
      let lines = completion.suggestions.map {
        SuggestedLine(
          text: normalizer.normalize($0.text, as: .query),
          isComposed: Self.composing.contains($0.source), isPrefixMatch: $0.match == .prefix)
      }
      let texts = lines.map(\.text)
      let target = question.target
      let rank = LogReplay.rank(of: target, in: texts)
      let bleu = { Float(BLEU(query: target).weighted(texts)) }
      let seen = { self.judge.answer(lines, to: question.prefix, before: target) }
      switch question.place {
      case .request(let i):
        system.ranks[i] = rank
        system.suggestions[i] = UInt8(texts.count)
        system.bleu[i] = bleu()
        system.seen[i] = seen()
      case .key(let i, let unprompted):
        system.keyRanks[i] = rank
        if let unprompted {
          system.unprompted[unprompted] = ReplayScores.Unprompted(
            suggestions: UInt8(texts.count), bleu: bleu(), seen: seen())
        }
      }
    }
  }
}
