// Runs a body for every value and, when it throws, says for which value.

/// A failure together with the labelled value at which it happened.
public struct FailureTrace: Error, CustomStringConvertible {
  /// The label, the value and the error.
  public let description: String
}

/// Calls `body` with each of `values`; an error is rethrown with `label` and the value in front.
public func withEvery<Values: Sequence>(
  _ label: String, in values: Values, _ body: (Values.Element) throws -> Void
) throws {
  for value in values {
    do {
      try body(value)
    } catch {
      throw FailureTrace(description: "\(label): \(value) > \(error)")
    }
  }
}
