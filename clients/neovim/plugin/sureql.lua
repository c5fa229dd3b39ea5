-- Loaded once at start: commands, highlight, and the server for SQL buffers.
if vim.g.loaded_sureql then
  return
end
vim.g.loaded_sureql = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.api.nvim_create_user_command('Sureql', function()
    vim.notify('sureql needs Neovim 0.11 or later.', vim.log.levels.ERROR)
  end, { nargs = '*' })
  return
end

vim.api.nvim_set_hl(0, 'SureqlGhost', { link = 'Comment', default = true })
require('sureql.keys').plugs()
require('sureql.commands').create()

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('sureql', { clear = true }),
  desc = 'sureql: ghost text and popup',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'sureql' then
      require('sureql').attach(client, event.buf)
    end
  end,
})

if type(vim.g.sureql) ~= 'table' or vim.g.sureql.enable ~= false then
  vim.lsp.enable('sureql')
end
