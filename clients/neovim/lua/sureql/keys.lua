-- Keys in insert mode. A key does its work only while ghost text is shown, else what it did before.
local M = {}

local ACTIONS = { 'accept', 'accept_word', 'accept_line', 'dismiss', 'next', 'previous', 'invoke' }

--- Do what `lhs` did before this plugin mapped it.
---@param lhs string
---@param before table what |maparg()| said
local function fall_back(lhs, before)
  local keys = lhs
  local mode = 'in'
  if before.lhs then
    mode = before.noremap == 1 and 'in' or 'im'
    if before.callback then
      keys = before.callback()
      if before.expr ~= 1 then
        return
      end
    elseif before.expr == 1 then
      keys = vim.api.nvim_eval(before.rhs)
    else
      keys = before.rhs
    end
    if type(keys) ~= 'string' then
      return
    end
    if keys == lhs then
      mode = 'in'
    end
  end
  -- 'i' puts the keys before those already typed, so fast typing and macros keep their order.
  vim.api.nvim_feedkeys(vim.keycode(keys), mode, false)
end

---@param bufnr integer
---@param action string
---@param lhs string
local function map(bufnr, action, lhs)
  local before = vim.fn.maparg(lhs, 'i', false, true)
  if before.desc and before.desc:find('^sureql: ') then
    return
  end
  vim.keymap.set('i', lhs, function()
    if not require('sureql.ghost')[action]() then
      fall_back(lhs, before)
    end
  end, { buffer = bufnr, desc = 'sureql: ' .. action:gsub('_', ' ') })
end

--- `<Plug>(sureql-accept)`, `<Plug>(sureql-accept-word)` and so on, for keys of the user's own.
function M.plugs()
  for _, action in ipairs(ACTIONS) do
    vim.keymap.set('i', '<Plug>(sureql-' .. action:gsub('_', '-') .. ')', function()
      require('sureql.ghost')[action]()
    end, { desc = 'sureql: ' .. action:gsub('_', ' ') })
  end
end

--- Map the configured keys in a buffer.
---@param bufnr integer
function M.attach(bufnr)
  local keys = require('sureql.config').get().keys or {}
  for _, action in ipairs(ACTIONS) do
    local wanted = keys[action] or {}
    for _, lhs in ipairs(type(wanted) == 'table' and wanted or { wanted }) do
      map(bufnr, action, lhs)
    end
  end
end

return M
