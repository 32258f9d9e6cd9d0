// What the shop sells to play with.

extension ShopDepartment {
  private static let ages = "age 3, age 5, age 8, age 4, age 10"

  static let toys = ShopDepartment(
    brands: "bluefin, garnet, juno, quill, arbor",
    kinds: [
      ShopKind(
        "building blocks", features: "magnetic, educational, large, classic, foam",
        materials: "wooden", audiences: "kids", sizes: "age 3, age 2, 100 pieces, 500 pieces",
        with: "train set, puzzle, toy storage"),
      ShopKind(
        "puzzle", also: "jigsaw puzzle", features: "educational, 3d, floor, animal, christmas",
        materials: "wooden", audiences: "kids",
        sizes: "1000 pieces, 500 pieces, 100 pieces, 2000 pieces",
        with: "board game, card game, puzzle mat"),
      ShopKind(
        "puzzle mat", features: "roll up", sizes: "1000 pieces, 2000 pieces", with: "puzzle"),
      ShopKind(
        "board game", features: "family, strategy, cooperative, 2 player, travel, classic",
        audiences: "kids", sizes: ages, with: "card game, puzzle"),
      ShopKind(
        "card game", features: "family, party, travel, 2 player, educational, funny",
        audiences: "kids", sizes: ages, with: "board game, puzzle"),
      ShopKind(
        "doll", features: "baby, fashion, talking, collectable", materials: "rag, wooden",
        audiences: "girls, kids", sizes: "age 3, age 5", with: "doll house, doll pram, doll clothes"
      ),
      ShopKind(
        "doll house", features: "large, folding", materials: "wooden", colors: "pink, white",
        audiences: "kids, girls", with: "doll, doll clothes"),
      ShopKind("doll pram", materials: "wooden", colors: "pink, grey, white", with: "doll"),
      ShopKind("doll clothes", features: "knitted, baby", with: "doll, doll house"),
      ShopKind(
        "toy car", features: "remote control, ride on, electric, racing",
        materials: "wooden, metal",
        colors: "red, blue, black, yellow", audiences: "kids, boys", sizes: ages,
        with: "race track, batteries, toy garage"),
      ShopKind("toy garage", materials: "wooden", audiences: "kids", with: "toy car"),
      ShopKind(
        "race track", features: "electric, magnetic", audiences: "kids, boys", with: "toy car"),
      ShopKind(
        "train set", features: "electric, battery, christmas, magnetic", materials: "wooden",
        audiences: "kids, boys", sizes: "age 3, age 5, 50 pieces, 100 pieces",
        with: "building blocks, toy car"),
      ShopKind(
        "plush bear", also: "teddy bear", features: "giant, personalised, small, musical",
        colors: "brown, white, pink", sizes: "30 cm, 50 cm, 100 cm",
        with: "doll, night light, baby blanket"),
      ShopKind(
        "play kitchen", features: "large, corner, foldable", materials: "wooden, plastic",
        colors: "white, pink, grey", audiences: "kids, girls, boys",
        with: "play food, doll house"),
      ShopKind(
        "play food", features: "fruit, vegetable", materials: "wooden, felt", with: "play kitchen"),
      ShopKind(
        "craft kit", features: "jewellery making, knitting, candle making, painting, sewing",
        audiences: "kids, girls, boys", sizes: ages, with: "felt tip pens, sticker book"),
      ShopKind(
        "sticker book", features: "reusable, animal, christmas", sizes: ages, with: "craft kit"),
      ShopKind(
        "scooter", features: "3 wheel, electric, folding, light up, stunt",
        colors: "pink, blue, black, red, green", audiences: "kids, girls, boys", sizes: ages,
        with: "bike helmet, knee pads"),
      ShopKind(
        "knee pads", features: "skateboard, gardening, work", audiences: "kids", with: "scooter"),
      ShopKind(
        "bath toys", features: "floating, wind up, magnetic, mould free", audiences: "kids",
        sizes: "age 1, age 2, age 3", with: "bath toy storage, bubble bath"),
      ShopKind("bath toy storage", features: "suction, hanging", with: "bath toys"),
      ShopKind(
        "bubble bath", features: "lavender, sensitive", audiences: "kids", sizes: "500 ml, 1 l",
        with: "bath toys"),
      ShopKind(
        "trampoline", features: "indoor, mini, folding", audiences: "kids",
        sizes: "8 ft, 10 ft, 12 ft", with: "swing, scooter"),
      ShopKind(
        "swing", features: "garden, baby, indoor", materials: "wooden", audiences: "kids",
        with: "trampoline"),
      ShopKind(
        "paddling pool", features: "large, hard, inflatable, baby", audiences: "kids",
        with: "water guns, beach towel"),
      ShopKind(
        "water guns", features: "electric, large", audiences: "kids", sizes: "2 pack, 4 pack",
        with: "paddling pool"),
      ShopKind(
        "toy storage", features: "stackable, with lid, large", materials: "wooden, fabric",
        colors: "white, grey, pink", with: "building blocks, storage boxes"),
      ShopKind(
        "fancy dress", features: "pirate, princess, superhero, halloween, animal",
        audiences: "kids, girls, boys, women, men", with: "face paint, party balloons"),
      ShopKind(
        "face paint", features: "water based, glow in the dark", audiences: "kids",
        with: "fancy dress"),
      ShopKind(
        "party balloons", features: "birthday, helium, number, foil",
        colors: "gold, pink, blue, silver, white",
        sizes: "pack of 20, pack of 50, pack of 100", with: "fancy dress, wrapping paper"),
    ])
}
