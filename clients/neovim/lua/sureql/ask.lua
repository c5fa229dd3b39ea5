-- A command of the server about the statement under the cursor.
local M = {}

--- The server of this buffer, after telling the user if there is none.
---@return vim.lsp.Client?
function M.client()
  local client = require('sureql.server').clients(0)[1]
  if not client then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
  end
  return client
end

--- The document and the cursor, or the selection, as the server's commands take them.
---@param client vim.lsp.Client
---@param range? { [1]: integer, [2]: integer } first and last line, 1-based
function M.place(client, range)
  if range then
    local params = vim.lsp.util.make_given_range_params(
      { range[1], 0 },
      { range[2], math.max(#vim.fn.getline(range[2]) - 1, 0) },
      0,
      client.offset_encoding
    )
    return { uri = params.textDocument.uri, range = params.range, position = params.range.start }
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return { uri = params.textDocument.uri, position = params.position }
end

--- Call `command` with `argument`; `take` gets the answer, unless it failed or the buffer was left.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param take fun(answer: table)
---@return integer? id of the request, to cancel it
function M.call(client, command, argument, take)
  local bufnr = vim.api.nvim_get_current_buf()
  local params = { command = command, arguments = { argument } }
  local _, id = client:request('workspace/executeCommand', params, function(err, answer)
    if err and err.code == vim.lsp.protocol.ErrorCodes.RequestCancelled then
      return
    elseif err or type(answer) ~= 'table' then
      vim.notify('sureql: ' .. (err and err.message or 'no answer'), vim.log.levels.ERROR)
    elseif vim.api.nvim_get_current_buf() ~= bufnr then
      vim.notify('sureql: the answer is there, but its buffer was left.')
    else
      take(answer)
    end
  end, bufnr)
  return id
end

return M
