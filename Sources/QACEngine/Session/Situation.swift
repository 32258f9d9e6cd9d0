// In which conversation and where something is typed, as the engine knows it: by hashes.
//
// Threads and places are compared by hash alone. Within one session 32 bits are kept: two of a
// session's few threads are the same with odds of 1 to 2^32. Against the index, places have 64 bits.

import QACText

/// The conversation and the place of a text that is typed or was submitted.
public struct Situation: Sendable, Equatable {
  /// Neither is known.
  public static let unknown = Situation()

  /// The hash of the conversation; 0 if it is not known, which stands for all of the session.
  let thread: UInt64
  /// The hash of the place; 0 if it is not known.
  let place: UInt64

  /// Makes a situation.
  ///
  /// - Parameters:
  ///   - thread: The name of a conversation of the session, nil for all of the session.
  ///   - place: Where; nil if that is not known.
  public init(thread: [UInt8]? = nil, place: [UInt8]? = nil) {
    self.thread = thread.map { max(1, StableHash.of($0, seed: 1)) } ?? 0
    self.place = place.map { PlaceKey.of($0) } ?? 0
  }

  /// The thread as a session's events name it: 0 for none.
  var threadKey: UInt32 { Self.short(thread) }

  /// The place as a session's events name it: 0 for none.
  var placeKey: UInt32 { Self.short(place) }

  private static func short(_ hash: UInt64) -> UInt32 {
    hash == 0 ? 0 : max(1, UInt32(truncatingIfNeeded: hash >> 32))
  }
}
