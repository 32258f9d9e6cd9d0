// Reads the items of `items.add` and the ids of `items.remove`.
//
// Invariant: a list is read whole, or the first thing that is wrong with it is told.
// Cost: O(bytes of the list).

internal import QACJSON

/// Lists of items while they are read.
struct ItemParameters {
  /// The first fault of the list.
  private(set) var fault: ProtocolFault?
  private var ids: Set<ItemID> = []

  private mutating func note(_ fault: ProtocolFault) {
    if self.fault == nil { self.fault = fault }
  }

  /// Takes the id of another element, which must be a new one.
  private mutating func id(_ bytes: [UInt8]?, _ name: StaticText) -> ItemID? {
    guard let bytes, let id = ItemID(bytes: bytes) else {
      let most = ProtocolLimits.maximumItemIDBytes
      note(
        .invalidParameter(
          name: name, expected: "a string of 1 to \(most) bytes without control characters"))
      return nil
    }
    if !ids.insert(id).inserted {
      note(.invalidParameter(name: name, expected: "different for each element"))
    }
    return id
  }

  /// Reads an array with `element`; whatever else comes next is skipped.
  private mutating func list<Element>(
    _ scanner: inout JSONScanner, _ name: StaticText,
    _ element: (inout ItemParameters, inout JSONScanner) throws(JSONFault) -> Element?
  ) throws(JSONFault) -> [Element] {
    let most = ProtocolLimits.maximumItems
    let expected: StaticText = "an array of 1 to \(most) elements"
    var list: [Element] = []
    guard scanner.next() == 0x5B else {
      try scanner.skipValue(depth: 1)
      note(.invalidParameter(name: name, expected: expected))
      return list
    }
    scanner.position += 1
    if scanner.take(0x5D) {
      note(.invalidParameter(name: name, expected: expected))
      return list
    }
    var count = 0
    repeat {
      count += 1
      if count <= most, let element = try element(&self, &scanner) {
        list.append(element)
      } else if count > most {
        try scanner.skipValue(depth: 2)
      }
    } while try scanner.hasAnother(closing: 0x5D)
    if count > most { note(.invalidParameter(name: name, expected: expected)) }
    return list
  }

  /// Reads the ids of `items.remove`.
  mutating func ids(_ scanner: inout JSONScanner) throws(JSONFault) -> [ItemID] {
    try list(&scanner, "ids") { reader, scanner throws(JSONFault) in
      reader.id(try reader.text(&scanner), "ids[]")
    }
  }

  /// Reads the items of `items.add`.
  mutating func items(_ scanner: inout JSONScanner) throws(JSONFault) -> [Request.Item] {
    try list(&scanner, "items") { reader, scanner throws(JSONFault) in
      try reader.item(&scanner)
    }
  }

  /// The text of a string; nil for any other value, which is skipped.
  private func text(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8]? {
    guard scanner.next() == 0x22 else {
      try scanner.skipValue(depth: 3)
      return nil
    }
    return scanner.text(try scanner.string())
  }

  private mutating func item(_ scanner: inout JSONScanner) throws(JSONFault) -> Request.Item? {
    guard scanner.next() == 0x7B else {
      try scanner.skipValue(depth: 2)
      note(.invalidParameter(name: "items[]", expected: "an object"))
      return nil
    }
    scanner.position += 1
    var draft = Draft()
    if !scanner.take(0x7D) {
      repeat {
        let key = try scanner.key()
        try member(key, &scanner, &draft)
      } while try scanner.hasAnother(closing: 0x7D)
    }
    if !draft.has(.id) { note(.missingParameter(name: "items[].id")) }
    if !draft.has(.title) { note(.missingParameter(name: "items[].title")) }
    guard let id = draft.id, let title = draft.title else { return nil }
    return Request.Item(
      id: id, title: title, text: draft.text, weight: draft.weight, payload: draft.payload)
  }

  /// The members of an item.
  private enum Member: UInt8 {
    case id, title, text, weight, payload

    var name: StaticString {
      switch self {
      case .id: return "id"
      case .title: return "title"
      case .text: return "text"
      case .weight: return "weight"
      case .payload: return "payload"
      }
    }

    /// The name in errors.
    var fullName: StaticText {
      switch self {
      case .id: return "items[].id"
      case .title: return "items[].title"
      case .text: return "items[].text"
      case .weight: return "items[].weight"
      case .payload: return "items[].payload"
      }
    }
  }

  /// The member that `key` names.
  private static func member(
    _ key: JSONScanner.StringToken, _ scanner: JSONScanner
  ) -> Member? {
    // By raw values, because `allCases` would allocate an array.
    var place: UInt8 = 0
    while let member = Member(rawValue: place) {
      if scanner.matches(key, member.name) { return member }
      place += 1
    }
    return nil
  }

  /// An item while it is read.
  private struct Draft {
    /// A bit for each member that was given.
    private var seen: UInt8 = 0
    var id: ItemID?
    var title: [UInt8]?
    var text: [UInt8] = []
    var weight = 1.0
    var payload: [UInt8] = []

    func has(_ member: Member) -> Bool { seen & 1 << member.rawValue != 0 }

    mutating func note(_ member: Member) { seen |= 1 << member.rawValue }
  }

  private mutating func member(
    _ key: JSONScanner.StringToken, _ scanner: inout JSONScanner, _ draft: inout Draft
  ) throws(JSONFault) {
    guard let member = Self.member(key, scanner) else {
      return try scanner.skipValue(depth: 3)
    }
    if scanner.next() == 0x6E { return try scanner.literal("null") }
    if draft.has(member) { note(.repeatedMember(name: member.fullName)) }
    draft.note(member)
    switch member {
    case .id: draft.id = id(try text(&scanner), member.fullName)
    case .title: draft.title = try title(&scanner)
    case .text: draft.text = try furtherText(&scanner)
    case .weight: draft.weight = try weight(&scanner)
    case .payload: draft.payload = try payload(&scanner)
    }
  }

  private mutating func title(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8]? {
    let most = ProtocolLimits.maximumTitleBytes
    guard let text = try text(&scanner), (1...most).contains(text.count), !text.contains(0) else {
      note(
        .invalidParameter(
          name: "items[].title", expected: "a string of 1 to \(most) bytes without U+0000"))
      return nil
    }
    return text
  }

  private mutating func furtherText(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8] {
    let most = ProtocolLimits.maximumItemTextBytes
    guard let text = try text(&scanner), text.count <= most, !text.contains(0) else {
      note(
        .invalidParameter(
          name: "items[].text", expected: "a string of at most \(most) bytes without U+0000"))
      return []
    }
    return text
  }

  private mutating func weight(_ scanner: inout JSONScanner) throws(JSONFault) -> Double {
    switch scanner.next() {
    case .some(0x2D), .some(0x30...0x39):
      if let value = try? scanner.double(try scanner.number()),
        ProtocolLimits.itemWeights.contains(value)
      {
        return value
      }
    default:
      try scanner.skipValue(depth: 3)
    }
    note(.invalidParameter(name: "items[].weight", expected: "a number from 1e-30 to 1e15"))
    return 1
  }

  /// The payload as it was written, without raw control characters, which can only be white space.
  private mutating func payload(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8] {
    let start = scanner.position
    try scanner.skipValue(depth: 3)
    let payload = scanner.bytes[start..<scanner.position].filter { $0 >= 0x20 }
    let most = ProtocolLimits.maximumPayloadBytes
    if payload.count > most {
      note(.invalidParameter(name: "items[].payload", expected: "at most \(most) bytes of JSON"))
    } else if !payload.withUnsafeBufferPointer({ ItemPayload.isValid($0) }) {
      note(.invalidParameter(name: "items[].payload", expected: "JSON that nests less deep"))
    }
    return payload
  }
}
