// Adds and removes pins and boosts: first in the database, then in force, then the caller is told.
//
// Two pins are the same if their prefixes and their texts have the same normal forms; two boosts if
// their rules are the same block rule. A
// pin or a boost that is given again, with another time or factor, takes the old one's place in the
// database, and stands behind the others as if it were new.
// Cost: O(rules), and a pass over the labels for boosts by word or pattern, on the holder's thread.

internal import QACEngine
internal import QACIndex
internal import QACSessions
internal import QACText
internal import Synchronization

extension IndexHolder {
  typealias RuleCompletion = @Sendable (Result<RuleOutcome, RuleRefusal>) -> Void

  /// Adds a pin, or changes its time; `completion` is called when it is durable and in force.
  func pin(_ pin: PinRule, in store: SessionStore, completion: @escaping RuleCompletion) {
    change(everywhere(completion, in: store) { .store($0) }) { holder, served throws(RuleRefusal) in
      let form = try Self.form(of: pin, served)
      guard !served.blocked.list.blocks(form.text) else { throw .rankingFault(.blocked) }
      let known = served.rules.pins.filter { Self.same($0, form, served) }
      var rules = served.rules
      if known != [pin] {
        rules.pins.removeAll { known.contains($0) }
        rules.pins.append(pin)
        guard rules.pins.count <= PinRule.maximumRules else {
          throw .tooManyPins(limit: PinRule.maximumRules)
        }
        try holder.keep(add: [pin.stored], remove: known.map(\.stored), in: store)
      }
      return (known.isEmpty, served.labelCount(of: form.text), rules)
    }
  }

  /// Removes the pins that are the same as `pin`; `completion` is called when they are durably gone
  /// and no longer in force.
  func unpin(_ pin: PinRule, in store: SessionStore, completion: @escaping RuleCompletion) {
    change(everywhere(completion, in: store) { .store($0) }) { holder, served throws(RuleRefusal) in
      let form = try Self.form(of: pin, served)
      let known = served.rules.pins.filter { Self.same($0, form, served) }
      var rules = served.rules
      rules.pins.removeAll { known.contains($0) }
      if !known.isEmpty { try holder.keep(add: [], remove: known.map(\.stored), in: store) }
      return (!known.isEmpty, served.labelCount(of: form.text), rules)
    }
  }

  /// Adds a boost, or changes its factor; `completion` is called when it is durable and in force.
  func boost(_ boost: BoostRule, in store: SessionStore, completion: @escaping RuleCompletion) {
    change(everywhere(completion, in: store) { .store($0) }) { holder, served throws(RuleRefusal) in
      let known = try Self.boosts(of: boost.matching, served)
      var rules = served.rules
      if known != [boost] {
        rules.boosts.removeAll { known.contains($0) }
        rules.boosts.append(boost)
        guard rules.boosts.count <= BoostRule.maximumRules else {
          throw .tooManyBoosts(limit: BoostRule.maximumRules)
        }
        try holder.keep(add: [boost.stored], remove: known.map(\.stored), in: store)
      }
      return (known.isEmpty, served.labelCount(hitBy: boost.matching), rules)
    }
  }

  /// Removes the boosts that are the same as one of `rule`; `completion` is called when they are
  /// durably gone and no longer in force.
  func unboost(_ rule: BlockRule, in store: SessionStore, completion: @escaping RuleCompletion) {
    change(everywhere(completion, in: store) { .store($0) }) { holder, served throws(RuleRefusal) in
      let known = try Self.boosts(of: rule, served)
      var rules = served.rules
      rules.boosts.removeAll { known.contains($0) }
      if !known.isEmpty { try holder.keep(add: [], remove: known.map(\.stored), in: store) }
      return (!known.isEmpty, served.labelCount(hitBy: rule), rules)
    }
  }

  /// Runs `body` on the holder's thread, and puts the rules that it returns in force.
  private func change(
    _ completion: @escaping RuleCompletion,
    _ body:
      @escaping @Sendable (IndexHolder, ServedIndex) throws(RuleRefusal) -> (
        isChanged: Bool, labels: Int, rules: RuleSet
      )
  ) {
    loader.async { [self] in
      completion(
        Result { () throws(RuleRefusal) in
          let before = current
          let change = try body(self, before)
          let after = before.with(ranking: change.rules)
          served.withLock { $0 = after }
          return RuleOutcome(
            isChanged: change.isChanged, isInFile: false, labels: change.labels)
        })
    }
  }

  private static func form(
    of pin: PinRule, _ served: ServedIndex
  ) throws(RuleRefusal) -> PinRule.Form {
    do throws(RankingRuleFault) {
      return try pin.form(by: served.normalizer)
    } catch {
      throw .rankingFault(error)
    }
  }

  /// The boosts of the texts that `rule` matches.
  private static func boosts(
    of rule: BlockRule, _ served: ServedIndex
  ) throws(RuleRefusal) -> [BoostRule] {
    let form: [UInt8]
    do throws(BlockRuleFault) {
      form = try rule.form(by: served.normalizer)
    } catch {
      throw .fault(error)
    }
    return served.rules.boosts.filter {
      $0.matching.kind == rule.kind && (try? $0.matching.form(by: served.normalizer)) == form
    }
  }

  private static func same(_ pin: PinRule, _ form: PinRule.Form, _ served: ServedIndex) -> Bool {
    (try? pin.form(by: served.normalizer)) == form
  }
}

extension ServedIndex {
  /// The number of labels with this text: 1 or 0.
  fileprivate func labelCount(of text: [UInt8]) -> Int {
    text.withUnsafeBufferPointer { engine.index.view.label(of: $0) } == nil ? 0 : 1
  }

  fileprivate func labelCount(hitBy rule: BlockRule) -> Int {
    BlockedLabels.labels(hitBy: rule, in: engine.index).count
  }
}

extension RuleSet {
  /// Adds a rule of the database. One that a later version wrote, or that is damaged, is left out.
  mutating func take(_ rule: StoredRule) {
    switch rule {
    case .block(let kind, let text):
      if let kind = BlockRule.Kind(rawValue: kind), let rule = try? BlockRule(kind, text) {
        addedAtRunTime.append(rule)
      }
    case .pin(let prefix, let text, let until):
      if let pin = try? PinRule(prefix: prefix, text: text, until: until) { pins.append(pin) }
    case .boost(let kind, let text, let factor):
      if let kind = BlockRule.Kind(rawValue: kind), let rule = try? BlockRule(kind, text),
        let boost = try? BoostRule(rule, factor: factor)
      {
        boosts.append(boost)
      }
    }
  }
}

extension PinRule {
  fileprivate var stored: StoredRule { .pin(prefix: prefix, text: text, until: until) }
}

extension BoostRule {
  fileprivate var stored: StoredRule {
    .boost(kind: matching.kind.rawValue, text: matching.text, factor: factor)
  }
}
