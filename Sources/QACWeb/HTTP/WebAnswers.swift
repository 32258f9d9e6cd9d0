// Writes the answers to a page from those of the daemon.
//
// Invariant: an answer holds of the daemon's members those that a page needs; what says why a
// completion is there only if the operator allows it.
// Cost: O(bytes of the answer).

public import QACJSON

/// The bodies of answers.
public enum WebAnswers {
  /// The body of `GET /complete`.
  ///
  /// - Parameters:
  ///   - result: The daemon's result of `complete`.
  ///   - explain: Whether scores, sources and features are in it.
  /// - Returns: JSON.
  public static func completions(_ result: JSONValue, explain: Bool) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(1024)
    JSONText.append("{\"completions\":[", to: &output)
    for (i, suggestion) in (result["suggestions"]?.elements ?? []).enumerated() {
      if i > 0 { output.append(0x2C) }
      append(suggestion, explain ? completionMembers + reasons : completionMembers, to: &output)
    }
    output.append(0x5D)
    if let items = result["items"]?.elements {
      JSONText.append(",\"items\":[", to: &output)
      for (i, item) in items.enumerated() {
        if i > 0 { output.append(0x2C) }
        append(item, explain ? itemMembers + itemReasons : itemMembers, to: &output)
      }
      output.append(0x5D)
    }
    if explain, let took = result["took_us"] {
      JSONText.append(",\"took_us\":", to: &output)
      took.append(to: &output)
    }
    output.append(0x7D)
    return output
  }

  private static let completionMembers = ["text", "match", "corrected"].map { Array($0.utf8) }
  private static let reasons = ["source", "score", "features"].map { Array($0.utf8) }
  private static let itemMembers = ["id", "title", "payload"].map { Array($0.utf8) }
  private static let itemReasons = ["score", "arm", "terms", "features"].map { Array($0.utf8) }

  /// Appends the members of `object` that are among `names`.
  private static func append(
    _ object: JSONValue, _ names: [[UInt8]], to output: inout [UInt8]
  ) {
    output.append(0x7B)
    var isFirst = true
    if case .object(let members) = object {
      for member in members where names.contains(member.name) {
        if !isFirst { output.append(0x2C) }
        isFirst = false
        JSONText.append(string: member.name, to: &output)
        output.append(0x3A)
        member.value.append(to: &output)
      }
    }
    output.append(0x7D)
  }

  /// The body of `GET /suggest`: what was typed, the completions, and two empty lists, which would
  /// describe them and say where they lead.
  ///
  /// Source: OpenSearch Suggestions extension 1.0; Chromium reads no more than this either.
  public static func suggestions(of prefix: [UInt8], _ result: JSONValue?) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(512)
    output.append(0x5B)
    JSONText.append(string: prefix, to: &output)
    JSONText.append(",[", to: &output)
    for (i, suggestion) in (result?["suggestions"]?.elements ?? []).enumerated() {
      if i > 0 { output.append(0x2C) }
      JSONText.append(string: suggestion["text"]?.utf8 ?? [], to: &output)
    }
    JSONText.append("],[],[]]", to: &output)
    return output
  }

  /// The body of `POST /forget`.
  public static func forgotten(_ result: JSONValue) -> [UInt8] {
    JSONValue.object([.init("forgotten", result["forgotten"] ?? .integer(0))]).json
  }

  /// The description of the search for a browser's search bar.
  ///
  /// - Parameters:
  ///   - name: What the browser calls it.
  ///   - url: Where these paths are, without a slash at the end.
  ///   - results: The address of the page with results, with `{searchTerms}` in it.
  /// - Returns: XML.
  public static func openSearch(name: String, url: String, results: String) -> [UInt8] {
    Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
        <ShortName>\(escaped(String(name.prefix(16))))</ShortName>
        <Description>\(escaped(name))</Description>
        <InputEncoding>UTF-8</InputEncoding>
        <Url type="text/html" method="get" template="\(escaped(results))"/>
        <Url type="application/x-suggestions+json" method="get" \
      template="\(escaped(url))/suggest?q={searchTerms}"/>
      </OpenSearchDescription>

      """.utf8)
  }

  /// `text` for XML.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
