// How often something is logged that happens often.

import Testing

@testable import QACServer

@Suite struct OccasionTests {
  @Test func itComesUpOnceInAWhileAndCountsTheRest() {
    let occasion = Occasion(seconds: 10)
    #expect(occasion.isDue(at: 5) == 0)
    for i in 0..<1000 { #expect(occasion.isDue(at: 5 + i * 1000) == nil) }
    #expect(occasion.isDue(at: 10_000_005) == 1000)
    #expect(occasion.isDue(at: 10_000_006) == nil)
    #expect(occasion.isDue(at: 30_000_000) == 1)
  }
}
