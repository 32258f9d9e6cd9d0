-- The driver of the conformance suite for this client; tests/driver starts it.
local uv = vim.uv or vim.loop
local client = require('qacd.client').new({ socket = os.getenv('QACD_TEST_SOCKET') })

local input, output = uv.new_pipe(false), uv.new_pipe(false)
input:open(0)
output:open(1)
local rest, ended, busy = '', false, 0

local function run(line)
  local command = vim.json.decode(line)
  local outcomes, left = {}, #command.calls
  busy = busy + 1
  for at, call in ipairs(command.calls) do
    client:request(call.method, call.params, function(error, result)
      outcomes[at] = error and { error = error } or { result = result }
      left = left - 1
      if left > 0 then return end
      busy = busy - 1
      output:write(vim.json.encode(outcomes) .. '\n')
    end, { deadline = command.deadline_ms })
  end
end

input:read_start(function(_, data)
  if not data then ended = true return end
  rest = rest .. data
  while true do
    local stop = rest:find('\n', 1, true)
    if not stop then break end
    local line = rest:sub(1, stop - 1)
    rest = rest:sub(stop + 1)
    vim.schedule(function() run(line) end)
  end
end)

while not (ended and busy == 0) do vim.wait(200, function() return ended and busy == 0 end, 1) end
vim.cmd('qa!')
