-- `:Sureql <what>`.
local M = {}

local function execute(command)
  local client = require('sureql.server').clients(0)[1] or require('sureql.server').clients()[1]
  if not client then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
    return
  end
  client:exec_cmd({ title = command, command = command, arguments = {} }, {
    bufnr = vim.api.nvim_get_current_buf(),
  })
end

--- The server's own log; where none runs, Neovim's log of all language servers, which holds what the
--- server said when it stopped.
local function show_log()
  local server = require('sureql.server')
  local client = server.clients(0)[1] or server.clients()[1]
  if not client then
    vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    return
  end
  client:request('workspace/executeCommand', { command = 'sureql.showLog' }, function(err, text)
    if err or type(text) ~= 'string' then
      vim.notify('sureql: ' .. (err and err.message or 'no log'), vim.log.levels.ERROR)
      return
    end
    vim.cmd.tabnew()
    require('sureql.scratch').fill(vim.split(text, '\n', { plain = true }))
  end)
end

---@type table<string, fun(rest: string, range?: { [1]: integer, [2]: integer })>
local COMMANDS = {
  restart = function()
    require('sureql.server').restart()
  end,
  refresh = function()
    execute('sureql.refreshSchema')
  end,
  fix = function()
    require('sureql').fix()
  end,
  ['fix-all'] = function()
    require('sureql').fix_all(0)
  end,
  ['fix-with-model'] = function()
    require('sureql.mend').fix()
  end,
  generate = function(rest)
    require('sureql.generate').ask(rest)
  end,
  health = function()
    vim.cmd('checkhealth sureql')
  end,
  log = function()
    show_log()
  end,
  status = function()
    require('sureql.status').show()
  end,
  schema = function(rest)
    require('sureql.schema').show(rest)
  end,
  model = function(rest)
    if rest ~= 'on' and rest ~= 'off' then
      vim.notify(':Sureql model on, or :Sureql model off?', vim.log.levels.ERROR)
      return
    end
    require('sureql.server').change({ model = { enabled = rest == 'on' } })
    vim.notify('sureql: the model is switched ' .. rest)
  end,
  prompt = function()
    require('sureql.prompt').show()
  end,
  cancel = function()
    require('sureql.ask').cancel()
  end,
  optimize = function(rest)
    require('sureql.optimize').ask({ time = rest == 'time' or nil })
  end,
  explain = function(rest, range)
    local options = { plan = rest == 'plan' or nil, reword = rest == 'reword' or nil }
    require('sureql.explain').ask(range, options)
  end,
  plan = function(rest)
    require('sureql.plan').ask(rest == 'hide' or nil)
  end,
}

---@type table<string, string[]>
local WORDS = { model = { 'off', 'on' }, optimize = { 'time' }, explain = { 'plan', 'reword' }, plan = { 'hide' } }

function M.create()
  -- What code actions and lenses call: here the answer is shown, so the server need not ask.
  vim.lsp.commands['sureql.optimize'] = function()
    require('sureql.optimize').ask()
  end
  vim.lsp.commands['sureql.explain'] = function()
    require('sureql.explain').ask(nil, { plan = true })
  end
  vim.api.nvim_create_user_command('Sureql', function(call)
    local name, rest = call.args:match('^(%S*)%s*(.-)%s*$')
    local run = COMMANDS[name ~= '' and name or 'health']
    if run then
      run(rest, call.range > 0 and { call.line1, call.line2 } or nil)
    else
      local known = table.concat(vim.fn.sort(vim.tbl_keys(COMMANDS)), ', ')
      vim.notify((':Sureql %s? There is %s.'):format(call.args, known), vim.log.levels.ERROR)
    end
  end, {
    nargs = '*',
    range = true,
    desc = 'sureql: cancel, explain, fix, fix-all, fix-with-model, generate, model, optimize, plan,'
      .. ' prompt, restart, refresh, schema, status, health or log',
    complete = function(lead, line)
      if line:match('Sureql%s+%S+%s') then
        return WORDS[line:match('Sureql%s+(%S+)%s+%S*$')] or {}
      end
      return vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
      end, vim.fn.sort(vim.tbl_keys(COMMANDS)))
    end,
  })
end

return M
