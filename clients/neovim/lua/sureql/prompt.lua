-- `:Sureql prompt`: what a model would be sent for the cursor, in a window beside the text.
local M = {}

function M.show()
  local client = require('sureql.server').clients(0)[1]
  if not client then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
    return
  end
  local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local arguments = { { uri = at.textDocument.uri, position = at.position } }
  local params = { command = 'sureql.showPrompt', arguments = arguments }
  client:request('workspace/executeCommand', params, function(err, text)
    if err or type(text) ~= 'string' then
      vim.notify('sureql: ' .. (err and err.message or 'no prompt'), vim.log.levels.ERROR)
      return
    end
    vim.cmd.vnew()
    require('sureql.scratch').fill(vim.split(text, '\n', { plain = true }), 'markdown')
  end)
end

return M
