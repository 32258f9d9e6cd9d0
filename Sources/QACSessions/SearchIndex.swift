// What one session submitted, in memory, so that any search goes through all of it at once.
//
// A row is a distinct text, a use of it what is known of it at one place. What a search looks at
// first (masks and ranks) lies in arrays of its own: 24 bytes per text, read in order. Texts lie in
// one byte array: the folded form, then the text unless it is the same.
//
// There is nothing of it on disk. So what is forgotten is gone from the file when its events are, a
// record costs the writer nothing, and an older database needs no migration.
//
// Invariant (`checkInvariants`, in tests): rows, uses and places are those of the session's
// submitted queries, each row has at least one use, and bytes that belong to no row are zero.
// Cost: about 100 bytes per distinct text, and the text twice; a change is O(its text and places).

internal import QACBinary

/// The distinct texts of one session.
struct SearchIndex: Sendable {
  /// One text.
  struct Row: Sendable {
    /// Where the folded form begins, and its bytes; 0 bytes for a row that is free.
    var foldedStart: UInt32 = 0
    var foldedCount: UInt32 = 0
    /// Where the text as submitted begins, and its bytes.
    var textStart: UInt32 = 0
    var textCount: UInt32 = 0
    /// How often it was submitted.
    var uses: UInt32 = 0
    /// Its first use, or -1.
    var firstUse: Int32 = -1
    /// The number of the last submission within its second.
    var sequence: Int64 = 0

    var folded: Range<Int> { Int(foldedStart)..<Int(foldedStart) + Int(foldedCount) }
    var text: Range<Int> { Int(textStart)..<Int(textStart) + Int(textCount) }
  }

  /// What is known of a text at one place.
  struct Use: Sendable {
    var uses: UInt32 = 0
    /// The row; -1 for a use that is free.
    var row: Int32 = -1
    /// The row's next use, or -1.
    var next: Int32 = -1
    var outcome: StoredCircumstances.Outcome?
    var time: Int64 = 0
    var sequence: Int64 = 0

    /// Whether it is later than `other`.
    func isLater(_ time: Int64, _ sequence: Int64) -> Bool {
      (self.time, self.sequence) > (time, sequence)
    }
  }

  /// One submission, as the store keeps it.
  struct Event: Sendable, Equatable {
    var query: [UInt8]
    var place: [UInt8]?
    var outcome: StoredCircumstances.Outcome?
    var time: Int64
    var sequence: Int64
  }

  /// The place of what was submitted nowhere in particular.
  static let nowhere: UInt32 = 0

  private(set) var rows: [Row] = []
  /// For each row, the bits of its words; 0 for a row that is free or has no words.
  private(set) var masks: [UInt64] = []
  /// For each row, the time of its last submission, and its rank.
  private(set) var times: [Int64] = []
  private(set) var ranks: [Int64] = []
  private(set) var uses: [Use] = []
  /// For each use, the number of its place.
  private(set) var placesOfUses: [UInt32] = []
  private(set) var bytes: [UInt8] = []
  private(set) var places = SearchPlaces()
  private var table = SearchTable()
  private var freeRows: [Int32] = []
  private var freeUses: [Int32] = []
  /// How many of `bytes` belong to no row any more.
  private(set) var deadBytes = 0
  private var scratch: [UInt8] = []
  private var folded: [UInt8] = []

  /// The number of distinct texts.
  var count: Int { rows.count - freeRows.count }

  /// About how many bytes of memory it takes.
  var memoryBytes: Int { bytes.count + rows.count * 120 + table.memoryBytes }

  /// Calls `body` with the text of a row, as submitted.
  @inline(__always)
  func withText<R>(of row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[rows[row].text])) }
  }

  // MARK: changes

  /// Adds a submission.
  mutating func add(
    _ query: UnsafeBufferPointer<UInt8>, place: [UInt8]?, outcome: StoredCircumstances.Outcome?,
    time: Int64, sequence: Int64
  ) {
    let id: Int
    switch table.find(query, in: self) {
    case .row(let row): id = row
    case .free(let slot):
      id = addRow(query)
      table.put(id, at: slot)
      if table.isFull { table.grow(with: self) }
    }
    let number = places.number(of: place)
    let use = findUse(of: id, at: number) ?? addUse(of: id, at: number)
    if uses[use].uses == 0 || !uses[use].isLater(time, sequence) {
      uses[use].time = time
      uses[use].sequence = sequence
      uses[use].outcome = outcome
    }
    uses[use].uses += 1
    if rows[id].uses == 0 || (time, sequence) > (times[id], rows[id].sequence) {
      times[id] = time
      rows[id].sequence = sequence
    }
    rows[id].uses += 1
    ranks[id] = HistorySearch.Position.rank(uses: rows[id].uses, time: times[id])
  }

  /// Notes how a submission ended.
  mutating func end(_ event: Event) {
    guard let (_, use) = find(event), uses[use].time == event.time,
      uses[use].sequence == event.sequence
    else { return }
    uses[use].outcome = event.outcome
  }

  /// Takes a submission out.
  ///
  /// - Returns: False if the newest submission of its text at its place is now one that the index
  ///   does not know: it has to be made again.
  mutating func remove(_ event: Event) -> Bool {
    guard let (id, use) = find(event) else { return true }
    let wasLast = uses[use].time == event.time && uses[use].sequence == event.sequence
    uses[use].uses -= 1
    rows[id].uses -= 1
    if uses[use].uses > 0 {
      if wasLast { return false }
    } else {
      removeUse(use, of: id)
    }
    if rows[id].firstUse < 0 {
      removeRow(id)
    } else {
      let last = lastUse(of: id)
      times[id] = uses[last].time
      rows[id].sequence = uses[last].sequence
      ranks[id] = HistorySearch.Position.rank(uses: rows[id].uses, time: times[id])
    }
    return true
  }

  /// The newest use of a row.
  func lastUse(of id: Int) -> Int {
    var last = Int(rows[id].firstUse)
    var next = uses[last].next
    while next >= 0 {
      if uses[Int(next)].isLater(uses[last].time, uses[last].sequence) { last = Int(next) }
      next = uses[Int(next)].next
    }
    return last
  }

  private func find(_ event: Event) -> (row: Int, use: Int)? {
    guard let number = places.known(event.place), let id = row(of: event.query),
      let use = findUse(of: id, at: number)
    else { return nil }
    return (id, use)
  }

  /// The row of a text, if it has one.
  func row(of text: [UInt8]) -> Int? {
    guard case .row(let row) = text.withUnsafeBufferPointer({ table.find($0, in: self) }) else {
      return nil
    }
    return row
  }

  private func findUse(of id: Int, at place: UInt32) -> Int? {
    var next = rows[id].firstUse
    while next >= 0 {
      if placesOfUses[Int(next)] == place { return Int(next) }
      next = uses[Int(next)].next
    }
    return nil
  }

  private mutating func addUse(of id: Int, at place: UInt32) -> Int {
    let use = Use(row: Int32(id), next: rows[id].firstUse)
    places.count(place, 1)
    let number: Int
    if let free = freeUses.popLast() {
      number = Int(free)
      uses[number] = use
      placesOfUses[number] = place
    } else {
      number = uses.count
      uses.append(use)
      placesOfUses.append(place)
    }
    rows[id].firstUse = Int32(number)
    return number
  }

  private mutating func removeUse(_ use: Int, of id: Int) {
    if rows[id].firstUse == use {
      rows[id].firstUse = uses[use].next
    } else {
      var before = Int(rows[id].firstUse)
      while uses[before].next != use { before = Int(uses[before].next) }
      uses[before].next = uses[use].next
    }
    places.count(placesOfUses[use], -1)
    uses[use] = Use()
    placesOfUses[use] = .max
    freeUses.append(Int32(use))
  }

  private mutating func addRow(_ query: UnsafeBufferPointer<UInt8>) -> Int {
    SearchWords.fold(query, &scratch, into: &folded)
    var row = Row()
    row.foldedStart = UInt32(bytes.count)
    row.foldedCount = UInt32(folded.count)
    bytes += folded
    row.textCount = UInt32(query.count)
    if folded.dropFirst().dropLast().elementsEqual(query) {
      row.textStart = row.foldedStart + 1
    } else {
      row.textStart = UInt32(bytes.count)
      bytes += query
    }
    let mask = SearchWords.mask(ofFolded: folded)
    if let free = freeRows.popLast() {
      rows[Int(free)] = row
      masks[Int(free)] = mask
      return Int(free)
    }
    rows.append(row)
    masks.append(mask)
    times.append(0)
    ranks.append(0)
    return rows.count - 1
  }

  private mutating func removeRow(_ id: Int) {
    table.clear(table.slot(of: id, in: self))
    for i in rows[id].folded { bytes[i] = 0 }
    for i in rows[id].text { bytes[i] = 0 }
    deadBytes += Int(rows[id].foldedCount + rows[id].textCount)
    rows[id] = Row()
    masks[id] = 0
    times[id] = .min
    ranks[id] = .min
    freeRows.append(Int32(id))
  }
}
