-- Completes what is typed in a buffer from the query history that qacd keeps.
--
--     require('qacd').setup({ session = 'ann' })
--     require('qacd').attach(0, { auto = true, record = true })
--
-- Invariant: nothing here waits, and nothing is shown if there is no answer. An answer is used only
-- if the cursor and the line are still where they were when it was asked for.

local M = {}

M.options = {
  -- The daemon's socket; nil for that of qac-cli.
  socket = nil,
  -- Milliseconds after which an answer is of no use.
  deadline = 200,
  -- Whose earlier queries are the context. Shells and editors may share one.
  session = 'nvim',
  limit = 10,
  -- The conversation: a text or a function; false for none. Each buffer has its own by default.
  thread = function() return ('nvim-%d-%d'):format(vim.fn.getpid(), vim.api.nvim_get_current_buf()) end,
  -- Where it is typed: a text or a function; false for none. The working directory by default.
  place = function() return vim.fn.getcwd() end,
}

local client

function M.setup(options)
  M.options = vim.tbl_extend('force', M.options, options or {})
  if client then client:close() end
  client = nil
end

function M.client()
  client = client or require('qacd.client').new({ socket = M.options.socket })
  return client
end

-- What is typed in the current line before the cursor: the text, and the byte at which it begins,
-- from 0. In a prompt buffer, the prompt is no part of it.
function M.typed(line, column)
  line = line or vim.api.nvim_get_current_line()
  column = column or vim.api.nvim_win_get_cursor(0)[2]
  local text = line:sub(1, column)
  local begin = 0
  if vim.bo.buftype == 'prompt' then
    local prompt = vim.fn.prompt_getprompt(vim.api.nvim_get_current_buf())
    if text:sub(1, #prompt) == prompt then begin = #prompt end
  end
  local blank = text:sub(begin + 1):match('^%s*')
  begin = begin + #blank
  return text:sub(begin + 1), begin
end

local function session()
  local own = vim.b.qacd_session or M.options.session
  return type(own) == 'function' and own() or own
end

-- A thread has at most 128 bytes, a place 1024: a longer one is left out.
local function option(name, most)
  local value = M.options[name]
  if type(value) == 'function' then value = value() end
  if type(value) == 'string' and value ~= '' and #value <= most then return value end
end

-- Whose text it is, in which conversation, and where.
local function origin(params)
  params.session = session()
  params.thread = option('thread', 128)
  params.place = option('place', 1024)
  return params
end

-- Asks for completions of `prefix`; `callback` gets a list, which is empty if anything is wrong.
-- Returns a function that gives the question up.
function M.ask(prefix, callback)
  local params = origin({ prefix = prefix, limit = M.options.limit })
  return M.client():request('complete', params, function(error, result)
    callback(error and {} or result.suggestions)
  end, { deadline = M.options.deadline })
end

-- Records a submitted query. Nobody waits for it; `callback(error)` may tell what became of it.
function M.record(query, callback)
  if not query:match('%S') then return end
  local params = origin({ query = query })
  M.client():request('record', params, function(error)
    if callback then callback(error) end
  end, { deadline = 2000 })
end

local give_up = function() end

-- Asks for completions at the cursor, and opens the menu when they come.
function M.complete()
  give_up()
  local prefix, begin = M.typed()
  local buffer, position = vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)
  local line = vim.api.nvim_get_current_line()
  give_up = M.ask(prefix, function(suggestions)
    if #suggestions == 0 or vim.api.nvim_get_mode().mode:sub(1, 1) ~= 'i' then return end
    if vim.api.nvim_get_current_buf() ~= buffer then return end
    if not vim.deep_equal(vim.api.nvim_win_get_cursor(0), position) then return end
    if vim.api.nvim_get_current_line() ~= line then return end
    -- Somebody is choosing from a menu: it is not taken away.
    local info = vim.fn.complete_info({ 'selected', 'pum_visible' })
    if info.pum_visible == 1 and info.selected >= 0 then return end
    local items = {}
    for _, one in ipairs(suggestions) do
      items[#items + 1] = { word = one.text, menu = '[qacd]', dup = 1, icase = 1 }
    end
    vim.fn.complete(begin + 1, items)
  end)
end

-- For 'omnifunc'. The menu opens when the answer comes, so that the editor never waits.
function M.omnifunc(find_start, _)
  if find_start == 1 then
    M.complete()
    return -3
  end
  return {}
end

-- Completes in a buffer: by CTRL-X CTRL-O, and with `auto` while typing, for which 'completeopt' is
-- changed. `record`: Enter submits the line's text. `session`: whose history it is.
function M.attach(buffer, options)
  options = options or {}
  buffer = buffer == 0 and vim.api.nvim_get_current_buf() or buffer
  vim.api.nvim_buf_set_option(buffer, 'omnifunc', 'v:lua.require\'qacd\'.omnifunc')
  if options.session then vim.api.nvim_buf_set_var(buffer, 'qacd_session', options.session) end
  local group = vim.api.nvim_create_augroup('qacd-' .. buffer, {})
  if options.auto then
    -- A menu that opens by itself must put nothing into the text.
    vim.opt.completeopt:append({ 'menuone', 'noinsert', 'noselect' })
    vim.api.nvim_create_autocmd('TextChangedI', {
      group = group,
      buffer = buffer,
      callback = function()
        if M.typed() ~= '' then M.complete() end
      end,
    })
  end
  if options.record then
    vim.keymap.set('i', '<CR>', function()
      if vim.fn.complete_info({ 'selected' }).selected < 0 then
        M.record((M.typed(nil, #vim.api.nvim_get_current_line())))
      end
      return '<CR>'
    end, { buffer = buffer, expr = true, desc = 'submit, and record in qacd' })
  end
end

-- Items of the Language Server Protocol, for the adapters. `row` is from 0; columns are bytes.
function M.items(suggestions, prefix, row, begin)
  local items = {}
  for at, one in ipairs(suggestions) do
    items[at] = {
      label = one.text,
      kind = 1,
      -- What does not begin with what was typed matches in another way, which the daemon found.
      filterText = one.match == 'prefix' and one.text or prefix,
      sortText = ('%04d'):format(at),
      textEdit = {
        newText = one.text,
        range = {
          start = { line = row, character = begin },
          ['end'] = { line = row, character = begin + #prefix },
        },
      },
    }
  end
  return items
end

return M
