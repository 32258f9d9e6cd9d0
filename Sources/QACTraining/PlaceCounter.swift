// Counts what people submit where: for each place the labels that enough people submitted there.
//
// A pair of place and label needs as many people as a label does, so a directory or a query of few
// people leaves no trace. Only hashes of places are kept.
// Invariant: places ascend by key, labels within a place by number; equal sets give equal tables. Two
// places with one key, with odds of 1 to 2^64, count as one.
// Cost: O(n log n) for n examples with a place.

import QACIndex
import QACText

/// Counts uses of labels by place.
struct PlaceCounter {
  private struct Use {
    var place: UInt64
    var label: UInt32
    var user: UInt32
    var count: UInt32
  }

  /// The places of `set` with what at least `settings.minimumUsers` people submitted there; if people
  /// are not known, at least as many uses.
  static func places(
    of set: TrainingSet, _ labelled: LabelledSet, _ settings: BuildSettings
  ) -> PlacesContent {
    var content = PlacesContent()
    if set.places.isEmpty { return content }
    let keys = set.places.map { PlaceKey.of($0) }
    var uses: [Use] = []
    for example in set.examples where example.place != TrainingSet.none {
      guard let label = labelled.labelOfQuery[Int(example.query)] else { continue }
      uses.append(
        Use(
          place: keys[Int(example.place)], label: label, user: example.user,
          count: example.count))
    }
    uses.sort { ($0.place, $0.label, $0.user) < ($1.place, $1.label, $1.user) }
    var start = 0
    while start < uses.count {
      let (place, label) = (uses[start].place, uses[start].label)
      var end = start
      var (people, count) = (0, UInt64(0))
      while end < uses.count, uses[end].place == place, uses[end].label == label {
        let isKnown = uses[end].user != TrainingSet.none
        if !isKnown {
          people += Int(uses[end].count)
        } else if end == start || uses[end].user != uses[end - 1].user {
          people += 1
        }
        count += UInt64(uses[end].count)
        end += 1
      }
      if people >= settings.minimumUsers {
        content.add(label, count: UInt32(clamping: count), at: place)
      }
      start = end
    }
    return content
  }
}
