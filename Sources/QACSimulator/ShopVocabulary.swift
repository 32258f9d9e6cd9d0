// The words of the simulated shop: what it sells, and how people narrow it down.
//
// Every list is in order of popularity. The brands are invented.

/// The vocabulary of the simulated shop.
enum ShopVocabulary {
  /// A department: what it sells and the attributes that people use for it.
  struct Topic {
    let nouns: [String]
    let attributes: [String]
    /// Whether people may add for whom they are looking.
    let hasAudience: Bool
    /// What people may add about the size.
    let sizes: [String]
  }

  static let audiences = ["women", "men", "kids", "girls", "boys"]

  static let colors = [
    "black", "white", "blue", "red", "grey", "green", "pink", "navy", "brown", "beige", "yellow",
    "purple", "silver", "orange", "gold",
  ]

  static let brands = [
    "altivo", "norvik", "brenta", "callum", "delmar", "evera", "fjordal", "garnet", "halden",
    "isola", "juno", "kestrel", "lumina", "marlow", "nimbus", "orion", "pavona", "quill", "rosby",
    "solano", "tarn", "umbra", "velora", "westby", "zephyr", "arbor", "bluefin", "cedarline",
    "drift", "emberly",
  ]

  private static let clothingSizes = ["size m", "size l", "size s", "xl", "plus size", "petite"]
  private static let shoeSizes = ["size 8", "size 9", "size 10", "size 7", "wide fit", "size 11"]

  static let topics = [
    Topic(
      nouns: [
        "running shoes", "sneakers", "boots", "sandals", "running socks", "slippers",
        "hiking boots",
        "walking shoes", "heels", "loafers", "shoe laces", "insoles",
      ],
      attributes: [
        "trail", "waterproof", "leather", "lightweight", "cushioned", "vegan", "slip on", "ankle",
        "winter", "breathable", "suede", "wide",
      ], hasAudience: true, sizes: shoeSizes),
    Topic(
      nouns: [
        "jeans", "dress", "t shirt", "jacket", "hoodie", "coat", "sweater", "shirt", "leggings",
        "skirt", "shorts", "pyjamas", "raincoat", "cardigan", "scarf", "gloves",
      ],
      attributes: [
        "cotton", "linen", "denim", "oversized", "slim fit", "long sleeve", "summer", "winter",
        "high waist", "striped", "floral", "wool", "fleece", "quilted", "organic",
      ], hasAudience: true, sizes: clothingSizes),
    Topic(
      nouns: [
        "headphones", "phone case", "laptop", "charger", "usb c cable", "keyboard", "monitor",
        "mouse", "tablet", "power bank", "webcam", "bluetooth speaker", "smart watch",
        "screen protector", "laptop stand", "hdmi cable",
      ],
      attributes: [
        "wireless", "noise cancelling", "gaming", "fast", "mechanical", "portable", "refurbished",
        "curved", "ergonomic", "magnetic", "foldable", "rechargeable", "mini", "4k",
      ], hasAudience: false, sizes: ["13 inch", "15 inch", "27 inch", "2 m", "32 gb", "128 gb"]),
    Topic(
      nouns: [
        "frying pan", "coffee maker", "knife set", "cutting board", "water bottle", "kettle",
        "toaster", "blender", "lunch box", "mug", "wine glasses", "baking tray", "air fryer",
        "food storage containers", "dinner plates", "apron",
      ],
      attributes: [
        "non stick", "stainless steel", "cast iron", "glass", "bamboo", "ceramic", "electric",
        "insulated", "reusable", "silicone", "copper", "enamel", "dishwasher safe", "travel",
      ], hasAudience: false, sizes: ["28 cm", "1 l", "500 ml", "set of 4", "set of 6", "large"]),
    Topic(
      nouns: [
        "sofa", "desk", "bookshelf", "rug", "curtains", "duvet cover", "pillow", "desk lamp",
        "office chair", "mirror", "storage basket", "bed frame", "cushion covers", "wall clock",
        "picture frame", "candles",
      ],
      attributes: [
        "wooden", "velvet", "modern", "vintage", "blackout", "adjustable", "memory foam", "round",
        "corner", "standing", "oak", "woven", "scented", "folding", "linen",
      ], hasAudience: false, sizes: ["king size", "double", "single", "160x230", "small", "large"]),
    Topic(
      nouns: [
        "tent", "sleeping bag", "backpack", "camping chair", "head torch", "camping stove",
        "walking poles", "cool box", "rain poncho", "hammock", "compass", "climbing rope",
      ],
      attributes: [
        "ultralight", "waterproof", "inflatable", "compact", "4 season", "family", "down",
        "folding", "rechargeable", "pop up", "thermal", "hydration",
      ], hasAudience: true, sizes: ["2 person", "4 person", "20 l", "40 l", "60 l", "xl"]),
    Topic(
      nouns: [
        "yoga mat", "dumbbells", "resistance bands", "bike helmet", "football", "swimming goggles",
        "tennis racket", "skipping rope", "gym bag", "cycling shorts", "bike lights", "foam roller",
        "swimsuit", "basketball",
      ],
      attributes: [
        "thick", "adjustable", "non slip", "anti fog", "padded", "indoor", "professional",
        "beginner", "foldable", "weighted", "waterproof", "road",
      ], hasAudience: true, sizes: ["5 kg", "10 kg", "size 5", "medium", "large", "set"]),
    Topic(
      nouns: [
        "building blocks", "puzzle", "doll", "board game", "toy car", "train set", "plush bear",
        "play kitchen", "craft kit", "scooter", "card game", "bath toys",
      ],
      attributes: [
        "wooden", "magnetic", "educational", "educational wooden", "remote control", "musical",
        "glow in the dark", "outdoor", "travel", "classic", "1000 piece", "cooperative",
      ], hasAudience: true, sizes: ["age 3", "age 5", "age 8", "toddler", "large", "100 pieces"]),
    Topic(
      nouns: [
        "garden hose", "plant pots", "lawn mower", "garden chairs", "bird feeder", "raised bed",
        "solar lights", "watering can", "parasol", "barbecue", "compost bin", "garden gloves",
        "tomato seeds", "greenhouse",
      ],
      attributes: [
        "expandable", "cordless", "terracotta", "metal", "hanging", "self watering", "electric",
        "charcoal", "foldable", "heavy duty", "rattan", "galvanised",
      ], hasAudience: false, sizes: ["15 m", "30 m", "30 cm", "3 m", "small", "extra large"]),
    Topic(
      nouns: [
        "face cream", "shampoo", "sunscreen", "lipstick", "hair dryer", "perfume", "nail polish",
        "body lotion", "mascara", "beard trimmer", "toothbrush", "soap bar", "hair ties",
      ],
      attributes: [
        "organic", "fragrance free", "moisturising", "anti dandruff", "vegan", "matte", "electric",
        "sensitive skin", "travel size", "waterproof", "vitamin c", "solid",
      ], hasAudience: true, sizes: ["50 ml", "100 ml", "250 ml", "spf 50", "refill", "3 pack"]),
    Topic(
      nouns: [
        "notebook", "ballpoint pens", "printer paper", "backpack for school", "desk organiser",
        "sticky notes", "highlighters", "calendar", "pencil case", "label maker", "whiteboard",
        "fountain pen",
      ],
      attributes: [
        "dotted", "hardcover", "recycled", "spiral", "erasable", "pastel", "magnetic", "refillable",
        "fine tip", "lined", "leather", "wall",
      ], hasAudience: false, sizes: ["a4", "a5", "a6", "2026", "pack of 10", "pack of 50"]),
    Topic(
      nouns: [
        "dog bed", "cat litter", "dog food", "cat tree", "dog lead", "cat food", "aquarium filter",
        "dog harness", "scratching post", "pet carrier", "bird cage", "dog toys",
      ],
      attributes: [
        "grain free", "orthopaedic", "washable", "retractable", "reflective", "clumping", "wet",
        "dry", "no pull", "chew proof", "puppy", "senior",
      ], hasAudience: false, sizes: ["small", "medium", "large", "2 kg", "10 kg", "60 cm"]),
    Topic(
      nouns: [
        "baby carrier", "nappies", "pushchair", "baby monitor", "cot bed", "baby bottle",
        "changing mat", "high chair", "baby blanket", "teething ring", "bath seat", "night light",
      ],
      attributes: [
        "newborn", "organic cotton", "reusable", "lightweight", "video", "wooden", "anti colic",
        "muslin", "folding", "waterproof", "bamboo", "twin",
      ], hasAudience: false,
      sizes: ["size 3", "size 4", "0 6 months", "120x60", "240 ml", "2 pack"]
    ),
    Topic(
      nouns: [
        "cordless drill", "screwdriver set", "tool box", "paint roller", "led bulbs", "ladder",
        "tape measure", "extension lead", "wood screws", "sandpaper", "wall plugs", "smoke alarm",
      ],
      attributes: [
        "heavy duty", "rechargeable", "telescopic", "precision", "dimmable", "magnetic", "outdoor",
        "warm white", "stainless", "impact", "laser", "compact",
      ], hasAudience: false, sizes: ["18v", "e27", "5 m", "10 m", "100 pack", "4 mm"]),
    Topic(
      nouns: [
        "coffee beans", "green tea", "olive oil", "dark chocolate", "protein powder", "granola",
        "honey", "pasta", "peanut butter", "oat milk", "spice rack", "gift basket",
      ],
      attributes: [
        "organic", "decaf", "gluten free", "sugar free", "fair trade", "whole", "extra virgin",
        "ground", "raw", "vegan", "salted", "wholegrain",
      ], hasAudience: false, sizes: ["1 kg", "500 g", "250 g", "1 l", "6 pack", "bulk"]),
    Topic(
      nouns: [
        "suitcase", "handbag", "wallet", "travel pillow", "rucksack", "umbrella", "belt",
        "sunglasses", "luggage tag", "packing cubes", "tote bag", "watch strap", "necklace",
      ],
      attributes: [
        "leather", "carry on", "crossbody", "lightweight", "slim", "polarised", "hard shell",
        "canvas", "inflatable", "windproof", "vintage", "silver",
      ], hasAudience: true, sizes: ["55 cm", "large", "medium", "small", "set of 3", "30 l"]),
  ]
}
