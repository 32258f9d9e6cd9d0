// A run of events of one log with sorted texts; a log that was read is kept in this form.
//
// Layout, little-endian, every section at a multiple of 8 bytes:
//
//     magic "QACSEG03" | CRC-32C of all bytes from 16 on (u32) | profile (u32)
//     counts (u64 each): events, users, queries, forms; bytes of users', queries', forms' texts;
//         events with details: 0 or all; places, and bytes of their texts; the same of `boxes`
//     times       i64 per event, ascending; equal times in the order of the lines
//     eventUsers  u32 per event
//     eventForms  u32 per event
//     eventDetails  16 bytes per event with details: the place (u32, or `unknown`), the thread
//         (u32, a hash, or 0), 1 if it failed or else 0 (u32), what stood in the box (u32, or
//         `unknown`)
//     placeOffsets, boxOffsets, userOffsets, queryOffsets, formOffsets  u32, one more than there
//         are texts
//     queryForms  u32, one more than there are queries: the first form of each query
//     placeText, boxText, userText, queryText, formText
//
// Users are distinct and ascend by their bytes, and so do queries, and the forms of each query (the
// ways in which it was typed). So segments are merged by one pass over each. A segment is a cache:
// only the version that wrote it reads it, and a file that is damaged in any way is refused and
// made again.
// Cost: opening reads every byte once.

import QACBinary
package import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// A sorted, read-only run of events.
package final class LogSegment: Sendable {
  static let magic = Array("QACSEG03".utf8)
  static let headerBytes = 112
  /// In place of the number of a place or of a box: none.
  static let unknown = UInt32.max

  /// In which conversation and where an event was submitted, how it ended, and what was typed.
  struct Details {
    /// A position in `places`, or `unknown`.
    var place = LogSegment.unknown
    /// A hash of the conversation's name, or 0.
    var thread: UInt32 = 0
    /// 1 if it failed, else 0.
    var failed: UInt32 = 0
    /// A position in `boxes`, or `unknown`.
    var box = LogSegment.unknown

    var hasFailed: Bool { failed != 0 }
  }

  private let file: MappedFile
  /// The profile by which its queries were normalised.
  let profile: NormalizationProfile
  // These are `nonisolated(unsafe)` because they point into `file`, which this object keeps alive
  // and which never changes.
  /// Unix seconds of each event.
  nonisolated(unsafe) let times: UnsafeBufferPointer<Int64>
  /// The user of each event, a position in `users`.
  nonisolated(unsafe) let eventUsers: UnsafeBufferPointer<UInt32>
  /// The form of each event, a position in `forms`.
  nonisolated(unsafe) let eventForms: UnsafeBufferPointer<UInt32>
  /// What is known of each event beside that; empty if it is nothing.
  nonisolated(unsafe) let eventDetails: UnsafeBufferPointer<Details>
  nonisolated(unsafe) let places: TextTable
  /// What stood in the box on the way to a query: texts, one per line.
  nonisolated(unsafe) let boxes: TextTable
  nonisolated(unsafe) let users: TextTable
  nonisolated(unsafe) let queries: TextTable
  nonisolated(unsafe) let forms: TextTable
  nonisolated(unsafe) let queryForms: UnsafeBufferPointer<UInt32>

  /// The number of events.
  package var eventCount: Int { times.count }
  /// The first and the last time; nil if there are no events.
  package var span: ClosedRange<Int64>? {
    guard let first = times.first, let last = times.last else { return nil }
    return first...last
  }

  /// Opens the segment at `path`; nil unless it is whole and of `profile`.
  package convenience init?(path: String, profile: NormalizationProfile) {
    guard let file = try? MappedFile(path: path) else { return nil }
    self.init(file, profile)
  }

  /// Opens the segment with the content `bytes`; nil unless it is whole and of `profile`.
  package convenience init?(bytes: [UInt8], profile: NormalizationProfile) {
    self.init(MappedFile(copying: bytes), profile)
  }

  private init?(_ file: MappedFile, _ profile: NormalizationProfile) {
    let bytes = file.bytes
    func word(_ offset: Int) -> UInt64 {
      bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    func half(_ offset: Int) -> UInt32 {
      bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }
    guard bytes.count >= Self.headerBytes, bytes.starts(with: Self.magic),
      half(12) == UInt32(profile.rawValue)
    else { return nil }
    let counts = (0..<12).map { word(16 + 8 * $0) }
    guard counts.allSatisfy({ $0 < UInt64(UInt32.max) }) else { return nil }
    let (events, people, texts, typed) = (
      Int(counts[0]), Int(counts[1]), Int(counts[2]), Int(counts[3])
    )
    let (detailed, places, boxes) = (Int(counts[7]), Int(counts[8]), Int(counts[10]))
    guard detailed == 0 || detailed == events else { return nil }
    var end = Self.headerBytes
    func section<T>(_ count: Int, of type: T.Type) -> UnsafeBufferPointer<T>? {
      let start = end
      let size = count * MemoryLayout<T>.stride
      end += (size + 7) & ~7
      guard end <= bytes.count, let base = bytes.baseAddress else { return nil }
      return UnsafeBufferPointer(
        start: (base + start).assumingMemoryBound(to: T.self), count: count)
    }
    guard let times = section(events, of: Int64.self),
      let eventUsers = section(events, of: UInt32.self),
      let eventForms = section(events, of: UInt32.self),
      let eventDetails = section(detailed, of: Details.self),
      let placeOffsets = section(places + 1, of: UInt32.self),
      let boxOffsets = section(boxes + 1, of: UInt32.self),
      let userOffsets = section(people + 1, of: UInt32.self),
      let queryOffsets = section(texts + 1, of: UInt32.self),
      let formOffsets = section(typed + 1, of: UInt32.self),
      let queryForms = section(texts + 1, of: UInt32.self),
      let placeText = section(Int(counts[9]), of: UInt8.self),
      let boxText = section(Int(counts[11]), of: UInt8.self),
      let userText = section(Int(counts[4]), of: UInt8.self),
      let queryText = section(Int(counts[5]), of: UInt8.self),
      let formText = section(Int(counts[6]), of: UInt8.self), end == bytes.count,
      half(8) == CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[16...])),
      let placeTable = TextTable(placeOffsets, placeText),
      let boxTable = TextTable(boxOffsets, boxText),
      eventDetails.allSatisfy({ $0.place == Self.unknown || $0.place < places }),
      eventDetails.allSatisfy({ $0.box == Self.unknown || $0.box < boxes }),
      let users = TextTable(userOffsets, userText),
      let queries = TextTable(queryOffsets, queryText),
      let forms = TextTable(formOffsets, formText),
      Self.ascends(queryForms, to: typed), Self.ascends(times),
      eventUsers.allSatisfy({ $0 < people }), eventForms.allSatisfy({ $0 < typed })
    else { return nil }
    self.file = file
    self.profile = profile
    self.times = times
    self.eventUsers = eventUsers
    self.eventForms = eventForms
    self.eventDetails = eventDetails
    self.places = placeTable
    self.boxes = boxTable
    self.users = users
    self.queries = queries
    self.forms = forms
    self.queryForms = queryForms
  }

  private static func ascends(_ offsets: UnsafeBufferPointer<UInt32>, to end: Int) -> Bool {
    guard offsets.first == 0, offsets.last == UInt32(end) else { return false }
    for i in 1..<offsets.count where offsets[i - 1] > offsets[i] { return false }
    return true
  }

  private static func ascends(_ times: UnsafeBufferPointer<Int64>) -> Bool {
    for i in times.indices.dropFirst() where times[i - 1] > times[i] { return false }
    return true
  }

  /// What is known of the event at `position` beside its user, text and time.
  @inline(__always)
  func details(_ position: Int) -> Details {
    eventDetails.isEmpty ? Details() : eventDetails[position]
  }

  /// The number of events after `time`.
  package func eventCount(after time: Int64) -> Int { eventCount - position(after: time) }

  /// The number of events at `time` or before it.
  func position(after time: Int64) -> Int {
    (0..<times.count).partitioningIndex { times[$0] > time }
  }
}

/// Texts one after another, with the offset of each.
struct TextTable {
  private let offsets: UnsafeBufferPointer<UInt32>
  private let text: UnsafeBufferPointer<UInt8>

  /// Makes a table; nil unless the offsets ascend from 0 to the end of the text.
  init?(_ offsets: UnsafeBufferPointer<UInt32>, _ text: UnsafeBufferPointer<UInt8>) {
    guard offsets.first == 0, offsets.last == UInt32(text.count) else { return nil }
    for i in 1..<offsets.count where offsets[i - 1] > offsets[i] { return nil }
    self.offsets = offsets
    self.text = text
  }

  /// The number of texts.
  var count: Int { offsets.count - 1 }

  /// Text number `i`.
  subscript(i: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[Int(offsets[i])..<Int(offsets[i + 1])])
  }

  /// The order of two texts by their bytes: negative, 0, positive.
  static func compare(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    if let p = a.baseAddress, let q = b.baseAddress {
      let difference = memcmp(p, q, min(a.count, b.count))
      if difference != 0 { return Int(difference) }
    }
    return a.count - b.count
  }
}
