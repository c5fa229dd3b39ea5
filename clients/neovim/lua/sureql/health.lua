-- `:checkhealth sureql`: what works, what does not, and what to do next.
local M = {}

local function neovim()
  local health = vim.health
  health.start('Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim ' .. version .. ' is too old.', { 'Install Neovim 0.11 or later.' })
    return
  end
  health.ok('Neovim ' .. version)
  health.ok('No tree-sitter parser is needed: the server reads other languages itself.')
  local options = require('sureql.config').get()
  local hosts = vim.tbl_filter(function(filetype)
    return options.hosts == true or type(options.hosts) == 'table' and options.hosts[filetype] ~= false
  end, require('sureql.hosts').filetypes())
  health.info('SQL in strings of: ' .. (#hosts > 0 and table.concat(hosts, ', ') or 'no other language'))
  if not options.ghost.enable then
    health.info('Ghost text is switched off (`ghost.enable`).')
  elseif vim.lsp.inline_completion and options.ghost.native ~= false then
    health.ok('Ghost text: by Neovim (vim.lsp.inline_completion)')
  else
    health.ok('Ghost text: by this plugin')
  end
end

--- The Python that a program runs on, as its first line says; nil where it is none of a script.
---@param program string
---@return string?
local function python_of(program)
  local file = io.open(program, 'rb')
  local first = file and file:read(256) or ''
  if file then
    file:close()
  end
  return first:match('^#!([^\r\n]*python[^\r\n ]*)')
end

---@return boolean
local function server()
  local health = vim.health
  health.start('Server')
  local config = vim.lsp.config.sureql
  local cmd = config and config.cmd
  if type(cmd) ~= 'table' then
    health.info('The server is started by a function of your own.')
    return true
  end
  if vim.fn.executable(cmd[1]) == 0 then
    health.error(('`%s` was not found.'):format(cmd[1]), {
      'Install it: `uv tool install sureql` or `pipx install sureql`.',
      "Or say where it is: vim.lsp.config('sureql', { cmd = { '/path/to/sureql', 'lsp' } })",
    })
    return false
  end
  local done, result = pcall(function()
    return vim.system({ cmd[1], '--version' }, { text = true, timeout = 10000 }):wait()
  end)
  if not done or result.code ~= 0 then
    health.error(('`%s --version` failed.'):format(cmd[1]), {
      'Run it in a terminal to see why; reinstalling sureql usually helps.',
    })
    return false
  end
  local program = vim.fn.exepath(cmd[1])
  health.ok(('%s (%s)'):format(vim.trim(result.stdout), program))
  local python = python_of(program)
  if python then
    local said = vim.system({ python, '--version' }, { text = true, timeout = 10000 }):wait()
    health.ok(('%s (%s)'):format(vim.trim(said.stdout or ''), python))
  end
  return true
end

-- What the server says of the schema, the engine, the model and the trust in the folder.
local function status(client)
  local bufnr = next(client.attached_buffers)
  local found = bufnr and require('sureql.status').wait(client, bufnr)
  for _, line in ipairs(found and require('sureql.status').lines(found) or {}) do
    vim.health.info(line)
  end
  if found and found.schema.state == 'none' then
    vim.health.warn('No schema was found: names are not checked.', {
      "Name one: vim.lsp.config('sureql', { settings = { sureql = { schema = { 'schema.sql' } } } })",
    })
  end
  local told = bufnr and require('sureql.status').get(bufnr)
  if not told or told.message == '' then
    return
  elseif told.kind == 'Error' or told.kind == 'Warning' then
    vim.health.warn(told.message, { '`sureql doctor` in that folder says what to do.' })
  elseif not found then
    vim.health.info(told.message)
  end
end

local function attached()
  local health = vim.health
  health.start('Buffers')
  local clients = require('sureql.server').clients()
  if #clients == 0 then
    health.warn('No server is running.', {
      'Open a file of type sql (`:set filetype?` shows the type of this one).',
      "If you set `enable = false`, call vim.lsp.enable('sureql').",
      'See `:Sureql log` for what the server said when it stopped.',
    })
    return
  end
  for _, client in ipairs(clients) do
    local place = client.root_dir or 'single files'
    health.ok(('Running on %s (%s positions)'):format(place, client.offset_encoding))
    status(client)
    for bufnr in pairs(client.attached_buffers) do
      local name = vim.api.nvim_buf_get_name(bufnr)
      health.info(name == '' and ('buffer %d'):format(bufnr) or vim.fn.fnamemodify(name, ':~:.'))
    end
    if not client.server_capabilities.inlineCompletionProvider then
      health.warn('This server offers no ghost text.', { 'Update sureql.' })
    end
  end
  health.info('`sureql doctor` in that folder says which schema was found and what is missing.')
end

function M.check()
  neovim()
  if vim.fn.has('nvim-0.11') == 1 and server() then
    attached()
  end
end

return M
