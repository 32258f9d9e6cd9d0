// Solves small dense systems of linear equations, for Newton's method.
//
// Cost: O(k^3) for k unknowns.

/// Systems of linear equations.
enum LinearSystem {
  /// Solves `matrix` x = `right` by elimination with pivoting; nil if the matrix is singular.
  static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
    let k = right.count
    var a = matrix
    var x = right
    for column in 0..<k {
      var pivot = column
      for row in column..<k where abs(a[row * k + column]) > abs(a[pivot * k + column]) {
        pivot = row
      }
      if abs(a[pivot * k + column]) < 1e-12 { return nil }
      if pivot != column {
        for j in 0..<k { a.swapAt(pivot * k + j, column * k + j) }
        x.swapAt(pivot, column)
      }
      for row in column + 1..<k {
        let factor = a[row * k + column] / a[column * k + column]
        if factor == 0 { continue }
        for j in column..<k { a[row * k + j] -= factor * a[column * k + j] }
        x[row] -= factor * x[column]
      }
    }
    for column in stride(from: k - 1, through: 0, by: -1) {
      for j in column + 1..<max(k, column + 1) { x[column] -= a[column * k + j] * x[j] }
      x[column] /= a[column * k + column]
    }
    return x
  }
}
