// Checks the word lists: labels are in the order of their weights, words are words of the text, and
// the lists hold exactly the words of the labels.
//
// Every entry is a word of its label, no entry occurs twice, and there are as many entries as the
// labels have words. So none is missing.
// Cost: O(bytes of the labels x words of a label).

import QACBinary
import QACText

extension LabelIndex {
  func verifyWordLists() throws(IndexError) {
    guard let lists = view.wordLists else { return }
    try verifyRanks(lists)
    let words = lists.words
    for i in 0..<words.count {
      let range = words.range(i)
      try demand(
        range.upperBound <= view.labelText.count && range.count <= WordListsView.mostWordBytes,
        .listWords, "word \(i) is too long, or ends after the text")
    }
    try verifyOrder(words, .listWords)
    try demand(
      ascends(lists.offsets) && lists.offsets[words.count] == lists.places.count, .listOffsets,
      "the offsets do not ascend to the end of the lists")
    for i in 0..<words.count { try verifyList(lists, i) }
    var entries = 0
    for label in 0..<UInt32(view.labelCount) {
      entries += WordListsView.words(of: view.text(of: label), view.breaker).count
    }
    try demand(entries == lists.places.count, .listPlaces, "a word of a label has no entry")
  }

  /// Checks that the order is one of all labels, by weight and then by number.
  private func verifyRanks(_ lists: WordListsView) throws(IndexError) {
    var last: (weight: UInt64, label: UInt32)?
    for label in lists.rankedLabels {
      try demand(Int(label) < view.labelCount, .rankedLabels, "a label is out of range")
      let weight = view.weight(of: label)
      if let last {
        try demand(
          weight < last.weight || (weight == last.weight && label > last.label), .rankedLabels,
          "label \(label) is out of order")
      }
      last = (weight, label)
    }
  }

  /// Checks that the entries of word `i` ascend, and that each of them is a word of its label.
  private func verifyList(_ lists: WordListsView, _ i: Int) throws(IndexError) {
    let list = lists.list(i)
    try demand(!list.isEmpty, .listOffsets, "word \(i) has no entry")
    for e in list {
      let place = Int(lists.places[e] >> 1)
      try demand(
        place < view.labelCount && (e == list.lowerBound || place > Int(lists.places[e - 1] >> 1)),
        .listPlaces, "entry \(e) is out of order")
      let text = view.text(of: lists.rankedLabels[place])
      let words = WordListsView.words(of: text, view.breaker)
      let found = words.first { text[$0].elementsEqual(lists.words[i]) }
      var isFirst = found != nil
      for byte in text[..<(found?.lowerBound ?? 0)] where !Tokenizer.isSpace(byte) {
        isFirst = false
      }
      try demand(
        found != nil && isFirst == (lists.places[e] & 1 == 1), .listPlaces,
        "entry \(e) is no word of its label")
    }
  }
}
