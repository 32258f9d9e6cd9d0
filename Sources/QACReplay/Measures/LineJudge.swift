// Counts what a person sees of an answer, knowing the whole log.
//
// `UsefulLine` says which lines are useful. A line that is not is for nobody, unless somebody
// submits it. The log may include what was submitted after the answer: a line that somebody submits
// later is no nonsense.
//
// Cost: one pass over the log's queries to make one. An answer costs a look-up of each line among
// the log's queries, and one of each of its words among the misspelt ones.
// Memory: a set with an entry for each query of the log.

public import QACLogs
import QACText

/// Counts the lines of answers.
public struct LineJudge: Sendable {
  private let submitted: Set<[UInt8]>
  private let misspelt: MisspeltWords

  /// Makes a judge that knows what is submitted in `log`.
  public init(_ log: QueryLog) {
    submitted = Set(log.queries.normalized)
    misspelt = MisspeltWords(log)
  }

  /// Counts the lines of an answer.
  ///
  /// - Parameters:
  ///   - lines: The answer, best first; at most 255 lines.
  ///   - prefix: What was typed, normalised.
  ///   - target: The query that was then submitted, normalised.
  /// - Returns: The counts.
  public func answer(
    _ lines: [SuggestedLine], to prefix: ArraySlice<UInt8>, before target: [UInt8]
  ) -> SeenAnswer {
    var answer = SeenAnswer()
    let typed = Self.length(prefix)
    answer.left = UInt16(clamping: max(0, Self.length(target[...]) - typed))
    answer.isSpelt = !hasMisspeltWord(target, besides: [])
    let known = answer.isSpelt && !misspelt.isEmpty ? Self.finishedWords(of: prefix) : []
    let typedBytes = UsefulLine.typedBytes(of: prefix)
    for line in lines {
      if !line.isPrefixMatch {
        answer.other += 1
        continue
      }
      answer.lines += 1
      if line.isComposed { answer.composed += 1 }
      let text = line.text
      if UsefulLine.isUseful(text, typedBytes: typedBytes, before: target) {
        answer.useful += 1
        if answer.firstUseful == 0 { answer.firstUseful = answer.lines }
        answer.saved = max(answer.saved, UInt16(clamping: max(0, Self.length(text[...]) - typed)))
      } else if !submitted.contains(text) {
        answer.forNobody += 1
      }
      if answer.isSpelt, hasMisspeltWord(text, besides: known) { answer.misspelt += 1 }
    }
    return answer
  }

  /// Whether `text` has a misspelt word whose key is not among `known`.
  private func hasMisspeltWord(_ text: [UInt8], besides known: [UInt64]) -> Bool {
    if misspelt.isEmpty { return false }
    var isFound = false
    text.withUnsafeBufferPointer { bytes in
      Tokenizer.forEachWord(bytes) { word in
        if isFound { return }
        let key = MisspeltWords.key(UnsafeBufferPointer(rebasing: bytes[word]))
        isFound = misspelt.contains(key) && !known.contains(key)
      }
    }
    return isFound
  }

  /// The keys of the words of `prefix` that are typed to their end.
  private static func finishedWords(of prefix: ArraySlice<UInt8>) -> [UInt64] {
    var keys: [UInt64] = []
    prefix.withUnsafeBufferPointer { bytes in
      Tokenizer.forEachWord(bytes) { word in
        if word.upperBound < bytes.count {
          keys.append(MisspeltWords.key(UnsafeBufferPointer(rebasing: bytes[word])))
        }
      }
    }
    return keys
  }

  private static func length(_ text: ArraySlice<UInt8>) -> Int {
    text.withUnsafeBufferPointer { UTF8Scalars.count($0) }
  }
}
