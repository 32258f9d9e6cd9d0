// What the shop sells to furnish a home with.

extension ShopDepartment {
  private static let beds = "double, king size, single, super king"

  static let furniture = ShopDepartment(
    brands: "halden, arbor, cedarline, marlow, isola, rosby",
    kinds: [
      ShopKind(
        "sofa", also: "couch", features: "corner, 2 seater, 3 seater, small, modern, chesterfield",
        materials: "velvet, leather, fabric, linen", colors: ShopColors.room,
        with: "coffee table, cushion covers, throw blanket, rug"),
      ShopKind(
        "desk", features: "standing, corner, gaming, folding, small, adjustable",
        materials: "oak, wooden, glass, pine", colors: "white, black, grey, brown",
        sizes: "120 cm, 140 cm, 100 cm, 160 cm",
        with: "office chair, desk lamp, desk organiser, monitor arm"),
      ShopKind(
        "bookshelf", also: "bookcase",
        features: "corner, tall, industrial, narrow, 5 tier, low",
        materials: "oak, wooden, metal, bamboo", colors: "white, black, grey",
        with: "desk, storage boxes, reading lamp"),
      ShopKind(
        "office chair", features: "ergonomic, adjustable, reclining, high back, armless",
        materials: "leather, mesh, velvet", colors: "black, grey, white, pink, beige",
        with: "desk, desk lamp, chair mat"),
      ShopKind(
        "bed frame", features: "storage, ottoman, modern, low",
        materials: "wooden, metal, oak, velvet, rattan", colors: "white, grey, black, beige",
        sizes: beds, with: "mattress, duvet cover, bedside table"),
      ShopKind(
        "mattress", features: "memory foam, orthopaedic, firm, medium firm, hybrid, folding",
        sizes: beds, with: "bed frame, mattress topper, pillow"),
      ShopKind(
        "wardrobe", features: "sliding door, corner, 2 door, 3 door, mirrored, narrow",
        materials: "oak, wooden, pine, fabric", colors: "white, grey, black",
        with: "chest of drawers, clothes hangers, mirror"),
      ShopKind(
        "chest of drawers", features: "tall, narrow, small, 3 drawer, 5 drawer",
        materials: "oak, pine, wooden, rattan", colors: "white, grey, black",
        with: "wardrobe, bedside table, table lamp"),
      ShopKind(
        "bedside table", features: "small, floating, modern, narrow",
        materials: "oak, wooden, rattan, glass", colors: "white, black, grey",
        with: "table lamp, bed frame"),
      ShopKind(
        "coffee table", features: "round, nesting, lift top, small, modern",
        materials: "oak, glass, marble, wooden", colors: "white, black, grey",
        with: "sofa, rug, coasters"),
      ShopKind(
        "dining table", features: "extendable, round, small, folding, rectangular",
        materials: "oak, wooden, glass, marble", colors: "white, black, grey",
        sizes: "4 seater, 6 seater, 8 seater", with: "dining chairs, table lamp, dinner plates"),
      ShopKind(
        "dining chairs", features: "upholstered, modern, stackable, folding",
        materials: "velvet, oak, leather, rattan", colors: "grey, green, black, beige, white",
        sizes: "set of 4, set of 2, set of 6", with: "dining table, cushion covers"),
      ShopKind(
        "armchair", features: "reclining, swivel, accent, high back",
        materials: "velvet, leather, fabric, rattan", colors: ShopColors.room,
        with: "sofa, floor lamp, throw blanket"),
      ShopKind(
        "sofa bed", features: "corner, 2 seater, small, folding",
        materials: "velvet, leather, fabric", colors: "grey, blue, green, beige, black",
        sizes: "double, single, king size", with: "mattress topper, pillow, duvet"),
      ShopKind(
        "tv stand", also: "tv unit", features: "corner, floating, modern, industrial",
        materials: "oak, wooden, glass", colors: "white, black, grey",
        sizes: "120 cm, 140 cm, 160 cm, 180 cm", with: "television, soundbar"),
      ShopKind(
        "mirror", features: "full length, round, bathroom, arched, wall, hollywood",
        materials: "wooden, rattan", colors: "black, gold, white, silver",
        with: "wall clock, picture frame"),
      ShopKind(
        "shoe rack", features: "stackable, 3 tier, narrow, hallway, 2 tier",
        materials: "wooden, metal, bamboo", colors: "white, black, grey",
        with: "coat rack, door mat, storage basket"),
      ShopKind(
        "coat rack", features: "wall mounted, freestanding, industrial", materials: "wooden, metal",
        colors: "black, white", with: "shoe rack, umbrella stand"),
      ShopKind("umbrella stand", materials: "metal, ceramic, rattan", with: "coat rack, door mat"),
      ShopKind(
        "bean bag", features: "large, outdoor, gaming", materials: "velvet, cord, faux fur",
        colors: "grey, pink, blue, green, black", audiences: "kids", with: "throw blanket, rug"),
      ShopKind(
        "bunk bed", features: "triple, low, storage, l shaped", materials: "wooden, metal, pine",
        colors: "white, grey, black", audiences: "kids", with: "mattress, duvet cover"),
      ShopKind("chair mat", features: "carpet, hard floor, rollable", with: "office chair, desk"),
    ])
}
