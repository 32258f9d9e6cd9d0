// How the sessions that submitted a query wrote it, and which spelling others may be shown.
//
// Each session has one vote: how it wrote the query last. Shown is the spelling with the most
// votes, if it has at least as many as the overlay's minimum of sessions; else the normal form. So
// nobody can hang punctuation or escapes onto what others typed, and what one person wrote is not
// shown to others.
//
// Invariant: a spelling is kept while it has votes; no more than `most` are kept, and one that may
// be shown is never given up for a new one. Votes of a spelling that was given up are not counted:
// it is shown later than it might be, never earlier.
// Cost: O(`most`) comparisons of hashes per vote.

import QACText

/// The spellings of one text.
struct Spellings {
  /// The spellings that are kept.
  static let most = 16
  /// No vote, or one for a spelling that nobody may be shown.
  static let noVote: UInt64 = 0

  struct Spelling {
    var hash: UInt64
    var votes: UInt32
    /// Empty for the normal form.
    var bytes: [UInt8]
  }

  private(set) var list: [Spelling] = []

  /// Whether nothing is kept.
  var isEmpty: Bool { list.isEmpty }

  /// Adds a vote for `surface`, a spelling of `normalized`; returns what takes the vote back.
  mutating func add(
    _ surface: [UInt8], of normalized: [UInt8], profile: NormalizationProfile
  ) -> UInt64 {
    let isNormal = surface == normalized
    if !isNormal, !surface.withUnsafeBufferPointer({ DisplayText.isFit($0, profile: profile) }) {
      return Self.noVote
    }
    let hash = max(1, StableHash.of(surface, seed: 0))
    if let i = list.firstIndex(where: { $0.hash == hash }) {
      list[i].votes += 1
      return hash
    }
    let spelling = Spelling(hash: hash, votes: 1, bytes: isNormal ? [] : surface)
    if list.count < Self.most {
      list.append(spelling)
      return hash
    }
    guard let least = list.indices.min(by: { list[$0].votes < list[$1].votes }),
      list[least].votes == 1
    else { return Self.noVote }
    list[least] = spelling
    return hash
  }

  /// Takes a vote back.
  mutating func remove(_ vote: UInt64) {
    guard vote != Self.noVote, let i = list.firstIndex(where: { $0.hash == vote }) else { return }
    list[i].votes -= 1
    if list[i].votes == 0 { list.remove(at: i) }
  }

  /// The spelling that others may be shown if `needed` sessions wrote it; nil for the normal form.
  func shown(to needed: Int) -> [UInt8]? {
    var best: Spelling?
    for spelling in list where spelling.votes >= UInt32(needed) {
      if let best, !spelling.precedes(best) { continue }
      best = spelling
    }
    guard let best, !best.bytes.isEmpty else { return nil }
    return best.bytes
  }
}

extension Spellings.Spelling {
  /// Whether this has more votes; of equal ones, the normal form is first, then the lesser bytes.
  fileprivate func precedes(_ other: Self) -> Bool {
    votes != other.votes
      ? votes > other.votes : bytes.lexicographicallyPrecedes(other.bytes)
  }
}
