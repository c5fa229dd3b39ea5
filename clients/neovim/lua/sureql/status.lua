-- What the server says about itself and the model, for status lines and |:checkhealth|. Nothing pops
-- up because of it.
local M = {}

---@class sureql.Status
---@field kind 'Normal'|'Warning'|'Error'|'Inactive'
---@field message string for people
---@field busy boolean

---@type table<integer, sureql.Status> by the client's id
local said = {}

--- The handler of `didChangeStatus`.
---@param params sureql.Status
---@param client_id integer
function M.told(params, client_id)
  said[client_id] = params
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

--- Show the whole of it.
function M.show()
  local status = M.get() or said[(require('sureql.server').clients()[1] or {}).id]
  if not status then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
    return
  end
  local level = ({ Warning = 'WARN', Error = 'ERROR' })[status.kind] or 'INFO'
  local message = status.message ~= '' and status.message or 'all is well'
  vim.notify('sureql: ' .. message, vim.log.levels[level])
end

return M
