// Checks the tree: the nodes' ranges and members, and that the children of a node partition its
// labels.
//
// Cost: O(nodes + members, each once per level of the tree).

import QACBinary
import QACText

extension LabelIndex {
  func verifyTree() throws(IndexError) {
    let v = view
    try demand(v.memberSums[0] == 0, .memberSums, "the first sum is not zero")
    for i in 0..<v.members.count {
      try demand(Int(v.members[i]) < v.labelCount, .members, "member \(i) is not a label")
      try demand(
        v.memberSums[i + 1] >= v.memberSums[i]
          && v.memberSums[i + 1] - v.memberSums[i] == v.weight(of: v.members[i]),
        .memberSums, "the sum after member \(i) is wrong")
    }
    try demand(
      v.nodes[0].labelLow == 0 && Int(v.nodes[0].labelHigh) == v.labelCount
        && Int(v.nodes[0].memberCount) == v.labelCount, .nodes,
      "the root does not hold every label")
    var nextChild = 1
    var greatestArity = 0
    for i in 0..<v.nodes.count {
      let node = v.nodes[i]
      try demand(
        node.labelLow < node.labelHigh && Int(node.labelHigh) <= v.labelCount
          && node.memberCount >= 1 || isEmpty, .nodes, "node \(i) has no range of labels")
      try verifyMembers(of: node, i)
      greatestArity = max(greatestArity, node.arity)
      if node.isLeaf {
        try demand(node.hasTerminal == 0, .nodes, "leaf \(i) has a terminal")
        continue
      }
      try demand(
        Int(node.firstChild) == nextChild && nextChild > i
          && nextChild + Int(node.childCount) <= v.nodes.count,
        .nodes, "the children of node \(i) are not where they must be")
      try verifyChildren(of: node, i)
      nextChild += Int(node.childCount)
    }
    try demand(nextChild == v.nodes.count, .nodes, "a node has no parent")
    try demand(
      greatestArity == v.greatestArity, .nodes,
      "the greatest number of children differs from the header's")
    try verifyPartition()
  }

  private func verifyMembers(of node: NodeRecord, _ i: Int) throws(IndexError) {
    let v = view
    if node.memberStart == IndexFormat.contiguous {
      try demand(
        node.memberCount == node.labelHigh - node.labelLow, .nodes,
        "the number of members of node \(i) differs from its range")
      return
    }
    let start = Int(node.memberStart)
    try demand(
      start + Int(node.memberCount) <= v.members.count, .nodes,
      "the members of node \(i) are not all in the list")
    try demand(
      v.members[start] == node.labelLow
        && v.members[start + Int(node.memberCount) - 1] == node.labelHigh - 1, .members,
      "the members of node \(i) are not its range")
    for k in start + 1..<start + Int(node.memberCount) {
      try demand(v.members[k] > v.members[k - 1], .members, "member \(k) is out of order")
    }
  }

  /// Checks that the members of a node's children are exactly the node's members. That their
  /// numbers add up has been checked before.
  private func verifyPartition() throws(IndexError) {
    let v = view
    let taken = UInt32.max
    // For each label, the deepest node found to hold it so far; parents come before their children.
    var holder = [UInt32](repeating: 0, count: v.labelCount)
    for (i, node) in v.nodes.enumerated() where !node.isLeaf {
      if node.hasTerminal == 1 {
        try demand(
          holder[Int(node.labelLow)] == UInt32(i), .nodes,
          "the terminal of node \(i) belongs to another node")
        holder[Int(node.labelLow)] = taken
      }
      for c in Int(node.firstChild)..<Int(node.firstChild) + Int(node.childCount) {
        for position in 0..<Int(v.nodes[c].memberCount) {
          let label = Int(v.member(position, of: v.nodes[c]))
          try demand(
            holder[label] == UInt32(i), .nodes, "node \(c) has a label that node \(i) lacks")
          holder[label] = UInt32(c)
        }
      }
    }
  }

  /// Checks that the children are within the range of the node and have as many members as it has.
  private func verifyChildren(of node: NodeRecord, _ i: Int) throws(IndexError) {
    let v = view
    var total = Int(node.hasTerminal)
    for c in 0..<Int(node.childCount) {
      let child = v.nodes[Int(node.firstChild) + c]
      total += Int(child.memberCount)
      try demand(
        child.labelLow >= node.labelLow && child.labelHigh <= node.labelHigh, .nodes,
        "a child of node \(i) leaves its range")
    }
    try demand(total == Int(node.memberCount), .nodes, "the children of node \(i) do not add up")
  }
}
