// Values and rows in PostgreSQL's binary format.
//
// Invariant: a value that is not as long as its type is refused, not guessed.
// Source: src/include/catalog/pg_type.dat for the types' numbers; array_recv in
// src/backend/utils/adt/arrayfuncs.c for arrays.

internal import CPostgres

/// A parameter of a statement.
enum PostgresValue {
  case integer(Int64)
  case double(Double)
  case bytes([UInt8]?)
  case text(String)
  case integers([Int64])
  case flags([Bool])
  case listOfBytes([[UInt8]?])

  /// The number of the type.
  var type: Oid {
    switch self {
    case .integer: return 20
    case .double: return 701
    case .bytes: return 17
    case .text: return 25
    case .integers: return 1016
    case .flags: return 1000
    case .listOfBytes: return 1001
    }
  }

  /// The value; nil for null.
  var bytes: [UInt8]? {
    switch self {
    case .integer(let number): return Self.big(number)
    case .double(let number): return Self.big(number.bitPattern)
    case .bytes(let bytes): return bytes
    case .text(let text): return Array(text.utf8)
    case .integers(let numbers): return Self.array(numbers.map { Self.big($0) }, of: 20)
    case .flags(let flags): return Self.array(flags.map { [$0 ? 1 : 0] }, of: 16)
    case .listOfBytes(let list): return Self.array(list, of: 17)
    }
  }

  private static func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private static func array(_ elements: [[UInt8]?], of type: Int32) -> [UInt8] {
    let hasNull: Int32 = elements.contains { $0 == nil } ? 1 : 0
    var out = big(Int32(1)) + big(hasNull) + big(type) + big(Int32(elements.count)) + big(Int32(1))
    for element in elements {
      out += big(element.map { Int32($0.count) } ?? -1)
      if let element { out += element }
    }
    return out
  }
}

/// The rows of an answer.
final class PostgresRows {
  private let result: OpaquePointer

  /// Takes over `result`.
  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  var count: Int { Int(PQntuples(result)) }

  /// The value in a row and column, both from 0; nil if it is null.
  func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column)
    else { return nil }
    let count = Int(PQgetlength(result, row, column))
    return [UInt8](UnsafeRawBufferPointer(start: value, count: count))
  }

  /// A whole number of eight bytes.
  func integer(_ row: Int, _ column: Int) throws(PostgresError) -> Int64 {
    guard let bytes = bytes(row, column), bytes.count == 8 else { throw .unexpected }
    return bytes.reduce(0) { $0 << 8 | Int64($1) }
  }
}
