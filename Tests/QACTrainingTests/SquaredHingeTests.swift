// The descent of one classifier against a slow solver of the primal problem.

import QACBinary
import Testing

@testable import QACTraining

@Suite struct SquaredHingeTests {
  /// A random problem; some rows have no features.
  private struct Problem {
    var rows = NodeRows()
    var isPositive: [Bool] = []
    var costs: [Float] = []

    init(seed: UInt64) {
      var random = SplitMix64(seed: seed)
      let features = 1 + random.below(12)
      rows.features = (0..<UInt32(features)).map { $0 }
      for _ in 0..<1 + random.below(60) {
        var square: Float = 0
        let start = rows.ids.count
        for feature in 0..<features where random.below(3) == 0 {
          rows.ids.append(Int32(feature))
          rows.values.append(Float(random.unit()) + 0.1)
          square += rows.values[rows.values.count - 1] * rows.values[rows.values.count - 1]
        }
        for i in start..<rows.values.count { rows.values[i] /= square.squareRoot() }
        rows.offsets.append(Int32(rows.ids.count))
        isPositive.append(random.below(4) == 0)
        costs.append(Float([0.25, 1, 1, 7][random.below(4)]))
      }
    }

    /// Row `i` with the bias, as a dense vector.
    func row(_ i: Int) -> [Double] {
      var x = [Double](repeating: 0, count: rows.features.count + 1)
      for k in Int(rows.offsets[i])..<Int(rows.offsets[i + 1]) {
        x[Int(rows.ids[k])] = Double(rows.values[k])
      }
      x[x.count - 1] = 1
      return x
    }

    func objective(_ w: [Double]) -> Double {
      var sum = zip(w, w).map { $0 * $1 }.reduce(0, +) / 2
      for i in 0..<rows.count {
        let margin = (isPositive[i] ? 1 : -1) * zip(w, row(i)).map { $0 * $1 }.reduce(0, +)
        sum += Double(costs[i]) * max(0, 1 - margin) * max(0, 1 - margin)
      }
      return sum
    }

    /// Newton's method: the objective is a parabola where no row crosses its margin.
    func optimum() -> [Double] {
      let n = rows.features.count + 1
      var w = [Double](repeating: 0, count: n)
      for _ in 0..<200 {
        var gradient = w
        var hessian = (0..<n).map { r in (0..<n).map { $0 == r ? 1.0 : 0 } }
        for i in 0..<rows.count {
          let (x, y) = (row(i), isPositive[i] ? 1.0 : -1)
          let gap = 1 - y * zip(w, x).map { $0 * $1 }.reduce(0, +)
          if gap <= 0 { continue }
          for r in 0..<n {
            gradient[r] -= 2 * Double(costs[i]) * gap * y * x[r]
            for c in 0..<n { hessian[r][c] += 2 * Double(costs[i]) * x[r] * x[c] }
          }
        }
        if gradient.allSatisfy({ abs($0) < 1e-10 }) { break }
        let step = Self.solve(hessian, gradient)
        var length = 1.0
        let before = objective(w)
        while length > 1e-12, objective(zip(w, step).map { $0 - length * $1 }) > before {
          length /= 2
        }
        w = zip(w, step).map { $0 - length * $1 }
      }
      return w
    }

    /// Gauss-Jordan elimination of a positive definite system.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
      var rows = zip(matrix, right).map { $0 + [$1] }
      for pivot in rows.indices {
        rows[pivot] = rows[pivot].map { $0 / rows[pivot][pivot] }
        for r in rows.indices where r != pivot {
          rows[r] = zip(rows[r], rows[pivot]).map { $0 - rows[r][pivot] * $1 }
        }
      }
      return rows.map { $0[$0.count - 1] }
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func theDescentReachesTheOptimum(seed: UInt64) {
    let problem = Problem(seed: seed)
    let best = problem.objective(problem.optimum())
    let exact = SquaredHinge(rows: problem.rows, tolerance: 1e-5, epochs: 20_000)
      .weights(isPositive: problem.isPositive, costs: problem.costs, seed: seed)
    let found = problem.objective(exact.map { Double($0) })
    #expect(found >= best * (1 - 1e-6), "the slow way did not converge")
    #expect(found <= best * (1 + 1e-4) + 1e-6, "\(found) for \(best)")
    // The settings that are used stop earlier, near it.
    let usual = SquaredHinge(rows: problem.rows, tolerance: 0.1, epochs: 100)
      .weights(isPositive: problem.isPositive, costs: problem.costs, seed: seed)
    #expect(problem.objective(usual.map { Double($0) }) <= best * 1.05 + 1e-6)
  }

  @Test func aCostCountsLikeCopiesOfTheRow() {
    var problem = Problem(seed: 11)
    problem.costs = problem.costs.map { _ in 3 }
    var copies = problem
    copies.costs = []
    copies.isPositive = []
    copies.rows = NodeRows(features: problem.rows.features)
    for i in 0..<problem.rows.count {
      let range = Int(problem.rows.offsets[i])..<Int(problem.rows.offsets[i + 1])
      for _ in 0..<3 {
        copies.rows.ids += problem.rows.ids[range]
        copies.rows.values += problem.rows.values[range]
        copies.rows.offsets.append(Int32(copies.rows.ids.count))
        copies.isPositive.append(problem.isPositive[i])
        copies.costs.append(1)
      }
    }
    let (once, thrice) = (problem.optimum(), copies.optimum())
    for (a, b) in zip(once, thrice) { #expect(abs(a - b) < 1e-6) }
    let found = [problem, copies].map {
      SquaredHinge(rows: $0.rows, tolerance: 1e-5, epochs: 20_000)
        .weights(isPositive: $0.isPositive, costs: $0.costs, seed: 1)
    }
    for (a, b) in zip(found[0], found[1]) { #expect(abs(a - b) < 1e-2) }
  }

  @Test func noRowsAndRowsWithoutFeaturesAreLearned() {
    let none = SquaredHinge(rows: NodeRows(features: [4]), tolerance: 0.1, epochs: 10)
    #expect(none.weights(isPositive: [], costs: [], seed: 1) == [0, 0])
    let empty = SquaredHinge(
      rows: NodeRows(offsets: [0, 0, 0]), tolerance: 1e-6, epochs: 1000)
    // b^2 / 2 + 2 (1 - b)^2 is least at 4/5.
    let weights = empty.weights(isPositive: [true, true], costs: [1, 1], seed: 1)
    #expect(weights.count == 1 && abs(weights[0] - 0.8) < 1e-3)
  }
}
