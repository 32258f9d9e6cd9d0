// What `block`, `unblock` and `blocks` do.

internal import Logging
internal import QACEngine
internal import QACProtocol

extension ConnectionHandler {
  /// Adds or removes a rule.
  func change(
    _ parameters: Request.Rule, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket,
    isBlock: Bool
  ) {
    let rule: BlockRule
    do throws(BlockRuleFault) {
      rule = try BlockRule(parameters.kind.ofEngine, parameters.text)
    } catch {
      refuse(.invalidParams, "params.text: \(error)", ticket)
      return finished(timing)
    }
    let completion = later(timing) {
      (handler, result: Result<IndexHolder.RuleOutcome, IndexHolder.RuleRefusal>) in
      switch result {
      case .success(let outcome):
        handler.core.tell(outcome, of: rule, isBlock: isBlock)
        handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
          if isBlock {
            ResponseEncoder.blocked(
              isNew: outcome.isChanged, labels: outcome.labels, id: id, into: &output)
          } else {
            ResponseEncoder.unblocked(
              existed: outcome.isChanged, isInFile: outcome.isInFile, labels: outcome.labels,
              id: id, into: &output)
          }
        }
      case .failure(let refusal):
        handler.refuse(refusal, ticket)
      }
    }
    if isBlock {
      core.index.block(rule, in: core.store, completion: completion)
    } else {
      core.index.unblock(rule, in: core.store, completion: completion)
    }
  }

  private func refuse(_ refusal: IndexHolder.RuleRefusal, _ ticket: ProtocolMachine.Ticket) {
    switch refusal {
    case .fault(let fault):
      refuse(.invalidParams, "params.text: \(fault)", ticket)
    case .tooManyRules(let limit):
      refuse(
        .invalidParams,
        "there are \(limit) rules already; unblock some, or write them into the block list file",
        ticket)
    case .tooManyPatterns(let limit):
      refuse(
        .invalidParams,
        "there are \(limit) patterns already; unblock some, or use word and prefix rules", ticket)
    case .inFile(let path):
      refuse(
        .ruleInFile, "the block list file \(path) holds this rule; remove it there, then reload",
        ticket)
    case .store(let error):
      refuse(error, ticket)
    }
  }

  /// Lists the rules.
  func rules(_ ticket: ProtocolMachine.Ticket) {
    let rules = core.index.current.rules
    machine.reply(to: ticket, into: &loop.output) { id, output in
      var encoder = RulesEncoder(id: id, into: &output)
      for rule in rules.method {
        encoder.append(kind: rule.kind.onWire, text: rule.text, isInFile: false, into: &output)
      }
      for rule in rules.file {
        encoder.append(kind: rule.kind.onWire, text: rule.text, isInFile: true, into: &output)
      }
      encoder.finish(into: &output)
    }
  }
}

extension ServerCore {
  /// Tells the log that a rule came or went, without its text.
  fileprivate func tell(
    _ outcome: IndexHolder.RuleOutcome, of rule: BlockRule, isBlock: Bool
  ) {
    if outcome.isChanged {
      logger.info(
        isBlock ? "rule added" : "rule removed",
        metadata: ["kind": "\(rule.kind.rawValue)", "labels": "\(outcome.labels)"])
    }
  }
}

extension Request.Rule.Kind {
  fileprivate var ofEngine: BlockRule.Kind {
    switch self {
    case .exact: return .exact
    case .prefix: return .prefix
    case .word: return .word
    case .pattern: return .pattern
    }
  }
}

extension BlockRule.Kind {
  fileprivate var onWire: Request.Rule.Kind {
    switch self {
    case .exact: return .exact
    case .prefix: return .prefix
    case .word: return .word
    case .pattern: return .pattern
    }
  }
}
