// Checks the synonyms: phrases are texts in order, and targets are other phrases, each once.
//
// Cost: O(bytes of the phrases + targets x targets of a phrase).

import QACBinary

extension LabelIndex {
  func verifySynonyms() throws(IndexError) {
    guard let synonyms = view.synonyms else { return }
    let phrases = synonyms.phrases
    try demand(
      phrases.count <= SynonymsView.mostPhrases, .synonymOffsets, "there are too many phrases")
    try verifyPhrases(synonyms)
    try demand(
      ascends(synonyms.targetOffsets)
        && synonyms.targetOffsets[phrases.count] == synonyms.targets.count, .synonymTargetOffsets,
      "the offsets do not ascend to the end of the targets")
    for i in 0..<phrases.count {
      let targets = synonyms.targets(of: i)
      try demand(
        targets.count <= SynonymsView.mostTargets, .synonymTargetOffsets,
        "phrase \(i) has too many targets")
      for t in targets {
        let target = synonyms.targets[t]
        try demand(
          target < phrases.count && target != i
            && !targets.prefix(t - targets.lowerBound).contains { synonyms.targets[$0] == target },
          .synonymTargets, "target \(t) is no other phrase, or occurs twice")
      }
    }
  }

  private func verifyPhrases(_ synonyms: SynonymsView) throws(IndexError) {
    let (phrases, offsets) = (synonyms.phrases, synonyms.phraseOffsets)
    try demand(
      ascends(offsets) && offsets[phrases.count] == phrases.bytes.count, .synonymOffsets,
      "the offsets do not ascend to the end of the text")
    try verifyText(phrases.bytes, .synonymText, at: offsets, .synonymOffsets)
    try verifyOrder(phrases, .synonymText)
    for i in 0..<phrases.count {
      try demand(
        phrases[i].count <= SynonymsView.mostPhraseBytes, .synonymOffsets,
        "phrase \(i) is too long")
    }
  }
}
