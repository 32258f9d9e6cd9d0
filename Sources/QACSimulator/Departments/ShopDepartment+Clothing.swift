// What the shop sells to wear.

extension ShopDepartment {
  private static let sizes = "size m, size l, size s, size xl, size xxl, size xs"
  private static let dressSizes = "size 12, size 10, size 14, size 8, size 16, size 18"
  private static let waists = "size 32, size 34, size 30, size 36, size 38"

  static let clothing = ShopDepartment(
    brands: "norvik, velora, kestrel, juno, callum, pavona, drift, emberly",
    kinds: [
      ShopKind(
        "jeans", features: "slim fit, skinny, high waist, wide leg, ripped, stretch",
        colors: "blue, black, grey, white", audiences: ShopAudiences.everyone, sizes: waists,
        with: "belt, t shirt, sneakers, hoodie"),
      ShopKind(
        "dress", features: "summer, maxi, floral, midi, wrap, party, wedding guest, plus size",
        materials: "linen, satin, cotton, lace, velvet",
        colors: "black, red, blue, white, green, pink, navy, yellow", audiences: "women, girls",
        sizes: dressSizes, with: "heels, cardigan, clutch bag, necklace"),
      ShopKind(
        "t shirt", also: "tshirt", features: "oversized, long sleeve, v neck, striped, slim fit",
        materials: "cotton, linen, organic cotton", colors: ShopColors.everyday,
        audiences: ShopAudiences.everyone, sizes: sizes, with: "jeans, shorts, hoodie"),
      ShopKind(
        "jacket", features: "puffer, bomber, winter, quilted, lightweight, hooded",
        materials: "leather, denim, fleece", colors: ShopColors.muted,
        audiences: ShopAudiences.everyone, sizes: sizes, with: "scarf, jeans, gloves"),
      ShopKind(
        "hoodie", features: "oversized, zip up, cropped, heavyweight",
        materials: "cotton, fleece, organic cotton", colors: ShopColors.everyday,
        audiences: ShopAudiences.everyone, sizes: sizes, with: "joggers, t shirt, sneakers"),
      ShopKind(
        "coat", features: "winter, long, hooded, quilted, belted, short",
        materials: "wool, down, faux fur", colors: "black, camel, navy, grey, beige, green, red",
        audiences: ShopAudiences.everyone, sizes: sizes, with: "scarf, gloves, boots, beanie"),
      ShopKind(
        "sweater", also: "jumper", features: "oversized, roll neck, v neck, cable knit, christmas",
        materials: "wool, cashmere, cotton, merino", colors: ShopColors.muted,
        audiences: ShopAudiences.everyone, sizes: sizes, with: "jeans, scarf, shirt"),
      ShopKind(
        "shirt", features: "slim fit, long sleeve, short sleeve, striped, oversized, check",
        materials: "linen, cotton, denim, flannel",
        colors: "white, blue, black, pink, grey, green", audiences: "men, women, boys, girls",
        sizes: sizes, with: "chinos, tie, belt, loafers"),
      ShopKind(
        "leggings", features: "high waist, thermal, seamless, gym, plus size",
        materials: "cotton, fleece lined", colors: "black, grey, navy, green, brown, purple",
        audiences: "women, girls, kids", sizes: sizes, with: "sports bra, hoodie, running shoes"),
      ShopKind(
        "skirt", features: "midi, pleated, mini, maxi, high waist, plus size",
        materials: "denim, leather, satin, linen",
        colors: "black, brown, navy, red, white, green", audiences: "women, girls",
        sizes: dressSizes, with: "tights, blouse, heels"),
      ShopKind(
        "blouse", features: "floral, long sleeve, sleeveless, wrap",
        materials: "silk, satin, linen, chiffon", colors: "white, black, cream, blue, pink, green",
        audiences: "women", sizes: dressSizes, with: "skirt, chinos, necklace"),
      ShopKind(
        "chinos", features: "slim fit, stretch, cropped, tapered",
        materials: "cotton, linen", colors: "beige, navy, black, grey, green, brown",
        audiences: ShopAudiences.adults, sizes: waists, with: "shirt, belt, loafers"),
      ShopKind(
        "joggers", features: "slim fit, tapered, wide leg, gym",
        materials: "fleece, cotton", colors: "black, grey, navy, beige, green",
        audiences: ShopAudiences.everyone, sizes: sizes, with: "hoodie, t shirt, sneakers"),
      ShopKind(
        "shorts", features: "cargo, gym, high waist, drawstring", materials: "denim, linen, cotton",
        colors: "black, navy, grey, blue, white, beige, green", audiences: ShopAudiences.everyone,
        sizes: sizes, with: "t shirt, sandals, swimsuit"),
      ShopKind(
        "pyjamas", also: "pajamas", features: "long sleeve, christmas, matching, button up",
        materials: "cotton, satin, flannel, bamboo",
        colors: "blue, pink, grey, black, green, red", audiences: ShopAudiences.everyone,
        sizes: sizes, with: "slippers, dressing gown"),
      ShopKind(
        "dressing gown", features: "hooded, fluffy, lightweight, long",
        materials: "cotton, fleece, waffle", colors: "grey, navy, white, pink, blue",
        audiences: ShopAudiences.everyone, sizes: sizes, with: "slippers, pyjamas, bath towels"),
      ShopKind(
        "waterproof jacket", features: "lightweight, packable, insulated, hooded",
        colors: "black, navy, green, red, yellow, orange", audiences: ShopAudiences.everyone,
        sizes: sizes, with: "hiking boots, waterproof trousers, rucksack"),
      ShopKind(
        "waterproof trousers", features: "lightweight, packable, breathable",
        colors: "black, navy, grey", audiences: ShopAudiences.everyone, sizes: sizes,
        with: "waterproof jacket, wellies"),
      ShopKind(
        "raincoat", features: "hooded, long, lightweight, packable",
        colors: "yellow, navy, green, red, black", audiences: ShopAudiences.everyone,
        sizes: sizes, with: "wellies, umbrella"),
      ShopKind(
        "cardigan", features: "cropped, long, chunky, button up",
        materials: "wool, cashmere, cotton", colors: "grey, black, cream, navy, pink, green",
        audiences: "women, men, girls", sizes: sizes, with: "dress, blouse, scarf"),
      ShopKind(
        "scarf", features: "chunky, long, tartan, striped, lightweight",
        materials: "wool, cashmere, silk, cotton", colors: ShopColors.muted,
        audiences: ShopAudiences.adults, with: "gloves, beanie, coat"),
      ShopKind(
        "gloves", features: "touchscreen, winter, fingerless, thermal, ski",
        materials: "leather, wool, fleece", colors: "black, grey, brown, red, navy",
        audiences: ShopAudiences.everyone, sizes: "size m, size l, size s",
        with: "scarf, beanie, coat"),
      ShopKind(
        "beanie", features: "chunky, slouchy, bobble", materials: "wool, merino, cashmere",
        colors: "black, grey, red, navy, green, orange", audiences: ShopAudiences.everyone,
        with: "scarf, gloves"),
      ShopKind(
        "tights", features: "opaque, thermal, sheer, footless", materials: "wool, fleece lined",
        colors: "black, navy, nude, grey, white", audiences: "women, girls",
        sizes: "40 denier, 60 denier, 100 denier, 3 pack", with: "skirt, dress, heels"),
      ShopKind(
        "tie", features: "skinny, striped, knitted, spotted", materials: "silk, wool, cotton",
        colors: "navy, black, red, green, burgundy", audiences: "men, boys",
        with: "shirt, belt"),
    ])
}
