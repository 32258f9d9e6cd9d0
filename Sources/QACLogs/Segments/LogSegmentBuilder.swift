// Collects events of a log and writes them as a segment.
//
// Texts are interned by form as typed, so a form that was seen before costs one look-up. They are
// sorted once, at the end. Equal events in equal order give equal bytes.
// Cost: two look-ups per event, and O(n log n) comparisons of the distinct texts, most of which the
// first eight bytes decide.
// Memory: `byteCount`.

import QACBinary
import QACText

/// An event as a segment takes it; the texts are borrowed.
package struct LogSegmentEvent {
  var user: UnsafeBufferPointer<UInt8>
  var query: UnsafeBufferPointer<UInt8>
  /// Unix seconds.
  var time: Int64
  /// The conversation and the place, empty if they are not known.
  var thread: UnsafeBufferPointer<UInt8>
  var place: UnsafeBufferPointer<UInt8>
  var hasFailed: Bool
  /// What stood in the box on the way to it, one text per line; empty if it is not known.
  var typed: UnsafeBufferPointer<UInt8>

  /// Makes an event.
  package init(
    user: UnsafeBufferPointer<UInt8>, query: UnsafeBufferPointer<UInt8>, time: Int64,
    thread: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
    place: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
    hasFailed: Bool = false,
    typed: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0)
  ) {
    self.user = user
    self.query = query
    self.time = time
    self.thread = thread
    self.place = place
    self.hasFailed = hasFailed
    self.typed = typed
  }

  fileprivate var hasDetails: Bool {
    !thread.isEmpty || !place.isEmpty || hasFailed || !typed.isEmpty
  }
}

/// A segment while it is made.
struct LogSegmentBuilder {
  private let normalizer: Normalizer
  private var users = ByteInterner()
  private var queries = ByteInterner()
  private var forms = ByteInterner()
  /// By form: its query, or `QueryTable.none` if nothing is left of it.
  private var formQuery: [UInt32] = []
  private var times: [Int64] = []
  private var eventUsers: [UInt32] = []
  private var eventForms: [UInt32] = []
  /// Empty until an event has details; then one per event.
  private var eventDetails: [LogSegment.Details] = []
  private var places = ByteInterner()
  private var boxes = ByteInterner()
  private var normalized: [UInt8] = []
  private var textBytes = 0
  private var isOrdered = true

  init(_ normalizer: Normalizer) { self.normalizer = normalizer }

  /// The number of events.
  var count: Int { times.count }

  /// An upper bound of the memory that the events and texts take until the end of `finish`: arrays
  /// that grow take up to twice the size of their elements, and sorting and writing take as much
  /// again.
  var byteCount: Int {
    times.count * 64 + eventDetails.count * 64 + textBytes * 4
      + (users.count + forms.count + queries.count + places.count + boxes.count) * 136
  }

  /// Adds an event and returns true, or returns false if normalising leaves nothing of its query.
  mutating func add(_ event: LogSegmentEvent) -> Bool {
    let (user, query) = (event.user, event.query)
    let form = forms.intern(Tokenizer.trimmed(query, bothEnds: normalizer.profile != .verbatim))
    if form.isNew {
      normalizer.normalize(query, as: .query, into: &normalized)
      textBytes += query.count
      if normalized.isEmpty {
        formQuery.append(QueryTable.none)
      } else {
        let known = normalized.withUnsafeBufferPointer { queries.intern($0) }
        if known.isNew { textBytes += normalized.count }
        formQuery.append(UInt32(known.id))
      }
    }
    if formQuery[form.id] == QueryTable.none { return false }
    let known = users.intern(user)
    if known.isNew { textBytes += user.count }
    if let last = times.last, event.time < last { isOrdered = false }
    addDetails(of: event)
    times.append(event.time)
    eventUsers.append(UInt32(known.id))
    eventForms.append(UInt32(form.id))
    return true
  }

  /// Adds what is known of an event beside its user, text and time, before it is counted.
  private mutating func addDetails(of event: LogSegmentEvent) {
    if !event.hasDetails, eventDetails.isEmpty { return }
    if eventDetails.count < times.count {
      eventDetails += repeatElement(LogSegment.Details(), count: times.count - eventDetails.count)
    }
    var details = LogSegment.Details()
    if !event.place.isEmpty {
      details.place = Self.number(event.place, in: &places, &textBytes)
    }
    if !event.typed.isEmpty { details.box = Self.number(event.typed, in: &boxes, &textBytes) }
    details.thread = LogRecord.threadNumber(event.thread)
    details.failed = event.hasFailed ? 1 : 0
    eventDetails.append(details)
  }

  /// The number of `text` in `texts`; if it is new, its bytes are added to `textBytes`.
  private static func number(
    _ text: UnsafeBufferPointer<UInt8>, in texts: inout ByteInterner, _ textBytes: inout Int
  ) -> UInt32 {
    let known = texts.intern(text)
    if known.isNew { textBytes += text.count }
    return UInt32(known.id)
  }

  /// The segment's bytes.
  consuming func finish(profile: NormalizationProfile) -> [UInt8] {
    let userOrder = Self.sorted((0..<users.count).map { UInt32($0) }, users)
    let queryOrder = Self.sorted((0..<queries.count).map { UInt32($0) }, queries)
    let queryRank = Self.ranks(queryOrder)
    let (formOrder, queryForms) = orderForms(queryRank)
    let userRank = Self.ranks(userOrder)
    let formRank = Self.ranks(formOrder, of: forms.count)
    if !isOrdered { sortEvents() }

    var writer = ByteWriter()
    let (userText, userOffsets) = Self.joined(userOrder, users)
    let (queryText, queryOffsets) = Self.joined(queryOrder, queries)
    let (formText, formOffsets) = Self.joined(formOrder, forms)
    let (placeText, placeOffsets) = Self.joined((0..<places.count).map { UInt32($0) }, places)
    let (boxText, boxOffsets) = Self.joined((0..<boxes.count).map { UInt32($0) }, boxes)
    let texts = [placeText, boxText, userText, queryText, formText]
    let numbers = [placeOffsets, boxOffsets, userOffsets, queryOffsets, formOffsets, queryForms]
    writer.reserveCapacity(
      LogSegment.headerBytes + times.count * 16 + eventDetails.count * 16 + 13 * 8
        + numbers.reduce(0) { $0 + $1.count * 4 } + texts.reduce(0) { $0 + $1.count })
    writer.append(raw: LogSegment.magic)
    writer.append(UInt32(0))
    writer.append(UInt32(profile.rawValue))
    for count in [
      times.count, userOrder.count, queryOrder.count, formOrder.count, userText.count,
      queryText.count, formText.count, eventDetails.count, places.count, placeText.count,
      boxes.count, boxText.count,
    ] { writer.append(UInt64(count)) }
    writer.append(contentsOf: times)
    for i in times.indices {
      eventUsers[i] = userRank[Int(eventUsers[i])]
      eventForms[i] = formRank[Int(eventForms[i])]
    }
    writer.append(contentsOf: eventUsers)
    writer.pad(to: 8)
    writer.append(contentsOf: eventForms)
    writer.pad(to: 8)
    writer.append(contentsOf: eventDetails.flatMap { [$0.place, $0.thread, $0.failed, $0.box] })
    for numbers in numbers {
      writer.pad(to: 8)
      writer.append(contentsOf: numbers)
    }
    for text in texts {
      writer.pad(to: 8)
      writer.append(raw: text)
    }
    writer.pad(to: 8)
    let checksum = writer.bytes.withUnsafeBytes {
      CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[16...]))
    }
    writer.replace(checksum, at: 8)
    return writer.bytes
  }

  /// Puts the events into time order; those of equal times keep their order.
  private mutating func sortEvents() {
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    times = order.map { [times] in times[$0] }
    eventUsers = order.map { [eventUsers] in eventUsers[$0] }
    eventForms = order.map { [eventForms] in eventForms[$0] }
    if !eventDetails.isEmpty { eventDetails = order.map { [eventDetails] in eventDetails[$0] } }
  }

  /// The forms in the order of their queries and then of their bytes, and the position of each
  /// query's first form.
  private func orderForms(_ queryRank: [UInt32]) -> (order: [UInt32], starts: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: queryRank.count + 1)
    for query in formQuery where query != QueryTable.none {
      starts[Int(queryRank[Int(query)]) + 1] += 1
    }
    for i in 1..<starts.count { starts[i] += starts[i - 1] }
    var next = starts
    var order = [UInt32](repeating: 0, count: Int(starts[queryRank.count]))
    for (form, query) in formQuery.enumerated() where query != QueryTable.none {
      let rank = Int(queryRank[Int(query)])
      order[Int(next[rank])] = UInt32(form)
      next[rank] += 1
    }
    for rank in queryRank.indices where starts[rank + 1] - starts[rank] > 1 {
      let range = Int(starts[rank])..<Int(starts[rank + 1])
      order.replaceSubrange(range, with: Self.sorted(Array(order[range]), forms))
    }
    return (order, starts)
  }

  static func ranks(_ order: [UInt32], of count: Int? = nil) -> [UInt32] {
    var ranks = [UInt32](repeating: 0, count: count ?? order.count)
    for (rank, id) in order.enumerated() { ranks[Int(id)] = UInt32(rank) }
    return ranks
  }

  private static func joined(
    _ order: [UInt32], _ texts: borrowing ByteInterner
  ) -> (text: [UInt8], offsets: [UInt32]) {
    var text: [UInt8] = []
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(order.count + 1)
    for id in order {
      texts.withBytes(Int(id)) { text.append(contentsOf: $0) }
      offsets.append(UInt32(text.count))
    }
    return (text, offsets)
  }

  /// `ids` in the order of their bytes.
  static func sorted(_ ids: [UInt32], _ texts: borrowing ByteInterner) -> [UInt32] {
    var keys = ids.map { id in (first: texts.withBytes(Int(id), TextMerge.firstBytes), id: id) }
    keys.sort { a, b in
      if a.first != b.first { return a.first < b.first }
      return texts.compare(Int(a.id), Int(b.id)) < 0
    }
    return keys.map(\.id)
  }
}
