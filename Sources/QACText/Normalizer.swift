// Turns typed bytes into the form in which queries, labels and prefixes are compared.

/// Normalises UTF-8 text by one profile.
public struct Normalizer: Sendable, Equatable {
  /// What a text is, which decides what happens at its end.
  public enum Kind: Sendable {
    /// A submitted query or a label: white space at the end is dropped (`search`).
    case query
    /// A text still being typed: one trailing space is kept ("new " is not "new").
    case prefix
  }

  /// The profile by which this normalises.
  public let profile: NormalizationProfile

  /// Makes a normaliser of `profile`.
  public init(_ profile: NormalizationProfile) {
    self.profile = profile
  }

  /// Replaces `output` by the normal form of `input`; invalid UTF-8 becomes U+FFFD.
  public func normalize(
    _ input: UnsafeBufferPointer<UInt8>, as kind: Kind, into output: inout [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: input)
  }

  /// The normal form of `text`.
  public func normalize(_ text: String, as kind: Kind = .query) -> [UInt8] {
    normalize(Array(text.utf8), as: kind)
  }

  /// The normal form of the UTF-8 bytes `input`.
  public func normalize(_ input: [UInt8], as kind: Kind = .query) -> [UInt8] {
    var output: [UInt8] = []
    input.withUnsafeBufferPointer { normalize($0, as: kind, into: &output) }
    return output
  }
}
