-- Talks to one daemon without ever blocking the editor.
--
-- Invariant: a call is in exactly one of `queue` (not written), `waiting` (written, by id) and
-- settled, and its callback runs once, outside of luv's callbacks. A call that is given up leaves
-- both, and its answer is dropped when it comes.

-- The names since 0.10, and those before.
local uv = vim.uv or vim.loop
local islist = vim.islist or vim.tbl_islist

local MAXIMUM_REQUEST = 65536
local MAXIMUM_ANSWER = 64 * 1024 * 1024
local MAXIMUM_PATH = 107
-- Bytes that may wait for a daemon that reads nothing, while calls wait for it as well.
local MAXIMUM_UNSENT = 16 * 1024 * 1024
-- Error codes whose requests may succeed later.
local AGAIN = {}
for _, code in ipairs({ -32002, -32003, -32004, -32005, -32007 }) do AGAIN[code] = true end
-- Methods that do no harm if they are sent twice: all but `import` change nothing, and that adds
-- nothing that is there.
local SAFE = {}
for _, name in ipairs({ 'complete', 'retrieve', 'history', 'search', 'import', 'export', 'blocks',
  'pins', 'boosts', 'items', 'status', 'metrics', 'reload', 'ping' }) do
  SAFE[name] = true
end

local Client = {}
Client.__index = Client

local M = {}

-- The socket that qac-cli uses.
function M.default_socket()
  local directory = os.getenv('XDG_RUNTIME_DIR') or ''
  if directory:sub(1, 1) == '/' then
    return (directory:gsub('/+$', '')) .. '/qacd/qacd.sock'
  end
  return ('/tmp/qacd-%d/qacd.sock'):format(uv.getuid())
end

-- Makes a client, which connects at its first request. `options.socket`: the daemon's socket;
-- `options.deadline`: the milliseconds of a request that names none.
function M.new(options)
  options = options or {}
  return setmetatable({
    path = options.socket or M.default_socket(),
    deadline = options.deadline or 1000,
    last = 0,
    queue = {},
    waiting = {},
  }, Client)
end

local function failure(kind, message, retryable, code)
  return { kind = kind, message = message, retryable = retryable, code = code }
end

local function lost(call)
  local what = 'the connection ended before %s was answered; see the daemon\'s log'
  return failure('closed', what:format(call.method), call.safe or not call.sent)
end

local function settle(self, call, error, result)
  if call.settled then return end
  call.settled = true
  self.waiting[call.id] = nil
  for at, each in ipairs(self.queue) do
    if each == call then table.remove(self.queue, at) break end
  end
  if call.timer then
    call.timer:stop()
    call.timer:close()
  end
  vim.schedule(function() call.callback(error, result) end)
end

local function drop(self)
  local pipe = self.pipe
  self.pipe, self.connected, self.looking = nil, false, false
  self.parts, self.size = {}, 0
  if pipe and not pipe:is_closing() then pipe:close() end
end

local connect, flush

-- The connection has ended: what waits fails with `error`, or is sent again if it is safe.
local function finish(self, error)
  local calls = {}
  for _, call in pairs(self.waiting) do calls[#calls + 1] = call end
  table.sort(calls, function(a, b) return a.id < b.id end)
  self.waiting = {}
  drop(self)
  local again = {}
  for _, call in ipairs(calls) do
    if error then settle(self, call, error)
    elseif call.safe and call.attempts < 2 then again[#again + 1] = call
    else settle(self, call, lost(call)) end
  end
  for at, call in ipairs(again) do table.insert(self.queue, at, call) end
  flush(self)
end

local function invalid(what)
  return failure('invalid', what .. '; is it qacd?', false)
end

local function is_object(value)
  if type(value) ~= 'table' then return false end
  return not islist(value) or getmetatable(value) == getmetatable(vim.empty_dict())
end

-- Takes one line; returns what has become of the whole connection, or nil.
local function take(self, line)
  if line:match('^[ \t\r]*$') then return nil end
  local good, answer = pcall(vim.json.decode, line)
  if not good then return invalid('the daemon sent what is not JSON') end
  if not is_object(answer) or answer.id == nil then
    return invalid('the daemon sent what is no answer')
  end
  local error, result = answer.error, answer.result
  if error == vim.NIL then error = nil end
  if error == nil and result == nil then
    return invalid('an answer has neither result nor error')
  end
  local failed
  if error ~= nil then
    if type(error) ~= 'table' or type(error.code) ~= 'number' then
      return invalid('an error has no code')
    end
    local message = type(error.message) == 'string' and error.message or 'refused'
    failed = failure('refused', message, AGAIN[error.code] or false, error.code)
  end
  -- The daemon refuses the connection, or could not tell what a line was.
  if answer.id == vim.NIL and failed then return failed end
  local call = self.waiting[answer.id]
  if not call then return nil end
  if not failed and call.check and not call.check(result) then
    failed = invalid('the result of ' .. call.method .. ' has another shape')
  end
  settle(self, call, failed, result)
  return nil
end

local function receive(self, data)
  local begin = 1
  while true do
    local stop = data:find('\n', begin, true)
    if not stop then break end
    local line = data:sub(begin, stop - 1)
    if #self.parts > 0 then
      self.parts[#self.parts + 1] = line
      line = table.concat(self.parts)
      self.parts = {}
    end
    self.size = 0
    begin = stop + 1
    local error = take(self, line)
    if error then return finish(self, error) end
  end
  if begin > #data then return end
  self.parts[#self.parts + 1] = data:sub(begin)
  self.size = self.size + #data - begin + 1
  if self.size > MAXIMUM_ANSWER then
    finish(self, failure('invalid', 'an answer has more than 64 MiB; ask for fewer', false))
  end
end

local function write(self)
  if #self.queue == 0 then return end
  local lines = {}
  for _, call in ipairs(self.queue) do
    call.sent = true
    call.attempts = call.attempts + 1
    self.waiting[call.id] = call
    lines[#lines + 1] = call.line
  end
  self.queue = {}
  self.pipe:write(table.concat(lines))
end

-- Writes what is queued, or first does what that needs.
flush = function(self)
  if #self.queue == 0 then return end
  if not self.pipe then return connect(self) end
  if not self.connected or self.looking then return end
  local safe = true
  for _, call in ipairs(self.queue) do safe = safe and call.safe end
  if next(self.waiting) or safe then return write(self) end
  -- A daemon that restarted has closed an idle connection, which the loop may not have read yet.
  -- What is safe is simply sent again then. The rest waits for a turn of the loop.
  self.looking = true
  local pipe, timer = self.pipe, uv.new_timer()
  timer:start(1, 0, function()
    timer:close()
    if self.pipe ~= pipe then return end
    self.looking = false
    write(self)
  end)
end

connect = function(self)
  local function fail(error)
    drop(self)
    for _, call in ipairs(vim.list_slice(self.queue, 1)) do settle(self, call, error) end
  end
  if #self.path > MAXIMUM_PATH or self.path:find('\0', 1, true) then
    local what = 'a socket\'s path has at most %d bytes; choose a shorter one'
    return fail(failure('unavailable', what:format(MAXIMUM_PATH), false))
  end
  local pipe = uv.new_pipe(false)
  self.pipe, self.connected, self.parts, self.size = pipe, false, {}, 0
  pipe:connect(self.path, function(error)
    if self.pipe ~= pipe then return end
    if error and error:match('EAGAIN') then
      -- The daemon's queue of connections is full, and there is nothing to wait for.
      drop(self)
      local timer = uv.new_timer()
      timer:start(2, 0, function()
        timer:close()
        flush(self)
      end)
      return
    end
    if error then
      local what = 'no daemon answers at %s (%s); start one with: qacd --index FILE'
      return fail(failure('unavailable', what:format(self.path, error), true))
    end
    self.connected = true
    pipe:read_start(function(failed, data)
      if self.pipe ~= pipe then return end
      if failed or not data then finish(self) else receive(self, data) end
    end)
    write(self)
  end)
end

local function has_texts(result)
  if not is_object(result) or type(result.suggestions) ~= 'table' then return false end
  if not islist(result.suggestions) then return false end
  for _, one in ipairs(result.suggestions) do
    if type(one) ~= 'table' or type(one.text) ~= 'string' then return false end
  end
  return true
end

-- Sends a method, and calls `callback(error, result)` once, at the latest when the deadline has
-- passed. An error has `kind`, `message`, `retryable`, and `code` if the daemon refused. Returns a
-- function that gives the call up: its callback is then never called.
function Client:request(method, params, callback, options)
  options = options or {}
  self.last = self.last + 1
  local call = { id = self.last, method = method, safe = SAFE[method] or false, attempts = 0,
    check = method == 'complete' and has_texts or is_object, callback = callback }
  local line = vim.json.encode({ jsonrpc = '2.0', id = call.id, method = method,
    params = next(params) and params or vim.empty_dict() })
  if #line > MAXIMUM_REQUEST then
    local what = 'the request has %d bytes, and the protocol allows %d; shorten its text'
    settle(self, call, failure('toolong', what:format(#line, MAXIMUM_REQUEST), false))
    return function() end
  end
  call.line = line .. '\n'
  local deadline = options.deadline or self.deadline
  call.timer = uv.new_timer()
  call.timer:start(math.max(0, deadline), 0, function()
    local what = 'the daemon did not answer %s in time; see its log, or allow more time'
    settle(self, call, failure('timeout', what:format(method), call.safe or not call.sent))
    -- The daemon reads nothing: what is not sent yet must not pile up.
    local unsent = self.connected and self.pipe:get_write_queue_size() or 0
    if unsent > (next(self.waiting) and MAXIMUM_UNSENT or 0) then finish(self) end
  end)
  self.queue[#self.queue + 1] = call
  flush(self)
  return function()
    call.callback = function() end
    settle(self, call)
  end
end

-- Closes the connection; the next request makes another.
function Client:close()
  local queue = self.queue
  self.queue = {}
  for _, call in pairs(self.waiting) do call.attempts = 2 end
  finish(self)
  for _, call in ipairs(queue) do settle(self, call, lost(call)) end
end

return M
