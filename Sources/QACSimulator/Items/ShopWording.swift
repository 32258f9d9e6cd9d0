// The words that are written about products beside those that people search for.

/// Names of models, and other words for the shop's.
enum ShopWording {
  /// The names of models; a product is named after its brand and model.
  static let models = [
    "vesper", "ridge", "solace", "pico", "atlas", "lumen", "harbor", "orbit", "fern", "quill",
    "ember", "tidal", "nimbus", "cobalt", "meadow", "arrow", "linnet", "basalt", "juniper", "comet",
    "sorrel", "delta", "marlow", "indigo", "thistle", "zephyr", "canto", "bramble", "onyx",
    "saffron",
    "willow", "terra", "plume", "argo", "coral", "dune", "echo", "flint", "grove", "heron", "isla",
    "jasper", "karst", "lark", "mistral", "nova", "osprey", "pebble", "quartz", "rowan", "summit",
    "tempo", "umbra", "verve", "wren", "yarrow", "zinnia", "alder", "breeze", "cinder",
    "drift wood",
    "elm", "fjord", "glade",
  ]

  /// What descriptions call some modifiers.
  static let synonyms = [
    "adjustable": "can be set to size", "aluminium": "light metal", "bamboo": "sustainable wood",
    "beige": "sand", "black": "jet black", "blue": "sky blue", "boys": "lads",
    "breathable": "airy", "brown": "chestnut", "burgundy": "wine red", "compact": "space saving",
    "cordless": "battery powered", "cotton": "natural cotton", "cream": "off white",
    "cushioned": "soft soled", "dimmable": "with adjustable brightness", "electric": "powered",
    "fleece": "warm fleece", "foldable": "packs away flat", "folding": "collapsible",
    "girls": "young ladies", "gold": "golden", "green": "forest green", "grey": "gray",
    "heavy duty": "robust", "hooded": "with a hood", "indoor": "for the home",
    "insulated": "keeps warm or cold", "kids": "children", "large": "big", "leather": "real hide",
    "lightweight": "light", "men": "gents", "mini": "tiny", "navy": "dark blue",
    "non slip": "with grip",
    "organic": "bio", "outdoor": "for outside", "padded": "cushioned",
    "personalised": "with your name",
    "pink": "rose", "plastic": "durable plastic", "portable": "easy to carry", "purple": "violet",
    "quick dry": "dries fast", "rattan": "wicker", "rechargeable": "with a battery",
    "red": "scarlet",
    "reusable": "use it again and again", "silver": "silver coloured", "small": "little",
    "stainless steel": "rust free steel", "stackable": "can be piled up",
    "thermal": "keeps you warm",
    "travel": "for holidays", "vegan": "free of animal products",
    "wall mounted": "hangs on the wall",
    "washable": "machine wash", "waterproof": "rainproof", "white": "snow white",
    "wide fit": "for broad feet",
    "winter": "for cold days", "wireless": "without cables", "women": "ladies",
    "wooden": "solid timber",
    "wool": "warm wool", "yellow": "lemon",
  ]
}
