// The completion suggester of Elasticsearch: reads its request, writes its answer.
//
// Of `_search`, this answers `suggest` with `completion` alone. A query, a regex, contexts and
// fields are not known here; docs/web.md says what is left out.
// Source: Elasticsearch Guide 8.15, "Suggesters", "Completion Suggester".

public import QACJSON
public import QACProtocol

/// A body of `POST /_search` that asks for completions.
public struct SuggestSearch: Sendable, Equatable {
  /// The most suggesters of one request.
  public static let maximumEntries = 4

  /// One suggester of the request.
  public struct Entry: Sendable, Equatable {
    /// The name that the request gives it.
    public var name: [UInt8]
    /// What was typed.
    public var prefix: [UInt8]
    /// The most completions.
    public var size: Int
    /// Whether typing errors are corrected.
    public var fuzzy: Bool
  }

  /// The suggesters.
  public var entries: [Entry] = []

  /// Reads a body.
  ///
  /// - Throws: `WebFault` if it asks for anything but completions.
  public init(_ body: [UInt8]) throws(WebFault) {
    guard case .object(let members)? = try JSONBody.object(body)["suggest"] else {
      throw .body(expected: "an object with suggest; nothing else is searched here")
    }
    let text = members.last { $0.name.elementsEqual("text".utf8) }?.value.utf8
    for member in members where !member.name.elementsEqual("text".utf8) {
      guard entries.count < Self.maximumEntries else {
        throw .body(expected: "an object with at most \(Self.maximumEntries) suggesters")
      }
      guard member.value["completion"]?["field"]?.utf8 != nil,
        let prefix = (member.value["prefix"] ?? member.value["text"])?.utf8 ?? text,
        prefix.count <= ProtocolLimits.maximumTextBytes, !prefix.contains(0)
      else {
        throw .body(expected: "suggesters with a prefix and a completion that names a field")
      }
      let size = member.value["completion"]?["size"]
      guard size == nil || (1...100).contains(size?.wholeNumber ?? 0) else {
        throw .body(expected: "a completion whose size is from 1 to 100")
      }
      let fuzzy = member.value["completion"]?["fuzzy"]
      entries.append(
        Entry(
          name: member.name, prefix: prefix,
          size: min(WebQuery.maximumLimit, Int(size?.wholeNumber ?? 5)),
          fuzzy: fuzzy != nil && fuzzy != .bool(false)))
    }
    if entries.isEmpty { throw .body(expected: "an object with a suggester") }
  }

  /// The requests to the daemon, one per suggester.
  public func requests(of session: SessionName?) -> [Request] {
    entries.map {
      .complete(
        .init(
          context: session.map { .session($0) } ?? .none, prefix: $0.prefix, limit: $0.size))
    }
  }

  /// The body of the answer.
  ///
  /// - Parameters:
  ///   - results: The daemon's results, one per suggester.
  ///   - milliseconds: How long they took.
  /// - Returns: JSON.
  public func answer(_ results: [JSONValue], milliseconds: Int) -> [UInt8] {
    let none = JSONValue.array([])
    let suggest = zip(entries, results).map { entry, result in
      let length = String(decoding: entry.prefix, as: UTF8.self).utf16.count
      let options = (result["suggestions"]?.elements ?? [])
        .filter { entry.fuzzy || $0["match"] != .text("corrected") }
      let found = options.enumerated().map { at, suggestion in
        let text = suggestion["text"] ?? .string([])
        return JSONValue.object([
          .init("text", text), .init("_index", .text("qacd")), .init("_id", text),
          .init("_score", .integer(Int64(options.count - at))), .init("_source", .object([])),
        ])
      }
      let one = JSONValue.object([
        .init("text", .string(entry.prefix)), .init("offset", .integer(0)),
        .init("length", .integer(Int64(length))), .init("options", .array(found)),
      ])
      return JSONValue.Member(name: entry.name, value: .array([one]))
    }
    return JSONValue.object([
      .init("took", .integer(Int64(milliseconds))), .init("timed_out", .bool(false)),
      .init(
        "_shards",
        .object([
          .init("total", .integer(1)), .init("successful", .integer(1)),
          .init("skipped", .integer(0)), .init("failed", .integer(0)),
        ])),
      .init(
        "hits",
        .object([
          .init(
            "total",
            .object([.init("value", .integer(0)), .init("relation", .text("eq"))])),
          .init("max_score", .null), .init("hits", none),
        ])),
      .init("suggest", .object(suggest)),
    ]).json
  }

  /// The body of `GET /`, which clients read the version from.
  public static let about: [UInt8] = Array(
    """
    {"name":"qac-web","cluster_name":"qacd","cluster_uuid":"qacd","version":{"number":"8.15.0",\
    "build_flavor":"default","build_type":"qacd","build_hash":"0","build_date":"2026-01-01",\
    "build_snapshot":false,"lucene_version":"9.11.1","minimum_wire_compatibility_version":"7.17.0",\
    "minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"}
    """.utf8)
}
