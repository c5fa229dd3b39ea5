-- Where the server is and what it is started on.
local M = {}

local MARKERS = { 'sureql.toml', 'dbt_project.yml', '.git' }

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

--- The workspace of a buffer: the folder that holds a marker, else the file's own folder. Folders
--- that hold everything (home, the root, the temporary folder) are no workspace: nil then.
---@param bufnr integer
---@return string?
function M.root(bufnr)
  local marked = vim.fs.root(bufnr, MARKERS)
  if marked then
    return marked
  end
  local name = vim.api.nvim_buf_get_name(bufnr)
  if name == '' or name:match('^%a[%w+.-]+://') then
    return nil
  end
  local folder = vim.fs.dirname(vim.fs.normalize(name))
  local everything = { '/', vim.uv.os_homedir() or '', vim.uv.os_tmpdir() or '' }
  for _, place in ipairs(everything) do
    if folder == vim.fs.normalize(place) then
      return nil
    end
  end
  return folder
end

--- The running sureql clients, of one buffer or of all.
---@param bufnr? integer
---@return vim.lsp.Client[]
function M.clients(bufnr)
  return vim.lsp.get_clients({ name = 'sureql', bufnr = bufnr })
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
