-- What `vim.lsp.enable('sureql')` starts. Your own `vim.lsp.config('sureql', {...})` wins.
local hosts = require('sureql.hosts')
local server = require('sureql.server')

---@type vim.lsp.Config
return {
  cmd = server.command(),
  filetypes = vim.list_extend({ 'sql', 'mysql', 'plsql' }, hosts.filetypes()),
  get_language_id = hosts.language_id,
  root_dir = function(bufnr, on_dir)
    if hosts.wanted(bufnr) then
      on_dir(server.root(bufnr))
    end
  end,
  -- Neovim 0.11 does not announce inline completion by itself; 0.12 does.
  capabilities = {
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
  },
  handlers = {
    didChangeStatus = function(_, params, context)
      require('sureql.status').told(params, context.client_id)
    end,
  },
  settings = { sureql = vim.empty_dict() },
}
