// What the shop sells for tents and trails.

extension ShopDepartment {
  static let outdoors = ShopDepartment(
    brands: "norvik, fjordal, tarn, altivo, kestrel, westby",
    kinds: [
      ShopKind(
        "tent", features: "ultralight, waterproof, pop up, family, 4 season, inflatable",
        colors: "green, grey, blue, orange",
        sizes: "4 person, 2 person, 6 person, 3 person, 1 person",
        with: "sleeping bag, camping stove, camping mat, tent pegs"),
      ShopKind(
        "sleeping bag", features: "ultralight, 3 season, winter, compact, double",
        materials: "down, fleece", colors: "blue, green, red, black, grey",
        audiences: "kids, men, women", with: "camping mat, tent, camping pillow"),
      ShopKind(
        "backpack", features: "waterproof, hiking, travel, roll top, anti theft, small",
        materials: "canvas, leather", colors: ShopColors.everyday,
        audiences: ShopAudiences.everyone, sizes: "20 l, 40 l, 30 l, 60 l",
        with: "water bottle, rain cover, packing cubes"),
      ShopKind(
        "rucksack", features: "waterproof, hiking, roll top, lightweight", materials: "canvas",
        colors: "black, green, navy, grey", audiences: ShopAudiences.adults,
        sizes: "30 l, 20 l, 65 l, 40 l", with: "rain cover, walking poles, water bottle"),
      ShopKind(
        "camping chair", features: "folding, lightweight, high back, reclining, padded",
        colors: "green, blue, black, red", audiences: "kids", sizes: "set of 2, set of 4",
        with: "camping table, cool box, camping stove"),
      ShopKind(
        "camping table", features: "folding, roll up, lightweight", materials: "aluminium, bamboo",
        sizes: "4 person, 6 person", with: "camping chair, camping stove"),
      ShopKind(
        "head torch", also: "headlamp", features: "rechargeable, bright, running, waterproof",
        audiences: "kids", with: "camping lantern, batteries"),
      ShopKind(
        "camping lantern", features: "rechargeable, solar, hanging, led", with: "head torch, tent"),
      ShopKind(
        "camping stove", features: "gas, compact, portable, double burner, wood burning",
        with: "camping kettle, camping table, cutlery set"),
      ShopKind("camping kettle", features: "lightweight, collapsible", with: "camping stove"),
      ShopKind(
        "camping mat", also: "sleeping mat", features: "self inflating, double, lightweight, foam",
        with: "sleeping bag, camping pillow, tent"),
      ShopKind(
        "camping pillow", features: "inflatable, compact", with: "sleeping bag, camping mat"),
      ShopKind(
        "walking poles", also: "trekking poles",
        features: "folding, lightweight, adjustable, anti shock",
        materials: "carbon fibre, aluminium", audiences: "women",
        with: "hiking boots, rucksack, hiking socks"),
      ShopKind(
        "cool box", features: "electric, large, small, with wheels",
        colors: "blue, red, grey, green",
        sizes: "24 l, 30 l, 40 l, 50 l", with: "ice packs, camping chair, picnic blanket"),
      ShopKind("ice packs", features: "slim, reusable", sizes: "4 pack, 8 pack", with: "cool box"),
      ShopKind(
        "picnic blanket", features: "waterproof, extra large, folding, tartan", materials: "wool",
        colors: "blue, red, green", with: "cool box, picnic basket"),
      ShopKind(
        "picnic basket", features: "insulated, wicker", sizes: "2 person, 4 person",
        with: "picnic blanket, wine glasses"),
      ShopKind(
        "rain poncho", features: "reusable, lightweight, emergency, packable",
        colors: "green, blue, yellow, black", audiences: ShopAudiences.everyone,
        with: "rain cover, waterproof trousers"),
      ShopKind("rain cover", features: "reflective", sizes: "30 l, 40 l, 65 l", with: "rucksack"),
      ShopKind(
        "hammock", features: "double, camping, with stand, with mosquito net",
        materials: "cotton", colors: "green, blue, grey, cream", with: "picnic blanket, tent"),
      ShopKind("compass", features: "hiking, brass, survival", with: "rucksack, head torch"),
      ShopKind(
        "climbing rope", features: "dynamic, static, lightweight, indoor",
        sizes: "40 m, 60 m, 80 m",
        with: "climbing harness, climbing shoes, chalk bag"),
      ShopKind(
        "climbing shoes", features: "beginner, soft, bouldering", audiences: "women, men, kids",
        sizes: "size 8, size 9, size 7, size 6", with: "chalk bag, climbing harness"),
      ShopKind(
        "climbing harness", features: "adjustable, full body, lightweight",
        audiences: "women, men, kids",
        with: "climbing rope, climbing shoes"),
      ShopKind("chalk bag", features: "bouldering", with: "climbing shoes"),
      ShopKind(
        "tent pegs", features: "heavy duty, hard ground", sizes: "10 pack, 20 pack", with: "tent"),
      ShopKind(
        "binoculars", features: "compact, birdwatching, waterproof", audiences: "kids",
        sizes: "8x42, 10x42, 10x25", with: "rucksack, bird feeder"),
    ])
}
