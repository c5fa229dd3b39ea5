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
---@field marks? { [1]: integer, [2]: string }[] lines (0-based) and the highlight each gets

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
  M.window = vim.api.nvim_open_win(bufnr, true, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = math.max(1, math.min(width, vim.o.columns - 4)),
    height = math.max(1, math.min(#what.lines, math.floor(vim.o.lines / 2))),
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. what.title .. ' ',
  })
  -- The colours alone: as a buffer of that type, the server would be started for it.
  vim.bo[bufnr].syntax = what.filetype
  local space = vim.api.nvim_create_namespace('sureql.float')
  for _, mark in ipairs(what.marks or {}) do
    vim.api.nvim_buf_set_extmark(bufnr, space, mark[1], 0, { line_hl_group = mark[2] })
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
