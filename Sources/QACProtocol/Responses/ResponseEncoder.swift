// Writes answers: each call appends one JSON object, without a newline, to a byte array.
//
// On the server `ProtocolMachine.reply` adds the newline, because it knows whether the object is
// alone or part of a batch. Nothing here makes a `String` of a query.

public import QACJSON

/// Appends answers to byte arrays.
public enum ResponseEncoder {
  /// Starts an answer with a result; the result's JSON and `close` must follow.
  static func open(id: RequestID, into output: inout [UInt8]) {
    JSONText.append("{\"jsonrpc\":\"2.0\",\"id\":", to: &output)
    id.append(to: &output)
    JSONText.append(",\"result\":", to: &output)
  }

  /// Ends an answer.
  static func close(into output: inout [UInt8]) {
    output.append(0x7D)
  }

  /// Appends the member `features` of a suggestion or an item.
  static func append(
    _ features: [(name: String, value: Double, weight: Double)], into output: inout [UInt8]
  ) {
    JSONText.append(",\"features\":[", to: &output)
    for (i, feature) in features.enumerated() {
      JSONText.append(i > 0 ? ",{\"name\":" : "{\"name\":", to: &output)
      JSONText.append(string: Array(feature.name.utf8), to: &output)
      JSONText.append(",\"value\":", to: &output)
      JSONText.append(rounded: feature.value, to: &output)
      JSONText.append(",\"weight\":", to: &output)
      JSONText.append(rounded: feature.weight, to: &output)
      output.append(0x7D)
    }
    output.append(0x5D)
  }

  /// Ends an answer whose last list is still open, with the index and how long it took.
  static func finish(
    index: some Collection<UInt8>, microseconds: Int, into output: inout [UInt8]
  ) {
    JSONText.append("],\"index\":", to: &output)
    if index.withContiguousStorageIfAvailable({ JSONText.append(string: $0, to: &output) }) == nil {
      JSONText.append(string: Array(index), to: &output)
    }
    JSONText.append(",\"took_us\":", to: &output)
    JSONText.append(integer: Int64(microseconds), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `record`: the id of the recorded query, or nothing for what somebody did
  /// with an item.
  public static func recorded(_ record: RecordID? = nil, id: RequestID, into output: inout [UInt8])
  {
    open(id: id, into: &output)
    if let record {
      JSONText.append("{\"id\":", to: &output)
      JSONText.append(string: record.bytes, to: &output)
      output.append(0x7D)
    } else {
      JSONText.append("{}", to: &output)
    }
    close(into: &output)
  }

  /// Appends the answer to a `record` of an outcome: whether the query is still there.
  public static func outcomeRecorded(
    found: Bool, id: RequestID, into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    JSONText.append(found ? "{\"found\":true}" : "{\"found\":false}", to: &output)
    close(into: &output)
  }

  /// Appends the answer to `ping`, which has the protocol's version.
  public static func pong(id: RequestID, into output: inout [UInt8]) {
    open(id: id, into: &output)
    JSONText.append("{\"protocol\":", to: &output)
    JSONText.append(integer: Int64(ProtocolLimits.protocolVersion), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `forget`: how many recorded queries, and uses of items, were deleted.
  public static func forgotten(_ count: Int, id: RequestID, into output: inout [UInt8]) {
    open(id: id, into: &output)
    JSONText.append("{\"forgotten\":", to: &output)
    JSONText.append(integer: Int64(count), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `block`, `pin` or `boost`: whether the rule is new, and how many labels
  /// of the index it is about; for `block` also how many items, unless the index has none.
  public static func ruleAdded(
    isNew: Bool, labels: Int, items: Int? = nil, id: RequestID, into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    JSONText.append(isNew ? "{\"new\":true" : "{\"new\":false", to: &output)
    finishRule(labels: labels, items: items, into: &output)
  }

  /// Appends the answer to `unblock`, `unpin` or `unboost`: whether there was such a rule, whether
  /// the block list's file has it too (nil for rules that no file holds), and how many labels of
  /// the index it is about; for `unblock` also how many items, unless the index has none.
  public static func ruleRemoved(
    existed: Bool, isInFile: Bool?, labels: Int, items: Int? = nil, id: RequestID,
    into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    JSONText.append(existed ? "{\"existed\":true" : "{\"existed\":false", to: &output)
    if let isInFile {
      JSONText.append(isInFile ? ",\"in_file\":true" : ",\"in_file\":false", to: &output)
    }
    finishRule(labels: labels, items: items, into: &output)
  }

  private static func finishRule(labels: Int, items: Int?, into output: inout [UInt8]) {
    JSONText.append(",\"labels\":", to: &output)
    JSONText.append(integer: Int64(labels), to: &output)
    if let items {
      JSONText.append(",\"items\":", to: &output)
      JSONText.append(integer: Int64(items), to: &output)
    }
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `items.add`.
  public static func itemsAdded(
    _ counts: AddedCounts, id: RequestID, into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    JSONText.append("{\"added\":", to: &output)
    JSONText.append(integer: Int64(counts.added), to: &output)
    JSONText.append(",\"replaced\":", to: &output)
    JSONText.append(integer: Int64(counts.replaced), to: &output)
    JSONText.append(",\"indexed\":", to: &output)
    JSONText.append(integer: Int64(counts.indexed), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `items.remove`: how many items were taken out.
  public static func itemsRemoved(_ count: Int, id: RequestID, into output: inout [UInt8]) {
    open(id: id, into: &output)
    JSONText.append("{\"removed\":", to: &output)
    JSONText.append(integer: Int64(count), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `reload`: the identity of the index that is served now.
  public static func reloaded(
    index: some Collection<UInt8>, id: RequestID, into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    JSONText.append("{\"index\":", to: &output)
    JSONText.append(string: Array(index), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `status`: `protocol`, and then the daemon's own `members`.
  public static func status(
    _ members: [JSONValue.Member], id: RequestID, into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    let version = JSONValue.Member("protocol", .integer(Int64(ProtocolLimits.protocolVersion)))
    JSONValue.object([version] + members).append(to: &output)
    close(into: &output)
  }

  /// Appends the answer to `metrics`: UTF-8 text in the format of Prometheus.
  public static func metrics(_ text: [UInt8], id: RequestID, into output: inout [UInt8]) {
    open(id: id, into: &output)
    JSONText.append("{\"text\":", to: &output)
    JSONText.append(string: text, to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends an error answer. `message` says what is wrong and what to do, and holds no query text.
  public static func error(
    _ code: ErrorCode, message: some StringProtocol, id: RequestID, into output: inout [UInt8]
  ) {
    JSONText.append("{\"jsonrpc\":\"2.0\",\"id\":", to: &output)
    id.append(to: &output)
    JSONText.append(",\"error\":{\"code\":", to: &output)
    JSONText.append(integer: Int64(code.rawValue), to: &output)
    JSONText.append(",\"message\":", to: &output)
    JSONText.append(string: Array(message.utf8), to: &output)
    JSONText.append("}}", to: &output)
  }

  /// Appends the answer to a request that could not be decoded.
  public static func error(_ fault: ProtocolFault, id: RequestID, into output: inout [UInt8]) {
    error(fault.code, message: fault.description, id: id, into: &output)
  }
}
