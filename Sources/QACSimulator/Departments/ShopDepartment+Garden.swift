// What the shop sells for gardens and balconies.

extension ShopDepartment {
  static let garden = ShopDepartment(
    brands: "arbor, cedarline, garnet, tarn, westby, solano",
    kinds: [
      ShopKind(
        "garden hose", also: "hosepipe", features: "expandable, heavy duty, flexible, retractable",
        sizes: "30 m, 15 m, 50 m, 20 m", with: "hose reel, garden sprinkler, watering can"),
      ShopKind(
        "plant pots", features: "outdoor, hanging, self watering, large, indoor",
        materials: "terracotta, ceramic, plastic, metal", colors: "white, black, grey, green, blue",
        sizes: "30 cm, 20 cm, 40 cm, set of 3", with: "potting soil, watering can, plant stand"),
      ShopKind(
        "lawn mower", features: "cordless, electric, petrol, robot, hand push",
        with: "hedge trimmer, grass seed, garden rake"),
      ShopKind(
        "garden chairs", features: "folding, reclining, stackable",
        materials: "rattan, metal, wooden",
        colors: "black, grey, white, green", sizes: "set of 2, set of 4, set of 6",
        with: "garden table, parasol, cushion covers"),
      ShopKind(
        "garden table", features: "folding, round, small, extendable",
        materials: "metal, wooden, rattan, glass", colors: "black, grey, white",
        sizes: "4 seater, 6 seater", with: "garden chairs, parasol"),
      ShopKind(
        "bird feeder", features: "squirrel proof, hanging, window, ground",
        materials: "metal, wooden", with: "bird seed, bird bath, bird box"),
      ShopKind(
        "bird seed", features: "wild, no mess, sunflower", sizes: "5 kg, 10 kg, 20 kg",
        with: "bird feeder"),
      ShopKind(
        "bird bath", features: "solar, hanging", materials: "stone, metal", with: "bird feeder"),
      ShopKind("bird box", features: "robin, camera", materials: "wooden", with: "bird feeder"),
      ShopKind(
        "raised bed", features: "deep, with legs, self watering",
        materials: "wooden, metal, galvanised steel",
        sizes: "120x60, 180x90, 100x100", with: "potting soil, tomato seeds, garden fork"),
      ShopKind(
        "solar lights", features: "garden, path, string, security, hanging",
        sizes: "10 m, 20 m, 4 pack, 6 pack", with: "parasol, garden chairs"),
      ShopKind(
        "watering can", features: "long spout, indoor, small", materials: "metal, plastic, copper",
        colors: "green, grey, black, white", sizes: "5 l, 10 l, 1 l",
        with: "plant pots, garden hose, potting soil"),
      ShopKind(
        "parasol", features: "cantilever, tilting, half, beach",
        colors: "grey, green, cream, blue, black",
        sizes: "3 m, 2 m", with: "parasol base, garden table"),
      ShopKind(
        "parasol base", features: "heavy, with wheels", sizes: "25 kg, 40 kg", with: "parasol"),
      ShopKind(
        "barbecue", also: "bbq", features: "charcoal, gas, portable, disposable, 4 burner",
        with: "barbecue tools, barbecue cover, charcoal"),
      ShopKind(
        "barbecue tools", features: "long", materials: "stainless steel",
        sizes: "set of 3, set of 4", with: "barbecue"),
      ShopKind(
        "barbecue cover", features: "waterproof, heavy duty", sizes: "120 cm, 150 cm",
        with: "barbecue"),
      ShopKind(
        "charcoal", features: "lumpwood, instant light", sizes: "5 kg, 10 kg", with: "barbecue"),
      ShopKind(
        "compost bin", features: "kitchen, tumbling, large", materials: "wooden, plastic",
        sizes: "200 l, 300 l", with: "garden fork, compost bags"),
      ShopKind("compost bags", features: "biodegradable", sizes: "10 l, 30 l", with: "compost bin"),
      ShopKind(
        "garden gloves", features: "thorn proof, waterproof, long, touchscreen",
        materials: "leather",
        audiences: "women, men, kids", with: "secateurs, garden fork, wellies"),
      ShopKind(
        "secateurs", features: "bypass, ratchet, left handed", with: "garden gloves, hedge trimmer"),
      ShopKind(
        "hedge trimmer", features: "cordless, petrol, long reach", with: "secateurs, lawn mower"),
      ShopKind(
        "garden fork", features: "hand, border", materials: "stainless steel",
        with: "garden rake, garden gloves"),
      ShopKind("garden rake", features: "telescopic, leaf", with: "garden fork, lawn mower"),
      ShopKind(
        "tomato seeds", features: "cherry, heirloom, beefsteak, bush",
        with: "potting soil, greenhouse, plant pots"),
      ShopKind(
        "grass seed", features: "shady, fast growing, hard wearing", sizes: "1 kg, 5 kg",
        with: "lawn mower, garden rake"),
      ShopKind(
        "wildflower seeds", features: "bee friendly, shady", sizes: "100 g, 500 g",
        with: "grass seed, plant pots"),
      ShopKind(
        "potting soil", also: "compost", features: "peat free, multi purpose", sizes: "40 l, 60 l",
        with: "plant pots"),
      ShopKind(
        "greenhouse", features: "mini, walk in, lean to", materials: "polycarbonate, glass",
        sizes: "6x4, 6x8", with: "tomato seeds, plant pots, raised bed"),
      ShopKind(
        "hose reel", features: "wall mounted, retractable", sizes: "20 m, 30 m", with: "garden hose"
      ),
      ShopKind("garden sprinkler", features: "oscillating, rotating", with: "garden hose"),
      ShopKind(
        "plant stand", features: "tall, corner, 3 tier", materials: "wooden, metal, bamboo",
        with: "plant pots"),
    ])
}
