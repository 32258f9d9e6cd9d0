-- Asks for what people type, one prefix after another, in wrk.
local prefixes = { "r", "ru", "run", "runn", "running%20s", "g", "gard", "garden%20h", "boo", "boots",
  "sofa", "lamp%20f", "shoos", "wat", "water" }
local at = 0

request = function()
  at = at % #prefixes + 1
  return wrk.format("GET", "/suggest?q=" .. prefixes[at])
end
