-- What the server says about itself and the model, for status lines and |:checkhealth|. Nothing pops
-- up because of it.
local M = {}

---@class sureql.Status
---@field kind 'Normal'|'Warning'|'Error'|'Inactive'
---@field message string for people
---@field busy boolean

---@type table<integer, sureql.Status> by the client's id
local said = {}

-- What `sureql.status` answered last, by the client's id; asked for only once somebody has looked.
local details, asked, looked = {}, {}, false

--- Ask what the server is at, unless it is being asked already.
---@param client vim.lsp.Client
---@param uri string
---@param take fun(answer?: table)
local function ask(client, uri, take)
  local params = { command = 'sureql.status', arguments = { { uri = uri } } }
  client:request('workspace/executeCommand', params, function(err, answer)
    take(not err and type(answer) == 'table' and answer or nil)
  end)
end

local function refresh(client)
  if asked[client.id] then
    return
  end
  asked[client.id] = true
  ask(client, '', function(answer)
    asked[client.id] = nil
    details[client.id] = answer or details[client.id] or { judge = '', model = { name = '' } }
    vim.cmd.redrawstatus({ bang = true })
  end)
end

--- The handler of `didChangeStatus`.
---@param params sureql.Status
---@param client_id integer
function M.told(params, client_id)
  local before = said[client_id]
  said[client_id] = params
  local client = vim.lsp.get_client_by_id(client_id)
  if looked and client and not (before and before.message == params.message) then
    refresh(client)
  end
  vim.api.nvim_exec_autocmds('User', { pattern = 'SureqlStatus', data = params })
  vim.cmd.redrawstatus({ bang = true })
end

--- What the server of a buffer said last; nil if none runs there or it has said nothing.
---@param bufnr? integer
---@return sureql.Status?
function M.get(bufnr)
  local client = require('sureql.server').clients(bufnr or 0)[1]
  return client and said[client.id]
end

--- One line for a status line: `sureql`, `sureql …` while it works, and what is wrong if something is.
---@param bufnr? integer
---@return string
function M.line(bufnr)
  local status = M.get(bufnr)
  if not status then
    return ''
  end
  local line = status.busy and 'sureql …' or 'sureql'
  return status.kind == 'Normal' and line or ('%s: %s'):format(line, status.message)
end

--- Like `line`, with the engine that judges and the model: `sureql · SQLite judges · gpt-4.1-mini`.
---@param bufnr? integer
---@return string
function M.component(bufnr)
  local client = require('sureql.server').clients(bufnr or 0)[1]
  local status = client and said[client.id]
  if not client or not status then
    return ''
  end
  looked = true
  local found = details[client.id]
  if not found then
    refresh(client)
  end
  local parts = { M.line(bufnr) }
  for _, part in ipairs(status.kind == 'Normal' and found and { found.judge, found.model.name } or {}) do
    if part ~= '' and not vim.startswith(part, 'no engine') then
      table.insert(parts, part)
    end
  end
  return table.concat(parts, ' · ')
end

local function spent(found)
  local line = ('%d requests, %d tokens'):format(found.requests, found.tokens)
  return type(found.cost) == 'number' and found.cost > 0 and ('%s, $%.2f'):format(line, found.cost) or line
end

--- The lines of `:Sureql status`.
---@param found table what `sureql.status` answers
---@param status? sureql.Status
---@return string[]
function M.lines(found, status)
  local schema, model = found.schema, found.model
  local what = schema.relations == 1 and 'table or view' or 'tables and views'
  local relations = ('%d %s'):format(schema.relations, what)
  local known = { none = 'none was found', loading = 'being loaded', ready = relations }
  local models = { none = 'none', off = 'switched off', untrusted = 'not used: the folder is not trusted' }
  local lines = {
    'server   sureql ' .. found.version,
    'dialect  ' .. (found.dialect ~= '' and found.dialect or 'not known yet'),
    'schema   ' .. (known[schema.state] or schema.state),
  }
  for _, source in ipairs(schema.sources) do
    table.insert(lines, '         ' .. source)
  end
  for _, problem in ipairs(schema.problems) do
    local place = ('%s:%s'):format(vim.fn.fnamemodify(problem.path, ':~:.'), problem.line + 1)
    table.insert(lines, ('       ! %s: %s'):format(place, problem.message))
  end
  local state = models[model.state]
  local name = model.name ~= '' and state and ('%s, %s'):format(model.name, state)
  vim.list_extend(lines, {
    'judge    ' .. (found.judge ~= '' and found.judge or 'not needed yet'),
    'model    ' .. (name or state or model.name),
    'today    ' .. spent(found.spend),
  })
  if type(found.trusted) == 'boolean' then
    local trust = found.trusted and 'trusted' or 'not trusted: see `sureql trust`'
    table.insert(lines, 'folder   ' .. trust)
  end
  if status and status.kind ~= 'Normal' then
    vim.list_extend(lines, { '', status.message })
  end
  return lines
end

--- Ask for the state of a client and wait for it, for |:checkhealth|; nil if it does not tell.
---@param client vim.lsp.Client
---@param bufnr integer
---@return table?
function M.wait(client, bufnr)
  local params = { command = 'sureql.status', arguments = { { uri = vim.uri_from_bufnr(bufnr) } } }
  local answer = client:request_sync('workspace/executeCommand', params, 10000, bufnr)
  return answer and type(answer.result) == 'table' and answer.result or nil
end

--- Show the whole of it.
function M.show()
  local client = require('sureql.server').clients(0)[1] or require('sureql.server').clients()[1]
  local status = client and said[client.id]
  if not client then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
    return
  end
  ask(client, vim.uri_from_bufnr(0), function(found)
    if found then
      local lines = M.lines(found, status)
      require('sureql.scratch').float('sureql: q close', lines)
      require('sureql.scratch').fill(lines)
    else
      local level = ({ Warning = 'WARN', Error = 'ERROR' })[status and status.kind] or 'INFO'
      vim.notify('sureql: ' .. (status and status.message or 'no answer'), vim.log.levels[level])
    end
  end)
end

return M
