-- `:Sureql explain`: the statement under the cursor, or the selection, in plain words.
local M = {}

--- The Markdown beside the text, where a plugin may draw it.
local function show(answer)
  vim.cmd.vnew()
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = 'nofile', 'wipe', false
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(answer.markdown, '\n', { plain = true }))
  vim.wo.wrap, vim.wo.linebreak, vim.wo.conceallevel = true, true, 2
  vim.bo.filetype, vim.bo.modifiable = 'markdown', false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = true, nowait = true })
end

---@param range? { [1]: integer, [2]: integer } the selected lines, 1-based
---@param options? { plan?: boolean, reword?: boolean }
function M.ask(range, options)
  local ask = require('sureql.ask')
  local client = ask.client()
  if not client then
    return
  end
  local argument = vim.tbl_extend('force', ask.place(client, range), options or {})
  ask.call(client, 'sureql.explain', argument, function(answer)
    if answer.message ~= '' then
      vim.notify('sureql: ' .. answer.message, vim.log.levels.WARN)
    end
    if answer.markdown ~= '' then
      show(answer)
    end
  end)
end

return M
