-- Ghost text as one extmark: its first line inside the buffer line, the others below it.
local M = {}

local space = vim.api.nvim_create_namespace('sureql.ghost')
local MARK = 1

---@param bufnr integer
function M.clear(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, space, 0, -1)
  end
end

--- Draw `text` at a 0-based position. The same mark is moved, so nothing flickers.
---@param bufnr integer
---@param row integer
---@param col integer
---@param text string
function M.show(bufnr, row, col, text)
  local lines = vim.split(text, '\n', { plain = true })
  local below = {}
  for i = 2, #lines do
    below[#below + 1] = { { lines[i] == '' and ' ' or lines[i], 'SureqlGhost' } }
  end
  vim.api.nvim_buf_set_extmark(bufnr, space, row, col, {
    id = MARK,
    virt_text = { { lines[1], 'SureqlGhost' } },
    virt_text_pos = 'inline',
    virt_lines = #below > 0 and below or nil,
    hl_mode = 'combine',
  })
end

--- What is drawn now, lines joined; nil if nothing is.
---@param bufnr integer
---@return string?
function M.shown(bufnr)
  local mark = vim.api.nvim_buf_get_extmark_by_id(bufnr, space, MARK, { details = true })
  if not mark[1] then
    return nil
  end
  local lines = { mark[3].virt_text[1][1] }
  for _, line in ipairs(mark[3].virt_lines or {}) do
    lines[#lines + 1] = line[1][1] == ' ' and '' or line[1][1]
  end
  return table.concat(lines, '\n')
end

return M
