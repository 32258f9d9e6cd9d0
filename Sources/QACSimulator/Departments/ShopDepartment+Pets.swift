// What the shop sells for animals.

extension ShopDepartment {
  static let pets = ShopDepartment(
    brands: "garnet, westby, tarn, bluefin, cedarline",
    kinds: [
      ShopKind(
        "dog bed", features: "orthopaedic, washable, waterproof, calming, raised",
        colors: "grey, brown, blue, beige", sizes: "large, medium, small, extra large",
        with: "dog toys, dog bowl, dog blanket"),
      ShopKind(
        "dog food", features: "grain free, puppy, dry, wet, senior, hypoallergenic",
        sizes: "15 kg, 12 kg, 2 kg, 24 pack", with: "dog treats, dog bowl, dog bed"),
      ShopKind(
        "dog treats", features: "grain free, puppy, training, dental", sizes: "500 g, 1 kg",
        with: "dog food, dog toys"),
      ShopKind(
        "cat litter", features: "clumping, wood, natural, scented, lightweight",
        sizes: "10 kg, 20 l, 30 l, 10 l",
        with: "cat litter tray, cat food"),
      ShopKind(
        "cat litter tray", features: "covered, self cleaning, corner, large",
        with: "cat litter, litter scoop"),
      ShopKind("litter scoop", materials: "metal, plastic", with: "cat litter tray"),
      ShopKind(
        "cat food", features: "wet, dry, kitten, grain free, senior, sterilised",
        sizes: "2 kg, 10 kg, 40 pack, 12 pack", with: "cat litter, cat bowl, cat treats"),
      ShopKind(
        "cat treats", features: "dental, kitten, grain free", sizes: "60 g, 12 pack",
        with: "cat food"),
      ShopKind(
        "cat tree", features: "tall, large, small, wall mounted, modern", materials: "wooden",
        colors: "grey, beige, white", with: "scratching post, cat toys, cat bed"),
      ShopKind(
        "cat bed", features: "heated, hanging, washable, igloo", colors: "grey, beige, pink",
        with: "cat tree, cat toys"),
      ShopKind(
        "cat toys", features: "interactive, laser, catnip, kitten",
        with: "scratching post, cat treats"),
      ShopKind(
        "scratching post", features: "tall, cardboard, wall, corner", materials: "sisal",
        with: "cat tree, cat toys"),
      ShopKind(
        "cat flap", features: "microchip, magnetic, glass door", colors: "white, brown",
        with: "cat bed"),
      ShopKind(
        "dog lead", features: "retractable, reflective, chew proof, hands free, training",
        materials: "leather, rope",
        colors: "black, red, blue, pink, green", sizes: "5 m, 10 m, 2 m",
        with: "dog collar, dog harness, poo bags"),
      ShopKind(
        "dog collar", features: "reflective, personalised, training, led", materials: "leather",
        colors: "red, black, blue, pink", sizes: "large, medium, small", with: "dog lead, dog tag"),
      ShopKind("dog tag", features: "engraved, silent", with: "dog collar"),
      ShopKind(
        "dog harness", features: "no pull, reflective, puppy, padded",
        colors: "black, red, blue, pink",
        sizes: "medium, small, large", with: "dog lead, poo bags"),
      ShopKind(
        "poo bags", features: "biodegradable, scented, with handles",
        sizes: "pack of 100, pack of 500", with: "dog lead"),
      ShopKind(
        "dog coat", features: "waterproof, winter, reflective", materials: "fleece, wool",
        colors: "red, navy, black, green", sizes: "medium, small, large",
        with: "dog harness, dog towel"),
      ShopKind("dog towel", features: "quick dry, microfibre", with: "dog coat, dog shampoo"),
      ShopKind(
        "dog shampoo", features: "puppy, sensitive, itchy skin", sizes: "500 ml, 1 l",
        with: "dog towel, dog brush"),
      ShopKind("dog brush", features: "deshedding, long hair, short hair", with: "dog shampoo"),
      ShopKind(
        "dog bowl", features: "slow feeder, raised, travel", materials: "stainless steel, ceramic",
        sizes: "large, small, medium", with: "dog food"),
      ShopKind(
        "cat bowl", features: "raised, slow feeder", materials: "ceramic, stainless steel",
        with: "cat food"),
      ShopKind(
        "dog blanket", features: "waterproof, fluffy, washable", materials: "fleece",
        colors: "grey, brown, blue", with: "dog bed"),
      ShopKind(
        "dog toys", features: "indestructible, squeaky, puppy, interactive, chew, rope",
        sizes: "5 pack, 10 pack",
        with: "dog treats, dog bed"),
      ShopKind(
        "dog crate", features: "folding, travel, puppy", materials: "metal, fabric",
        sizes: "large, medium, small, extra large",
        with: "dog bed, dog blanket"),
      ShopKind(
        "pet carrier", features: "airline approved, backpack, folding, with wheels",
        colors: "black, grey, pink",
        sizes: "small, medium, large", with: "dog blanket, cat bed"),
      ShopKind(
        "aquarium filter", features: "external, internal, silent, sponge",
        sizes: "60 l, 100 l, 200 l, 300 l",
        with: "fish food, aquarium light, aquarium gravel"),
      ShopKind(
        "aquarium light", features: "led, clip on, planted", sizes: "60 cm, 90 cm, 120 cm",
        with: "aquarium filter"),
      ShopKind(
        "aquarium gravel", colors: "white, black, natural", sizes: "5 kg, 10 kg",
        with: "aquarium filter"),
      ShopKind(
        "fish food", features: "goldfish, tropical, pond, flake", sizes: "200 g, 1 kg",
        with: "aquarium filter"),
      ShopKind(
        "bird cage", features: "large, travel, with stand", colors: "white, black",
        with: "bird cage cover, budgie seed"),
      ShopKind("bird cage cover", with: "bird cage"),
      ShopKind("budgie seed", sizes: "1 kg, 5 kg", with: "bird cage"),
      ShopKind(
        "rabbit hutch", features: "large, indoor, 2 storey", materials: "wooden",
        sizes: "4 ft, 5 ft, 6 ft",
        with: "rabbit food, hay"),
      ShopKind(
        "rabbit food", features: "junior, grain free", sizes: "2 kg, 4 kg, 10 kg",
        with: "hay, rabbit hutch"),
      ShopKind("hay", features: "timothy, meadow", sizes: "1 kg, 2 kg", with: "rabbit food"),
    ])
}
