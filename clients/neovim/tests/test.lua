-- The plugin in real editors, which this one drives by keys; tests/run starts it.
--
-- `QACD_TEST_SOCKET` is the socket of a fake daemon, which obeys what is written into the file
-- `QACD_TEST_CONTROL`: `stop`, `start`, `stall`.

local socket = os.getenv('QACD_TEST_SOCKET')
local control = os.getenv('QACD_TEST_CONTROL')
local root = os.getenv('QACD_TEST_ROOT')
local passed, failed = 0, 0
local channel

local function order(what)
  local file = assert(io.open(control .. '.new', 'w'))
  file:write(what)
  file:close()
  os.rename(control .. '.new', control)
  assert(vim.wait(10000, function() return vim.loop.fs_stat(control) == nil end, 5), 'no control')
end

-- Runs Lua in the editor that is tested.
local function remote(code, ...)
  return vim.rpcrequest(channel, 'nvim_exec_lua', code, { ... })
end

local function keys(text)
  vim.rpcrequest(channel, 'nvim_input', text)
end

-- Types `text` into a new buffer, which `prepare` has made ready, and stays in insert mode.
local function typing(text, prepare)
  keys('<C-\\><C-n>')
  vim.rpcrequest(channel, 'nvim_command', 'enew!')
  if prepare then remote(prepare) end
  keys('a' .. text)
end

local function words()
  return remote([[return vim.tbl_map(function(item) return item.word end,
    vim.fn.complete_info({ 'items' }).items)]])
end

local function menu()
  return vim.rpcrequest(channel, 'nvim_eval', 'pumvisible()') == 1
end

local function eventually(condition, what)
  local function holds()
    local found = condition()
    return found ~= nil and found ~= vim.NIL and found ~= false
  end
  if not vim.wait(5000, holds, 5) then error(what, 2) end
end

local function equal(found, expected)
  if not vim.deep_equal(found, expected) then
    error(('%s is not %s'):format(vim.inspect(found), vim.inspect(expected)), 2)
  end
end

-- Each test has an editor of its own, which must have nothing to say at the end.
local function test(name, body)
  channel = vim.fn.jobstart({ 'nvim', '--embed', '--headless', '-u', 'NONE', '-i', 'NONE', '-n',
    '--cmd', 'set rtp^=' .. root .. ' completeopt=menuone' }, { rpc = true })
  remote([[qacd = require('qacd'); found = {};
    qacd.setup({ socket = ..., deadline = 1000, session = 'nvim', limit = 10 })]], socket)
  local good, message = xpcall(body, debug.traceback)
  if good then
    local said = vim.rpcrequest(channel, 'nvim_exec', 'messages', true)
    if said ~= '' then good, message = false, 'the editor says ' .. said end
  end
  vim.fn.jobstop(channel)
  if good then passed = passed + 1 else
    failed = failed + 1
    io.stderr:write(name .. ': ' .. tostring(message) .. '\n')
  end
end

test('the default socket is that of qac-cli', function()
  local default = function(value)
    return remote([[vim.loop.os_setenv('XDG_RUNTIME_DIR', ...)
      return require('qacd.client').default_socket()]], value)
  end
  local fallback = ('/tmp/qacd-%d/qacd.sock'):format(vim.loop.getuid())
  equal(default('/run/user/7//'), '/run/user/7/qacd/qacd.sock')
  equal(default('/'), '/qacd/qacd.sock')
  equal(default('relative'), fallback)
  equal(default(''), fallback)
end)

test('the keys of omni completion open a menu when the answer comes', function()
  typing('  gar<C-x><C-o>', 'qacd.attach(0)')
  eventually(menu, 'no menu')
  equal(words(), { 'gar!' })
  equal(vim.rpcrequest(channel, 'nvim_get_current_line'), '  gar!')
  keys('<C-e>')
  equal(vim.rpcrequest(channel, 'nvim_get_current_line'), '  gar')
end)

test('it completes while typing, and a choice is taken as a whole', function()
  typing('gar', 'qacd.attach(0, { auto = true })')
  eventually(menu, 'no menu')
  equal(vim.rpcrequest(channel, 'nvim_get_current_line'), 'gar')
  keys('den h')
  eventually(function() return menu() and words()[1] == 'garden h!' end, 'no menu for more letters')
  keys('<C-n><C-y>')
  equal(vim.rpcrequest(channel, 'nvim_get_current_line'), 'garden h!')
end)

test('an answer after the cursor moved opens nothing', function()
  typing('gar')
  remote([[qacd.complete()
    vim.api.nvim_set_current_line('garden')
    vim.api.nvim_win_set_cursor(0, { 1, 6 })
    qacd.ask('other', function() found.other = true end)]])
  eventually(function() return remote('return found.other') end, 'no answer')
  vim.wait(50)
  equal(menu(), false)
end)

test('an answer after insert mode was left opens nothing', function()
  typing('gar')
  remote([[qacd.ask = function(_, callback) late = callback return function() end end
    qacd.complete()]])
  keys('<Esc>')
  eventually(function() return remote('return vim.api.nvim_get_mode().mode') == 'n' end, 'no Esc')
  remote([[late({ { text = 'gar!', match = 'prefix' } })]])
  equal(vim.rpcrequest(channel, 'nvim_get_current_line'), 'gar')
  equal(menu(), false)
end)

test('without a daemon there is no menu and no message, and then it is back', function()
  order('stop')
  typing('gar<C-x><C-o>', 'qacd.attach(0)')
  vim.wait(150)
  equal(menu(), false)
  order('start')
  keys('<C-x><C-o>')
  eventually(menu, 'the daemon is back, and there is no menu')
end)

test('a restart between two requests shows nothing but completions', function()
  typing('gar<C-x><C-o>', 'qacd.attach(0)')
  eventually(menu, 'no menu')
  order('stop')
  order('start')
  remote([[qacd.record('pond', function(error) found.record = error or 'recorded' end)]])
  eventually(function() return remote('return found.record') end, 'no answer')
  equal(remote('return found.record'), 'recorded')
  typing('po<C-x><C-o>', 'qacd.attach(0)')
  eventually(menu, 'no menu')
  equal(words(), { 'po!' })
end)

test('a daemon that stalls holds nobody up', function()
  order('stall')
  remote('qacd.setup({ deadline = 100 })')
  typing('gar', 'qacd.attach(0, { auto = true })')
  -- The editor takes keys while it waits, and gets an empty answer when the deadline has passed.
  keys('den')
  equal(vim.rpcrequest(channel, 'nvim_get_current_line'), 'garden')
  remote([[qacd.ask('gar', function(suggestions) found.stalled = #suggestions end)]])
  eventually(function() return remote('return found.stalled') end, 'the deadline did not pass')
  equal(remote('return found.stalled'), 0)
  equal(menu(), false)
  order('start')
end)

test('a prompt buffer: its prompt is no text, and Enter records', function()
  typing('pond', [[
    vim.bo.buftype = 'prompt'
    vim.fn.prompt_setprompt(vim.api.nvim_get_current_buf(), 'query> ')
    vim.fn.prompt_setcallback(vim.api.nvim_get_current_buf(), function(text) found.text = text end)
    qacd.attach(0, { record = true, session = 'prompts' })
    local client = qacd.client()
    client.request = function(self, method, params, ...)
      found[method] = params
      return getmetatable(self).request(self, method, params, ...)
    end]])
  eventually(function() return remote('return (qacd.typed())') == 'pond' end, 'the prompt is text')
  keys('<C-x><C-o>')
  eventually(menu, 'no menu')
  equal(words(), { 'pond!' })
  keys('<C-e><CR>')
  eventually(function() return remote('return found.text') end, 'nothing was submitted')
  equal(remote('return found.text'), 'pond')
  local thread = ('nvim-%d-%d'):format(vim.rpcrequest(channel, 'nvim_eval', 'getpid()'),
    vim.rpcrequest(channel, 'nvim_eval', 'bufnr()'))
  local place = vim.rpcrequest(channel, 'nvim_eval', 'getcwd()')
  equal(remote('return found.record'),
    { session = 'prompts', thread = thread, place = place, query = 'pond' })
  equal(remote('return found.complete'),
    { session = 'prompts', thread = thread, place = place, prefix = 'pond', limit = 10 })
  remote([[qacd.options.thread = false; qacd.options.place = ('/x'):rep(600); qacd.record('hose')]])
  equal(remote('return found.record'), { session = 'prompts', query = 'hose' })
end)

-- A stand-in for what nvim-cmp does with a source (its doc/cmp.txt, "Creating a custom source").
test('nvim-cmp', function()
  remote([[
    package.loaded.cmp = { register_source = function(name, source) found[name] = source end }
    require('cmp').register_source('qacd', require('qacd.cmp').new())
    function complete(before)
      response = nil
      found.qacd:complete({
        context = { cursor_before_line = before, cursor = { row = 1, col = #before + 1 } },
        offset = 3,
        completion_context = { triggerKind = 1 },
      }, function(answer) response = answer end)
    end]])
  equal(remote('return found.qacd:get_debug_name()'), 'qacd')
  equal(remote('return found.qacd:get_position_encoding_kind()'), 'utf-8')
  remote([[complete('  gärt')]])
  eventually(function() return remote('return response ~= nil') end, 'no callback')
  local response = remote('return response')
  equal(response.isIncomplete, true)
  equal(response.items[1].label, 'gärt!')
  equal(response.items[1].textEdit, {
    newText = 'gärt!',
    range = { start = { line = 0, character = 2 }, ['end'] = { line = 0, character = 7 } },
  })
  order('stop')
  remote([[complete('x')]])
  eventually(function() return remote('return response ~= nil') end,
    'the callback must always be called')
  equal(remote('return #response.items'), 0)
  order('start')
end)

-- A stand-in for what blink.cmp does with a source (its doc/development/source-boilerplate.md).
test('blink.cmp', function()
  remote([[
    source = require('qacd.blink').new({}, { name = 'qacd' })
    cancel = source:get_completions({ cursor = { 3, 5 }, line = '  gar den', bufnr = 0 },
      function(answer) response = answer end)]])
  equal(remote('return type(cancel)'), 'function')
  eventually(function() return remote('return response ~= nil') end, 'no answer')
  local response = remote('return response')
  equal(response.is_incomplete_forward, true)
  equal(response.is_incomplete_backward, true)
  equal(response.items[1].label, 'gar!')
  equal(response.items[1].textEdit.range,
    { start = { line = 2, character = 2 }, ['end'] = { line = 2, character = 5 } })
  remote([[
    response = nil
    source:get_completions({ cursor = { 1, 3 }, line = 'gar', bufnr = 0 },
      function(answer) response = answer end)()]])
  vim.wait(100)
  equal(remote('return response == nil'), true)
end)

print(('\n%d passed, %d failed\n'):format(passed, failed))
vim.cmd(failed > 0 and 'cquit' or 'qa!')
