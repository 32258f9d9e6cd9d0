// What the shop sells for skin, hair, teeth and nails.

extension ShopDepartment {
  static let beauty = ShopDepartment(
    brands: "evera, velora, pavona, lumina, juno, solano",
    kinds: [
      ShopKind(
        "face cream", also: "moisturiser",
        features: "anti ageing, fragrance free, vitamin c, sensitive skin, night, organic, vegan",
        audiences: ShopAudiences.adults, sizes: "50 ml, 100 ml",
        with: "face wash, eye cream, sunscreen"),
      ShopKind(
        "shampoo", features: "anti dandruff, dry, moisturising, solid, purple, sulphate free",
        audiences: "men, women, kids", sizes: "250 ml, 500 ml, 1 l",
        with: "conditioner, hair mask, hair brush"),
      ShopKind(
        "conditioner", features: "moisturising, leave in, sulphate free, solid, purple",
        sizes: "250 ml, 500 ml, 1 l", with: "shampoo, hair mask"),
      ShopKind(
        "sunscreen", also: "sun cream",
        features: "face, sensitive skin, waterproof, mineral, tinted",
        audiences: "kids", sizes: "spf 50, spf 30, 200 ml, 100 ml",
        with: "after sun, lip balm, beach towel"),
      ShopKind(
        "after sun", features: "cooling, aloe vera", sizes: "200 ml, 400 ml", with: "sunscreen"),
      ShopKind(
        "lipstick", features: "matte, long lasting, vegan, glossy, moisturising",
        colors: "red, nude, pink, coral, brown, burgundy", with: "lip liner, mascara, foundation"),
      ShopKind(
        "lip liner", features: "long lasting", colors: "nude, red, brown, pink", with: "lipstick"),
      ShopKind(
        "lip balm", features: "tinted, vegan, spf 30", sizes: "3 pack", with: "lipstick, hand cream"
      ),
      ShopKind(
        "hair dryer", features: "ionic, travel, professional, with diffuser",
        colors: "pink, black, white", with: "hair brush, hair straighteners"),
      ShopKind(
        "hair straighteners", features: "cordless, mini, ceramic", colors: "black, pink, white",
        with: "hair dryer, heat protection spray"),
      ShopKind("heat protection spray", sizes: "200 ml", with: "hair straighteners, hair dryer"),
      ShopKind(
        "perfume", features: "vanilla, floral, travel size, gift set", audiences: "women, men",
        sizes: "50 ml, 100 ml, 30 ml", with: "body lotion, lipstick"),
      ShopKind(
        "nail polish", also: "nail varnish", features: "gel, quick dry, matte, glitter",
        colors: "red, pink, nude, black, blue, white, green", with: "nail file, nail polish remover"
      ),
      ShopKind("nail polish remover", features: "acetone free", with: "nail polish, cotton pads"),
      ShopKind(
        "nail file", features: "glass, electric", sizes: "5 pack, 10 pack", with: "nail polish"),
      ShopKind(
        "cotton pads", features: "reusable, organic", sizes: "pack of 100", with: "face wash"),
      ShopKind(
        "body lotion", features: "fragrance free, shimmer, cocoa butter, firming, organic",
        sizes: "400 ml, 250 ml, 200 ml", with: "shower gel, hand cream, body scrub"),
      ShopKind(
        "body scrub", features: "coffee, salt, coconut", sizes: "200 ml, 250 ml",
        with: "body lotion"),
      ShopKind(
        "shower gel", features: "moisturising, fragrance free", audiences: ShopAudiences.adults,
        sizes: "500 ml, 250 ml, 3 pack, refill", with: "body lotion, shampoo, soap bar"),
      ShopKind(
        "hand cream", features: "intensive, fragrance free, organic", sizes: "50 ml, 100 ml, 75 ml",
        with: "body lotion, lip balm"),
      ShopKind(
        "mascara", features: "waterproof, volumising, vegan, lengthening, sensitive eyes",
        colors: "black, brown, blue", with: "eyeliner, lipstick, makeup remover"),
      ShopKind(
        "eyeliner", features: "liquid, waterproof, gel", colors: "black, brown, white",
        with: "mascara"),
      ShopKind(
        "makeup remover", features: "waterproof, oil free, reusable", with: "cotton pads, face wash"
      ),
      ShopKind(
        "foundation", features: "matte, full coverage, vegan, light", sizes: "30 ml",
        with: "makeup brushes, concealer, mascara"),
      ShopKind(
        "concealer", features: "full coverage, under eye, vegan", with: "foundation, makeup brushes"
      ),
      ShopKind(
        "makeup brushes", features: "vegan, travel", sizes: "set of 10, set of 5",
        with: "foundation, makeup bag"),
      ShopKind(
        "makeup bag", features: "travel, large, hanging, clear", materials: "leather, cotton",
        colors: "pink, black, white", with: "makeup brushes, makeup remover"),
      ShopKind(
        "eye cream", features: "anti ageing, caffeine, vitamin c", sizes: "15 ml, 30 ml",
        with: "face cream"),
      ShopKind(
        "face wash", features: "foaming, sensitive skin, exfoliating",
        audiences: ShopAudiences.adults,
        sizes: "150 ml, 200 ml", with: "face cream, cotton pads"),
      ShopKind(
        "hair mask", features: "coconut, repair, moisturising", sizes: "250 ml, 500 ml",
        with: "shampoo"),
      ShopKind(
        "hair brush", features: "detangling, round, paddle", materials: "bamboo, wooden",
        audiences: "kids", with: "hair ties"),
      ShopKind(
        "hair ties", also: "hair bobbles", features: "spiral, no snag, thick",
        materials: "silk, satin",
        colors: "black, brown, pink", audiences: "girls", sizes: "pack of 10, pack of 50",
        with: "hair brush, hair clips"),
      ShopKind(
        "hair clips", features: "claw, large, small, snap", colors: "black, gold, pink",
        audiences: "girls", with: "hair ties"),
      ShopKind(
        "beard trimmer", features: "cordless, waterproof, professional", with: "beard oil, razor"),
      ShopKind(
        "beard oil", features: "organic, unscented", sizes: "30 ml, 50 ml", with: "beard trimmer"),
      ShopKind(
        "razor", features: "electric, safety, disposable", audiences: ShopAudiences.adults,
        with: "shaving foam"),
      ShopKind("shaving foam", features: "sensitive skin", sizes: "200 ml", with: "razor"),
      ShopKind(
        "toothbrush", features: "electric, soft, sonic, travel", materials: "bamboo",
        audiences: "kids",
        sizes: "4 pack, 2 pack", with: "toothpaste, toothbrush heads, dental floss"),
      ShopKind(
        "toothbrush heads", features: "soft, compatible", sizes: "4 pack, 8 pack",
        with: "toothbrush"),
      ShopKind(
        "toothpaste", features: "whitening, sensitive, fluoride free", audiences: "kids",
        sizes: "100 ml, 3 pack", with: "toothbrush"),
      ShopKind("dental floss", features: "waxed, biodegradable, mint", with: "toothpaste"),
      ShopKind(
        "soap bar", features: "lavender, unscented, vegan, exfoliating", sizes: "3 pack, 6 pack",
        with: "soap dish, shower gel"),
      ShopKind("soap dish", materials: "wooden, ceramic, bamboo", with: "soap bar"),
    ])
}
