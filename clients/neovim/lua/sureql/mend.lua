-- `:Sureql fix-with-model`: the fix that a model proposes for the error at the cursor, as a diff.
local M = {}

local ACTION = 'Fix with model'
local TITLE = 'sureql: y apply, n leave'

local function text(lines)
  return table.concat(lines, '\n') .. '\n'
end

--- Show what `edit` changes; it is made only if the user says so.
function M.show(client, bufnr, tick, edit)
  local before = text(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true))
  local after = text(require('sureql.edited').lines(bufnr, edit, client.offset_encoding))
  local compare = vim.text and vim.text.diff or vim.diff
  local diff = compare(before, after, { ctxlen = 2 })
  local lines, marks = {}, {}
  for _, line in ipairs(vim.split(vim.trim(diff), '\n', { plain = true })) do
    if not line:match('^@@') then
      lines[#lines + 1] = line
      local sign = line:sub(1, 1)
      if sign == '+' or sign == '-' then
        marks[#marks + 1] = { #lines - 1, sign == '+' and 'DiffAdd' or 'DiffDelete' }
      end
    end
  end
  require('sureql.float').open({
    title = TITLE,
    lines = lines,
    filetype = 'diff',
    marks = marks,
    keys = {
      n = function() end,
      y = function()
        if vim.api.nvim_buf_get_changedtick(bufnr) == tick then
          vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
        else
          vim.notify('sureql: not applied, the text has changed since.', vim.log.levels.WARN)
        end
      end,
    },
  })
end

local function resolve(client, bufnr, action)
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  client:request('codeAction/resolve', action, function(err, resolved)
    if err or not (resolved and resolved.edit) then
      local why = err and err.message or vim.tbl_get(resolved or {}, 'data', 'message') or 'no fix'
      vim.notify('sureql: ' .. why, vim.log.levels.WARN)
    elseif vim.api.nvim_get_current_buf() == bufnr then
      M.show(client, bufnr, tick, resolved.edit)
    end
  end, bufnr)
end

--- Ask for a fix of the error at the cursor.
function M.fix()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = require('sureql.server').clients(bufnr)[1]
  if not client then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
    return
  end
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  client:request('textDocument/codeAction', params, function(_, actions)
    for _, action in ipairs(actions or {}) do
      if action.title == ACTION then
        resolve(client, bufnr, action)
        return
      end
    end
    vim.notify('sureql: nothing here that only a model could fix, or no model is configured.')
  end, bufnr)
end

return M
