-- A source for blink.cmp:
--
--     sources = { default = { 'qacd' }, providers = {
--       qacd = { name = 'qacd', module = 'qacd.blink', async = true } } }

local qacd = require('qacd')

local Source = {}
Source.__index = Source

function Source.new(_)
  return setmetatable({}, Source)
end

function Source:get_completions(context, callback)
  local row, column = context.cursor[1], context.cursor[2]
  local prefix, begin = qacd.typed(context.line, column)
  return qacd.ask(prefix, function(suggestions)
    callback({
      items = qacd.items(suggestions, prefix, row - 1, begin),
      is_incomplete_forward = true,
      is_incomplete_backward = true,
    })
  end)
end

return Source
