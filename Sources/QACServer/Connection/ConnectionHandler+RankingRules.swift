// What `pin`, `unpin`, `boost` and `unboost` do.

internal import QACEngine
internal import QACProtocol

extension ConnectionHandler {
  /// Adds a pin, or takes it back.
  func change(
    _ parameters: Request.Pin, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket,
    isAdded: Bool
  ) {
    let pin: PinRule
    do throws(RankingRuleFault) {
      pin = try PinRule(
        prefix: parameters.prefix, text: parameters.text, until: parameters.until)
    } catch {
      refuse(.rankingFault(error), ticket)
      return finished(timing)
    }
    let completion = changed(kind: "pin", isAdded: isAdded, timing, ticket)
    if isAdded {
      core.index.pin(pin, in: core.store, completion: completion)
    } else {
      core.index.unpin(pin, in: core.store, completion: completion)
    }
  }

  /// Adds a boost.
  func boost(
    _ parameters: Request.Boost, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    guard let rule = rule(parameters.rule, timing, ticket) else { return }
    do throws(RankingRuleFault) {
      let boost = try BoostRule(rule, factor: parameters.factor)
      core.index.boost(
        boost, in: core.store,
        completion: changed(kind: "boost", isAdded: true, timing, ticket))
    } catch {
      refuse(.rankingFault(error), ticket)
      finished(timing)
    }
  }

  /// Takes a boost back.
  func unboost(
    _ parameters: Request.Rule, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    guard let rule = rule(parameters, timing, ticket) else { return }
    core.index.unboost(
      rule, in: core.store, completion: changed(kind: "boost", isAdded: false, timing, ticket))
  }

  /// The rule of a boost; if it is none, the request is answered.
  private func rule(
    _ parameters: Request.Rule, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) -> BlockRule? {
    do throws(BlockRuleFault) {
      return try BlockRule(parameters.kind.ofEngine, parameters.text)
    } catch {
      refuse(.fault(error), ticket)
      finished(timing)
      return nil
    }
  }

  /// A callback that answers when the rule is changed.
  private func changed(
    kind: String, isAdded: Bool, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) -> IndexHolder.RuleCompletion {
    later(timing) {
      (handler, result: Result<IndexHolder.RuleOutcome, IndexHolder.RuleRefusal>) in
      switch result {
      case .success(let outcome):
        handler.core.tell(outcome, kind: kind, isAdded: isAdded)
        handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
          if isAdded {
            ResponseEncoder.ruleAdded(
              isNew: outcome.isChanged, labels: outcome.labels, id: id, into: &output)
          } else {
            ResponseEncoder.ruleRemoved(
              existed: outcome.isChanged, isInFile: nil, labels: outcome.labels, id: id,
              into: &output)
          }
        }
      case .failure(let refusal):
        handler.refuse(refusal, ticket)
      }
    }
  }
}
