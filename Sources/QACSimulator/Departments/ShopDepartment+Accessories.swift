// What the shop sells to carry, to travel with and to wear with clothes.

extension ShopDepartment {
  static let accessories = ShopDepartment(
    brands: "marlow, velora, pavona, fjordal, juno, rosby, drift",
    kinds: [
      ShopKind(
        "suitcase", features: "carry on, lightweight, hard shell, expandable, underseat",
        colors: "black, navy, pink, grey, green, red", audiences: "kids",
        sizes: "55 cm, 75 cm, 65 cm, set of 3", with: "packing cubes, luggage tag, travel pillow"),
      ShopKind(
        "handbag", features: "crossbody, small, designer, quilted, vintage",
        materials: "leather, suede, canvas",
        colors: "black, tan, brown, red, pink, navy", audiences: "women",
        with: "purse, scarf, sunglasses"),
      ShopKind(
        "purse", features: "small, zip, slim, coin", materials: "leather, canvas",
        colors: "black, red, pink, tan, blue",
        audiences: "women, girls", with: "handbag, keyring"),
      ShopKind(
        "clutch bag", features: "evening, envelope, beaded", materials: "leather, satin, velvet",
        colors: "black, gold, silver, red, navy", audiences: "women", with: "heels, dress"),
      ShopKind(
        "wallet", features: "slim, rfid, bifold, card holder, zip",
        materials: "leather, canvas, metal",
        colors: "black, brown, tan, navy", audiences: "men, women, boys", with: "belt, keyring"),
      ShopKind(
        "tote bag", features: "large, work, with zip, foldable",
        materials: "canvas, leather, cotton",
        colors: "black, beige, navy, white, pink", audiences: "women", with: "purse, water bottle"),
      ShopKind(
        "belt", features: "reversible, elastic, wide, braided", materials: "leather, suede, canvas",
        colors: "black, brown, tan, white, navy", audiences: ShopAudiences.everyone,
        sizes: "size m, size l, size s",
        with: "jeans, wallet, chinos"),
      ShopKind(
        "sunglasses", features: "polarised, aviator, oversized, sports, round, cat eye",
        colors: "black, brown, gold, pink", audiences: ShopAudiences.everyone,
        with: "sunglasses case, sun hat, sunscreen"),
      ShopKind("sunglasses case", features: "hard, soft", materials: "leather", with: "sunglasses"),
      ShopKind(
        "sun hat", features: "wide brim, packable, bucket", materials: "straw, cotton, linen",
        colors: "white, navy, beige, black", audiences: "women, kids, men",
        with: "sunglasses, sunscreen"),
      ShopKind(
        "baseball cap", features: "plain, vintage, running", materials: "cotton, denim",
        colors: "black, navy, white, red, beige", audiences: "men, women, kids, boys",
        with: "sunglasses, t shirt"),
      ShopKind(
        "umbrella", features: "windproof, compact, automatic, folding, clear, large",
        colors: "black, navy, red, yellow, green",
        audiences: "kids, women, men", with: "raincoat, wellies"),
      ShopKind(
        "luggage tag", features: "personalised", materials: "leather, metal",
        colors: "pink, black, red, blue", sizes: "2 pack, 4 pack", with: "suitcase, passport holder"
      ),
      ShopKind(
        "passport holder", features: "rfid, personalised, family", materials: "leather",
        colors: "black, navy, pink, tan", with: "luggage tag, travel pillow"),
      ShopKind(
        "packing cubes", features: "compression, mesh, lightweight",
        colors: "grey, blue, black, pink", sizes: "set of 6, set of 4",
        with: "suitcase, toiletry bag"),
      ShopKind(
        "toiletry bag", also: "wash bag", features: "hanging, clear, large, waterproof",
        materials: "leather, canvas",
        colors: "black, navy, grey, pink", audiences: "men, women, kids",
        with: "packing cubes, travel bottles"),
      ShopKind(
        "travel bottles", features: "leakproof, refillable", materials: "silicone",
        sizes: "100 ml, set of 4", with: "toiletry bag"),
      ShopKind(
        "travel pillow", also: "neck pillow", features: "inflatable, memory foam, compact",
        colors: "grey, black, blue, pink", audiences: "kids", with: "eye mask, suitcase"),
      ShopKind(
        "eye mask", features: "blackout, heated, weighted, cooling", materials: "silk, satin",
        with: "ear plugs, travel pillow"),
      ShopKind(
        "ear plugs", features: "reusable, noise reducing, swimming", materials: "silicone, foam",
        sizes: "pack of 10, pack of 50", with: "eye mask"),
      ShopKind(
        "watch", features: "digital, automatic, waterproof, slim, sports",
        colors: "silver, gold, black, rose gold",
        audiences: ShopAudiences.everyone, with: "watch strap, jewellery box"),
      ShopKind(
        "watch strap", features: "quick release, magnetic, braided",
        materials: "leather, silicone, stainless steel, nylon", colors: "black, brown, blue, white",
        sizes: "20 mm, 22 mm, 18 mm", with: "watch, smart watch"),
      ShopKind(
        "necklace", features: "initial, heart, layered, personalised, choker",
        materials: "gold, silver, pearl, rose gold",
        audiences: "women, girls", sizes: "16 inch, 18 inch, 20 inch",
        with: "earrings, bracelet, jewellery box"),
      ShopKind(
        "earrings", features: "hoop, stud, drop, clip on, dangly", materials: "gold, silver, pearl",
        audiences: "women, girls", with: "necklace, bracelet"),
      ShopKind(
        "bracelet", features: "charm, friendship, personalised, tennis",
        materials: "gold, silver, leather, beaded", audiences: "women, men, girls",
        with: "necklace, earrings"),
      ShopKind(
        "jewellery box", features: "musical, travel, large, small",
        materials: "wooden, leather, velvet", colors: "pink, black, white", audiences: "girls",
        with: "necklace, earrings"),
      ShopKind(
        "keyring", features: "personalised, photo, torch", materials: "leather, metal",
        with: "wallet, purse"),
      ShopKind(
        "bum bag", features: "running, waterproof, small", materials: "leather, canvas",
        colors: "black, pink, navy", audiences: ShopAudiences.adults,
        with: "sunglasses, water bottle"),
      ShopKind(
        "shopping bag", also: "bag for life", features: "foldable, with wheels, insulated",
        materials: "canvas, jute, cotton", with: "tote bag, umbrella"),
    ])
}
