// The pins of one index, to be found by what was typed.
//
// The pins whose texts begin with a prefix are one range of the pins in the order of their texts.
// Each of them counts if its own prefix is no longer than what was typed, because both are
// beginnings of one text.
// Invariant: of several pins, those of longer prefixes stand first; of equal lengths, the one that
// was added first. A test compares with a linear scan.
// Cost: a binary search, and one comparison of numbers for each pin in the range: at most
// `PinRule.maximumRules`; no allocation.

import QACBinary
import QACIndex
import QACText

/// Pins in the normal form of an index.
struct PinTable: Sendable {
  private struct Pin {
    var prefixBytes: Int
    var until: Int64
    /// The label with the text, or `Candidate.noLabel`.
    var label: UInt32
    var text: Range<Int>
    var surface: Range<Int>
  }

  /// In the order in which they were added.
  private var pins: [Pin] = []
  /// Numbers of pins, in the order of their texts.
  private var byText: [UInt32] = []
  private var bytes: [UInt8] = []

  /// Whether there are no pins.
  var isEmpty: Bool { pins.isEmpty }

  /// Makes a table of those `rules` that can have an effect in `index`.
  init(_ rules: [PinRule], in index: LabelIndex) {
    let normalizer = Normalizer(index.profile)
    for rule in rules {
      guard let form = try? rule.form(by: normalizer) else { continue }
      let label = form.text.withUnsafeBufferPointer { index.view.label(of: $0) }
      pins.append(
        Pin(
          prefixBytes: form.prefix.count, until: rule.until ?? .max,
          label: label ?? Candidate.noLabel, text: store(form.text), surface: store(rule.text)))
    }
    let (pins, bytes) = (pins, bytes)
    byText = pins.indices.map { UInt32($0) }.sorted { a, b in
      let (x, y) = (bytes[pins[Int(a)].text], bytes[pins[Int(b)].text])
      return x.elementsEqual(y) ? a < b : x.lexicographicallyPrecedes(y)
    }
  }

  private mutating func store(_ new: [UInt8]) -> Range<Int> {
    bytes += new
    return bytes.count - new.count..<bytes.count
  }

  /// Finds the pins that count for `prefix` at `time`, best first, as numbers in `top`.
  func find(
    _ prefix: UnsafeBufferPointer<UInt8>, at time: Int64, into top: inout TopLabels
  ) {
    top.reset(limit: PinRule.mostShown)
    let start = (0..<byText.count).partitioningIndex { place in
      withText(Int(byText[place])) { !$0.lexicographicallyPrecedes(prefix) }
    }
    for place in start..<byText.count {
      let number = Int(byText[place])
      if !withText(number, { $0.hasPrefix(prefix) }) { return }
      let pin = pins[number]
      if pin.prefixBytes <= prefix.count, time < pin.until {
        top.offer(ScoredLabel(label: UInt32(number), score: Double(pin.prefixBytes)))
      }
    }
  }

  /// Adds the text of pin `number` to `table`.
  func add(_ number: UInt32, to table: inout CandidateTable) {
    let pin = pins[Int(number)]
    if pin.label != Candidate.noLabel {
      table.add(label: pin.label, from: .pinned)
    } else {
      bytes.withUnsafeBufferPointer { bytes in
        _ = table.add(
          text: UnsafeBufferPointer(rebasing: bytes[pin.text]),
          surface: UnsafeBufferPointer(rebasing: bytes[pin.surface]), from: .pinned)
      }
    }
  }

  /// The position of the text of pin `number` in `table`, if it is there.
  func position(of number: UInt32, in table: borrowing CandidateTable) -> Int? {
    let pin = pins[Int(number)]
    if pin.label != Candidate.noLabel { return table.find(label: pin.label) }
    return bytes.withUnsafeBufferPointer { bytes in
      table.find(text: UnsafeBufferPointer(rebasing: bytes[pin.text]))
    }
  }

  @inline(__always)
  private func withText<R>(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[pins[number].text])) }
  }
}
