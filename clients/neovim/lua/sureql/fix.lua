-- The preferred fix of the problem at the cursor. Other servers of the buffer have fixes too, and
-- are not asked.
local M = {}

local function apply(client, bufnr, action)
  local function run(found)
    if found.edit then
      vim.lsp.util.apply_workspace_edit(found.edit, client.offset_encoding)
    end
    local command = type(found.command) == 'table' and found.command
    if command then
      client:exec_cmd(command, { bufnr = bufnr })
    end
  end
  if action.edit or action.command then
    run(action)
    return
  end
  client:request('codeAction/resolve', action, function(err, resolved)
    if err or not resolved then
      vim.notify('sureql: ' .. (err and err.message or 'no fix'), vim.log.levels.WARN)
    else
      run(resolved)
    end
  end, bufnr)
end

function M.fix()
  local client = require('sureql.ask').client()
  if not client then
    return
  end
  local bufnr = vim.api.nvim_get_current_buf()
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  client:request('textDocument/codeAction', params, function(_, actions)
    local preferred = vim.tbl_filter(function(action)
      return action.isPreferred
    end, actions or {})
    if #preferred == 0 then
      vim.notify('sureql: no fix here.')
      return
    end
    local function chosen(action)
      if action then
        apply(client, bufnr, action)
      end
    end
    if #preferred == 1 then
      chosen(preferred[1])
    else
      local choice = { prompt = 'Fix:', format_item = function(action)
        return action.title
      end }
      vim.ui.select(preferred, choice, chosen)
    end
  end, bufnr)
end

return M
