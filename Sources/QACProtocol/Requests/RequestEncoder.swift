// Writes requests: the client's half of `RequestDecoder`.

internal import QACJSON

/// Appends requests to byte arrays, each as one line.
public enum RequestEncoder {
  /// Appends `request` as a line; without an id it is a notification.
  ///
  /// - Complexity: O(bytes of text in the request).
  public static func append(_ request: Request, id: RequestID?, to output: inout [UInt8]) {
    appendObject(request, id: id, to: &output)
    output.append(0x0A)
  }

  /// Appends several requests as one line, which is answered by one line.
  public static func append(
    batch: [(request: Request, id: RequestID?)], to output: inout [UInt8]
  ) {
    output.append(0x5B)
    for (i, entry) in batch.enumerated() {
      if i > 0 { output.append(0x2C) }
      appendObject(entry.request, id: entry.id, to: &output)
    }
    JSONText.append("]\n", to: &output)
  }

  private static func appendObject(
    _ request: Request, id: RequestID?, to output: inout [UInt8]
  ) {
    JSONText.append("{\"jsonrpc\":\"2.0\"", to: &output)
    if let id {
      JSONText.append(",\"id\":", to: &output)
      id.append(to: &output)
    }
    JSONText.append(",\"method\":\"", to: &output)
    JSONText.append(request.method.name, to: &output)
    output.append(0x22)
    switch request {
    case .complete(let parameters): append(parameters, to: &output)
    case .record(let parameters):
      appendSession(parameters.session, to: &output)
      JSONText.append(",\"query\":", to: &output)
      JSONText.append(string: parameters.query, to: &output)
      if let item = parameters.item {
        JSONText.append(",\"item\":", to: &output)
        JSONText.append(string: item.bytes, to: &output)
        JSONText.append(",\"kind\":", to: &output)
        JSONText.append(string: Array(parameters.kind.rawValue.utf8), to: &output)
      }
      parameters.circumstances.appendMembers(to: &output)
      appendTime(parameters.at, to: &output)
      output.append(0x7D)
    case .outcome(let parameters):
      appendSession(parameters.session, to: &output)
      JSONText.append(member: parameters.id.bytes, named: ",\"id\":", to: &output)
      JSONText.append(
        member: Array(parameters.end.rawValue.utf8), named: ",\"outcome\":", to: &output)
      output.append(0x7D)
    case .retrieve(let parameters):
      append(parameters.context, to: &output)
      JSONText.append("\"query\":", to: &output)
      JSONText.append(string: parameters.query, to: &output)
      JSONText.append(member: parameters.thread?.bytes, named: ",\"thread\":", to: &output)
      appendLimit(parameters.limit, to: &output)
      if parameters.explain { JSONText.append(",\"explain\":true", to: &output) }
      appendTime(parameters.at, to: &output)
      output.append(0x7D)
    case .itemsAdd(let items):
      JSONText.append(",\"params\":{\"items\":[", to: &output)
      for (i, item) in items.enumerated() {
        if i > 0 { output.append(0x2C) }
        append(item, to: &output)
      }
      JSONText.append("]}", to: &output)
    case .itemsRemove(let ids):
      JSONText.append(",\"params\":{\"ids\":[", to: &output)
      for (i, id) in ids.enumerated() {
        if i > 0 { output.append(0x2C) }
        JSONText.append(string: id.bytes, to: &output)
      }
      JSONText.append("]}", to: &output)
    case .items(let limit?):
      JSONText.append(",\"params\":{\"limit\":", to: &output)
      JSONText.append(integer: Int64(limit), to: &output)
      output.append(0x7D)
    case .history(let parameters):
      appendSession(parameters.session, to: &output)
      appendLimit(parameters.limit, to: &output)
      output.append(0x7D)
    case .search(let parameters):
      appendSession(parameters.session, to: &output)
      JSONText.append(member: parameters.query, named: ",\"query\":", to: &output)
      JSONText.append(member: parameters.before, named: ",\"before\":", to: &output)
      JSONText.append(member: parameters.place?.bytes, named: ",\"place\":", to: &output)
      appendLimit(parameters.limit, to: &output)
      output.append(0x7D)
    case .importEvents(let events):
      JSONText.append(",\"params\":{\"events\":[", to: &output)
      for (i, event) in events.enumerated() {
        if i > 0 { output.append(0x2C) }
        event.append(to: &output)
      }
      JSONText.append("]}", to: &output)
    case .exportEvents(let parameters):
      appendSession(parameters.session, to: &output)
      if let after = parameters.after {
        JSONText.append(",\"after\":", to: &output)
        JSONText.append(string: after, to: &output)
      }
      appendLimit(parameters.limit, to: &output)
      output.append(0x7D)
    case .forget(let parameters):
      if let session = parameters.session {
        appendSession(session, to: &output)
      } else {
        JSONText.append(",\"params\":{\"everyone\":true", to: &output)
      }
      if let query = parameters.query {
        JSONText.append(",\"query\":", to: &output)
        JSONText.append(string: query, to: &output)
      }
      appendTime(parameters.since, named: ",\"since\":", to: &output)
      appendTime(parameters.until, named: ",\"until\":", to: &output)
      output.append(0x7D)
    case .block(let rule), .unblock(let rule), .unboost(let rule):
      appendRule(rule, to: &output)
      output.append(0x7D)
    case .boost(let boost):
      appendRule(boost.rule, to: &output)
      JSONText.append(",\"factor\":", to: &output)
      JSONText.append(double: boost.factor, to: &output)
      output.append(0x7D)
    case .pin(let pin), .unpin(let pin):
      JSONText.append(",\"params\":{\"prefix\":", to: &output)
      JSONText.append(string: pin.prefix, to: &output)
      JSONText.append(",\"text\":", to: &output)
      JSONText.append(string: pin.text, to: &output)
      appendTime(pin.until, named: ",\"until\":", to: &output)
      output.append(0x7D)
    case .reload(force: true):
      JSONText.append(",\"params\":{\"force\":true}", to: &output)
    case .blocks, .pins, .boosts, .items, .status, .metrics, .reload, .ping:
      break
    }
    output.append(0x7D)
  }

  private static func append(_ parameters: Request.Complete, to output: inout [UInt8]) {
    append(parameters.context, to: &output)
    JSONText.append("\"prefix\":", to: &output)
    JSONText.append(string: parameters.prefix, to: &output)
    JSONText.append(member: parameters.thread?.bytes, named: ",\"thread\":", to: &output)
    JSONText.append(member: parameters.place?.bytes, named: ",\"place\":", to: &output)
    appendLimit(parameters.limit, to: &output)
    if parameters.explain { JSONText.append(",\"explain\":true", to: &output) }
    if let items = parameters.items {
      JSONText.append(",\"items\":", to: &output)
      JSONText.append(integer: Int64(items), to: &output)
    }
    if parameters.last { JSONText.append(",\"last\":true", to: &output) }
    appendTime(parameters.at, to: &output)
    output.append(0x7D)
  }

  /// Appends an item; a weight of 1 is left out, as are a text and a payload that are empty.
  private static func append(_ item: Request.Item, to output: inout [UInt8]) {
    JSONText.append("{\"id\":", to: &output)
    JSONText.append(string: item.id.bytes, to: &output)
    JSONText.append(",\"title\":", to: &output)
    JSONText.append(string: item.title, to: &output)
    if !item.text.isEmpty {
      JSONText.append(",\"text\":", to: &output)
      JSONText.append(string: item.text, to: &output)
    }
    if item.weight != 1 {
      JSONText.append(",\"weight\":", to: &output)
      JSONText.append(double: item.weight, to: &output)
    }
    if !item.payload.isEmpty {
      JSONText.append(",\"payload\":", to: &output)
      output += item.payload
    }
    output.append(0x7D)
  }

  /// Begins the parameters with the context.
  private static func append(_ context: Request.Context, to output: inout [UInt8]) {
    switch context {
    case .none:
      JSONText.append(",\"params\":{", to: &output)
    case .session(let session):
      appendSession(session, to: &output)
      output.append(0x2C)
    case .previous(let queries):
      JSONText.append(",\"params\":{\"previous\":[", to: &output)
      for (i, query) in queries.enumerated() {
        if i > 0 { output.append(0x2C) }
        JSONText.append(string: query, to: &output)
      }
      JSONText.append("],", to: &output)
    }
  }

  private static func appendRule(_ rule: Request.Rule, to output: inout [UInt8]) {
    JSONText.append(",\"params\":{\"kind\":", to: &output)
    JSONText.append(string: Array(rule.kind.rawValue.utf8), to: &output)
    JSONText.append(",\"text\":", to: &output)
    JSONText.append(string: rule.text, to: &output)
  }

  private static func appendSession(_ session: SessionName, to output: inout [UInt8]) {
    JSONText.append(",\"params\":{\"session\":", to: &output)
    JSONText.append(string: session.bytes, to: &output)
  }

  private static func appendLimit(_ limit: Int?, to output: inout [UInt8]) {
    guard let limit else { return }
    JSONText.append(",\"limit\":", to: &output)
    JSONText.append(integer: Int64(limit), to: &output)
  }

  private static func appendTime(
    _ time: Int64?, named name: StaticString = ",\"at\":", to output: inout [UInt8]
  ) {
    guard let time else { return }
    JSONText.append(name, to: &output)
    JSONText.append(integer: time, to: &output)
  }
}
