// Deciles and error of predictions, against figures by hand and for an index with known
// probabilities.

import QACBinary
import Testing

@testable import QACReplay

@Suite struct CalibrationTests {
  @Test func decilesAndError() {
    var calibration = Calibration()
    #expect(calibration.bins.isEmpty && calibration.error == 0)
    for i in (0..<20).reversed() {
      calibration.add(Double(i / 2) / 10, isRight: i % 2 == 1)
    }
    let bins = calibration.bins
    #expect(bins.map(\.requests) == [Int](repeating: 2, count: 10))
    for (i, bin) in bins.enumerated() {
      #expect(abs(bin.predicted - Double(i) / 10) < 1e-12)
      #expect(bin.observed == 0.5)
    }
    let expected = (0..<10).reduce(0) { $0 + abs(Double($1) / 10 - 0.5) } / 10
    #expect(abs(calibration.error - expected) < 1e-12)
  }

  @Test func trueOddsHaveNoError() {
    var random = SplitMix64(seed: 3)
    var calibration = Calibration()
    for _ in 0..<40_000 {
      let p = random.unit()
      calibration.add(p, isRight: random.unit() < p)
    }
    #expect(calibration.error < 0.02)
  }

  @Test func fewPredictionsFillFewBins() {
    var calibration = Calibration()
    for p in [0.9, 0.1, 0.5] { calibration.add(p, isRight: p > 0.3) }
    #expect(calibration.bins.map(\.requests) == [1, 1, 1])
    #expect(calibration.bins.map(\.observed) == [0, 1, 1])
  }
}
