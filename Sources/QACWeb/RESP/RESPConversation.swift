// What each command of the Redis protocol does here: the greetings of clients, suggestions, nothing
// else.
//
// Source: redis.io, commands HELLO, CLIENT SETINFO, FT.SUGGET, FT.SUGADD.

public import QACJSON
public import QACProtocol

/// One client's commands.
public struct RESPConversation: Sendable {
  /// What a command asks for.
  public enum Step: Sendable {
    /// This answer.
    case reply(RESPReply)
    /// This answer, and the end of the connection.
    case end(RESPReply)
    /// Completions.
    case complete(Suggesting)
    /// A submitted query.
    case record(Request)
  }

  /// The parameters of `FT.SUGGET`.
  public struct Suggesting: Sendable, Equatable {
    /// The request to the daemon.
    public var request: Request
    /// Whether typing errors are corrected.
    public var fuzzy = false
    /// Whether each completion has its score.
    public var withScores = false
    /// Whether each completion has its payload, which is always nothing.
    public var withPayloads = false

    /// The answer with the daemon's `result`.
    public func reply(_ result: JSONValue) -> RESPReply {
      var values: [RESPReply] = []
      for suggestion in result["suggestions"]?.elements ?? [] {
        let isCorrected = suggestion["match"]?.utf8?.elementsEqual("corrected".utf8) == true
        if isCorrected && !fuzzy { continue }
        values.append(.bulk(suggestion["text"]?.utf8 ?? []))
        if withScores { values.append(.text("\(suggestion["score"]?.number ?? 0)")) }
        if withPayloads { values.append(.null) }
      }
      return .array(values)
    }
  }

  /// The version of the protocol that answers are written in.
  public private(set) var version = 2

  /// Makes a conversation that has just begun.
  public init() {}

  /// What `command` asks for; its first argument is its name.
  public mutating func step(_ command: [[UInt8]]) -> Step {
    let words = command.map { String(decoding: $0, as: UTF8.self).uppercased() }
    switch words.first ?? "" {
    case "PING":
      return .reply(command.count > 1 ? .bulk(command[1]) : .simple("PONG"))
    case "ECHO" where command.count == 2: return .reply(.bulk(command[1]))
    case "QUIT": return .end(.simple("OK"))
    case "HELLO": return .reply(hello(words))
    case "SELECT" where words.dropFirst() == ["0"]: return .reply(.simple("OK"))
    case "CLIENT": return .reply(client(words))
    // A client that asks what there is gets along without an answer.
    case "COMMAND": return .reply(.array([]))
    case "FT.SUGGET": return suggest(command, words)
    case "FT.SUGADD": return add(command, words)
    default:
      return .reply(
        .error("ERR unknown command; this server has FT.SUGGET, FT.SUGADD, HELLO, CLIENT, PING"))
    }
  }

  private mutating func hello(_ words: [String]) -> RESPReply {
    if words.count > 1 {
      guard words[1] == "2" || words[1] == "3" else {
        return .error("NOPROTO unsupported protocol version")
      }
      if words.dropFirst(2).contains("AUTH") {
        return .error("ERR this server has no passwords; its socket is private")
      }
      version = words[1] == "3" ? 3 : 2
    }
    return .map([
      ("server", .text("qac-web")), ("version", .text("7.0.0")), ("proto", .integer(version)),
      ("id", .integer(1)), ("mode", .text("standalone")), ("role", .text("master")),
      ("modules", .array([])),
    ])
  }

  private func client(_ words: [String]) -> RESPReply {
    switch words.dropFirst().first ?? "" {
    case "SETINFO", "SETNAME", "NO-EVICT", "NO-TOUCH": return .simple("OK")
    case "ID": return .integer(1)
    case "GETNAME": return .null
    default: return .error("ERR unknown subcommand of CLIENT")
    }
  }

  /// The session in a key: what stands behind its first colon.
  private static func session(_ key: [UInt8]) -> SessionName? {
    key.firstIndex(of: 0x3A).flatMap { SessionName(bytes: Array(key[($0 + 1)...])) }
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    bytes.count <= ProtocolLimits.maximumTextBytes && bytes.isPlainText
  }

  private func suggest(_ command: [[UInt8]], _ words: [String]) -> Step {
    guard command.count >= 3 else {
      return .reply(.error("ERR wrong number of arguments for FT.SUGGET"))
    }
    guard Self.isText(command[2]) else {
      return .reply(.error("ERR the prefix must be at most 2048 bytes of UTF-8"))
    }
    var limit = 5
    var suggesting = Suggesting(request: .ping)
    var at = 3
    while at < words.count {
      switch words[at] {
      case "FUZZY": suggesting.fuzzy = true
      case "WITHSCORES": suggesting.withScores = true
      case "WITHPAYLOADS": suggesting.withPayloads = true
      case "MAX":
        at += 1
        guard at < words.count, let most = Int(words[at]),
          (1...ProtocolLimits.maximumLimit).contains(most)
        else { return .reply(.error("ERR MAX must be a whole number from 1 to 100")) }
        limit = most
      default: return .reply(.error("ERR unknown argument of FT.SUGGET"))
      }
      at += 1
    }
    suggesting.request = .complete(
      .init(
        context: Self.session(command[1]).map { .session($0) } ?? .none, prefix: command[2],
        limit: limit))
    return .complete(suggesting)
  }

  private func add(_ command: [[UInt8]], _ words: [String]) -> Step {
    guard command.count >= 4 else {
      return .reply(.error("ERR wrong number of arguments for FT.SUGADD"))
    }
    guard let session = Self.session(command[1]) else {
      return .reply(.error("ERR the key names no session; use name:session"))
    }
    guard Self.isText(command[2]), Request.ImportedEvent.isQuery(command[2]) else {
      return .reply(.error("ERR the string must be a query of at most 2048 bytes of UTF-8"))
    }
    guard let score = Double(words[3]), score.isFinite else {
      return .reply(.error("ERR invalid score"))
    }
    guard words.dropFirst(4) == ["INCR"] else {
      return .reply(.error("ERR only FT.SUGADD ... INCR is known: it records a query"))
    }
    return .record(.record(.init(session: session, query: command[2])))
  }
}
