// What the shop sells for the feet.

extension ShopDepartment {
  private static let sizes = "size 8, size 9, size 10, size 7, size 6, size 11"

  static let shoes = ShopDepartment(
    brands: "altivo, norvik, kestrel, tarn, westby, callum, drift",
    kinds: [
      ShopKind(
        "running shoes", also: "running shoe",
        features: "trail, waterproof, lightweight, cushioned, wide fit, road",
        colors: ShopColors.everyday, audiences: ShopAudiences.everyone, sizes: sizes,
        with: "running socks, insoles, running shorts, water bottle, rucksack"),
      ShopKind(
        "sneakers", also: "trainers", features: "high top, slip on, chunky, vegan, retro",
        materials: "leather, canvas, suede", colors: ShopColors.everyday,
        audiences: ShopAudiences.everyone, sizes: sizes, with: "jeans, shoe laces, hoodie"),
      ShopKind(
        "boots", features: "ankle, winter, chelsea, lace up, waterproof, wide fit",
        materials: "leather, suede", colors: "black, brown, tan, grey, navy",
        audiences: ShopAudiences.everyone, sizes: sizes, with: "coat, scarf, insoles, jeans"),
      ShopKind(
        "sandals", features: "walking, slip on, flat, cushioned, waterproof, wide fit",
        materials: "leather, cork", colors: "black, brown, tan, white, blue, gold",
        audiences: ShopAudiences.everyone, sizes: sizes, with: "sunscreen, shorts, dress"),
      ShopKind(
        "running socks", features: "cushioned, ankle, compression, breathable, anti blister",
        materials: "merino, cotton", colors: "black, white, grey, pink, blue",
        audiences: ShopAudiences.everyone, sizes: "3 pack, 5 pack, 6 pack",
        with: "running shoes, running shorts, insoles"),
      ShopKind(
        "slippers", features: "memory foam, fluffy, closed back, non slip, heated",
        materials: "sheepskin, felt, wool", colors: "grey, pink, navy, brown, black, beige",
        audiences: ShopAudiences.everyone, sizes: sizes, with: "pyjamas, dressing gown"),
      ShopKind(
        "hiking boots", also: "walking boots",
        features: "waterproof, lightweight, ankle, wide fit, winter", materials: "leather",
        colors: "brown, black, grey, green", audiences: ShopAudiences.everyone, sizes: sizes,
        with: "hiking socks, walking poles, rucksack, waterproof jacket"),
      ShopKind(
        "hiking socks", features: "cushioned, thick, anti blister, thermal",
        materials: "merino, bamboo", colors: "grey, green, navy, black",
        audiences: ShopAudiences.everyone, sizes: "2 pack, 3 pack",
        with: "hiking boots, walking shoes"),
      ShopKind(
        "walking shoes", features: "waterproof, slip on, lightweight, wide fit",
        materials: "leather, suede", colors: "black, brown, grey, navy",
        audiences: ShopAudiences.adults, sizes: sizes, with: "hiking socks, insoles"),
      ShopKind(
        "heels", features: "block, kitten, strappy, low, platform",
        materials: "suede, satin, leather", colors: "black, gold, red, silver, nude, pink",
        audiences: "women", sizes: "size 5, size 6, size 4, size 7, size 8",
        with: "dress, clutch bag, tights"),
      ShopKind(
        "loafers", features: "penny, driving, chunky, slip on", materials: "leather, suede",
        colors: "black, brown, navy, tan", audiences: ShopAudiences.adults, sizes: sizes,
        with: "chinos, shirt, belt"),
      ShopKind(
        "wellies", also: "wellington boots", features: "short, insulated, wide calf, ankle",
        colors: "green, navy, black, red, yellow, pink", audiences: ShopAudiences.everyone,
        sizes: sizes, with: "raincoat, garden gloves, umbrella"),
      ShopKind(
        "football boots", features: "firm ground, astro turf, indoor", materials: "leather",
        colors: "black, white, blue, red, orange", audiences: "men, women, kids, boys, girls",
        sizes: sizes, with: "football, shin pads, football socks"),
      ShopKind(
        "flip flops", features: "cushioned, beach, wide fit", colors: ShopColors.everyday,
        audiences: ShopAudiences.everyone, sizes: sizes, with: "swimsuit, beach towel"),
      ShopKind(
        "shoe laces", features: "round, flat, elastic, waxed",
        colors: "white, black, brown, red, blue", sizes: "120 cm, 90 cm, 150 cm, 75 cm",
        with: "sneakers, insoles, shoe polish"),
      ShopKind(
        "insoles", features: "memory foam, gel, arch support, orthopaedic, heated",
        audiences: ShopAudiences.adults, sizes: sizes, with: "running shoes, boots"),
      ShopKind(
        "shoe polish", colors: "black, brown, neutral, navy, tan", sizes: "50 ml, 100 ml",
        with: "shoe laces, boots"),
    ])
}
