// What the shop sells to cook with and to eat from.

extension ShopDepartment {
  static let kitchen = ShopDepartment(
    brands: "brenta, isola, delmar, halden, solano, emberly, rosby",
    kinds: [
      ShopKind(
        "frying pan", features: "non stick, induction, deep, small",
        materials: "cast iron, stainless steel, ceramic, copper",
        sizes: "28 cm, 24 cm, 30 cm, 20 cm", with: "saucepan, spatula, knife set"),
      ShopKind(
        "coffee maker", also: "coffee machine",
        features: "filter, programmable, pod, bean to cup, compact", colors: "black, white, red",
        sizes: "4 cup, 10 cup, 12 cup", with: "coffee beans, mug, coffee grinder"),
      ShopKind(
        "kettle", features: "electric, quiet, whistling, retro, fast boil",
        materials: "glass, stainless steel, copper", colors: "black, cream, white, grey, red",
        sizes: "1 l, 2 l", with: "toaster, mug, teapot"),
      ShopKind(
        "air fryer", features: "dual zone, digital, compact, family",
        colors: "black, white, grey", sizes: "5 l, 4 l, 8 l, 9 l",
        with: "air fryer liners, baking tray, food storage containers"),
      ShopKind(
        "knife set", features: "japanese, steak, professional, colourful",
        materials: "stainless steel, ceramic", sizes: "5 piece, 6 piece, 8 piece",
        with: "cutting board, knife sharpener"),
      ShopKind(
        "cutting board", also: "chopping board", features: "large, non slip, small, folding",
        materials: "wooden, bamboo, plastic, glass, oak", with: "knife set, knife sharpener"),
      ShopKind(
        "water bottle", features: "insulated, leakproof, sports, reusable",
        materials: "stainless steel, glass, plastic", colors: ShopColors.everyday,
        audiences: "kids", sizes: "500 ml, 1 l, 750 ml, 2 l", with: "lunch box, gym bag"),
      ShopKind(
        "toaster", features: "retro, wide slot, long slot, digital",
        materials: "stainless steel, glass", colors: "black, cream, white, grey, red",
        sizes: "2 slice, 4 slice", with: "kettle, butter dish"),
      ShopKind(
        "blender", features: "smoothie, portable, hand, high speed", materials: "glass",
        colors: "black, white, red", sizes: "1 l, 2 l", with: "protein powder, food processor"),
      ShopKind(
        "lunch box", features: "insulated, leakproof, bento, stackable",
        materials: "stainless steel, bamboo, plastic",
        colors: "blue, pink, black, green, purple", audiences: "kids, girls, boys",
        with: "water bottle, backpack for school"),
      ShopKind(
        "mug", also: "coffee mug", features: "large, funny, personalised, stackable",
        materials: "ceramic, enamel, glass, stoneware", colors: "white, blue, black, green, pink",
        sizes: "set of 4, set of 6, 500 ml", with: "coffee maker, teapot, coasters"),
      ShopKind(
        "travel mug", features: "insulated, leakproof, reusable",
        materials: "stainless steel, bamboo", colors: "black, white, blue, pink",
        sizes: "350 ml, 500 ml", with: "coffee beans, water bottle"),
      ShopKind(
        "wine glasses", features: "stemless, large, unbreakable", materials: "crystal, plastic",
        sizes: "set of 6, set of 4, set of 2", with: "corkscrew, dinner plates, wine rack"),
      ShopKind(
        "baking tray", features: "non stick, deep, large", materials: "aluminium, silicone",
        sizes: "set of 2, set of 3", with: "cake tin, baking paper, mixing bowl"),
      ShopKind(
        "cake tin", features: "non stick, round, square, loose base",
        sizes: "20 cm, 23 cm, 18 cm", with: "baking tray, mixing bowl, kitchen scales"),
      ShopKind(
        "food storage containers", features: "airtight, stackable, microwave safe, freezer safe",
        materials: "glass, plastic", sizes: "set of 10, set of 6, set of 4",
        with: "lunch box, air fryer"),
      ShopKind(
        "dinner plates", features: "dishwasher safe, microwave safe, square",
        materials: "stoneware, porcelain, ceramic, melamine",
        colors: "white, blue, grey, black, green", sizes: "set of 4, set of 6, set of 8",
        with: "cutlery set, wine glasses, cereal bowls"),
      ShopKind(
        "cereal bowls", features: "deep, dishwasher safe", materials: "stoneware, porcelain",
        colors: "white, blue, grey, green", sizes: "set of 4, set of 6",
        with: "dinner plates, granola"),
      ShopKind(
        "cutlery set", features: "dishwasher safe, camping, modern", materials: "stainless steel",
        colors: "silver, gold, black", sizes: "16 piece, 24 piece, 32 piece",
        with: "dinner plates, wine glasses"),
      ShopKind(
        "saucepan", features: "non stick, induction, small", materials: "stainless steel, copper",
        sizes: "18 cm, 16 cm, 20 cm, set of 3", with: "frying pan, colander"),
      ShopKind(
        "coffee grinder", features: "electric, manual, burr", with: "coffee beans, coffee maker"),
      ShopKind(
        "teapot", features: "with infuser, small, large", materials: "glass, cast iron, ceramic",
        colors: "white, blue, black, green", sizes: "1 l, 500 ml", with: "green tea, mug"),
      ShopKind(
        "food processor", features: "compact, mini, multifunction", colors: "black, white, red",
        sizes: "2 l, 3 l", with: "blender, mixing bowl"),
      ShopKind(
        "stand mixer", features: "compact, retro, professional",
        colors: "red, black, cream, blue, pink", sizes: "5 l, 4 l",
        with: "cake tin, mixing bowl, kitchen scales"),
      ShopKind(
        "mixing bowl", features: "non slip, large, with lid", materials: "stainless steel, glass",
        sizes: "set of 3, set of 5, 5 l", with: "kitchen scales, spatula"),
      ShopKind(
        "kitchen scales", features: "digital, mechanical, compact",
        colors: "black, white, silver, cream", sizes: "5 kg, 10 kg",
        with: "mixing bowl, measuring cups"),
      ShopKind(
        "measuring cups", materials: "stainless steel, plastic", sizes: "set of 4, set of 6",
        with: "kitchen scales, mixing bowl"),
      ShopKind(
        "spatula", features: "heat resistant, slotted", materials: "silicone, wooden",
        with: "frying pan, mixing bowl"),
      ShopKind(
        "colander", features: "collapsible, large", materials: "stainless steel, silicone",
        with: "saucepan, pasta"),
      ShopKind("knife sharpener", features: "electric, manual", with: "knife set, cutting board"),
      ShopKind(
        "air fryer liners", materials: "silicone, paper", sizes: "20 cm, 23 cm, pack of 100",
        with: "air fryer"),
      ShopKind("corkscrew", features: "electric, lever, double hinged", with: "wine glasses"),
      ShopKind(
        "wine rack", features: "wall mounted, countertop, stackable",
        materials: "wooden, metal", sizes: "6 bottle, 12 bottle", with: "wine glasses, corkscrew"),
      ShopKind(
        "spice rack", features: "wall mounted, rotating, 3 tier", materials: "wooden, bamboo",
        with: "food storage containers, olive oil"),
      ShopKind(
        "apron", features: "waterproof, funny, cross back", materials: "linen, cotton, denim",
        colors: "black, grey, navy, green", audiences: "women, men, kids",
        with: "oven gloves, tea towels, mixing bowl"),
      ShopKind(
        "oven gloves", features: "heat resistant, double, long", materials: "silicone, cotton",
        colors: "grey, red, black", with: "apron, tea towels, baking tray"),
      ShopKind(
        "tea towels", features: "striped, absorbent, christmas", materials: "cotton, linen",
        colors: "white, blue, grey, green", sizes: "set of 3, set of 5",
        with: "oven gloves, apron"),
      ShopKind(
        "coasters", features: "round, square, absorbent", materials: "cork, slate, marble, leather",
        sizes: "set of 4, set of 6", with: "mug, wine glasses"),
      ShopKind("butter dish", materials: "ceramic, glass", with: "toaster, dinner plates"),
      ShopKind("baking paper", features: "unbleached, reusable", with: "baking tray, cake tin"),
    ])
}
