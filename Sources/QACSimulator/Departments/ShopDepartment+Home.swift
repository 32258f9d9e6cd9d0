// What the shop sells for beds, baths, windows, walls and shelves.

extension ShopDepartment {
  private static let beds = "double, king size, single, super king"

  static let home = ShopDepartment(
    brands: "evera, isola, lumina, umbra, emberly, marlow, velora",
    kinds: [
      ShopKind(
        "rug", features: "round, washable, shaggy, outdoor, striped, moroccan",
        materials: "wool, jute, cotton", colors: "grey, beige, blue, green, cream, pink, black",
        sizes: "160x230, 120x170, 200x290, 80x150", with: "sofa, cushion covers, curtains"),
      ShopKind(
        "curtains", features: "blackout, thermal, sheer, eyelet, pencil pleat",
        materials: "linen, velvet, cotton", colors: ShopColors.room,
        sizes: "66x72, 90x90, 46x54, 66x90", with: "curtain pole, blinds, cushion covers"),
      ShopKind(
        "duvet cover", also: "bedding", features: "striped, floral, reversible, christmas, checked",
        materials: "cotton, linen, brushed cotton, bamboo",
        colors: "white, grey, blue, green, pink, navy", audiences: "kids", sizes: beds,
        with: "pillow, fitted sheet, duvet, throw blanket"),
      ShopKind(
        "pillow", features: "memory foam, orthopaedic, firm, cooling, side sleeper, soft",
        materials: "feather, bamboo, wool", sizes: "2 pack, 4 pack", with: "duvet, duvet cover"),
      ShopKind(
        "desk lamp", features: "adjustable, clip on, vintage, dimmable, rechargeable",
        materials: "wooden, brass", colors: "black, white, green, gold",
        with: "desk, led bulbs, desk organiser"),
      ShopKind(
        "storage basket", features: "woven, with lid, large, foldable, hanging",
        materials: "seagrass, rattan, cotton, felt", colors: "grey, white, natural, black",
        sizes: "set of 3, set of 2", with: "storage boxes, laundry basket, bookshelf"),
      ShopKind(
        "cushion covers", features: "outdoor, knitted, striped, floral",
        materials: "velvet, linen, cotton", colors: ShopColors.room,
        sizes: "45x45, 50x50, 60x60, set of 4", with: "throw blanket, sofa, rug"),
      ShopKind(
        "wall clock", features: "silent, large, vintage, digital, retro",
        materials: "wooden, metal",
        colors: "black, white, silver, gold", sizes: "30 cm, 40 cm, 60 cm",
        with: "picture frame, mirror"),
      ShopKind(
        "picture frame", also: "photo frame", features: "digital, multi, magnetic, vintage",
        materials: "wooden, oak, metal", colors: "black, white, gold, silver",
        sizes: "a4, a3, a2, 10x15, 50x70", with: "wall clock, picture hooks, candles"),
      ShopKind(
        "candles", features: "scented, led, citronella, dinner, christmas",
        materials: "soy, beeswax", colors: "white, red, green, black",
        sizes: "set of 3, set of 6", with: "candle holder, vase, reed diffuser"),
      ShopKind(
        "duvet", features: "lightweight, winter, all season, cooling, weighted",
        materials: "feather, wool, down", sizes: beds, with: "duvet cover, pillow"),
      ShopKind(
        "fitted sheet", features: "deep, crease free", materials: "cotton, brushed cotton, linen",
        colors: "white, grey, blue, navy, pink", sizes: beds, with: "duvet cover, mattress topper"),
      ShopKind(
        "mattress topper", features: "memory foam, cooling, firm, thick", materials: "wool, bamboo",
        sizes: beds, with: "fitted sheet, pillow, mattress"),
      ShopKind(
        "throw blanket", features: "weighted, electric, knitted, fluffy, chunky",
        materials: "wool, fleece, cotton", colors: ShopColors.room,
        sizes: "130x170, 150x200", with: "cushion covers, sofa, candles"),
      ShopKind(
        "bath towels", features: "quick dry, large, striped, soft",
        materials: "cotton, egyptian cotton, bamboo",
        colors: "white, grey, blue, green, navy, pink",
        sizes: "set of 4, set of 2, set of 6", with: "bath mat, shower curtain, dressing gown"),
      ShopKind(
        "bath mat", features: "non slip, quick dry, washable, memory foam",
        materials: "cotton, bamboo, stone", colors: "grey, white, blue, green, black",
        with: "bath towels, shower curtain"),
      ShopKind(
        "shower curtain", features: "mould resistant, extra long, clear, striped",
        materials: "linen, cotton", colors: "white, grey, blue, green",
        sizes: "180x180, 180x200", with: "bath mat, shower caddy"),
      ShopKind(
        "shower caddy", features: "hanging, corner, suction", materials: "stainless steel, bamboo",
        with: "shower curtain, shampoo"),
      ShopKind(
        "blinds", features: "roller, blackout, venetian, roman, thermal",
        materials: "wooden, bamboo, linen", colors: "white, grey, black, cream",
        sizes: "60 cm, 90 cm, 120 cm, 180 cm", with: "curtains, curtain pole"),
      ShopKind(
        "curtain pole", features: "extendable, bay window", materials: "wooden, metal, brass",
        colors: "black, white, silver, gold", sizes: "120 cm, 180 cm, 240 cm",
        with: "curtains, blinds"),
      ShopKind(
        "floor lamp", features: "tripod, arc, dimmable, reading, industrial",
        materials: "wooden, brass, rattan", colors: "black, white, gold",
        with: "led bulbs, armchair, table lamp"),
      ShopKind(
        "table lamp", features: "touch, cordless, bedside, dimmable, small",
        materials: "ceramic, glass, brass", colors: "white, green, blue, gold, black",
        with: "led bulbs, bedside table, floor lamp"),
      ShopKind(
        "reading lamp", features: "clip on, rechargeable, dimmable", with: "pillow, bookshelf"),
      ShopKind(
        "vase", features: "tall, large, small, hanging", materials: "glass, ceramic, stoneware",
        colors: "white, blue, green, clear, black", with: "candles, dried flowers"),
      ShopKind("dried flowers", colors: "white, pink, natural", with: "vase, candles"),
      ShopKind(
        "candle holder", features: "tealight, wall, pillar", materials: "brass, glass, wooden",
        colors: "black, gold, silver", with: "candles, table lamp"),
      ShopKind("reed diffuser", features: "vanilla, lavender, refillable", with: "candles, vase"),
      ShopKind(
        "laundry basket", features: "with lid, collapsible, 2 compartment, tall",
        materials: "bamboo, wicker, fabric", colors: "grey, white, black",
        with: "clothes airer, storage basket"),
      ShopKind(
        "clothes airer", features: "heated, foldable, wall mounted, 3 tier",
        with: "laundry basket, clothes hangers, ironing board"),
      ShopKind(
        "ironing board", features: "compact, tabletop, wide", with: "steam iron, clothes airer"),
      ShopKind("steam iron", features: "cordless, travel, lightweight", with: "ironing board"),
      ShopKind(
        "storage boxes", features: "with lid, underbed, stackable, clear",
        materials: "plastic, fabric, cardboard", sizes: "35 l, 60 l, set of 3",
        with: "storage basket, clothes hangers, wardrobe"),
      ShopKind(
        "clothes hangers", features: "non slip, trouser, space saving",
        materials: "wooden, velvet, plastic", colors: "black, white, grey, pink",
        audiences: "kids", sizes: "pack of 20, pack of 50", with: "wardrobe, storage boxes"),
      ShopKind("picture hooks", features: "adhesive, heavy duty", with: "picture frame, mirror"),
      ShopKind(
        "door mat", features: "washable, outdoor, extra large, funny", materials: "coir, rubber",
        colors: "grey, black, brown", with: "shoe rack, umbrella stand"),
      ShopKind(
        "vacuum cleaner", also: "hoover", features: "cordless, robot, handheld, bagless, pet",
        with: "vacuum bags, mop"),
      ShopKind(
        "vacuum bags", features: "universal", sizes: "5 pack, 10 pack", with: "vacuum cleaner"),
      ShopKind("mop", features: "spin, flat, steam, microfibre", with: "vacuum cleaner"),
    ])
}
