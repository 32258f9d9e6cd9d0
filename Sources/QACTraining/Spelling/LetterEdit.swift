// One slip of the finger: the single edit that turns a word into another.
//
// Letters are Unicode scalars of normalised text.
// Cost: O(length of the words).
// Source: the four kinds of Damerau, CACM 7 (1964); a doubled letter and a neighbouring key are told
// apart because they are likelier than other slips (Kernighan, Church, Gale, COLING 1990).

import QACText

/// A single edit between two words.
struct LetterEdit: Equatable {
  /// What happened to the right word.
  enum Kind {
    /// Two neighbouring letters changed places.
    case exchanged
    /// One of two equal letters was left out.
    case undoubled
    /// A letter was typed twice.
    case doubled
    /// Another letter was left out.
    case dropped
    /// Another letter was added.
    case added
    /// The key beside was hit.
    case neighbour
    /// Another letter was typed.
    case replaced
  }

  let kind: Kind
  /// The number of letters before the edit.
  let place: Int

  /// The edit that turns `right` into `typed`, or nil where it takes none or several.
  init?(from right: [UInt32], to typed: [UInt32]) {
    let same = zip(right, typed).prefix { $0 == $1 }.count
    let (from, to) = (right[same...], typed[same...])
    place = same
    if from.count == to.count + 1, from.dropFirst() == to {
      kind = same > 0 && right[same - 1] == right[same] ? .undoubled : .dropped
    } else if from.count + 1 == to.count, to.dropFirst() == from {
      kind = same > 0 && typed[same - 1] == typed[same] ? .doubled : .added
    } else if from.count == to.count, let old = from.first, let new = to.first {
      if from.dropFirst() == to.dropFirst() {
        let mask = KeyNeighbours.mask(old, in: KeyNeighbours.masks)
        kind = mask & KeyNeighbours.bit(new) != 0 ? .neighbour : .replaced
      } else if from.count > 1, from[same + 1] == new, to[same + 1] == old,
        from.dropFirst(2) == to.dropFirst(2)
      {
        kind = .exchanged
      } else {
        return nil
      }
    } else {
      return nil
    }
  }
}
