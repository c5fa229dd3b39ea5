-- Asking the server for ghost text and telling it what became of it.
local M = {}

M.INVOKED, M.AUTOMATIC = 1, 2

local METHOD = 'textDocument/inlineCompletion'
local pending = {} ---@type table<integer, { client: vim.lsp.Client, id: integer }>
local told = setmetatable({}, { __mode = 'k' }) ---@type table<sureql.Item, boolean>

---@class sureql.Item
---@field insert string
---@field row integer 0-based, where the item's text begins
---@field col integer in bytes
---@field after string the text behind the cursor that the item replaces
---@field wire table the item as the server sent it

--- An item as buffer positions; nil if ghost text cannot show it.
---@param wire table
---@param bufnr integer
---@param row integer
---@param col integer
---@param encoding string
---@return sureql.Item?
local function placed(wire, bufnr, row, col, encoding)
  local insert = type(wire.insertText) == 'table' and wire.insertText.value or wire.insertText
  insert = insert:gsub('\r\n?', '\n')
  local item = { insert = insert, row = row, col = col, after = '', wire = wire }
  local range = wire.range
  if not range then
    return item
  end
  if range.start.line > row or range['end'].line ~= row then
    return nil
  end
  local lines = vim.api.nvim_buf_get_lines(bufnr, range.start.line, row + 1, false)
  local line = lines[#lines] or ''
  local first = vim.str_byteindex(lines[1] or '', encoding, range.start.character, false)
  local last = vim.str_byteindex(line, encoding, range['end'].character, false)
  if (range.start.line == row and first > col) or last < col then
    return nil
  end
  item.row, item.col = range.start.line, first
  item.after = line:sub(col + 1, last)
  return item
end

---@param bufnr integer
function M.cancel(bufnr)
  local asked = pending[bufnr]
  pending[bufnr] = nil
  if asked and not asked.client:is_stopped() then
    asked.client:cancel_request(asked.id)
  end
end

--- Ask at the cursor of the current window; `answered` gets the items that can be shown, unless a
--- newer request has taken this one's place.
---@param bufnr integer
---@param kind integer
---@param answered fun(client: vim.lsp.Client, items: sureql.Item[])
function M.send(bufnr, kind, answered)
  M.cancel(bufnr)
  local client = require('sureql.server').clients(bufnr)[1]
  if not client then
    return
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  ---@cast params table
  params.context = { triggerKind = kind }
  local mine
  local ok, id = client:request(METHOD, params, function(err, result)
    if not mine or pending[bufnr] ~= mine then
      return
    end
    pending[bufnr] = nil
    local items = {}
    for _, wire in ipairs(not err and result and (result.items or result) or {}) do
      local item = placed(wire, bufnr, cursor[1] - 1, cursor[2], client.offset_encoding)
      items[#items + 1] = item
    end
    answered(client, items)
  end, bufnr)
  if ok and id then
    mine = { client = client, id = id }
    pending[bufnr] = mine
  end
end

--- Once per item: it was shown.
---@param client vim.lsp.Client
---@param item sureql.Item
function M.tell_shown(client, item)
  if not told[item] then
    told[item] = true
    client:notify('textDocument/didShowCompletion', { item = item.wire })
  end
end

--- A part was accepted; the server counts from the start of the item's text, in UTF-16 units.
---@param client vim.lsp.Client
---@param item sureql.Item
---@param written string
function M.tell_partly(client, item, written)
  client:notify('textDocument/didPartiallyAcceptCompletion', {
    item = item.wire,
    acceptedLength = vim.str_utfindex(written, 'utf-16'),
  })
end

--- The whole item was accepted.
---@param client vim.lsp.Client
---@param item sureql.Item
---@param bufnr integer
function M.tell_accepted(client, item, bufnr)
  if item.wire.command then
    client:exec_cmd(item.wire.command, { bufnr = bufnr })
  else
    M.tell_partly(client, item, item.insert)
  end
end

return M
