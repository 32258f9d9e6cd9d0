// What the word model said of pairs of words before. The candidates of one completion share their
// words, and so do those of the next keystroke.
//
// Invariant: it says what the model says. A slot holds the whole key of its pair; an empty slot
// holds a key that belongs to another slot.
// Cost: a look-up that hits reads one slot; without the cache it takes up to four look-ups in the
// model. 16 bytes per slot.

import QACIndex
import QACText

/// Remembers probabilities of one index's word model; belongs to one thread.
struct WordCache {
  private struct Slot {
    var key: UInt64
    var logProbability: Double
  }

  private static let count = 1024

  private var slots = (0..<UInt64(WordCache.count)).map { Slot(key: $0 ^ 1, logProbability: 0) }

  /// ln P of the words of `text`, and then no more, after the word `previous`: the same as
  /// `WordModelView.logProbability(ofRest:after:)`.
  mutating func logProbability(
    ofRest text: UnsafeBufferPointer<UInt8>, after previous: UInt64, _ model: WordModelView
  ) -> Double {
    slots.withUnsafeMutableBufferPointer { slots in
      model.logProbability(ofRest: text, after: previous) { word, last in
        let pair = WordKey.pair(last, word)
        let slot = Int(truncatingIfNeeded: pair) & (Self.count - 1)
        if slots[slot].key != pair {
          slots[slot] = Slot(
            key: pair, logProbability: model.logProbability(of: word, after: last, pair: pair))
        }
        return slots[slot].logProbability
      }
    }
  }
}
