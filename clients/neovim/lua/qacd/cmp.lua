-- A source for nvim-cmp:
--
--     require('cmp').register_source('qacd', require('qacd.cmp').new())
--     require('cmp').setup({ sources = { { name = 'qacd' } } })

local qacd = require('qacd')

local Source = {}
Source.__index = Source

function Source.new()
  return setmetatable({}, Source)
end

function Source:get_debug_name()
  return 'qacd'
end

-- Ranges are in bytes.
function Source:get_position_encoding_kind()
  return 'utf-8'
end

function Source:complete(params, callback)
  local context = params.context
  local before = context.cursor_before_line
  local prefix, begin = qacd.typed(before, #before)
  qacd.ask(prefix, function(suggestions)
    -- Incomplete: the daemon is asked again after every letter.
    callback({
      items = qacd.items(suggestions, prefix, context.cursor.row - 1, begin),
      isIncomplete = true,
    })
  end)
end

return Source
