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

---@type table<string, fun()>
local COMMANDS = {
  restart = function()
    require('sureql.server').restart()
  end,
  refresh = function()
    execute('sureql.refreshSchema')
  end,
  fix = function()
    require('sureql').fix_all(0)
  end,
  health = function()
    vim.cmd('checkhealth sureql')
  end,
  log = function()
    vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
  end,
}

function M.create()
  vim.api.nvim_create_user_command('Sureql', function(call)
    local run = COMMANDS[call.args ~= '' and call.args or 'health']
    if run then
      run()
    else
      local known = table.concat(vim.fn.sort(vim.tbl_keys(COMMANDS)), ', ')
      vim.notify((':Sureql %s? There is %s.'):format(call.args, known), vim.log.levels.ERROR)
    end
  end, {
    nargs = '?',
    desc = 'sureql: restart, refresh, fix, health or log',
    complete = function(lead)
      return vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
      end, vim.fn.sort(vim.tbl_keys(COMMANDS)))
    end,
  })
end

return M
