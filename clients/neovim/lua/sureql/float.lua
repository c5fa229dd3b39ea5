-- A small window below the cursor that shows something and waits for a key.
---@class sureql.float
---@field window? integer
---@field line? integer the line (1-based) on which the last key was pressed
local M = {}

---@class sureql.Float
---@field title string
---@field lines string[]
---@field filetype string
---@field keys table<string, fun()> what each key does, after the window is closed
---@field tall? boolean it may cover most of the screen
---@field marks? { [1]: integer, [2]: string }[] lines (0-based) and the highlight each gets

--- A highlight like `name` that leaves nothing of what is below it.
local function plain(name)
  local own = 'SureqlPlain' .. name
  local found = vim.api.nvim_get_hl(0, { name = name, link = false })
  vim.api.nvim_set_hl(0, own, vim.tbl_extend('force', found, { nocombine = true }))
  return own
end

--- Open it and go there. Only one is open at a time.
---@param what sureql.Float
function M.open(what)
  M.close()
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, what.lines)
  vim.bo[bufnr].bufhidden, vim.bo[bufnr].modifiable = 'wipe', false
  local width = vim.fn.strdisplaywidth(what.title) + 2
  for _, line in ipairs(what.lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  width = math.max(1, math.min(width, vim.o.columns - 4))
  local height = 0
  for _, line in ipairs(what.lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  local most = what.tall and vim.o.lines - 4 or math.floor(vim.o.lines / 2)
  M.window = vim.api.nvim_open_win(bufnr, true, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = width,
    height = math.max(1, math.min(height, most)),
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. what.title .. ' ',
  })
  vim.wo[M.window].wrap, vim.wo[M.window].linebreak = true, true
  vim.wo[M.window].breakindent = true
  -- The colours alone: as a buffer of that type, the server would be started for it.
  vim.bo[bufnr].syntax = what.filetype
  local space = vim.api.nvim_create_namespace('sureql.float')
  for _, mark in ipairs(what.marks or {}) do
    -- A changed line is coloured as a whole. Words for people are no SQL: nothing in them is bold.
    local whole = vim.startswith(mark[2], 'Diff')
    vim.api.nvim_buf_set_extmark(bufnr, space, mark[1], 0, {
      line_hl_group = whole and mark[2] or nil,
      hl_group = not whole and plain(mark[2]) or nil,
      end_row = not whole and mark[1] + 1 or nil,
      priority = 200,
      strict = false,
    })
  end
  local keys = vim.tbl_extend('keep', what.keys, { ['<Esc>'] = M.close, q = M.close })
  for key, run in pairs(keys) do
    vim.keymap.set('n', key, function()
      M.line = vim.fn.line('.', M.window)
      M.close()
      run()
    end, { buffer = bufnr, nowait = true })
  end
end

function M.close()
  if M.window and vim.api.nvim_win_is_valid(M.window) then
    vim.api.nvim_win_close(M.window, true)
  end
  M.window = nil
end

return M
