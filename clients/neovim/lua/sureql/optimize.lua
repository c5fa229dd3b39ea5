-- `:Sureql optimize`: faster forms of the query under the cursor, each beside what is there now, with
-- its evidence below.
local M = {}

local space = vim.api.nvim_create_namespace('sureql.optimize')
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

--- How many rows of a window `width` columns wide the lines take.
local function rows(lines, width)
  local found = 0
  for _, line in ipairs(lines) do
    found = found + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  return found
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
  head(windows.before, 'now')
  head(windows.after, ('%d of %d'):format(review.index, #review.candidates))
  local evidence = { candidate.title }
  if not diff then
    table.insert(evidence, 'This is advice, there is nothing to apply.')
  end
  for _, line in ipairs(candidate.evidence) do
    vim.list_extend(evidence, vim.split(line, '\n', { plain = true }))
  end
  put(windows.evidence, evidence)
  local bufnr = vim.api.nvim_win_get_buf(windows.evidence)
  vim.api.nvim_buf_set_extmark(bufnr, space, 0, 0, { line_hl_group = 'Title' })
  local height = rows(evidence, vim.o.columns) + 1
  vim.api.nvim_win_set_height(windows.evidence, math.min(height, math.floor(vim.o.lines / 3)))
  for _, window in ipairs({ windows.before, windows.after }) do
    vim.api.nvim_win_call(window, function()
      vim.cmd(diff and 'diffthis' or 'diffoff')
      -- What is cut off can't be judged.
      local width = vim.api.nvim_win_get_width(window)
      vim.wo.wrap = rows(lines, width) > #lines
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
    vim.wo.statusline, vim.wo.linebreak, vim.wo.breakindent = ' ', true, true
    for key, run in pairs(keys) do
      vim.keymap.set('n', key, run, { buffer = true, nowait = true })
    end
  end
  pane('before', 'tabnew')
  pane('evidence', 'botright new')
  vim.wo.wrap, vim.wo.winfixheight = true, true
  head(review.windows.evidence, KEYS)
  vim.api.nvim_set_current_win(review.windows.before)
  pane('after', 'rightbelow vnew')
  for _, window in ipairs({ review.windows.before, review.windows.after }) do
    -- The colours alone: with the type itself, servers would be started.
    local shown = vim.api.nvim_win_get_buf(window)
    vim.bo[shown].syntax = vim.bo[bufnr].filetype
    vim.api.nvim_buf_set_name(shown, 'sureql ' .. shown)
  end
  -- What only stands here goes away.
  vim.wo[review.windows.before].winhighlight = 'DiffAdd:DiffDelete'
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
