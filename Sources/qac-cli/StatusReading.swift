// Reads the daemon's status.

import QACProtocol

extension JSONValue {
  /// The string that this is; nil for anything else.
  var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

  /// Of a status, what the daemon knows beyond the first version; nothing if it does not say.
  var features: Set<String> { Set((self["features"]?.elements ?? []).compactMap(\.string)) }
}
