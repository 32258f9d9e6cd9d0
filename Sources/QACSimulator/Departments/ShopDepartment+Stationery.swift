// What the shop sells for desks and schools.

extension ShopDepartment {
  static let stationery = ShopDepartment(
    brands: "quill, umbra, garnet, rosby, emberly",
    kinds: [
      ShopKind(
        "notebook", features: "dotted, lined, spiral, hardcover, recycled, refillable",
        materials: "leather", colors: "black, blue, pink, green, red", sizes: "a5, a4, a6, 3 pack",
        with: "ballpoint pens, fountain pen, sticky notes"),
      ShopKind(
        "ballpoint pens", features: "fine, retractable, erasable, refillable",
        colors: "black, blue, red, green",
        sizes: "pack of 10, pack of 50", with: "notebook, highlighters, pencil case"),
      ShopKind(
        "gel pens", features: "fine, glitter, erasable", colors: "black, blue, white, pink",
        sizes: "pack of 10, pack of 20", with: "notebook"),
      ShopKind(
        "felt tip pens", features: "washable, fine, double ended", audiences: "kids",
        sizes: "pack of 12, pack of 24",
        with: "sketchbook, colouring pencils"),
      ShopKind(
        "colouring pencils", features: "watercolour, professional, twistable", audiences: "kids",
        sizes: "pack of 24, pack of 36, pack of 72", with: "sketchbook, felt tip pens, pencil case"),
      ShopKind(
        "sketchbook", features: "hardcover, spiral, watercolour", sizes: "a4, a3, a5",
        with: "colouring pencils"),
      ShopKind(
        "printer paper", features: "recycled, glossy, thick", colors: "white",
        sizes: "a4, a3, 500 sheets",
        with: "printer ink, stapler, ring binder"),
      ShopKind(
        "photo paper", features: "glossy, matte", sizes: "a4, 10x15, 50 sheets",
        with: "printer ink, printer"),
      ShopKind(
        "backpack for school", also: "school bag",
        features: "waterproof, lightweight, with wheels, large",
        colors: "black, pink, blue, navy, purple", audiences: "girls, boys, kids",
        with: "pencil case, lunch box, water bottle"),
      ShopKind(
        "desk organiser", also: "desk tidy", features: "rotating, stackable, with drawers",
        materials: "wooden, bamboo, mesh", colors: "black, white, pink",
        with: "ballpoint pens, sticky notes, letter tray"),
      ShopKind(
        "letter tray", features: "stackable, 3 tier", materials: "mesh, wooden", sizes: "a4",
        with: "desk organiser"),
      ShopKind(
        "sticky notes", features: "lined, large, pastel, transparent, recycled",
        colors: "yellow, pink, blue", sizes: "pack of 12, pack of 6", with: "highlighters, notebook"
      ),
      ShopKind(
        "highlighters", features: "pastel, double ended, erasable", colors: "yellow, pink",
        sizes: "pack of 6, pack of 10", with: "sticky notes, ballpoint pens"),
      ShopKind(
        "calendar", features: "wall, desk, family, magnetic", sizes: "2026, 2027, a3",
        with: "diary, sticky notes"),
      ShopKind(
        "diary", also: "planner", features: "week to view, day to page, academic",
        materials: "leather",
        colors: "black, pink, blue", sizes: "2026, a5, a6, 2027", with: "calendar, fountain pen"),
      ShopKind(
        "pencil case", features: "large, clear, double, roll up", materials: "leather, canvas",
        colors: "pink, blue, black, purple", audiences: "kids, girls, boys",
        with: "ballpoint pens, colouring pencils, ruler"),
      ShopKind(
        "ruler", features: "folding, clear, flexible", materials: "metal, wooden",
        sizes: "30 cm, 15 cm", with: "pencil case, compass set"),
      ShopKind("compass set", features: "school, metal", with: "ruler, calculator"),
      ShopKind(
        "calculator", features: "scientific, desktop, solar, graphic", with: "compass set, notebook"
      ),
      ShopKind(
        "label maker", features: "bluetooth, handheld, embossing", with: "label tape, storage boxes"
      ),
      ShopKind(
        "label tape", features: "laminated, iron on", colors: "white, clear, black",
        sizes: "12 mm, 9 mm", with: "label maker"),
      ShopKind(
        "whiteboard", features: "magnetic, mobile, small, glass", sizes: "60x90, 90x120, a3",
        with: "whiteboard markers, noticeboard"),
      ShopKind(
        "whiteboard markers", features: "magnetic, fine", colors: "black, blue, red",
        sizes: "pack of 4, pack of 10", with: "whiteboard"),
      ShopKind("noticeboard", materials: "cork, felt", sizes: "60x90, 40x60", with: "whiteboard"),
      ShopKind(
        "fountain pen", features: "calligraphy, fine nib, left handed, refillable",
        colors: "black, blue, silver",
        with: "ink cartridges, notebook"),
      ShopKind(
        "ink cartridges", colors: "blue, black", sizes: "pack of 10, pack of 50",
        with: "fountain pen"),
      ShopKind(
        "stapler", features: "heavy duty, mini, long arm", colors: "black, pink",
        with: "staples, hole punch"),
      ShopKind(
        "staples", features: "heavy duty", sizes: "pack of 1000, pack of 5000", with: "stapler"),
      ShopKind("hole punch", features: "heavy duty, long reach", with: "ring binder, stapler"),
      ShopKind(
        "ring binder", features: "lever arch, slim", colors: "black, blue, white, pink",
        sizes: "a4, a5, pack of 10", with: "hole punch"),
      ShopKind(
        "wrapping paper", features: "christmas, birthday, recycled, wedding",
        colors: "brown, gold, red, silver",
        sizes: "5 m, 10 m", with: "gift bags, sticky tape, greeting cards"),
      ShopKind(
        "gift bags", features: "christmas, birthday, small, bottle",
        sizes: "pack of 10, pack of 20", with: "wrapping paper"),
      ShopKind(
        "sticky tape", features: "clear, double sided, invisible", sizes: "3 pack, 6 pack",
        with: "wrapping paper"),
      ShopKind(
        "greeting cards", features: "birthday, christmas, blank, thank you",
        sizes: "pack of 10, pack of 20", with: "wrapping paper"),
      ShopKind(
        "envelopes", features: "padded, self seal, window", colors: "white, brown",
        sizes: "a4, a5, c5, pack of 50", with: "greeting cards"),
    ])
}
