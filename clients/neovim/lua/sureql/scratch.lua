-- Windows on something that is shown, not edited: an explanation, the log, the schema.
local M = {}

--- Make the current buffer, a new one, such a buffer.
---@param lines string[]
---@param filetype? string
function M.fill(lines, filetype)
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = 'nofile', 'wipe', false
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.bo.filetype, vim.bo.modifiable = filetype or '', false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = true, nowait = true })
end

--- Show Markdown in the current window: marks hidden, long lines broken between words.
---@param lines string[]
function M.markdown(lines)
  M.fill(lines, 'markdown')
  vim.wo.wrap, vim.wo.linebreak, vim.wo.breakindent = true, true, true
  vim.wo.conceallevel, vim.wo.concealcursor = 2, 'nc'
  vim.wo.number, vim.wo.relativenumber, vim.wo.signcolumn = false, false, 'no'
  -- It hides the marks; where the parser is missing, they are seen.
  pcall(vim.treesitter.start, 0, 'markdown')
end

--- Open a window over the text and go there; <Esc> leaves it, too.
---@param title string
---@param lines string[] to find out how large it must be
function M.float(title, lines)
  local width = vim.fn.strdisplaywidth(title) + 2
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  width = math.max(1, math.min(width, 100, vim.o.columns - 4))
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  height = math.max(1, math.min(height, vim.o.lines - 4))
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_open_win(bufnr, true, {
    relative = 'editor',
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2) - 1,
    width = width,
    height = height,
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. title .. ' ',
  })
  vim.keymap.set('n', '<Esc>', '<Cmd>close<CR>', { buffer = bufnr, nowait = true })
end

return M
