// Reads the items of a rebuild and the examples, and judges the items.
//
// Files of items are needed whole: if one cannot be read, the rebuild fails, because an index of
// half a catalogue is worse than that of yesterday. A file of examples that cannot be read is a
// warning and counts as a lost log.

import QACBinary
import QACEngine
import QACIndex
import QACLogs
import QACRetrieval
import QACSessions
import QACText
import QACTraining

extension Rebuild {
  /// Reads items and examples; nil if there are no items.
  func gatherItems() throws -> RebuildItems? {
    let catalog =
      settings.items.isEmpty
      ? ItemCatalog() : try ItemCatalog(contentsOf: settings.items, acceptsPipes: false)
    report.warnings += catalog.report.notes.map { "items: \($0)" }
    let busy = settings.patience / .seconds(1)
    let stored = try settings.database.map { (path) throws(SessionStoreError) in
      try SessionStore.readItems(ofDatabaseAt: path, busySeconds: busy)
    }
    var items = RebuildItems(catalog, stored: stored ?? [], blockList: blockList)
    added = (stored ?? []).compactMap { AddedItem($0) }
    let found = try readExamples(&items.counts)
    if items.isEmpty {
      if let recorded = items.counts.databaseExamples, recorded > 0 {
        report.warnings.append(
          "\(recorded) recorded examples are not learned, because there are no items; name a file "
            + "of them with --items")
      }
      return nil
    }
    items.learn(
      found, filters: filters, window: report.window[0]...report.window[1],
      profile: settings.profile)
    if items.counts.unknownItems > 0 {
      report.warnings.append(
        "\(ItemSource.leftOut(items.counts.unknownItems)): no item has that id")
    }
    var part = RebuildReport.Items()
    part.count = items.catalog.items.count
    part.counts = items.counts
    report.items = part
    return items
  }

  /// Reads the files of examples, and what the daemon recorded.
  private func readExamples(
    _ counts: inout RebuildReport.ItemCounts
  ) throws -> ItemExamples {
    // Secrets are left out by the filters, which count them.
    var reader = ItemExampleReader(weights: settings.kindWeights, keepsSecrets: true)
    let (paths, unmatched, obstructed) = LogSegmenter.paths(settings.examples)
    for pattern in unmatched { report.warnings.append("no file fits \(pattern)") }
    for pattern in obstructed {
      report.warnings.append(
        "a directory on the way to \(pattern) cannot be read, so files may be missing")
    }
    var lost = unmatched.count + obstructed.count
    for path in paths {
      do throws(LogError) {
        try reader.read(path, acceptsPipes: false)
      } catch .noUsableRow(_, _, rows: 0, _, _) {
        // Nobody has clicked yet.
      } catch {
        report.warnings.append("left out: \(error)")
        lost += 1
      }
    }
    if lost > 0 { report.lostLogs = (report.lostLogs ?? 0) + lost }
    report.warnings += reader.result.report.notes.map { "examples: \($0)" }
    if let database = settings.database {
      counts.databaseExamples = 0
      try SessionStore.readExamples(
        ofDatabaseAt: database, after: report.window[0] - 1,
        busySeconds: settings.patience / .seconds(1)
      ) { session, query, use, time in
        counts.databaseExamples = (counts.databaseExamples ?? 0) + 1
        let fault = reader.add(
          session: session, query: query, item: use.item, kind: ItemEventKind(use.kind),
          time: time)
        if let fault { counts.badExamples[fault.rawValue, default: 0] += 1 }
      }
    }
    return reader.result
  }

  /// A judge of `items` beside the served index, and the number of examples to learn before the
  /// judgement.
  func itemJudge(_ items: RebuildItems, served: LabelIndex?) throws -> (ItemJudge, learned: Int) {
    let engine = try served.flatMap { try RetrievalEngine(verified: $0) }
    let learned = items.learned(
      holdingOut: engine == nil ? 0.1 : settings.heldOutShare,
      after: engine?.index.view.lastTime ?? .min)
    let judge = ItemJudge(
      settings: settings, served: engine, added: added, numbers: items.numbers,
      heldOut: items.examples[learned...])
    return (judge, learned)
  }

  /// Whether the new index has about as many items as the served one; nil if neither has any.
  func itemCheck(_ index: LabelIndex, served: LabelIndex?) -> RebuildReport.Check? {
    let (now, before) = (index.view.items?.count ?? 0, served?.view.items?.count ?? 0)
    if before == 0 { return nil }
    if now == 0 {
      return RebuildReport.Check(
        name: .items, passed: false,
        text: "the index has no items, and the served index has \(before); name their file with "
          + "--items, or publish without them with --force")
    }
    let factor = Double(now) / Double(before)
    return RebuildReport.Check(
      name: .items, passed: factor <= settings.sizeFactor && factor >= 1 / settings.sizeFactor,
      text: "\(now) items, the served index has \(before); the number may change by a factor of "
        + "\(settings.sizeFactor)")
  }

  /// Counts the items that came and went.
  func compareItems(_ index: LabelIndex, served: LabelIndex?) {
    let (new, old) = (index.view.items, served?.view.items)
    if new == nil && old == nil { return }
    var part = report.items ?? RebuildReport.Items()
    part.count = new?.count ?? 0
    var known = 0
    for item in 0..<(new?.count ?? 0) {
      if let id = new?.ids[item], old?.item(withID: id) != nil { known += 1 }
    }
    part.added = served == nil ? 0 : part.count - known
    part.gone = (old?.count ?? 0) - known
    report.items = part
  }
}

extension ItemEventKind {
  fileprivate init(_ kind: StoredUse.Kind) {
    switch kind {
    case .click: self = .click
    case .cart: self = .cart
    case .purchase: self = .purchase
    }
  }
}
