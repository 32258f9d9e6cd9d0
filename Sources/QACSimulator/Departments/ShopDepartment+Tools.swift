// What the shop sells to build and mend with.

extension ShopDepartment {
  static let tools = ShopDepartment(
    brands: "halden, orion, fjordal, callum, cedarline",
    kinds: [
      ShopKind(
        "cordless drill", features: "impact, compact, brushless, refurbished",
        sizes: "18v, 12v, 20v",
        with: "drill bits, wood screws, tool box, wall plugs"),
      ShopKind(
        "drill bits", features: "masonry, wood, metal, tile", sizes: "6 mm, 8 mm, 10 mm, set of 20",
        with: "cordless drill, wall plugs"),
      ShopKind(
        "screwdriver set", features: "precision, magnetic, electric, insulated",
        sizes: "6 piece, 32 piece, 60 piece",
        with: "tool box, pliers, wood screws"),
      ShopKind(
        "pliers", features: "long nose, locking, insulated, mini", sizes: "set of 3",
        with: "screwdriver set, spanner set"),
      ShopKind(
        "spanner set", features: "ratchet, metric, adjustable", sizes: "12 piece, 16 piece",
        with: "socket set, pliers"),
      ShopKind(
        "socket set", features: "metric, compact", sizes: "94 piece, 40 piece",
        with: "spanner set, tool box"),
      ShopKind("hammer", features: "claw, small, rubber, sledge", with: "nails, tape measure"),
      ShopKind(
        "nails", features: "masonry, galvanised, panel", sizes: "50 mm, 25 mm, 500 pack",
        with: "hammer"),
      ShopKind(
        "tool box", features: "with wheels, large, empty, stackable", materials: "metal, plastic",
        colors: "red, black", with: "screwdriver set, hammer, tape measure"),
      ShopKind("saw", features: "hand, circular, jig, cordless", with: "sandpaper, tape measure"),
      ShopKind(
        "paint roller", features: "mini, long handle, smooth, radiator",
        sizes: "4 inch, 9 inch, set of 5",
        with: "wall paint, masking tape, dust sheets"),
      ShopKind(
        "paint brushes", features: "fine, no loss, artist", sizes: "set of 5, 2 inch",
        with: "wall paint, masking tape"),
      ShopKind(
        "wall paint", features: "matt, washable, bathroom, kitchen, damp proof",
        colors: "white, grey, green, blue, cream, pink",
        sizes: "5 l, 10 l, 1 l", with: "paint roller, masking tape, dust sheets"),
      ShopKind(
        "masking tape", features: "delicate, wide", sizes: "25 mm, 50 mm, 50 m",
        with: "paint roller, wall paint"),
      ShopKind(
        "dust sheets", features: "heavy duty, disposable", materials: "cotton, plastic",
        with: "wall paint, paint roller"),
      ShopKind(
        "led bulbs", features: "warm white, dimmable, smart, daylight, candle",
        sizes: "e27, gu10, e14, b22, 6 pack",
        with: "desk lamp, floor lamp, extension lead"),
      ShopKind(
        "led strip lights", features: "smart, warm white, battery, waterproof",
        sizes: "5 m, 10 m, 2 m", with: "extension lead, led bulbs"),
      ShopKind(
        "batteries", features: "rechargeable, lithium, long life", sizes: "aa, aaa, 9v, 24 pack",
        with: "battery charger, smoke alarm, head torch"),
      ShopKind(
        "battery charger", features: "fast, usb, universal", sizes: "aa, 8 bay", with: "batteries"),
      ShopKind(
        "ladder", features: "telescopic, step, folding, loft", materials: "aluminium, wooden",
        sizes: "3 m, 4 m, 5 m, 3 step", with: "paint roller, tool box"),
      ShopKind(
        "tape measure", features: "laser, sewing, magnetic, extra long",
        sizes: "5 m, 8 m, 10 m, 3 m", with: "spirit level, hammer"),
      ShopKind(
        "spirit level", features: "laser, magnetic, small", sizes: "60 cm, 120 cm",
        with: "tape measure, picture hooks"),
      ShopKind(
        "extension lead", features: "surge protected, outdoor, usb, flat plug",
        colors: "white, black", sizes: "5 m, 10 m, 2 m, 4 way, 6 way",
        with: "plug adapter, led strip lights"),
      ShopKind(
        "plug adapter", features: "european, universal, usb c", sizes: "2 pack",
        with: "extension lead, phone charger"),
      ShopKind(
        "wood screws", features: "countersunk, assorted, outdoor",
        materials: "stainless steel, brass",
        sizes: "4 mm, 5 mm, 200 pack, 50 mm", with: "wall plugs, screwdriver set, cordless drill"),
      ShopKind(
        "wall plugs", features: "plasterboard, heavy duty, assorted", sizes: "6 mm, 8 mm, 100 pack",
        with: "wood screws, drill bits"),
      ShopKind(
        "sandpaper", features: "fine, coarse, assorted, wet and dry",
        sizes: "120 grit, 240 grit, 80 grit", with: "sander, wood varnish"),
      ShopKind(
        "sander", features: "orbital, belt, mouse, cordless", with: "sandpaper, wood varnish"),
      ShopKind(
        "wood varnish", features: "clear, matt, outdoor, satin", sizes: "1 l, 500 ml",
        with: "sandpaper, paint brushes"),
      ShopKind(
        "wood glue", features: "waterproof, fast drying", sizes: "250 ml, 500 ml",
        with: "sandpaper, clamps"),
      ShopKind(
        "clamps", features: "quick grip, corner, small", sizes: "set of 4, 30 cm",
        with: "wood glue, saw"),
      ShopKind(
        "smoke alarm", features: "heat, interlinked, 10 year battery, smart",
        sizes: "2 pack, 3 pack", with: "batteries, carbon monoxide alarm"),
      ShopKind(
        "carbon monoxide alarm", features: "portable, digital, 10 year battery", with: "smoke alarm"
      ),
      ShopKind(
        "work gloves", features: "cut resistant, waterproof, thermal", materials: "leather",
        sizes: "size 9, size 10, size 8", with: "safety glasses, tool box"),
      ShopKind("safety glasses", features: "clear, anti fog", with: "work gloves"),
      ShopKind(
        "padlock", features: "combination, heavy duty, outdoor, small",
        sizes: "50 mm, 40 mm, 2 pack", with: "suitcase, bike lock"),
    ])
}
