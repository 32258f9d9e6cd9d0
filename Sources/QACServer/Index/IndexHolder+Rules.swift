// Adds and removes block rules: first in the database, then in force, then the caller is told.
//
// Two rules are the same if their kinds are equal and their texts have the same normal form: then
// they block the same labels.
// Cost: O(rules + labels that the rule hits), and a pass over the labels for a word rule or a
// pattern, on the holder's thread.

internal import QACBinary
internal import QACEngine
internal import QACSessions
internal import QACText
internal import Synchronization

extension IndexHolder {
  /// What a change of a rule did.
  struct RuleOutcome {
    /// Whether the rule was added or removed.
    var isChanged: Bool
    /// Whether the block list file has the rule.
    var isInFile: Bool
    /// How many labels it hits.
    var labels: Int
    /// How many items a block rule hits; nil if there are none.
    var items: Int?
  }

  /// Why a rule was not changed.
  enum RuleRefusal: Error {
    case fault(BlockRuleFault)
    case rankingFault(RankingRuleFault)
    case tooManyRules(limit: Int)
    case tooManyPatterns(limit: Int)
    case tooManyPins(limit: Int)
    case tooManyBoosts(limit: Int)
    case inFile(path: String)
    case store(SessionStoreError)
  }

  /// Puts the stored rules and items in force, in place of all that were added at run time.
  func putInForce(_ stored: [StoredRule], _ items: [StoredItem]) {
    let before = current
    var rules = RuleSet(file: before.rules.file)
    for rule in stored { rules.take(rule) }
    rules.items = ItemChanges(items)
    let list = BlockList(rules.all, profile: before.normalizer.profile)
    let after = before.with(rules, BlockedLabels(list, in: before.engine.index))
      .with(ranking: rules)
    served.withLock { $0 = after }
  }

  /// Adds a rule; `completion` is called when the rule is durable and in force.
  func block(
    _ rule: BlockRule, in store: SessionStore,
    completion: @escaping @Sendable (Result<RuleOutcome, RuleRefusal>) -> Void
  ) {
    let completion = everywhere(completion, in: store) { .store($0) }
    loader.async { [self] in
      completion(Result { () throws(RuleRefusal) in try block(rule, store) })
    }
  }

  /// Removes the rules that are the same as `rule`; `completion` is called when they are durably
  /// gone and no longer in force.
  func unblock(
    _ rule: BlockRule, in store: SessionStore,
    completion: @escaping @Sendable (Result<RuleOutcome, RuleRefusal>) -> Void
  ) {
    let completion = everywhere(completion, in: store) { .store($0) }
    loader.async { [self] in
      completion(Result { () throws(RuleRefusal) in try unblock(rule, store) })
    }
  }

  /// Makes a callback that calls `completion` once every living replica has carried the change out,
  /// too, if `store` follows a log.
  func everywhere<Value: Sendable, Refusal: Error>(
    _ completion: @escaping @Sendable (Result<Value, Refusal>) -> Void, in store: SessionStore,
    _ refusal: @escaping @Sendable (SessionStoreError) -> Refusal
  ) -> @Sendable (Result<Value, Refusal>) -> Void {
    guard store.followsLog else { return completion }
    return { result in
      guard case .success = result else { return completion(result) }
      store.whenEverywhere { error in
        completion(error.map { .failure(refusal($0)) } ?? result)
      }
    }
  }

  private func block(
    _ rule: BlockRule, _ store: SessionStore
  ) throws(RuleRefusal) -> RuleOutcome {
    let served = current
    let isInFile = !(try Self.same(as: rule, in: served.rules.file, served)).isEmpty
    let labels = BlockedLabels.labels(hitBy: rule, in: served.engine.index).count
    let items = served.itemCount(hitBy: rule)
    guard try Self.same(as: rule, in: served.rules.addedAtRunTime, served).isEmpty else {
      return RuleOutcome(isChanged: false, isInFile: isInFile, labels: labels, items: items)
    }
    var rules = served.rules
    rules.addedAtRunTime.append(rule)
    guard rules.addedAtRunTime.count <= BlockRule.maximumRules else {
      throw .tooManyRules(limit: BlockRule.maximumRules)
    }
    guard
      rule.kind != .pattern
        || rules.addedAtRunTime.count(where: { $0.kind == .pattern }) <= BlockRule.maximumPatterns
    else { throw .tooManyPatterns(limit: BlockRule.maximumPatterns) }
    try keep(add: [rule.stored], remove: [], in: store)
    replace(served, rules, served.blocked.adding(rule, in: served.engine.index))
    return RuleOutcome(isChanged: true, isInFile: isInFile, labels: labels, items: items)
  }

  private func unblock(
    _ rule: BlockRule, _ store: SessionStore
  ) throws(RuleRefusal) -> RuleOutcome {
    let served = current
    let isInFile = !(try Self.same(as: rule, in: served.rules.file, served)).isEmpty
    let doomed = try Self.same(as: rule, in: served.rules.addedAtRunTime, served)
    let labels = BlockedLabels.labels(hitBy: rule, in: served.engine.index).count
    let items = served.itemCount(hitBy: rule)
    if doomed.isEmpty {
      if isInFile, let blockListPath { throw .inFile(path: blockListPath) }
      return RuleOutcome(isChanged: false, isInFile: false, labels: labels, items: items)
    }
    try keep(add: [], remove: doomed.map(\.stored), in: store)
    var rules = served.rules
    rules.addedAtRunTime.removeAll { doomed.contains($0) }
    var blocked = served.blocked
    for rule in doomed where !rules.file.contains(rule) {
      blocked = blocked.removing(rule, in: served.engine.index)
    }
    replace(served, rules, blocked)
    return RuleOutcome(isChanged: true, isInFile: isInFile, labels: labels, items: items)
  }

  private func replace(_ before: ServedIndex, _ rules: RuleSet, _ blocked: BlockedLabels) {
    let after = before.with(rules, blocked)
    served.withLock { $0 = after }
  }

  /// The rules of `list` that are the same as `rule`.
  private static func same(
    as rule: BlockRule, in list: [BlockRule], _ served: ServedIndex
  ) throws(RuleRefusal) -> [BlockRule] {
    let form: [UInt8]
    do throws(BlockRuleFault) {
      form = try rule.form(by: served.normalizer)
    } catch {
      throw .fault(error)
    }
    return list.filter { $0.kind == rule.kind && (try? $0.form(by: served.normalizer)) == form }
  }

  /// Changes the stored rules, and waits until the change is durable.
  func keep(
    add added: [StoredRule], remove removed: [StoredRule], in store: SessionStore
  ) throws(RuleRefusal) {
    let outcome = CallbackWait.value { callback in
      store.changeRules(add: added, remove: removed, completion: callback)
    }
    do throws(SessionStoreError) {
      try outcome.get()
    } catch {
      throw .store(error)
    }
  }
}

extension BlockRule {
  fileprivate var stored: StoredRule { .block(kind: kind.rawValue, text: text) }
}
