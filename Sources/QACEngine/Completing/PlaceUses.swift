// What the index knows of the place of a completion: the labels that people submit there.
//
// The labels of a place are in the order of the index, so those that match a prefix are next to each
// other.
// Cost: three binary searches per completion whose place is known and in the index.

import QACBinary
import QACIndex

/// The labels that people submitted at one place and that match the prefix.
struct PlaceUses {
  /// Where they lie in the index's list; empty without a place.
  private(set) var range = 0..<0
  /// How often they were submitted there, all together.
  private(set) var mass = 0.0

  /// Finds the labels of `situation` within `labels`.
  init(_ view: IndexView, _ situation: Situation, labels: Range<UInt32>) {
    guard situation.place != 0, let places = view.places,
      let place = places.find(situation.place)
    else { return }
    let all = places.range(of: place)
    let low = IndexView.lowerBound(of: labels.lowerBound, in: places.labels, all)
    let high = IndexView.lowerBound(
      of: labels.upperBound, in: places.labels, low..<all.upperBound)
    range = low..<high
    for i in range { mass += places.count(i) }
  }

  /// How often `label` was submitted at the place.
  @inline(__always)
  func count(of label: UInt32, _ places: PlacesView?) -> Double {
    guard !range.isEmpty, let places else { return 0 }
    let i = IndexView.lowerBound(of: label, in: places.labels, range)
    return i < range.upperBound && places.labels[i] == label ? places.count(i) : 0
  }
}
