// What the shop sells for babies and their parents.

extension ShopDepartment {
  static let baby = ShopDepartment(
    brands: "evera, juno, bluefin, emberly, pavona",
    kinds: [
      ShopKind(
        "baby carrier", features: "newborn, ergonomic, wrap, forward facing, hiking",
        materials: "mesh, cotton, linen",
        colors: "grey, black, beige, blue", with: "baby blanket, pushchair, muslin cloths"),
      ShopKind(
        "nappies", features: "newborn, reusable, sensitive, swim, overnight, biodegradable",
        sizes: "size 3, size 4, size 5, size 2, size 1, size 6",
        with: "baby wipes, nappy bags, changing mat"),
      ShopKind(
        "baby wipes", features: "sensitive, water, biodegradable, reusable",
        sizes: "12 pack, 6 pack", with: "nappies, nappy bags"),
      ShopKind(
        "nappy bags", features: "scented, biodegradable", sizes: "pack of 300",
        with: "nappies, nappy bin"),
      ShopKind("nappy bin", features: "odour free, large", with: "nappies, nappy bags"),
      ShopKind(
        "pushchair", also: "buggy",
        features: "lightweight, twin, compact, folding, running, reversible",
        colors: "black, grey, navy, green, beige",
        with: "pushchair rain cover, footmuff, changing bag"),
      ShopKind("pushchair rain cover", features: "universal, twin", with: "pushchair, footmuff"),
      ShopKind(
        "footmuff", features: "universal, winter, waterproof", materials: "fleece, sheepskin",
        colors: "black, grey, beige", with: "pushchair"),
      ShopKind(
        "car seat", features: "isofix, rotating, newborn, booster, travel", colors: "black, grey",
        sizes: "age 4, group 0, group 1", with: "car seat cover, pushchair, baby mirror"),
      ShopKind("car seat cover", features: "waterproof, summer, winter", with: "car seat"),
      ShopKind("baby mirror", features: "car, floor", with: "car seat"),
      ShopKind(
        "changing bag", also: "nappy bag", features: "backpack, large, small, waterproof",
        materials: "leather", colors: "black, grey, beige", with: "changing mat, nappies"),
      ShopKind(
        "baby monitor", features: "video, audio, wifi, split screen", with: "cot bed, night light"),
      ShopKind(
        "cot bed", features: "convertible, foldable, bedside, with drawer",
        materials: "wooden, oak",
        colors: "white, grey, natural", sizes: "140x70, 120x60",
        with: "cot mattress, baby sleeping bag, baby monitor"),
      ShopKind(
        "cot mattress", features: "breathable, waterproof, firm", sizes: "120x60, 140x70",
        with: "cot sheets, cot bed"),
      ShopKind(
        "cot sheets", features: "fitted", materials: "cotton, muslin, organic cotton",
        colors: "white, grey, blue", sizes: "120x60, 140x70", with: "cot mattress, baby blanket"),
      ShopKind(
        "baby sleeping bag", features: "summer, winter, with feet",
        materials: "cotton, organic cotton, muslin",
        colors: "white, grey, pink, blue", sizes: "0 6 months, 6 18 months",
        with: "baby blanket, cot bed, babygrow"),
      ShopKind(
        "babygrow", also: "baby grow", features: "newborn, zip up, long sleeve",
        materials: "organic cotton, cotton, bamboo",
        colors: "white, grey, pink, blue", audiences: "girls, boys",
        sizes: "0 3 months, 3 6 months, 6 9 months",
        with: "baby sleeping bag, baby socks, bibs"),
      ShopKind(
        "baby socks", features: "newborn, non slip", materials: "cotton, wool",
        colors: "white, grey, pink", sizes: "0 6 months, 6 12 months", with: "babygrow"),
      ShopKind(
        "baby bottle", features: "anti colic, newborn, self sterilising",
        materials: "glass, plastic, silicone",
        sizes: "240 ml, 150 ml, 330 ml, 2 pack", with: "bottle steriliser, bottle brush, teats"),
      ShopKind(
        "bottle steriliser", features: "electric, microwave, travel, cold water",
        with: "baby bottle, bottle warmer"),
      ShopKind(
        "bottle warmer", features: "portable, travel, fast", with: "baby bottle, bottle steriliser"),
      ShopKind("bottle brush", materials: "silicone", with: "baby bottle"),
      ShopKind(
        "teats", features: "slow flow, fast flow, anti colic", sizes: "2 pack, 4 pack",
        with: "baby bottle"),
      ShopKind(
        "dummy", also: "pacifier", features: "newborn, glow in the dark, orthodontic",
        materials: "silicone, natural rubber", sizes: "2 pack, 0 6 months",
        with: "dummy clip, baby bottle"),
      ShopKind(
        "dummy clip", materials: "wooden, silicone", colors: "pink, blue, grey", with: "dummy"),
      ShopKind(
        "changing mat", features: "foldable, waterproof, travel, wipe clean, padded",
        colors: "white, grey", with: "nappies, changing bag"),
      ShopKind(
        "high chair", features: "folding, adjustable, portable, 3 in 1",
        materials: "wooden, plastic",
        colors: "white, grey, black", with: "bibs, baby bowls, splash mat"),
      ShopKind(
        "bibs", features: "weaning, long sleeve, waterproof, dribble",
        materials: "silicone, muslin, cotton", sizes: "5 pack, 10 pack",
        with: "high chair, baby bowls"),
      ShopKind(
        "baby bowls", features: "suction, with spoon", materials: "silicone, bamboo",
        colors: "pink, blue, grey, green", with: "bibs, high chair"),
      ShopKind("splash mat", features: "wipe clean, large", with: "high chair, bibs"),
      ShopKind(
        "baby blanket", features: "personalised, knitted, newborn, swaddle",
        materials: "cotton, muslin, wool, cellular",
        colors: "white, grey, pink, blue, cream", audiences: "girls, boys",
        with: "baby sleeping bag, plush bear"),
      ShopKind(
        "muslin cloths", features: "large, extra soft", materials: "organic cotton, bamboo",
        colors: "white, grey", sizes: "6 pack, 12 pack", with: "bibs, baby blanket"),
      ShopKind(
        "teething ring", features: "cooling, with rattle",
        materials: "wooden, silicone, natural rubber", with: "dummy, bath toys"),
      ShopKind(
        "bath seat", features: "newborn, foldable, suction", colors: "white, grey, blue",
        with: "baby bath, bath toys"),
      ShopKind(
        "baby bath", features: "foldable, with stand, newborn", colors: "white, grey",
        with: "bath seat, hooded towel"),
      ShopKind(
        "hooded towel", features: "newborn, personalised, animal", materials: "cotton, bamboo",
        colors: "white, grey, pink", with: "baby bath"),
      ShopKind(
        "night light", features: "rechargeable, projector, plug in, motion sensor",
        audiences: "kids", with: "baby monitor, plush bear"),
      ShopKind(
        "stair gate", also: "baby gate", features: "extra wide, retractable, pressure fit",
        materials: "wooden, metal", colors: "white, black", with: "baby monitor, socket covers"),
      ShopKind("socket covers", sizes: "pack of 10, pack of 20", with: "stair gate"),
    ])
}
