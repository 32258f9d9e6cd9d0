// Whatever is typed: queries, rules of a block list, keys.

import Foundation
import QACEngine
import QACTerminal
import QACText

/// The normaliser's invariants, for every profile: of any bytes valid UTF-8 in NFC, the same again,
/// a bounded length; of ASCII, what is typed first is the beginning of what it becomes.
let fuzzText: Target = { input in
  let bytes = Array(input)
  for profile in NormalizationProfile.allCases {
    let normalizer = Normalizer(profile)
    let query = normalizer.normalize(bytes, as: .query)
    var prefix = normalizer.normalize(bytes, as: .prefix)
    for (form, kind) in [(query, Normalizer.Kind.query), (prefix, .prefix)] {
      hold(isUTF8(form), "normal forms are UTF-8")
      hold(normalizer.normalize(form, as: kind) == form, "normal forms stay")
      // Three bytes of U+FDFA become 33; a byte that is no UTF-8 becomes three.
      hold(
        form.count <= min(11 * bytes.count, Normalizer.maximumBytes), "normal forms are bounded")
      let text = String(decoding: form, as: UTF8.self)
      // Foundation composes U+1176 with the consonant before it, which no vowel of a syllable is
      // (Unicode 15.0, 3.12: they end with U+1175).
      hold(
        text.unicodeScalars.contains("\u{1176}")
          || text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(form),
        "normal forms are in NFC")
    }
    if profile != .verbatim, prefix.last == 0x20 { prefix.removeLast() }
    hold(prefix == query, "a prefix is a query, except for a space")
    if bytes.allSatisfy({ $0 < 0x80 }) {
      var typed = normalizer.normalize(Array(bytes.prefix(bytes.count / 2)), as: .prefix)
      if !query.starts(with: typed), typed.last == 0x20 { typed.removeLast() }
      // A symbol at the end stays only while no letter follows.
      if !query.starts(with: typed), typed.last == 0x2B || typed.last == 0x23 {
        typed.removeLast()
      }
      hold(query.starts(with: typed), "what is typed begins what it becomes")
    }
    query.withUnsafeBufferPointer { text in
      let words = Tokenizer.words(query)
      hold(
        words.allSatisfy { !$0.isEmpty && $0.upperBound <= query.count }, "words are in the text")
      hold(
        UTF8Scalars.count(text) == String(decoding: query, as: UTF8.self).unicodeScalars.count,
        "scalars are counted")
      RequestFeaturizer.forEachContextKey(text) { _ in }
      NGramFeaturizer.forEachGram(text) { _, _ in }
    }
  }
}

/// A block list: the first line is a text, the rest the file. A rule without wildcards blocks its
/// own text.
let fuzzRules: Target = { input in
  let parts = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
  guard let text = parts.first, let file = parts.last else { return }
  for profile in NormalizationProfile.allCases {
    let normalizer = Normalizer(profile)
    do throws(BlockListError) {
      let rules = try BlockRule.rules(in: Array(file), path: "list", profile: profile)
      let list = BlockList(rules, profile: profile)
      _ = list.blocks(normalizer.normalize(Array(text)))
      for rule in rules where rule.kind != .pattern {
        hold(list.blocks(normalizer.normalize(rule.text)), "a rule blocks its own text")
      }
    } catch {
      hold(!error.description.isEmpty, "an error says something")
    }
  }
}

/// Keys of a terminal, and what is shown on it: never a control character.
let fuzzTerminal: Target = { input in
  var whole = KeyDecoder()
  var piecewise = KeyDecoder()
  let keys = whole.receive(input) + whole.flush()
  hold(
    input.flatMap { piecewise.receive([$0]) } + piecewise.flush() == keys,
    "keys are the same in pieces")
  let shown = VisibleText.of(Array(input))
  hold(
    shown.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
    "no control character is shown")
  hold(CellWidth.of(shown) >= 0, "widths are not negative")
  var editor = LineEditor()
  editor.insert(String(decoding: input, as: UTF8.self))
  hold(editor.text.utf8.count <= LineEditor.defaultMaximumBytes, "lines are bounded")
}
