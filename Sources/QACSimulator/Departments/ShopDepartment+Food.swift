// What the shop sells to eat and drink.

extension ShopDepartment {
  static let food = ShopDepartment(
    brands: "solano, brenta, delmar, emberly, arbor",
    kinds: [
      ShopKind(
        "coffee beans", features: "decaf, organic, fair trade, dark roast, espresso, whole",
        sizes: "1 kg, 500 g, 250 g",
        with: "coffee grinder, coffee maker, oat milk"),
      ShopKind(
        "ground coffee", features: "decaf, organic, dark roast, fair trade",
        sizes: "250 g, 500 g, 1 kg", with: "coffee maker, travel mug"),
      ShopKind(
        "coffee pods", features: "decaf, compostable, espresso", sizes: "pack of 50, pack of 100",
        with: "coffee maker, mug"),
      ShopKind(
        "green tea", features: "organic, matcha, loose leaf, decaf, mint",
        sizes: "100 bags, 50 bags, 100 g", with: "teapot, honey"),
      ShopKind(
        "tea bags", features: "decaf, earl grey, organic, english breakfast, herbal",
        sizes: "100 bags, 240 bags", with: "teapot, mug, biscuits"),
      ShopKind(
        "hot chocolate", features: "luxury, vegan, sugar free", sizes: "500 g, 1 kg",
        with: "marshmallows, mug"),
      ShopKind("marshmallows", features: "vegan, mini, giant", with: "hot chocolate"),
      ShopKind(
        "olive oil", features: "extra virgin, organic, light, cold pressed",
        sizes: "1 l, 500 ml, 5 l", with: "pasta, balsamic vinegar"),
      ShopKind(
        "balsamic vinegar", features: "aged, white, organic", sizes: "500 ml, 250 ml",
        with: "olive oil"),
      ShopKind(
        "dark chocolate", features: "vegan, sugar free, organic, fair trade, salted",
        sizes: "100 g, 1 kg, 12 pack", with: "hot chocolate, gift basket"),
      ShopKind(
        "protein powder", features: "vegan, whey, chocolate, vanilla, unflavoured, strawberry",
        sizes: "1 kg, 2 kg, 5 kg, 500 g",
        with: "protein shaker, protein bars, oat milk"),
      ShopKind(
        "protein bars", features: "vegan, low sugar, chocolate, peanut butter",
        sizes: "12 pack, 24 pack", with: "protein powder"),
      ShopKind(
        "protein shaker", features: "leakproof, electric, small",
        colors: "black, pink, blue, clear", sizes: "700 ml, 500 ml", with: "protein powder, gym bag"
      ),
      ShopKind(
        "granola", features: "gluten free, sugar free, chocolate, nut free, vegan",
        sizes: "500 g, 1 kg", with: "oat milk, cereal bowls, honey"),
      ShopKind(
        "porridge oats", features: "gluten free, organic, jumbo", sizes: "1 kg, 500 g, 5 kg",
        with: "oat milk, honey"),
      ShopKind(
        "honey", features: "raw, manuka, organic, set, squeezy", sizes: "500 g, 340 g, 1 kg",
        with: "green tea, granola, peanut butter"),
      ShopKind(
        "maple syrup", features: "organic, pure, sugar free", sizes: "250 ml, 1 l",
        with: "porridge oats, pancake mix"),
      ShopKind(
        "pancake mix", features: "protein, gluten free, vegan", with: "maple syrup, frying pan"),
      ShopKind(
        "pasta", features: "gluten free, wholewheat, fresh, high protein, organic",
        sizes: "500 g, 1 kg, 3 kg", with: "olive oil, pasta sauce, colander"),
      ShopKind(
        "pasta sauce", features: "tomato, pesto, organic, low sugar", sizes: "500 g, 6 pack",
        with: "pasta, olive oil"),
      ShopKind(
        "basmati rice", features: "brown, organic, microwave", sizes: "5 kg, 10 kg, 1 kg",
        with: "curry paste, rice cooker"),
      ShopKind(
        "rice cooker", features: "small, digital, microwave", sizes: "1 l, 2 l",
        with: "basmati rice", by: "brenta, isola, delmar"),
      ShopKind(
        "curry paste", features: "thai green, red, tikka, vegan", with: "basmati rice, coconut milk"
      ),
      ShopKind(
        "coconut milk", features: "light, organic", sizes: "6 pack, 400 ml, 12 pack",
        with: "curry paste, basmati rice"),
      ShopKind(
        "peanut butter", features: "crunchy, smooth, salted, organic, sugar free, powdered",
        sizes: "1 kg, 340 g", with: "honey, protein bars"),
      ShopKind(
        "oat milk", features: "barista, organic, gluten free, unsweetened",
        sizes: "6 pack, 1 l, 12 pack", with: "coffee beans, granola"),
      ShopKind(
        "almonds", features: "roasted, salted, ground, organic, raw", sizes: "1 kg, 500 g",
        with: "dried fruit, granola"),
      ShopKind(
        "dried fruit", features: "organic, no added sugar, mixed", sizes: "1 kg, 500 g",
        with: "almonds, porridge oats"),
      ShopKind(
        "crisps", features: "gluten free, vegan, lentil, salted", sizes: "24 pack, multipack",
        with: "popcorn, biscuits"),
      ShopKind(
        "popcorn", features: "sweet, salted, microwave, toffee", sizes: "multipack, 500 g",
        with: "crisps"),
      ShopKind(
        "biscuits", features: "gluten free, chocolate, vegan, shortbread",
        sizes: "500 g, multipack", with: "tea bags, gift basket"),
      ShopKind(
        "gift basket", also: "hamper", features: "luxury, vegan, birthday, christmas, thank you",
        with: "dark chocolate, greeting cards, biscuits"),
      ShopKind(
        "bread flour", features: "strong white, wholemeal, organic, gluten free",
        sizes: "1 kg, 16 kg", with: "yeast, kitchen scales"),
      ShopKind("yeast", features: "fast action, fresh, gluten free", with: "bread flour"),
      ShopKind(
        "vitamin d", features: "vegan, high strength, chewable", audiences: "kids",
        sizes: "90 tablets, 365 tablets", with: "multivitamins"),
      ShopKind(
        "multivitamins", features: "vegan, gummy, chewable", audiences: "women, men, kids",
        sizes: "90 tablets, 180 tablets", with: "vitamin d"),
    ])
}
