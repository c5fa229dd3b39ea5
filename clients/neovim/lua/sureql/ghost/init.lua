-- Ghost text for `textDocument/inlineCompletion` on Neovim 0.11. Where Neovim has its own (0.12) that
-- is used: see `attach`.
local draw = require('sureql.ghost.draw')
local request = require('sureql.ghost.request')
local text = require('sureql.ghost.text')

local M = {}

---@class sureql.Suggestions
---@field client vim.lsp.Client
---@field items sureql.Item[]
---@field index integer the item that is shown
---@field tail string the line behind the cursor when they were asked for
---@field invoked boolean

local known = {} ---@type table<integer, sureql.Suggestions>
local seen = {} ---@type table<integer, string> text and cursor that were last looked at
local timers = {} ---@type table<integer, uv.uv_timer_t>
local native = {} ---@type table<integer, boolean>

---@param bufnr integer
local function here(bufnr)
  local cursor = vim.api.nvim_win_get_cursor(0)
  return cursor[1] - 1, cursor[2], vim.api.nvim_buf_get_changedtick(bufnr)
end

---@param bufnr integer
local function inserting(bufnr)
  return vim.api.nvim_get_current_buf() == bufnr and vim.fn.mode():sub(1, 1) == 'i'
end

--- The text typed since the item's start, and what of the item is still to come; nil if the text
--- has taken another way.
---@param bufnr integer
---@param item sureql.Item
---@param tail string
local function remaining(bufnr, item, tail)
  local row, col = here(bufnr)
  if row < item.row or (row == item.row and col < item.col) then
    return nil
  end
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  if line:sub(col + 1) ~= tail then
    return nil
  end
  local typed =
    table.concat(vim.api.nvim_buf_get_text(bufnr, item.row, item.col, row, col, {}), '\n')
  local rest = text.rest(item.insert, typed)
  local visible = rest and text.visible(rest, item.after)
  if not visible then
    return nil
  end
  return typed, rest, visible
end

---@param bufnr integer
local function forget(bufnr)
  known[bufnr] = nil
  draw.clear(bufnr)
end

--- Draw the chosen item, or another one that still fits.
---@param bufnr integer
---@return boolean shown
local function redraw(bufnr)
  local now = known[bufnr]
  if not now then
    return false
  end
  for step = 0, #now.items - 1 do
    local index = (now.index - 1 + step) % #now.items + 1
    local _, _, visible = remaining(bufnr, now.items[index], now.tail)
    if visible then
      now.index = index
      local row, col = here(bufnr)
      draw.show(bufnr, row, col, visible)
      request.tell_shown(now.client, now.items[index])
      return true
    end
  end
  return false
end

---@param bufnr integer
---@param kind integer
---@param other_than? string choose an item that differs from this one
local function ask(bufnr, kind, other_than)
  if not inserting(bufnr) then
    return
  end
  local row, col, tick = here(bufnr)
  request.send(bufnr, kind, function(client, items)
    local row_now, col_now, tick_now = here(bufnr)
    local stale = tick_now ~= tick or row_now ~= row or col_now ~= col
    if stale or not inserting(bufnr) then
      return
    end
    if #items == 0 then
      if not other_than then
        forget(bufnr)
      end
      return
    end
    local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
    local index = 1
    while other_than and index < #items and items[index].insert == other_than do
      index = index + 1
    end
    known[bufnr] = {
      client = client,
      items = items,
      index = index,
      tail = line:sub(col + 1),
      invoked = kind == request.INVOKED,
    }
    if vim.fn.pumvisible() == 0 and not redraw(bufnr) then
      forget(bufnr)
    end
  end)
end

---@param bufnr integer
local function ask_soon(bufnr)
  timers[bufnr] = timers[bufnr] or assert(vim.uv.new_timer())
  timers[bufnr]:stop()
  local wait = require('sureql.config').get().ghost.debounce
  timers[bufnr]:start(wait, 0, vim.schedule_wrap(function()
    if vim.fn.pumvisible() == 0 then
      ask(bufnr, request.AUTOMATIC)
    end
  end))
end

--- Look at the text again: what was suggested is still right, or is asked for anew.
---@param bufnr integer
local function look(bufnr)
  if vim.fn.pumvisible() == 1 then
    -- Two lists of proposals at once are one too many; the popup is the one that was opened.
    draw.clear(bufnr)
    seen[bufnr] = nil
    return
  end
  local place = table.concat({ here(bufnr) }, ':')
  if seen[bufnr] == place then
    return
  end
  seen[bufnr] = place
  request.cancel(bufnr)
  if not redraw(bufnr) then
    forget(bufnr)
    ask_soon(bufnr)
  end
end

---@param bufnr integer
local function stop(bufnr)
  request.cancel(bufnr)
  if timers[bufnr] then
    timers[bufnr]:stop()
  end
  forget(bufnr)
end

--- Write the chosen item, or as much of it as `part` takes.
---@param part? fun(rest: string): string
---@return boolean
local function take(part)
  local bufnr = vim.api.nvim_get_current_buf()
  local now = known[bufnr]
  if not now or not M.text() then
    return false
  end
  local item = now.items[now.index]
  local typed, _, visible = remaining(bufnr, item, now.tail)
  if not typed or not visible then
    return false
  end
  local piece = part and part(visible) or visible
  local whole = piece == visible
  local written = whole and item.insert or item.insert:sub(1, #typed + #piece)
  local row, col = here(bufnr)
  -- Setting 'undolevels' closes the undo block: one `u` takes back what was accepted and no more.
  vim.cmd('let &g:undolevels = &g:undolevels')
  local lines = vim.split(written, '\n', { plain = true })
  local finish = whole and col + #item.after or col
  vim.api.nvim_buf_set_text(bufnr, item.row, item.col, row, finish, lines)
  local last = item.row + #lines
  vim.api.nvim_win_set_cursor(0, { last, (#lines == 1 and item.col or 0) + #lines[#lines] })
  if whole then
    forget(bufnr)
    request.tell_accepted(now.client, item, bufnr)
  else
    redraw(bufnr)
    request.tell_partly(now.client, item, written)
  end
  return true
end

---@return boolean
function M.accept()
  local bufnr = vim.api.nvim_get_current_buf()
  if native[bufnr] then
    return vim.lsp.inline_completion.get({ bufnr = bufnr })
  end
  return take()
end

---@return boolean
function M.accept_word()
  return take(text.word)
end

---@return boolean
function M.accept_line()
  return take(text.line)
end

--- Hide the ghost text until the text changes.
---@return boolean
function M.dismiss()
  local bufnr = vim.api.nvim_get_current_buf()
  if not M.text() then
    return false
  end
  stop(bufnr)
  return true
end

---@param step integer
local function cycle(step)
  local bufnr = vim.api.nvim_get_current_buf()
  local now = known[bufnr]
  if not now or not M.text() then
    return false
  end
  if not now.invoked then
    -- Only one item comes unasked; the others are asked for now.
    ask(bufnr, request.INVOKED, now.items[now.index].insert)
    return true
  end
  now.index = (now.index - 1 + step) % #now.items + 1
  redraw(bufnr)
  return true
end

---@return boolean
function M.next()
  return cycle(1)
end

---@return boolean
function M.previous()
  return cycle(-1)
end

--- Ask for ghost text here and now.
---@return boolean
function M.invoke()
  ask(vim.api.nvim_get_current_buf(), request.INVOKED)
  return true
end

--- The ghost text that is shown, nil if none is.
---@param bufnr? integer
---@return string?
function M.text(bufnr)
  return draw.shown(bufnr or vim.api.nvim_get_current_buf())
end

--- Show ghost text of `client` in a buffer from now on.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  if not client.server_capabilities.inlineCompletionProvider then
    return
  end
  local wanted = require('sureql.config').get().ghost.native
  if vim.lsp.inline_completion and wanted ~= false then
    vim.lsp.inline_completion.enable(true, { bufnr = bufnr, client_id = client.id })
    native[bufnr] = true
    return
  end
  local group = vim.api.nvim_create_augroup('sureql.ghost.' .. bufnr, { clear = true })
  local function on(events, action)
    vim.api.nvim_create_autocmd(events, {
      group = group,
      buffer = bufnr,
      callback = function()
        action(bufnr)
      end,
    })
  end
  on({ 'TextChangedI', 'TextChangedP', 'CursorMovedI', 'InsertEnter', 'CompleteDone' }, look)
  on('CompleteChanged', draw.clear)
  on({ 'InsertLeave', 'BufLeave' }, function()
    seen[bufnr] = nil
    stop(bufnr)
  end)
  on({ 'LspDetach', 'BufUnload' }, function()
    if #require('sureql.server').clients(bufnr) <= 1 then
      M.detach(bufnr)
    end
  end)
  -- The server may come up while the first line is being typed.
  if inserting(bufnr) then
    look(bufnr)
  end
end

---@param bufnr integer
function M.detach(bufnr)
  stop(bufnr)
  if timers[bufnr] then
    timers[bufnr]:close()
    timers[bufnr] = nil
  end
  seen[bufnr], native[bufnr] = nil, nil
  pcall(vim.api.nvim_del_augroup_by_name, 'sureql.ghost.' .. bufnr)
end

return M
