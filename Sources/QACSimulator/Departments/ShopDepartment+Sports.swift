// What the shop sells for exercise and games.

extension ShopDepartment {
  private static let sizes = "size m, size l, size s, size xl"

  static let sports = ShopDepartment(
    brands: "altivo, kestrel, drift, zephyr, bluefin, callum",
    kinds: [
      ShopKind(
        "yoga mat", features: "thick, non slip, travel, extra long, folding",
        materials: "cork, rubber",
        colors: "pink, blue, purple, black, green, grey", sizes: "6 mm, 10 mm, 15 mm",
        with: "yoga block, resistance bands, foam roller, leggings"),
      ShopKind(
        "dumbbells", also: "weights", features: "adjustable, hex, neoprene",
        sizes: "5 kg, 10 kg, 2 kg, 20 kg, set of 2", with: "weight bench, kettlebell, yoga mat"),
      ShopKind(
        "kettlebell", features: "adjustable, competition", materials: "cast iron, vinyl",
        sizes: "8 kg, 12 kg, 16 kg, 20 kg", with: "dumbbells, resistance bands"),
      ShopKind(
        "weight bench", features: "adjustable, folding, flat", with: "dumbbells, kettlebell"),
      ShopKind(
        "resistance bands", features: "long, heavy, with handles, pull up",
        materials: "fabric, latex",
        sizes: "set of 5, set of 3", with: "yoga mat, skipping rope, foam roller"),
      ShopKind(
        "bike helmet", also: "cycle helmet", features: "mountain, road, folding, lightweight",
        colors: "black, white, blue, red, pink, green", audiences: ShopAudiences.everyone,
        with: "bike lights, bike lock, cycling gloves"),
      ShopKind(
        "football", features: "indoor, training, match, mini", colors: "white, black, orange, pink",
        sizes: "size 5, size 4, size 3", with: "football boots, football goal, shin pads"),
      ShopKind(
        "football goal", features: "folding, pop up, garden", audiences: "kids", with: "football"),
      ShopKind(
        "shin pads", features: "slip in, ankle", audiences: "kids, men", with: "football socks"),
      ShopKind(
        "football socks", colors: "black, white, blue, red, green, navy",
        audiences: "men, kids, boys, girls", with: "shin pads, football boots"),
      ShopKind(
        "swimming goggles", features: "anti fog, prescription, mirrored, racing",
        colors: "black, blue, pink", audiences: ShopAudiences.everyone,
        with: "swimsuit, swimming cap, beach towel"),
      ShopKind(
        "swimsuit", also: "swimming costume", features: "high neck, chlorine resistant, halter",
        colors: "black, navy, red, blue, green, pink", audiences: "women, girls",
        sizes: "size 12, size 10, size 14, size 8, size 16", with: "swimming goggles, flip flops"),
      ShopKind(
        "swim shorts", features: "quick dry, long, striped",
        colors: "blue, black, navy, green, red",
        audiences: "men, boys", sizes: sizes, with: "beach towel, swimming goggles"),
      ShopKind(
        "swimming cap", materials: "silicone, latex", colors: "black, blue, white, pink",
        audiences: "kids, women", with: "swimming goggles"),
      ShopKind(
        "beach towel", features: "quick dry, striped, extra large, hooded", materials: "cotton",
        colors: "blue, pink, yellow, green", audiences: "kids", with: "sunscreen, flip flops"),
      ShopKind(
        "tennis racket", features: "beginner, lightweight, professional",
        audiences: ShopAudiences.everyone,
        with: "tennis balls, tennis shoes"),
      ShopKind(
        "tennis balls", features: "clay court, training", sizes: "3 pack, 12 pack",
        with: "tennis racket"),
      ShopKind(
        "tennis shoes", features: "clay court, lightweight, wide fit", colors: "white, black, blue",
        audiences: ShopAudiences.adults, sizes: "size 8, size 9, size 10, size 7, size 6",
        with: "tennis racket, running socks"),
      ShopKind(
        "skipping rope", features: "weighted, speed, adjustable", audiences: "kids",
        with: "resistance bands, gym bag"),
      ShopKind(
        "gym bag", features: "waterproof, small, with shoe compartment", materials: "canvas",
        colors: "black, grey, pink, navy", audiences: ShopAudiences.adults, sizes: "30 l, 40 l",
        with: "water bottle, gym towel, protein powder"),
      ShopKind(
        "gym towel", features: "quick dry, microfibre", colors: "grey, black, blue", with: "gym bag"
      ),
      ShopKind(
        "running shorts", features: "2 in 1, lightweight, zip pocket",
        colors: "black, blue, grey, pink",
        audiences: ShopAudiences.adults, sizes: sizes, with: "running shoes, running socks"),
      ShopKind(
        "sports bra", features: "high impact, padded, front zip, seamless, plus size",
        colors: "black, white, grey, pink, navy", audiences: "women, girls", sizes: sizes,
        with: "leggings, running shorts"),
      ShopKind(
        "cycling shorts", features: "padded, bib, high waist", colors: "black, navy, grey",
        audiences: ShopAudiences.adults, sizes: sizes, with: "cycling gloves, bike helmet"),
      ShopKind(
        "cycling gloves", features: "padded, winter, fingerless", colors: "black, grey, red",
        audiences: ShopAudiences.adults, with: "cycling shorts, bike lights"),
      ShopKind(
        "bike", also: "bicycle", features: "mountain, road, electric, folding, balance, hybrid",
        colors: "black, red, blue, white, pink", audiences: ShopAudiences.everyone,
        sizes: "26 inch, 28 inch, 29 inch", with: "bike helmet, bike lock, bike pump"),
      ShopKind(
        "bike lights", features: "rechargeable, front, rear, bright", with: "bike helmet, bike lock"
      ),
      ShopKind(
        "bike lock", features: "folding, combination, heavy duty", with: "bike lights, bike pump"),
      ShopKind("bike pump", features: "floor, mini, electric", with: "bike lock, bike lights"),
      ShopKind(
        "foam roller", features: "vibrating, trigger point, soft, short",
        colors: "black, blue, pink",
        with: "yoga mat, massage gun"),
      ShopKind("massage gun", features: "mini, quiet, heated", with: "foam roller"),
      ShopKind("yoga block", materials: "cork, foam", sizes: "set of 2", with: "yoga mat"),
      ShopKind(
        "basketball", features: "indoor, outdoor, mini", materials: "rubber, leather",
        sizes: "size 7, size 6, size 5", with: "basketball hoop"),
      ShopKind(
        "basketball hoop", features: "wall mounted, adjustable, portable, mini", audiences: "kids",
        with: "basketball"),
    ])
}
