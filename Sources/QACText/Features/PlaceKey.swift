// The key that stands for a place: a working directory, a category.
//
// Index files hold keys of places and never their text. So changing the hash needs a new version of
// the sections that hold them.

/// Keys of places.
public enum PlaceKey {
  /// The key of `place`, byte by byte; never 0.
  public static func of(_ place: [UInt8]) -> UInt64 { max(1, StableHash.of(place, seed: 2)) }
}
