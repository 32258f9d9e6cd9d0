// The events of an overlay in the order of their arrival; beyond a capacity the oldest make room.
//
// Each event has a number, counted from 1 and never used again. An event names the earlier event of
// the same entry by its number, so the events of one entry form a chain from the newest to the
// oldest.
//
// Invariant: the ring has a place for each number from `first` up to but not including `next`, at
// most `capacity` of them; `count` of these places hold an event. A forgotten event leaves its
// place empty, but the place still names the earlier event, so that the chain does not break.
// Cost: 56 bytes per event; each operation is O(1), but walking a chain is O(its events).

/// A session's first submission of a query on a day.
struct OverlayEvent {
  var session: UInt64
  /// As whom it counts: the session, or a person that several sessions share.
  var person: UInt64
  /// The entry, or `LiveOverlay.noEntry` when the event was forgotten.
  var entry: UInt32
  /// The entry before it in its session, or `LiveOverlay.noEntry`.
  var previous: UInt32
  /// Unix seconds.
  var time: Int64
  /// The number of the event before it of the same entry, or 0.
  var earlier: Int
  /// Whether it failed: then it is no use of its entry.
  var isFailure = false
  /// Where it was submitted (`Situation.place`), or 0.
  var place: UInt64 = 0
}

/// The newest events, by number.
struct EventRing {
  /// The most events that are kept.
  let capacity: Int
  /// The number of the oldest place.
  private(set) var first = 1
  /// The number that the next event gets.
  private(set) var next = 1
  /// The number of events that are kept and not forgotten.
  private(set) var count = 0
  private var places: [OverlayEvent] = []

  init(capacity: Int) { self.capacity = capacity }

  /// The numbers that have a place.
  var numbers: Range<Int> { first..<next }

  /// Whether there is no place for another event.
  var isFull: Bool { next - first == capacity }

  private func place(_ number: Int) -> Int { (number - 1) % capacity }

  /// The event `number`, or nil if it made room for another or was forgotten.
  subscript(number: Int) -> OverlayEvent? {
    if number < first || number >= next { return nil }
    let event = places[place(number)]
    return event.entry == LiveOverlay.noEntry ? nil : event
  }

  /// Calls `body` with the events of `entry`, newest first, where `newest` is the number of the
  /// newest.
  func forEachEvent(of entry: UInt32, newest: Int, _ body: (OverlayEvent) -> Void) {
    var number = newest
    while number >= first {
      let event = places[place(number)]
      if event.entry == entry { body(event) }
      number = event.earlier
    }
  }

  /// Adds `event`; returns its number.
  ///
  /// - Precondition: The ring is not full.
  mutating func append(_ event: OverlayEvent) -> Int {
    let number = next
    next += 1
    count += 1
    if places.count < capacity {
      places.append(event)
    } else {
      places[place(number)] = event
    }
    return number
  }

  /// Says of the event `number` whether it failed.
  ///
  /// - Precondition: The event is there.
  mutating func setFailure(_ number: Int, to isFailure: Bool) {
    places[place(number)].isFailure = isFailure
  }

  /// Empties the place of the event `number`.
  ///
  /// - Precondition: The event is there.
  mutating func forget(_ number: Int) {
    places[place(number)].entry = LiveOverlay.noEntry
    count -= 1
  }

  /// Gives up the oldest place.
  ///
  /// - Precondition: There is one, and it is empty.
  mutating func removeFirst() { first += 1 }
}
