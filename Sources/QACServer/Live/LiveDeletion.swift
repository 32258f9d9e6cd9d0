// A deletion on its way through the overlays of all event loops.
//
// Invariant: `completion` is called once, when the last loop has said that it is done: then no overlay, and
// no working memory of a loop, holds what was deleted.

internal import QACText
internal import Synchronization

/// What the loops are to forget.
final class LiveDeletion: Sendable {
  /// The session, as overlays name it; nil for all.
  let session: UInt64?
  /// Unix seconds, both ends included.
  let times: ClosedRange<Int64>
  /// The normal forms of the queries by each profile, or nil for everything: made here, since a query may have
  /// been typed in many spellings, and loops have others to answer.
  private let forms: [NormalizationProfile: Set<[UInt8]>]?
  private let left: Atomic<Int>
  private let completion: @Sendable () -> Void

  /// A deletion of `queries`, as typed, or of everything where that is nil, for `loops` loops.
  ///
  /// - Complexity: O(bytes of `queries`).
  init(
    _ queries: Set<[UInt8]>?, session: UInt64?, times: ClosedRange<Int64>, loops: Int,
    completion: @escaping @Sendable () -> Void
  ) {
    self.session = session
    self.times = times
    forms = queries.map { queries in
      Dictionary(
        uniqueKeysWithValues: NormalizationProfile.allCases.map { profile in
          let normalizer = Normalizer(profile)
          return (profile, Set(queries.map { normalizer.normalize($0, as: .query) }))
        })
    }
    left = Atomic(loops)
    self.completion = completion
  }

  /// The normal forms of the queries by `profile`; nil for everything.
  func queries(by profile: NormalizationProfile) -> Set<[UInt8]>? {
    forms.map { $0[profile] ?? [] }
  }

  /// Says that one loop is done.
  func finish() {
    if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { completion() }
  }
}
