-- What a buffer would look like with an edit of the server's. Nothing is changed.
local M = {}

--- The lines of a buffer with the edits that `edit` has for documents.
---@param bufnr integer
---@param edit lsp.WorkspaceEdit for this buffer alone
---@param encoding string
---@return string[]
function M.lines(bufnr, edit, encoding)
  local edits = {}
  for _, change in ipairs(edit.documentChanges or {}) do
    vim.list_extend(edits, change.edits)
  end
  for _, more in pairs(edit.changes or {}) do
    vim.list_extend(edits, more)
  end
  local copy = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(copy, 0, -1, true, vim.api.nvim_buf_get_lines(bufnr, 0, -1, true))
  vim.lsp.util.apply_text_edits(edits, copy, encoding)
  local lines = vim.api.nvim_buf_get_lines(copy, 0, -1, true)
  vim.api.nvim_buf_delete(copy, { force = true })
  return lines
end

return M
