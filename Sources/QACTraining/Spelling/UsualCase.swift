// Shows a rare label with the capitals that its words usually have.
//
//     running socks          34 uses
//     running socks men      12 uses
//     Running socks size 7    1 use     --->  running socks size 7
//
// A label is shown as most people typed it. Where hardly anybody did, that is one person's habit. A
// capitalised word of such a label is shown in lower case if other labels show it so at least four
// times as often as capitalised. A word that no other label has keeps its capitals: it may be a
// name.
//
// Invariant: only the case of ASCII letters changes, so a text keeps its normal form.
// Cost: O(bytes of the labels).

import QACText

/// Chooses the capitals of labels.
struct UsualCase {
  /// A label of so many uses is shown as it was typed.
  private static let enoughUses: UInt32 = 3
  /// How many times as often other labels show a word in lower case at least.
  private static let leastRatio: UInt64 = 4

  /// Uses of the labels that show each word in lower case, and of those that do not.
  private var uses: [[UInt8]: (lower: UInt64, upper: UInt64)] = [:]

  /// Counts how `labels` are shown, whose forms to show are `surfaces`.
  init(labels: [[UInt8]], surfaces: [[UInt8]], weights: [UInt32]) {
    for label in labels.indices where Self.differInCase(labels[label], surfaces[label]) {
      for word in Tokenizer.words(labels[label]) {
        let text = Array(labels[label][word])
        let isLower = surfaces[label][word].elementsEqual(text)
        uses[text, default: (0, 0)].lower += isLower ? UInt64(weights[label]) : 0
        uses[text, default: (0, 0)].upper += isLower ? 0 : UInt64(weights[label])
      }
    }
  }

  /// The form to show of the label `text` of `weight` uses, which was typed as `surface`.
  func shown(_ text: [UInt8], _ surface: [UInt8], weight: UInt32) -> [UInt8] {
    if weight >= Self.enoughUses || text == surface || !Self.differInCase(text, surface) {
      return surface
    }
    var result = surface
    for word in Tokenizer.words(text) where !surface[word].elementsEqual(text[word]) {
      guard let uses = uses[Array(text[word])] else { continue }
      let others = uses.upper - min(uses.upper, UInt64(weight))
      if uses.lower >= Self.leastRatio * max(1, others) {
        result.replaceSubrange(word, with: text[word])
      }
    }
    return result
  }

  /// Whether both texts are the same apart from the case of ASCII letters, if at all.
  private static func differInCase(_ text: [UInt8], _ surface: [UInt8]) -> Bool {
    text.count == surface.count
      && zip(text, surface).allSatisfy { a, b in
        a == b || (b &- 0x41 < 26 && a == b | 0x20)
      }
  }
}

extension LabelledSet {
  /// Shows rare labels with the capitals that their words usually have.
  mutating func showUsualCase() {
    let uses = weights.map { UInt32(UInt64($0) / weightPerUse) }
    let usual = UsualCase(labels: labels, surfaces: surfaces, weights: uses)
    // A title that nobody submitted is shown as it is published.
    for label in labels.indices where uses[label] > 0 {
      surfaces[label] = usual.shown(labels[label], surfaces[label], weight: uses[label])
    }
  }
}
