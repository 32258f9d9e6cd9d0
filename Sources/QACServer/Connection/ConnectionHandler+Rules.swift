// What `block`, `unblock` and `blocks` do, and how rules of all kinds are refused and listed.

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
        handler.core.tell(outcome, kind: rule.kind.rawValue, isAdded: isBlock)
        handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
          if isBlock {
            ResponseEncoder.ruleAdded(
              isNew: outcome.isChanged, labels: outcome.labels, items: outcome.items, id: id,
              into: &output)
          } else {
            ResponseEncoder.ruleRemoved(
              existed: outcome.isChanged, isInFile: outcome.isInFile, labels: outcome.labels,
              items: outcome.items, id: id, into: &output)
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

  func refuse(_ refusal: IndexHolder.RuleRefusal, _ ticket: ProtocolMachine.Ticket) {
    switch refusal {
    case .fault(let fault):
      refuse(.invalidParams, "params.text: \(fault)", ticket)
    case .tooManyRules(let limit):
      refuse(
        .invalidParams,
        "there are already \(limit) rules; unblock some, or move them to the block list file",
        ticket)
    case .tooManyPatterns(let limit):
      refuse(
        .invalidParams,
        "there are already \(limit) patterns; unblock some, or use word and prefix rules", ticket)
    case .rankingFault(.blocked):
      refuse(.textBlocked, RankingRuleFault.blocked.description, ticket)
    case .rankingFault(let fault):
      refuse(.invalidParams, "params.text: \(fault)", ticket)
    case .tooManyPins(let limit):
      refuse(.invalidParams, "there are already \(limit) pins; unpin some", ticket)
    case .tooManyBoosts(let limit):
      refuse(.invalidParams, "there are already \(limit) boosts; unboost some", ticket)
    case .inFile(let path):
      refuse(
        .ruleInFile, "the rule is in the block list file \(path); remove it there, then reload",
        ticket)
    case .store(let error):
      refuse(error, ticket)
    }
  }

  /// Lists the rules of one method, or the items, piece by piece, since there may be a hundred
  /// thousand.
  ///
  /// A batch's answer is written in one piece: there only a short list is answered.
  func list(
    _ listing: RulesAnswer.Listing, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    var answer = RulesAnswer(core.index.current, listing, timing)
    if ticket.isOfBatch {
      if answer.byteCount <= Self.outputBytes * 8 {
        machine.reply(to: ticket, into: &loop.output) { id, output in
          answer.begin(id: id, into: &output)
          while !answer.appendPiece(to: &output) {}
        }
      } else {
        refuse(
          .batchTooLarge, "the list is too long for a batch; send the request alone", ticket)
      }
    } else if let id = machine.beginReply(to: ticket) {
      answer.begin(id: id, into: &loop.output)
      longAnswer = answer
      return
    }
    finished(timing)
  }

  /// Appends the next piece of the long answer.
  func appendPiece() {
    guard var answer = longAnswer.take() else { return }
    if answer.appendPiece(to: &loop.output) {
      machine.endReply(into: &loop.output)
      finished(answer.timing)
    } else {
      longAnswer = answer
    }
  }
}

extension ServerCore {
  /// Logs that a rule was added or removed, without its text.
  func tell(_ outcome: IndexHolder.RuleOutcome, kind: String, isAdded: Bool) {
    if outcome.isChanged {
      logger.info(
        isAdded ? "rule added" : "rule removed",
        metadata: ["kind": "\(kind)", "labels": "\(outcome.labels)"])
    }
  }
}

extension Request.Rule.Kind {
  var ofEngine: BlockRule.Kind {
    switch self {
    case .exact: return .exact
    case .prefix: return .prefix
    case .word: return .word
    case .pattern: return .pattern
    case .item: return .item
    }
  }
}

extension BlockRule.Kind {
  var onWire: Request.Rule.Kind {
    switch self {
    case .exact: return .exact
    case .prefix: return .prefix
    case .word: return .word
    case .pattern: return .pattern
    case .item: return .item
    }
  }
}
