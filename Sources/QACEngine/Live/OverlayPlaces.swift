// What was submitted at each place since the index was built: which entries, how often, and by how
// many people. A session counts as its person, as elsewhere in the overlay.
//
// Others may see an entry at a place once as many distinct people submitted it there as an overlay
// needs: a pair of place and entry is as private as an entry.
// A place keeps at most `capacity` entries. Beyond that, the one with the fewest uses is given up
// for the new one, and its uses so far are counted no more: it is shown later than it might be,
// never earlier.
//
// Invariants: a list is in the order of entries; a place without entries has no list; `own` holds
// the events of each person, place and entry that are kept; no entry has more uses or people than
// these say.
// Cost: 12 bytes per entry of a place, and about 50 per event with a place; a change is O(log n)
// and moves a part of the list. Events without a place cost nothing.

import QACBinary

/// The places of one overlay.
struct OverlayPlaces {
  /// The most entries that are kept of a place.
  static let capacity = 1024
  /// In place of the number of a list: none.
  static let noList = -1

  /// An entry at a place.
  struct Use {
    var entry: UInt32
    /// Its events at the place that did not fail, and the distinct people among them.
    var uses: UInt32
    var people: UInt32
  }

  /// What one person did with one entry at one place.
  struct Key: Hashable {
    var person: UInt64
    var place: UInt64
    var entry: UInt32
  }

  /// The lists of the places; those that `free` names are empty and belong to none.
  private(set) var lists: [[Use]] = []
  private(set) var free: [Int] = []
  /// The number of each place's list.
  private(set) var numbers = SteadyTable<UInt64, Int>()
  /// The events of each person, place and entry.
  private(set) var own = SteadyTable<Key, UInt32>()

  /// The number of the list of `place`, or `noList`.
  @inline(__always)
  func list(of place: UInt64) -> Int { numbers[place] ?? Self.noList }

  /// The entry `id` in the list `list`, or nil.
  @inline(__always)
  func use(of id: UInt32, in list: Int) -> Use? {
    let i = lists[list].indices.partitioningIndex { lists[list][$0].entry >= id }
    return i < lists[list].count && lists[list][i].entry == id ? lists[list][i] : nil
  }

  /// Counts that `person` submitted entry `id` at `place`; 0 is no place.
  mutating func add(_ id: UInt32, by person: UInt64, at place: UInt64) {
    if place == 0 { return }
    let key = Key(person: person, place: place, entry: id)
    let before = own[key] ?? 0
    own[key] = before + 1
    let list = numbers[place] ?? makeList(of: place)
    var i = lists[list].indices.partitioningIndex { lists[list][$0].entry >= id }
    if i == lists[list].count || lists[list][i].entry != id {
      if lists[list].count == Self.capacity {
        let least = lists[list].indices.min { lists[list][$0].uses < lists[list][$1].uses } ?? 0
        lists[list].remove(at: least)
        if least < i { i -= 1 }
      }
      lists[list].insert(Use(entry: id, uses: 0, people: 0), at: i)
    }
    lists[list][i].uses += 1
    if before == 0 || lists[list][i].people == 0 { lists[list][i].people += 1 }
  }

  /// Takes back that `person` submitted entry `id` at `place`, once.
  mutating func remove(_ id: UInt32, by person: UInt64, at place: UInt64) {
    if place == 0 { return }
    let key = Key(person: person, place: place, entry: id)
    guard let before = own[key] else { return }
    own[key] = before == 1 ? nil : before - 1
    guard let list = numbers[place] else { return }
    let i = lists[list].indices.partitioningIndex { lists[list][$0].entry >= id }
    guard i < lists[list].count, lists[list][i].entry == id else { return }
    lists[list][i].uses -= 1
    if before == 1, lists[list][i].people > 0 { lists[list][i].people -= 1 }
    if lists[list][i].uses > 0 { return }
    lists[list].remove(at: i)
    if lists[list].isEmpty {
      free.append(list)
      numbers[place] = nil
    }
  }

  private mutating func makeList(of place: UInt64) -> Int {
    let list: Int
    if let reused = free.popLast() {
      list = reused
    } else {
      list = lists.count
      lists.append([])
    }
    numbers[place] = list
    return list
  }
}
