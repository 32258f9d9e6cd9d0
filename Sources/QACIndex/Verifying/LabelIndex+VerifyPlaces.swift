// Checks the places: keys and labels ascend, and every place has some.
//
// Cost: O(places + labels of places).

import QACBinary

extension LabelIndex {
  /// The code of 2^32, which no count of a place reaches.
  private static let greatestPlaceCount = UInt32(
    RoundedNumber.code(0x1p32, fractionBits: RoundedNumber.countBits))

  func verifyPlaces() throws(IndexError) {
    guard let places = view.places else { return }
    try demand(places.keys[0] > 0, .placeKeys, "a key is 0")
    for i in places.keys.indices.dropFirst() {
      try demand(places.keys[i - 1] < places.keys[i], .placeKeys, "key \(i) is out of order")
    }
    try demand(
      ascends(places.offsets) && places.offsets[places.keys.count] == places.labels.count,
      .placeOffsets, "the offsets do not ascend to the end of the labels")
    for i in places.keys.indices {
      let range = places.range(of: i)
      try demand(!range.isEmpty, .placeOffsets, "place \(i) has no labels")
      for l in range {
        try demand(
          Int(places.labels[l]) < view.labelCount
            && (l == range.lowerBound || places.labels[l - 1] < places.labels[l]), .placeLabels,
          "label \(l) is out of order")
        try demand(
          places.counts[l] <= Self.greatestPlaceCount && places.count(l) >= 1, .placeCounts,
          "label \(l) has a count that is not from 1 to 2^32")
      }
    }
  }
}
