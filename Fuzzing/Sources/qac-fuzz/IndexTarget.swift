// An index file of any bytes, opened as it is and with checksums that fit, and served if it
// verifies.

import QACBinary
import QACEngine
import QACIndex
import QACText

/// What opens and verifies must complete: within bounds, in valid UTF-8, by the prefix.
let fuzzIndex: Target = { input in
  let bytes = Array(input)
  if let index = try? LabelIndex(bytes: bytes) { serve(index) }
  if let index = try? LabelIndex(bytes: signed(bytes)) { serve(index) }
}

private func serve(_ index: LabelIndex) {
  guard let engine = try? CompletionEngine(index: index) else { return }
  let normalizer = Normalizer(index.profile)
  let view = index.view
  var context = SessionContext()
  let overlay = LiveOverlay(index: index)
  let labels = (0..<UInt32(min(index.labelCount, 8))).map { Array(view.text(of: $0)) }
  for (i, label) in labels.enumerated() {
    context.record(normalized: label, surface: Array(view.surface(of: UInt32(i))), at: 90)
    overlay.record(normalized: label, surface: label, session: UInt64(i), at: 90)
  }
  let scratch = CompletionScratch(engine: engine)
  let beginnings = labels.map { Array($0.prefix($0.count / 2)) }
  for prefix in [[], Array("n".utf8), Array("new yrok".utf8)] + beginnings + labels {
    prefix.withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, overlay: overlay, at: 100, limit: 10, scratch: scratch)
    }
    hold(scratch.count <= 10, "no more than asked for")
    let typed = normalizer.normalize(prefix, as: .prefix)
    for i in 0..<scratch.count {
      hold(
        scratch.match(i) != .prefix || scratch.source(i) == .variants
          || scratch.normalizedText(i).starts(with: typed),
        "suggestions begin with the prefix")
    }
  }
}

/// `bytes` with the checksums of whatever sections its table names.
private func signed(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  guard bytes.count >= IndexFormat.headerSize else { return bytes }
  let rows = min(Int(bytes[36]), IndexSection.allCases.count)
  let table = IndexFormat.headerSize..<IndexFormat.headerSize + IndexFormat.tableRowSize * rows
  guard bytes.count >= table.upperBound else { return bytes }
  for row in stride(from: table.lowerBound, to: table.upperBound, by: IndexFormat.tableRowSize) {
    guard let kind = IndexSection(rawValue: UInt16(bytes[row])) else { continue }
    let (start, count) = (small(bytes, row + 8), small(bytes, row + 16))
    let (width, step) = (Int(bytes[row + 2]), Int(bytes[row + 3]))
    let bits =
      switch kind.layout {
      case .whole(let bits): count * bits
      case .packed: count * width
      case .ascending: AscendingArray.bitCount(count, firstBits: width, stepBits: step)
      }
    let end = start + (bits + 7) / 8
    if end > bytes.count { continue }
    set(CRC32C.of(Array(bytes[start..<end])), at: row + 4, of: &bytes)
  }
  set(CRC32C.of(Array(bytes[table])), at: 40, of: &bytes)
  set(CRC32C.of(Array(bytes[..<60])), at: 60, of: &bytes)
  return bytes
}

/// The u64 at `offset`, or a number beyond every file where it is greater than that.
private func small(_ bytes: [UInt8], _ offset: Int) -> Int {
  let value = bytes[offset..<offset + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  return Int(min(value, 1 << 32))
}

private func set(_ value: UInt32, at offset: Int, of bytes: inout [UInt8]) {
  for i in 0..<4 { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> UInt32(8 * i)) }
}
