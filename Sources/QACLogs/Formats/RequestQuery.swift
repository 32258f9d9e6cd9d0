// Finds the query in the address of a request: the value of a parameter, decoded.
//
// Source: WHATWG URL Standard, "application/x-www-form-urlencoded" (plus is a space, percent and two
// hexadecimal digits a byte).

/// Finds queries in addresses such as `/search?q=red+shoes&page=2`.
struct RequestQuery {
  /// The parameters that usually hold a query, the most usual first.
  static let usualParameters = ["q", "query", "s", "search", "k"]
  /// Parameters that count pages, of which the first is 0 or 1.
  private static let pages = ["page", "p", "pg", "paged", "pageno", "page_num", "pagenumber"]
  /// Parameters that count results before the page.
  private static let offsets = ["start", "offset", "from", "skip", "first"]

  private let parameter: [UInt8]
  /// The query, decoded; valid after `read` answered nil.
  private(set) var text: [UInt8] = []
  private var value: [UInt8] = []

  /// Makes a finder of the values of `parameter`.
  init(_ parameter: String) { self.parameter = Array(parameter.utf8) }

  /// Reads the query of `address`; or says why there is none to learn from.
  mutating func read(_ address: UnsafeBufferPointer<UInt8>) -> LogOmission? {
    text.removeAll(keepingCapacity: true)
    var isLater = false
    Self.forEachParameter(address) { name, value in
      if name.elementsEqual(parameter) {
        text.removeAll(keepingCapacity: true)
        Self.decode(value, into: &text)
      } else {
        isLater = isLater || Self.isLaterPage(name, value)
      }
    }
    if LogText.isNoQuery(text) { return .noQuery }
    return isLater ? .laterPage : nil
  }

  /// Calls `body` with the name and the value, not decoded, of each parameter.
  static func forEachParameter(
    _ address: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    guard var start = address.firstIndex(of: 0x3F) else { return }
    let end = address.firstIndex(of: 0x23) ?? address.count
    start += 1
    while start < end {
      var stop = start
      while stop < end, address[stop] != 0x26 { stop += 1 }
      let pair = UnsafeBufferPointer(rebasing: address[start..<stop])
      let equals = pair.firstIndex(of: 0x3D) ?? pair.count
      body(
        .init(rebasing: pair[..<equals]),
        .init(rebasing: pair[min(equals + 1, pair.count)...]))
      start = stop + 1
    }
  }

  /// Appends `value` decoded to `output`. A per cent sign without two digits stays.
  static func decode(_ value: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    var i = 0
    while i < value.count {
      if value[i] == 0x2B {
        output.append(0x20)
      } else if value[i] == 0x25, i + 2 < value.count, let high = digit(value[i + 1]),
        let low = digit(value[i + 2])
      {
        output.append(high << 4 | low)
        i += 2
      } else {
        output.append(value[i])
      }
      i += 1
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static func isLaterPage(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard let number = NumberParser.time(value), number > 0 else { return false }
    if offsets.contains(where: { name.elementsEqual($0.utf8) }) { return true }
    return number > 1 && pages.contains { name.elementsEqual($0.utf8) }
  }
}

extension LogText {
  /// Whether an export says by `text` that there was no query.
  static func isNoQuery(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { isNoQuery($0) }
  }
}
