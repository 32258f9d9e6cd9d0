// A deletion on its way through the overlays of all event loops.
//
// Invariant: `completion` is called once, after the last loop is done. Then no overlay and no
// working memory of a loop holds what was deleted.

internal import QACText
internal import Synchronization

/// What the loops have to forget.
final class LiveDeletion: Sendable {
  /// The session, as overlays name it; nil for all.
  let session: UInt64?
  /// Unix seconds, both ends included.
  let times: ClosedRange<Int64>
  /// The normal forms of the queries by each profile; nil for everything. They are made here rather
  /// than on the loops, which have clients to answer: a query may have been typed in many
  /// spellings.
  private let forms: [NormalizationProfile: Set<[UInt8]>]?
  private let left: Atomic<Int>
  private let completion: @Sendable () -> Void

  /// Makes a deletion of `queries`, as typed, or of everything if that is nil, for `loops` loops.
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

  /// Notes that one more loop is done.
  func finish() {
    if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { completion() }
  }
}
