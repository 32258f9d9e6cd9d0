// How often labels are found by their words: typed from the second word on, and in reverse order.
//
//     submitted     "nike running shoes men"
//     second on     "running shoes me"           the other words whole, and half of the last
//     reversed      "men shoes running ni"
//
// Cost: two completions per request that is taken.

public import QACEngine
import QACIndex
import QACText

/// How often labels of two words and more were among the first ten.
public struct AnyOrder: Sendable, Equatable {
  /// The requests that were taken, each with a label of two words or more as its query.
  public var requests = 0
  /// How many were found typed from the second word on.
  public var fromSecondWord = 0
  /// How many were found typed in reverse order.
  public var reversed = 0

  /// Makes counts of no request.
  public init() {}
}

extension LogReplay {
  /// Asks for the labels of several words that were submitted in `part` by their words.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - engine: The engine that is asked, in the context of each request.
  ///   - beam: The most nodes that are expanded on each level; nil for the exact search.
  ///   - limit: The most requests; an evenly spread share is taken if there are more.
  /// - Returns: The counts.
  public func anyOrder(
    of part: LogSplit.Part, engine: CompletionEngine, beam: Int? = CompletionOptions.servedBeam,
    atMost limit: Int = 2_000
  ) -> AnyOrder {
    var counts = AnyOrder()
    var sample = EvenSample(of: requestCount(of: part), atMost: limit)
    let asker = EngineAsker(engine, CompletionOptions(beam: beam), overlay: nil)
    forEachRequest(of: part) { request in
      if !sample.takesNext() { return }
      let words = Tokenizer.words(request.target).map { request.target[$0] }
      let label = request.target.withUnsafeBufferPointer { engine.index.view.label(of: $0) }
      if words.count < 2 || label == nil { return }
      counts.requests += 1
      func finds(_ typed: [ArraySlice<UInt8>]) -> Bool {
        asker.complete(Self.halved(typed)[...], of: request, limit: SystemRunner.answers)
        return asker.place(ofTargetOf: request) != nil
      }
      if finds(Array(words.dropFirst())) { counts.fromSecondWord += 1 }
      if finds(words.reversed()) { counts.reversed += 1 }
    }
    return counts
  }

  /// `words` with spaces between them, the last one cut to its first half, rounded up.
  static func halved(_ words: [ArraySlice<UInt8>]) -> [UInt8] {
    guard let last = words.last else { return [] }
    let scalars = last.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    let half = prefix(of: Array(last), scalars: (scalars + 1) / 2)
    return Array((words.dropLast() + [half]).joined(separator: [0x20]))
  }
}
