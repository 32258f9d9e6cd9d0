// What is known of the place of a completion: what people submit there, by the index and since.
//
// The labels of a place are in the order of the index, so those that match a prefix are next to each
// other. What was submitted since is a short list (`OverlayPlaces`).
// Cost: nothing without a place; else three binary searches and a look-up per completion, and two
// binary searches per candidate.

import QACBinary
import QACIndex

/// What people submitted at one place.
struct PlaceUses {
  /// Where the labels that match the prefix lie in the index's list; empty without a place.
  private(set) var range = 0..<0
  /// The number of the place's list in the overlay, or `OverlayPlaces.noList`.
  private(set) var list = OverlayPlaces.noList

  /// Finds what is known of the place of `situation`; of the index, its labels within `labels`.
  init(
    _ view: IndexView, _ overlay: LiveOverlay?, _ situation: Situation, labels: Range<UInt32>
  ) {
    if situation.place == 0 { return }
    if let overlay { list = overlay.places.list(of: situation.place) }
    guard let places = view.places, let place = places.find(situation.place) else { return }
    let all = places.range(of: place)
    let low = IndexView.lowerBound(of: labels.lowerBound, in: places.labels, all)
    let high = IndexView.lowerBound(
      of: labels.upperBound, in: places.labels, low..<all.upperBound)
    range = low..<high
  }

  /// Whether anything is known of the place.
  @inline(__always)
  var isKnown: Bool { !range.isEmpty || list >= 0 }

  /// How often `label` was submitted at the place, by the index.
  @inline(__always)
  func count(of label: UInt32, _ places: PlacesView?) -> Double {
    guard !range.isEmpty, let places else { return 0 }
    let i = IndexView.lowerBound(of: label, in: places.labels, range)
    return i < range.upperBound && places.labels[i] == label ? places.count(i) : 0
  }

  /// How often entry `id` of `overlay` was submitted at the place since; 0 where others may not
  /// know.
  @inline(__always)
  func count(ofEntry id: UInt32?, _ overlay: LiveOverlay?) -> Double {
    guard list >= 0, let id, let overlay else { return 0 }
    return Double(overlay.uses(of: id, atPlace: list))
  }
}
