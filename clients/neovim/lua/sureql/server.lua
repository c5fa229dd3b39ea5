-- Where the server is and what it is started on.
local M = {}

-- What marks a project for certain, and what is a good sign of one if nothing does.
local MARKERS = { 'sureql.toml', 'dbt_project.yml', '.git', '.hg' }
local SIGNS = {
  'pyproject.toml',
  'package.json',
  'go.mod',
  'Cargo.toml',
  'Gemfile',
  'pom.xml',
  'build.gradle',
  'migrations',
  'db',
  'schema.sql',
}

--- The command that starts the server: the configured one, `sureql` on the PATH, or the one that
--- `make` installed into the checkout this plugin stands in.
---@return string[]
function M.command()
  local configured = require('sureql.config').get().cmd
  if configured then
    return configured
  end
  if vim.fn.executable('sureql') == 0 then
    local here = debug.getinfo(1, 'S').source:sub(2)
    local checkout = vim.fs.dirname(vim.fs.normalize(here)) .. '/../../../..'
    for _, program in ipairs({ '/.venv/bin/sureql', '/.venv/Scripts/sureql.exe' }) do
      local path = vim.fs.normalize(vim.fn.fnamemodify(checkout, ':p') .. program)
      if vim.fn.executable(path) == 1 then
        return { path, 'lsp' }
      end
    end
  end
  return { 'sureql', 'lsp' }
end

--- The workspace of a buffer: the nearest folder above it that looks like a project, else the file's
--- own. Folders that hold everything (home, the root, the temporary folder) are no workspace: nil.
---@param bufnr integer
---@return string?
function M.root(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  if name == '' or name:match('^%a[%w+.-]+://') then
    return nil
  end
  local everything = { ['/'] = true }
  for _, place in ipairs({ vim.uv.os_homedir() or '', vim.uv.os_tmpdir() or '' }) do
    everything[vim.fs.normalize(place)] = true
  end
  for _, found in ipairs({
    vim.fs.root(bufnr, MARKERS) or false,
    vim.fs.root(bufnr, SIGNS) or false,
    -- A program that stands alone gets no server of its own.
    not require('sureql.hosts').holds(bufnr) and vim.fs.dirname(vim.fs.normalize(name)),
  }) do
    if found and not everything[found] then
      return found
    end
  end
end

--- The running sureql clients, of one buffer or of all.
---@param bufnr? integer
---@return vim.lsp.Client[]
function M.clients(bufnr)
  return vim.lsp.get_clients({ name = 'sureql', bufnr = bufnr })
end

--- Change settings of the running servers, until they are started anew.
---@param settings table
function M.change(settings)
  for _, client in ipairs(M.clients()) do
    client.settings = vim.tbl_deep_extend('force', client.settings or {}, { sureql = settings })
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

--- Stop the servers and start them again on the same buffers.
function M.restart()
  for _, client in ipairs(M.clients()) do
    local config, buffers = client.config, vim.tbl_keys(client.attached_buffers)
    client:stop()
    local timer = assert(vim.uv.new_timer())
    local waited = 0
    timer:start(50, 50, vim.schedule_wrap(function()
      waited = waited + 50
      if not client:is_stopped() and waited == 3000 then
        client:stop(true)
      end
      if not client:is_stopped() or timer:is_closing() then
        return
      end
      timer:close()
      for _, buffer in ipairs(buffers) do
        if vim.api.nvim_buf_is_loaded(buffer) then
          vim.lsp.start(config, { bufnr = buffer })
        end
      end
    end))
  end
end

return M
