// Checks the aliases: their texts, and that each stands for a label and is none.
//
// Cost: O(size of these sections), and one look-up of a label per alias.

import QACBinary

extension LabelIndex {
  func verifyAliases() throws(IndexError) {
    if sections[.aliasOffsets] == nil { return }
    let v = view
    let (aliases, offsets) = (v.aliases, v.aliases.offsets)
    try demand(aliases.count > 0, .aliasOffsets, "there is no alias")
    try demand(
      ascends(offsets) && offsets[aliases.count] == aliases.bytes.count, .aliasOffsets,
      "the offsets do not ascend to the end of the text")
    try verifyText(aliases.bytes, .aliasText, at: offsets, .aliasOffsets)
    try verifyOrder(aliases, .aliasText)
    for i in 0..<aliases.count {
      try demand(
        Int(v.aliasLabels[i]) < v.labelCount, .aliasLabels, "alias \(i) stands for no label")
      try demand(v.label(of: aliases[i]) == nil, .aliasText, "alias \(i) is a label")
    }
  }
}
