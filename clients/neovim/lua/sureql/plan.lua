-- `:Sureql plan`: what the engine would do, above the statement and beside its tables.
local M = {}

local function refresh()
  if vim.lsp.codelens then
    vim.lsp.codelens.refresh({ bufnr = 0 })
  end
end

---@param hide? boolean take all plans of this buffer away
function M.ask(hide)
  local ask = require('sureql.ask')
  local client = ask.client()
  if not client then
    return
  end
  local argument = vim.tbl_extend('force', ask.place(client), { hide = hide })
  ask.call(client, 'sureql.plan', argument, function(answer)
    if answer.message ~= '' then
      vim.notify('sureql: ' .. answer.message, vim.log.levels.WARN)
    elseif not hide then
      vim.lsp.inlay_hint.enable(true, { bufnr = 0 })
    end
    refresh()
  end)
end

return M
