-- What `vim.lsp.enable('sureql')` starts. Your own `vim.lsp.config('sureql', {...})` wins.
local server = require('sureql.server')

---@type vim.lsp.Config
return {
  cmd = server.command(),
  filetypes = { 'sql', 'mysql', 'plsql' },
  root_dir = function(bufnr, on_dir)
    on_dir(server.root(bufnr))
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
