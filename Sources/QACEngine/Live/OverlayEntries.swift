// The entries of an overlay: each distinct query among its events, found by label or by text.
//
// An entry is named by its id, its place in `list`. A query of the index has a label and needs no
// text here; any other query keeps its normalised text.
//
// Invariants: an entry has a label or a text while it has events, and neither once it has none;
// `ofLabel` and `ofText` name exactly the entries that have events; `free` holds exactly the ids that
// have neither events nor successors, each once.
// Cost: four bytes per label of the index, 80 bytes per entry beside its text, its spellings and
// its followers; each operation is O(1), or O(followers of the entry).

import QACText

/// A distinct query among the events.
struct OverlayEntry {
  /// An entry that came directly after another one, and how often.
  struct Link {
    var entry: UInt32
    var count: UInt32
  }

  /// The label, or `Candidate.noLabel`.
  var label: UInt32
  /// Its events that did not fail: one for each session and day.
  var uses: UInt32 = 0
  /// The distinct sessions among them.
  var sessions: UInt32 = 0
  /// Its events that failed.
  var failures: UInt32 = 0
  /// The distinct sessions among these.
  var failedSessions: UInt32 = 0
  /// 0 while the entry is invisible.
  var heat = 0.0
  /// The number of the newest event of this entry that was recorded, or 0; the event may be
  /// forgotten.
  var lastEvent = 0
  /// Events that came directly after one of this entry; while there are any the id is not reused.
  var successors: UInt32 = 0
  /// Entries that followed this one.
  var followers: [Link] = []
  /// The normalised text if there is no label.
  var text: [UInt8] = []
  /// That text as others are shown it where none of its spellings may be.
  var shown: [UInt8] = []
  /// How others are shown that text.
  var spellings = Spellings()

  /// Whether an event is of it.
  var hasEvents: Bool { uses > 0 || failures > 0 }
}

/// The entries of one overlay.
struct OverlayEntries {
  /// The most followers that are kept of an entry.
  static let followerCapacity = 256

  /// The entries, by id.
  private(set) var list: [OverlayEntry] = []
  /// The ids that the next entries get.
  private(set) var free: [UInt32] = []
  /// The entry of each label, or `LiveOverlay.noEntry`.
  private(set) var ofLabel: [UInt32]
  /// The entries of texts that are no labels, by the hash of the text.
  private(set) var ofText = SteadyTable<UInt64, [UInt32]>()

  /// Makes no entries for an index of `labelCount` labels.
  init(labelCount: Int) {
    ofLabel = [UInt32](repeating: LiveOverlay.noEntry, count: labelCount)
  }

  /// The number of ids that are in use.
  var count: Int { list.count - free.count }

  /// Adds an entry, without uses so far, for `label`, or for `normalized` if there is none.
  ///
  /// - Precondition: There is no entry for it.
  mutating func insert(
    _ normalized: [UInt8], label: UInt32?, profile: NormalizationProfile
  ) -> UInt32 {
    var entry = OverlayEntry(label: label ?? Candidate.noLabel)
    if label == nil {
      entry.text = normalized
      entry.shown = DisplayText.shown(form: normalized, profile: profile)
    }
    let id: UInt32
    if let reused = free.popLast() {
      id = reused
      list[Int(id)] = entry
    } else {
      id = UInt32(list.count)
      list.append(entry)
    }
    if let label {
      ofLabel[Int(label)] = id
    } else {
      let hash = StableHash.of(normalized, seed: 0)
      ofText[hash] = (ofText[hash] ?? []) + [id]
    }
    return id
  }

  /// Erases what is known of `id`, which no event holds any more.
  mutating func erase(_ id: UInt32) {
    let entry = list[Int(id)]
    if entry.label != Candidate.noLabel {
      ofLabel[Int(entry.label)] = LiveOverlay.noEntry
    } else {
      let hash = StableHash.of(entry.text, seed: 0)
      let rest = (ofText[hash] ?? []).filter { $0 != id }
      ofText[hash] = rest.isEmpty ? nil : rest
    }
    list[Int(id)] = OverlayEntry(label: Candidate.noLabel, successors: entry.successors)
    freeIfUnused(id)
  }

  private mutating func freeIfUnused(_ id: UInt32) {
    if !list[Int(id)].hasEvents, list[Int(id)].successors == 0 { free.append(id) }
  }

  /// Notes that the event `number` is the newest of entry `id`.
  mutating func setLastEvent(of id: UInt32, to number: Int) { list[Int(id)].lastEvent = number }

  /// Adds `change` to the events of entry `id` that failed, or that did not.
  mutating func count(_ change: Int, of id: UInt32, isFailure: Bool) {
    if isFailure {
      list[Int(id)].failures = UInt32(Int(list[Int(id)].failures) + change)
    } else {
      list[Int(id)].uses = UInt32(Int(list[Int(id)].uses) + change)
    }
  }

  /// Counts one more session of entry `id`.
  mutating func addSession(of id: UInt32, isFailure: Bool) {
    if isFailure { list[Int(id)].failedSessions += 1 } else { list[Int(id)].sessions += 1 }
  }

  /// Counts one session of entry `id` less.
  mutating func removeSession(of id: UInt32, isFailure: Bool) {
    if isFailure { list[Int(id)].failedSessions -= 1 } else { list[Int(id)].sessions -= 1 }
  }

  /// Sets the heat of entry `id`.
  mutating func setHeat(of id: UInt32, to heat: Double) { list[Int(id)].heat = heat }

  /// Adds a vote for `surface`, a spelling of entry `id`, which has no label; returns what takes it
  /// back.
  mutating func addVote(
    for surface: [UInt8], of id: UInt32, profile: NormalizationProfile
  ) -> UInt64 {
    let text = list[Int(id)].text
    return list[Int(id)].spellings.add(surface, of: text, profile: profile)
  }

  /// Takes back a vote for a spelling of entry `id`.
  mutating func removeVote(_ vote: UInt64, of id: UInt32) {
    list[Int(id)].spellings.remove(vote)
  }

  /// Counts that `entry` came directly after `previous`.
  ///
  /// Beyond `followerCapacity` followers, the one with the least count is given up for the new one.
  mutating func link(from previous: UInt32, to entry: UInt32) {
    let from = Int(previous)
    list[from].successors += 1
    if let i = list[from].followers.firstIndex(where: { $0.entry == entry }) {
      list[from].followers[i].count += 1
      return
    }
    if list[from].followers.count == Self.followerCapacity {
      var least = 0
      for (i, link) in list[from].followers.enumerated()
      where link.count < list[from].followers[least].count {
        least = i
      }
      list[from].followers.remove(at: least)
    }
    list[from].followers.append(OverlayEntry.Link(entry: entry, count: 1))
  }

  /// Takes back that `entry` came directly after `previous`, once.
  mutating func unlink(from previous: UInt32, to entry: UInt32) {
    let from = Int(previous)
    list[from].successors -= 1
    if let i = list[from].followers.firstIndex(where: { $0.entry == entry }) {
      list[from].followers[i].count -= 1
      if list[from].followers[i].count == 0 { list[from].followers.remove(at: i) }
    }
    freeIfUnused(previous)
  }
}
