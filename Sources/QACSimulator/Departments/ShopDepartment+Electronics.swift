// What the shop sells that has a plug, a battery or a screen.

extension ShopDepartment {
  static let electronics = ShopDepartment(
    brands: "orion, nimbus, lumina, quill, zephyr, kestrel, umbra",
    kinds: [
      ShopKind(
        "headphones", features: "wireless, noise cancelling, gaming, over ear, bluetooth, wired",
        colors: ShopColors.technical, audiences: "kids",
        with: "phone charger, bluetooth speaker, headphone stand"),
      ShopKind(
        "phone case", also: "phone cover",
        features: "clear, shockproof, magnetic, slim, waterproof, wallet",
        materials: "leather, silicone",
        colors: "black, blue, pink, red, purple, green, navy",
        with: "screen protector, phone charger, phone holder"),
      ShopKind(
        "laptop", features: "gaming, refurbished, touchscreen, lightweight, business, student",
        colors: "silver, grey, black, white", sizes: "15 inch, 13 inch, 17 inch, 16 gb, 8 gb",
        with: "laptop bag, mouse, laptop stand, usb hub"),
      ShopKind(
        "phone charger", also: "charger", features: "fast, wireless, portable, usb c, magnetic",
        colors: "white, black", sizes: "20w, 30w, 65w",
        with: "usb c cable, power bank, phone case"),
      ShopKind(
        "usb c cable", features: "braided, fast charging, magnetic, right angle",
        colors: "white, black, red, blue", sizes: "2 m, 1 m, 3 m, 2 pack, 3 pack",
        with: "phone charger, power bank, usb hub"),
      ShopKind(
        "keyboard",
        features: "wireless, mechanical, gaming, ergonomic, bluetooth, backlit, compact",
        colors: "black, white, grey, pink", with: "mouse, mouse mat, wrist rest, monitor"),
      ShopKind(
        "monitor", features: "gaming, curved, 4k, ultrawide, refurbished, touchscreen",
        colors: "black, white", sizes: "27 inch, 24 inch, 32 inch, 34 inch",
        with: "monitor arm, hdmi cable, keyboard, webcam"),
      ShopKind(
        "mouse", also: "computer mouse",
        features: "wireless, gaming, ergonomic, vertical, bluetooth, silent",
        colors: "black, white, grey, pink", with: "mouse mat, keyboard, laptop"),
      ShopKind(
        "tablet", features: "refurbished, android, drawing, waterproof",
        colors: "grey, silver, black, pink", audiences: "kids",
        sizes: "10 inch, 11 inch, 8 inch, 128 gb, 64 gb",
        with: "tablet case, screen protector, stylus"),
      ShopKind(
        "power bank", features: "fast charging, slim, magnetic, solar, mini",
        colors: "black, white, pink", sizes: "10000mah, 20000mah, 5000mah",
        with: "usb c cable, phone charger"),
      ShopKind(
        "television", also: "tv", features: "smart, 4k, oled, refurbished, curved",
        sizes: "55 inch, 43 inch, 50 inch, 65 inch, 32 inch",
        with: "tv bracket, hdmi cable, soundbar, tv stand"),
      ShopKind(
        "webcam", features: "4k, hd, wireless, wide angle", colors: "black, white",
        with: "microphone, monitor, ring light"),
      ShopKind(
        "bluetooth speaker", features: "portable, waterproof, mini, outdoor, party",
        colors: "black, blue, red, grey, white", with: "headphones, phone charger"),
      ShopKind(
        "smart watch", features: "fitness, waterproof, refurbished, gps",
        colors: "black, silver, rose gold, pink", audiences: "women, men, kids",
        with: "watch strap, headphones"),
      ShopKind(
        "screen protector", features: "privacy, matte, anti glare, scratch proof",
        materials: "glass", sizes: "2 pack, 3 pack", with: "phone case, tablet case"),
      ShopKind(
        "tablet case", features: "shockproof, folding, magnetic", materials: "leather, silicone",
        colors: "black, blue, pink, grey, purple", audiences: "kids", sizes: "10 inch, 11 inch",
        with: "tablet, screen protector, stylus"),
      ShopKind(
        "laptop stand", features: "adjustable, foldable, portable, vertical",
        materials: "aluminium, wooden, bamboo", colors: "silver, black, white",
        with: "laptop, keyboard, usb hub"),
      ShopKind(
        "laptop bag", features: "waterproof, slim, padded, crossbody",
        materials: "leather, canvas", colors: "black, grey, brown, navy, pink",
        audiences: ShopAudiences.adults, sizes: "15 inch, 13 inch, 17 inch",
        with: "laptop, usb hub"),
      ShopKind(
        "hdmi cable", features: "4k, braided, flat, right angle", colors: "black, white",
        sizes: "2 m, 1 m, 3 m, 5 m, 10 m", with: "monitor, television"),
      ShopKind(
        "usb hub", features: "powered, slim, portable", sizes: "4 port, 7 port, 10 port",
        with: "usb c cable, external hard drive, laptop stand"),
      ShopKind(
        "external hard drive", features: "portable, rugged, encrypted", colors: "black, silver",
        sizes: "1 tb, 2 tb, 4 tb, 5 tb", with: "usb hub, usb stick"),
      ShopKind(
        "usb stick", also: "memory stick", features: "encrypted, mini, fast",
        sizes: "64 gb, 32 gb, 128 gb, 256 gb", with: "sd card, external hard drive"),
      ShopKind(
        "sd card", also: "memory card", features: "micro, fast, waterproof",
        sizes: "128 gb, 64 gb, 256 gb, 32 gb", with: "card reader, action camera"),
      ShopKind("card reader", features: "usb c, portable", with: "sd card, usb hub"),
      ShopKind(
        "action camera", features: "waterproof, 4k, mini, refurbished",
        with: "sd card, power bank, tripod"),
      ShopKind(
        "tripod", features: "flexible, lightweight, tabletop, travel",
        materials: "aluminium, carbon fibre", sizes: "150 cm, 180 cm",
        with: "action camera, ring light, phone holder"),
      ShopKind(
        "ring light", features: "clip on, dimmable, tabletop", sizes: "10 inch, 12 inch, 18 inch",
        with: "tripod, webcam"),
      ShopKind(
        "microphone", features: "usb, wireless, gaming, podcast, clip on",
        colors: "black, white, pink", with: "headphones, webcam"),
      ShopKind(
        "soundbar", features: "bluetooth, compact, wireless, surround",
        with: "television, hdmi cable, tv bracket"),
      ShopKind(
        "tv bracket", also: "tv wall mount", features: "tilting, swivel, slim, corner",
        sizes: "55 inch, 43 inch, 65 inch, 32 inch", with: "television, soundbar"),
      ShopKind(
        "monitor arm", features: "dual, single, heavy duty", colors: "black, white, silver",
        with: "monitor, hdmi cable"),
      ShopKind(
        "mouse mat", also: "mouse pad", features: "gaming, extended, round, wrist support",
        materials: "leather, cork", colors: "black, grey, pink, blue",
        with: "mouse, keyboard, wrist rest"),
      ShopKind("wrist rest", features: "gel, memory foam", with: "mouse mat, keyboard"),
      ShopKind(
        "phone holder", features: "magnetic, adjustable, car, bike",
        with: "phone charger, phone case"),
      ShopKind(
        "headphone stand", materials: "wooden, aluminium", colors: "black, white, silver",
        with: "headphones, mouse mat"),
      ShopKind("stylus", features: "magnetic, fine tip", with: "tablet, tablet case"),
      ShopKind(
        "printer", features: "wireless, laser, photo, compact, label", colors: "white, black",
        with: "printer paper, printer ink"),
      ShopKind(
        "printer ink", features: "refillable, compatible, recycled", colors: "black, cyan, magenta",
        sizes: "2 pack, 4 pack, multipack", with: "printer, printer paper"),
      ShopKind("router", features: "wifi 6, mesh, gaming, travel", with: "network cable, usb hub"),
      ShopKind(
        "network cable", also: "ethernet cable", features: "flat, braided, outdoor",
        colors: "white, black, blue", sizes: "5 m, 2 m, 10 m, 20 m", with: "router"),
    ])
}
