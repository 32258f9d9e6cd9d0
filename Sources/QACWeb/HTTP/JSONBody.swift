// Reads bodies of POST.

internal import QACJSON

enum JSONBody {
  /// The object that `body` is.
  ///
  /// - Throws: `WebFault` for anything else.
  static func object(_ body: [UInt8]) throws(WebFault) -> JSONValue {
    guard let value = try? JSONValue(parsing: body), case .object = value else {
      throw .body(expected: "a JSON object")
    }
    return value
  }

  /// Whether the value of `Content-Type` says that a body is JSON.
  static func isJSON(_ mediaType: String) -> Bool {
    let name = mediaType.split(separator: ";").first.map {
      $0.lowercased().trimmingSpaces
    }
    // https://www.elastic.co/guide/en/elasticsearch/reference/8.15/rest-api-compatibility.html
    return name == "application/json" || name == "application/vnd.elasticsearch+json"
  }
}

extension String {
  /// Without spaces and tabs at both ends.
  var trimmingSpaces: String {
    var rest = self[...]
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}

/// Whether the value of `Content-Type` says that a body is JSON; without one it may be.
public func isJSON(mediaType: String?) -> Bool { mediaType.map { JSONBody.isJSON($0) } ?? false }
