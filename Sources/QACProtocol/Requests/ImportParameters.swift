// Reads the events of `import`.
//
// Invariant: a list is read whole, or the first thing that is wrong with it is told.
// Cost: O(bytes of the list).

internal import QACJSON

/// A list of events while it is read.
struct ImportParameters {
  /// The first fault of the list.
  private(set) var fault: ProtocolFault?

  private mutating func note(_ fault: ProtocolFault) {
    if self.fault == nil { self.fault = fault }
  }

  /// Reads the array; whatever else comes next is skipped.
  mutating func events(_ scanner: inout JSONScanner) throws(JSONFault) -> [Request.ImportedEvent] {
    let most = ProtocolLimits.maximumImportedEvents
    guard scanner.next() == 0x5B else {
      try scanner.skipValue(depth: 1)
      note(.invalidParameter(name: "events", expected: "an array of 1 to \(most) events"))
      return []
    }
    var events: [Request.ImportedEvent] = []
    scanner.position += 1
    var count = 0
    if !scanner.take(0x5D) {
      repeat {
        count += 1
        if count > most {
          try scanner.skipValue(depth: 2)
        } else if let event = Request.ImportedEvent(try scanner.value(depth: 2)) {
          events.append(event)
        } else {
          note(
            .invalidParameter(
              name: "events[]",
              expected: "an object with a valid session, query and at, and an occurrence from 1"))
        }
      } while try scanner.hasAnother(closing: 0x5D)
    }
    if !(1...most).contains(count) {
      note(.invalidParameter(name: "events", expected: "an array of 1 to \(most) events"))
    }
    return events
  }
}
