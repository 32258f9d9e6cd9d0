// Finds the row of a text, and numbers places: the two dictionaries of a `SearchIndex`.
//
// The table has the rows' numbers alone; the texts are those of the index. Its hash has another
// seed in each process, so that nobody can choose texts that collide.
// Cost: 8 to 16 bytes per text; a look-up reads one text on average.

/// An open hash table from texts to rows.
struct SearchTable: Sendable {
  /// Where a text is, or where it would go.
  enum Found {
    case row(Int)
    case free(slot: Int)
  }

  private static let empty: Int32 = -1
  private static let removed: Int32 = -2

  private var slots = [Int32](repeating: empty, count: 64)
  /// Slots that are not empty, removed ones included.
  private var taken = 0

  var memoryBytes: Int { slots.count * 4 }

  /// Whether it must grow before the next text.
  var isFull: Bool { taken * 2 > slots.count }

  /// Looks for `text`.
  func find(_ text: UnsafeBufferPointer<UInt8>, in index: SearchIndex) -> Found {
    var slot = start(text)
    var free: Int?
    while slots[slot] != Self.empty {
      if slots[slot] == Self.removed {
        free = free ?? slot
      } else if index.withText(of: Int(slots[slot]), { $0.elementsEqual(text) }) {
        return .row(Int(slots[slot]))
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return .free(slot: free ?? slot)
  }

  /// Puts a row into a slot that `find` named.
  mutating func put(_ row: Int, at slot: Int) {
    if slots[slot] == Self.empty { taken += 1 }
    slots[slot] = Int32(row)
  }

  /// The slot of a row that is in the table.
  func slot(of row: Int, in index: SearchIndex) -> Int {
    var slot = index.withText(of: row) { start($0) }
    while slots[slot] != row { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  /// Takes the row of a slot out.
  mutating func clear(_ slot: Int) { slots[slot] = Self.removed }

  /// Makes room for twice as many texts as there are.
  mutating func grow(with index: SearchIndex) {
    var size = 64
    while size < index.count * 4 { size *= 2 }
    slots = [Int32](repeating: Self.empty, count: size)
    taken = 0
    for (id, row) in index.rows.enumerated() where row.foldedCount > 0 {
      var slot = index.withText(of: id) { start($0) }
      while slots[slot] != Self.empty { slot = (slot + 1) & (size - 1) }
      put(id, at: slot)
    }
  }

  private func start(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(text))
    return hasher.finalize() & (slots.count - 1)
  }
}

/// The places of a session, numbered from 1; 0 is no place.
struct SearchPlaces: Sendable {
  private var numbers: [[UInt8]: UInt32] = [:]
  private(set) var names: [[UInt8]] = [[]]
  /// For each place, how many uses there are.
  private var counts: [Int] = [0]
  private var free: [UInt32] = []
  /// The place that was looked for last, which is mostly the next one, too.
  private var last: UInt32 = 0

  /// The number of `place`, which it gets if it has none.
  mutating func number(of place: [UInt8]?) -> UInt32 {
    guard let place else { return SearchIndex.nowhere }
    if names[Int(last)] == place { return last }
    if let known = numbers[place] {
      last = known
      return known
    }
    let number = free.popLast() ?? UInt32(names.count)
    if Int(number) == names.count {
      names.append(place)
      counts.append(0)
    } else {
      names[Int(number)] = place
    }
    numbers[place] = number
    last = number
    return number
  }

  /// The number of `place`, or nil if nothing was submitted there.
  func known(_ place: [UInt8]?) -> UInt32? {
    guard let place else { return SearchIndex.nowhere }
    return numbers[place]
  }

  /// The place of a number.
  func name(of number: UInt32) -> [UInt8]? {
    number == SearchIndex.nowhere ? nil : names[Int(number)]
  }

  /// Changes how many uses a place has; one without uses is dropped.
  mutating func count(_ number: UInt32, _ difference: Int) {
    guard number != SearchIndex.nowhere else { return }
    counts[Int(number)] += difference
    if counts[Int(number)] == 0 {
      numbers[names[Int(number)]] = nil
      names[Int(number)] = []
      free.append(number)
    }
  }
}
