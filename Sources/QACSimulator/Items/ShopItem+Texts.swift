// What the shop writes about a product: a line of the file of items.
//
//     p00412 TAB Norvik Vesper Waterproof Hiking Boots, Brown, for Women, Size 8
//       TAB Also called walking boots. Buyers call it rainproof, chestnut, for ladies. ... TAB 58
//       TAB {"price":89.99,"department":"shoes"}

extension ShopInventory {
  /// The id of item `index`.
  static func id(_ index: Int) -> String {
    let digits = "\(index)"
    return "p" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The line of item `index`.
  func line(_ index: Int, _ vocabulary: ShopVocabulary) -> String {
    let item = items[index]
    return "\(Self.id(index))\t\(item.title(vocabulary))\t\(item.text(vocabulary))\t"
      + "\(item.weight)\t\(item.payload(vocabulary))\n"
  }
}

extension ShopItem {
  /// The title: brand, model, properties and kind.
  func title(_ vocabulary: ShopVocabulary) -> String {
    func word(_ sort: ShopSort) -> String { vocabulary.words[Int(query[sort])] }
    let names = vocabulary.kinds[Int(query.kind)].names
    let feature = word(.feature)
    let isBehind = feature.hasPrefix("with ")
    var words = [word(.brand), ShopWording.models[Int(model)]]
    if mark > 1 { words.append("\(mark)") }
    words += [isBehind ? "" : feature, word(.material), names[query.hasOtherName ? 1 : 0]]
    var title = Self.capitalised(words.filter { !$0.isEmpty }.joined(separator: " "))
    if isBehind { title += " " + feature }
    if query[.color] != 0 { title += ", " + Self.capitalised(word(.color)) }
    if query[.audience] != 0 { title += ", for " + Self.capitalised(word(.audience)) }
    if query[.size] != 0 { title += ", " + Self.capitalised(word(.size)) }
    return title
  }

  /// A description in other words than the title's, as far as there are some.
  func text(_ vocabulary: ShopVocabulary) -> String {
    let kind = vocabulary.kinds[Int(query.kind)]
    var sentences: [String] = []
    if kind.names.count > 1 {
      sentences.append("also called " + kind.names[query.hasOtherName ? 0 : 1])
    }
    let properties = [ShopSort.feature, .material, .color, .audience].compactMap {
      sort -> String? in
      let word = vocabulary.words[Int(query[sort])]
      guard let other = ShopWording.synonyms[word] else { return nil }
      return sort == .audience ? "for " + other : other
    }
    if !properties.isEmpty {
      sentences.append("buyers call it " + properties.joined(separator: ", "))
    }
    // Which of the companions depends on the item and on no draw.
    let companions = kind.companions
    let first = companions[(Int(rank) + Int(model)) % companions.count]
    sentences.append("goes well with " + vocabulary.kinds[first].names[0])
    return sentences.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
      .joined(separator: " ")
  }

  /// How often it was sold, about; at least 1.
  var weight: Int { isNew ? 1 : 1 + 900 / (Int(rank) + 3) }

  /// Its price and department as JSON.
  func payload(_ vocabulary: ShopVocabulary) -> String {
    let department = vocabulary.kinds[Int(query.kind)].department
    let cents = price % 100
    return "{\"price\":\(price / 100).\(cents < 10 ? "0" : "")\(cents),"
      + "\"department\":\"\(ShopDepartment.names[department])\"}"
  }

  /// Each word of `text` with a capital.
  private static func capitalised(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for i in bytes.indices
    where bytes[i] &- 0x61 < 26 && (i == 0 || bytes[i - 1] == 0x20) { bytes[i] -= 0x20 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
