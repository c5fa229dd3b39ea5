-- What users call: `require('sureql')`.
local M = {}

--- Change options. Call it before the first SQL buffer is opened.
---@param options? table see |sureql-options|
function M.setup(options)
  require('sureql.config').set(options or {})
end

--- Apply the preferred fix of the problem at the cursor, without a menu.
function M.fix()
  require('sureql.fix').fix()
end

--- Apply every safe fix of a buffer at once and wait for it; for |BufWritePre|.
---@param bufnr? integer
---@param timeout? integer milliseconds, 1000 if not given
---@return boolean changed
function M.fix_all(bufnr, timeout)
  -- Given the number 0, Neovim would ask before it has sent the last changes.
  bufnr = (bufnr and bufnr ~= 0) and bufnr or vim.api.nvim_get_current_buf()
  local client = require('sureql.server').clients(bufnr)[1]
  if not client then
    return false
  end
  local last = vim.api.nvim_buf_line_count(bufnr)
  local answer = client:request_sync('textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } },
    context = { diagnostics = {}, only = { 'source.fixAll.sureql' } },
  }, timeout or 1000, bufnr)
  local changed = false
  for _, action in ipairs(answer and answer.result or {}) do
    if action.edit then
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      changed = true
    end
  end
  return changed
end

--- Format a buffer and wait for it; for |BufWritePre|.
---@param bufnr? integer
---@param timeout? integer milliseconds, 1000 if not given
function M.format(bufnr, timeout)
  vim.lsp.buf.format({ name = 'sureql', bufnr = bufnr or 0, timeout_ms = timeout or 1000 })
end

-- Milliseconds that saving may take longer because of us; what is not done by then is left undone.
local PATIENCE = 500

local function on_save(bufnr, options)
  local group = vim.api.nvim_create_augroup('sureql.save.' .. bufnr, { clear = true })
  if not options.fix_on_save and not options.format_on_save then
    return
  end
  vim.api.nvim_create_autocmd('BufWritePre', {
    group = group,
    buffer = bufnr,
    desc = 'sureql: fix and format',
    callback = function()
      if #require('sureql.server').clients(bufnr) == 0 then
        return
      end
      if options.fix_on_save then
        M.fix_all(bufnr, PATIENCE)
      end
      if options.format_on_save and not require('sureql.hosts').holds(bufnr) then
        M.format(bufnr, PATIENCE)
      end
    end,
  })
end

-- Tells the server which buffer is looked at: others that were lately come first in prompts.
local function on_enter(client, bufnr)
  vim.api.nvim_create_autocmd('BufEnter', {
    group = vim.api.nvim_create_augroup('sureql.focus.' .. bufnr, { clear = true }),
    buffer = bufnr,
    desc = 'sureql: tell what is looked at',
    callback = function()
      if not client:is_stopped() then
        local document = { uri = vim.uri_from_bufnr(bufnr) }
        client:notify('textDocument/didFocus', { textDocument = document })
      end
    end,
  })
end

--- What the server says of itself, for status lines: '' where none runs.
---@param bufnr? integer
---@return string
function M.status(bufnr)
  return require('sureql.status').line(bufnr)
end

--- What the server is at, for status lines: the engine that judges and the model; '' where none runs.
---@param bufnr? integer
---@return string
function M.statusline(bufnr)
  return require('sureql.status').component(bufnr)
end

-- The popup that opens by itself.
local function popup(client, bufnr, wanted)
  -- The server would open its list after every blank too, and hide the ghost text each time.
  local provider = client.server_capabilities.completionProvider
  if provider then
    provider.triggerCharacters = require('sureql.config').get().popup_after
  end
  -- Neovim's default inserts the first item at once, which is wrong for a list that opens by itself; a
  -- choice of the user's own stands. In other languages the option is not ours to change unasked.
  local chosen = vim.o.completeopt:find('noselect') or vim.o.completeopt:find('noinsert')
  if not chosen and wanted == 'auto' and require('sureql.hosts').holds(bufnr) then
    return
  end
  vim.lsp.completion.enable(true, client.id, bufnr, { autotrigger = true })
  if not chosen then
    vim.bo[bufnr].completeopt = 'menuone,noselect,popup'
  end
end

--- Called when a server attaches to a buffer.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  local options = require('sureql.config').get()
  if require('sureql.hosts').holds(bufnr) then
    require('sureql.hosts').give_back(client, bufnr)
  end
  if options.popup == true or (options.popup == 'auto' and not M.completes_already()) then
    popup(client, bufnr, options.popup)
  end
  on_save(bufnr, options)
  on_enter(client, bufnr)
  if options.ghost.enable then
    require('sureql.ghost').attach(client, bufnr)
    require('sureql.keys').attach(bufnr)
  end
end

--- True if a completion plugin already shows language servers' items.
---@return boolean
function M.completes_already()
  for _, plugin in ipairs({ 'cmp', 'blink.cmp', 'mini.completion', 'coq' }) do
    if package.loaded[plugin] then
      return true
    end
  end
  return false
end

return M
