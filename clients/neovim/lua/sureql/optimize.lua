-- `:Sureql optimize`: faster forms of the query under the cursor, each beside what is there now, with
-- its evidence below.
local M = {}

local KEYS = 'a apply   x reject   n next   p previous   q close'

---@class sureql.Review
---@field client vim.lsp.Client
---@field bufnr integer
---@field tick integer the version of the buffer that the forms are for
---@field candidates table[]
---@field index integer
---@field windows { before: integer, after: integer, evidence: integer }

local function put(window, lines)
  local bufnr = vim.api.nvim_win_get_buf(window)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
end

local function head(window, text)
  vim.wo[window].winbar = ' ' .. text:gsub('%%', '%%%%')
end

local function close(review)
  for _, window in pairs(review.windows) do
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
end

local function applicable(candidate)
  return candidate.edit ~= nil and candidate.edit ~= vim.NIL
end

--- Show the chosen form.
---@param review sureql.Review
local function turn(review)
  local candidate, windows = review.candidates[review.index], review.windows
  local now = vim.api.nvim_buf_get_lines(review.bufnr, 0, -1, true)
  local lines = vim.split(candidate.sql, '\n', { plain = true })
  local diff = applicable(candidate)
  if diff then
    lines = require('sureql.edited').lines(review.bufnr, candidate.edit, review.client.offset_encoding)
  end
  put(windows.before, now)
  put(windows.after, lines)
  local place = ('%d of %d'):format(review.index, #review.candidates)
  head(windows.before, 'now')
  head(windows.after, ('%s: %s'):format(place, candidate.title))
  local evidence = diff and {} or { 'This is advice, there is nothing to apply.' }
  for _, line in ipairs(candidate.evidence) do
    vim.list_extend(evidence, vim.split(line, '\n', { plain = true }))
  end
  put(windows.evidence, evidence)
  vim.api.nvim_win_set_height(windows.evidence, math.max(1, math.min(#evidence, math.floor(vim.o.lines / 3))))
  for _, window in ipairs({ windows.before, windows.after }) do
    vim.api.nvim_win_call(window, function()
      vim.cmd(diff and 'diffthis' or 'diffoff')
    end)
  end
  local compare = vim.text and vim.text.diff or vim.diff
  local text = function(of)
    return table.concat(of, '\n') .. '\n'
  end
  local changes = diff and compare(text(now), text(lines), { result_type = 'indices' }) or {}
  local first = math.min(math.max(changes[1] and changes[1][3] or 1, 1), #lines)
  vim.api.nvim_win_set_cursor(windows.after, { first, 0 })
  vim.cmd('diffupdate')
end

---@param review sureql.Review
local function apply(review)
  local candidate = review.candidates[review.index]
  if not applicable(candidate) then
    vim.notify('sureql: this is advice, there is nothing to apply.')
    return
  end
  close(review)
  local valid = vim.api.nvim_buf_is_valid(review.bufnr)
  if not valid or vim.api.nvim_buf_get_changedtick(review.bufnr) ~= review.tick then
    vim.notify('sureql: not applied, the text has changed since.', vim.log.levels.WARN)
  else
    vim.lsp.util.apply_workspace_edit(candidate.edit, review.client.offset_encoding)
  end
end

---@param review sureql.Review
local function reject(review)
  table.remove(review.candidates, review.index)
  if #review.candidates == 0 then
    close(review)
    return
  end
  review.index = math.min(review.index, #review.candidates)
  turn(review)
end

--- Show what was found, in a tab of its own; nothing is changed before a key says so.
---@param client vim.lsp.Client
---@param bufnr integer
---@param tick integer
---@param candidates table[]
function M.show(client, bufnr, tick, candidates)
  ---@type sureql.Review
  local review = { client = client, bufnr = bufnr, tick = tick, candidates = candidates, index = 1, windows = {} }
  local function step(by)
    return function()
      review.index = (review.index - 1 + by) % #review.candidates + 1
      turn(review)
    end
  end
  local keys = {
    a = function()
      apply(review)
    end,
    x = function()
      reject(review)
    end,
    q = function()
      close(review)
    end,
    n = step(1),
    p = step(-1),
  }
  local function pane(name, open)
    vim.cmd(open)
    review.windows[name] = vim.api.nvim_get_current_win()
    require('sureql.scratch').fill({})
    vim.wo.number, vim.wo.relativenumber, vim.wo.signcolumn = false, false, 'no'
    for key, run in pairs(keys) do
      vim.keymap.set('n', key, run, { buffer = true, nowait = true })
    end
  end
  pane('before', 'tabnew')
  pane('evidence', 'botright new')
  vim.wo.wrap, vim.wo.linebreak, vim.wo.winfixheight = true, true, true
  head(review.windows.evidence, KEYS)
  vim.api.nvim_set_current_win(review.windows.before)
  pane('after', 'rightbelow vnew')
  for _, window in ipairs({ review.windows.before, review.windows.after }) do
    -- The colours alone: with the type itself, servers would be started.
    vim.bo[vim.api.nvim_win_get_buf(window)].syntax = vim.bo[bufnr].filetype
  end
  turn(review)
end

--- Ask for faster forms of the statement under the cursor.
---@param options? { time?: boolean }
function M.ask(options)
  local ask = require('sureql.ask')
  local client = ask.client()
  if not client then
    return
  end
  local bufnr, tick = vim.api.nvim_get_current_buf(), vim.api.nvim_buf_get_changedtick(0)
  local argument = vim.tbl_extend('force', ask.place(client), options or {})
  ask.call(client, 'sureql.optimize', argument, function(answer)
    if #answer.candidates == 0 then
      vim.notify('sureql: ' .. answer.message)
      return
    end
    M.show(client, bufnr, tick, answer.candidates)
    if answer.message ~= '' then
      vim.notify('sureql: ' .. answer.message)
    end
  end, 'looking for faster forms')
end

return M
