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

-- What is under way: its client, the number of its request, and who listens to its progress.
local pending

--- Echo on the command line without making anybody press a key.
local function echo(text)
  if vim.o.cmdheight > 0 then
    vim.api.nvim_echo({ { vim.fn.strcharpart(text, 0, vim.v.echospace) } }, false, {})
  end
end

local function ended()
  if pending then
    pcall(vim.api.nvim_del_autocmd, pending.listening)
    pending = nil
    echo('')
  end
end

--- Say on the last line what is waited for, and how far it is.
---@return table what is under way now
local function begun(client, id, doing)
  local function say(message)
    echo(('sureql: %s ... (:Sureql cancel)'):format(message))
  end
  say(doing)
  local listening = vim.api.nvim_create_autocmd('LspProgress', {
    callback = function(event)
      local value = event.data.params.value
      if event.data.client_id == client.id and value.kind == 'report' and value.message then
        say(value.message:sub(1, 1):lower() .. value.message:sub(2))
      end
    end,
  })
  pending = { client = client, id = id, listening = listening }
  return pending
end

--- Wait no longer for what is under way.
function M.cancel()
  if pending then
    pending.client:cancel_request(pending.id)
    ended()
    vim.notify('sureql: cancelled.')
  end
end

--- Call `command` with `argument`; `take` gets the answer, unless it failed or the buffer was left.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param take fun(answer: table)
---@param doing? string what is said meanwhile, if it takes long
function M.call(client, command, argument, take, doing)
  local bufnr = vim.api.nvim_get_current_buf()
  local params = { command = command, arguments = { argument } }
  if doing and pending then
    pending.client:cancel_request(pending.id)
    ended()
  end
  local work
  local _, id = client:request('workspace/executeCommand', params, function(err, answer)
    if work and work == pending then
      ended()
    end
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
  work = doing and id and begun(client, id, doing)
end

return M
