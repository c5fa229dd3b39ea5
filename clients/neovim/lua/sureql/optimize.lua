-- `:Sureql optimize`: faster forms of the query under the cursor, each with its evidence.
local M = {}

local TITLE = 'sureql: 1-9 or <CR> apply, q close'

--- The lines that show one candidate, and their highlights.
local function shown(number, candidate, before, lines, marks)
  table.insert(lines, ('%d  %s'):format(number, candidate.title))
  table.insert(marks, { #lines - 1, 'Title' })
  local after = candidate.sql
  if candidate.edit and candidate.edit ~= vim.NIL then
    local diff = vim.diff(before .. '\n', after .. '\n', { ctxlen = 1 }) --[[@as string]]
    for _, line in ipairs(vim.split(vim.trim(diff), '\n', { plain = true })) do
      if not vim.startswith(line, '@@') then
        table.insert(lines, '   ' .. line)
        local first = line:sub(1, 1)
        local group = first == '+' and 'DiffAdd' or first == '-' and 'DiffDelete' or nil
        if group then
          table.insert(marks, { #lines - 1, group })
        end
      end
    end
  else
    for _, line in ipairs(vim.split(after, '\n', { plain = true })) do
      table.insert(lines, '   ' .. line)
    end
  end
  for _, line in ipairs(candidate.evidence) do
    for _, part in ipairs(vim.split(line, '\n', { plain = true })) do
      table.insert(lines, '   ' .. part)
      table.insert(marks, { #lines - 1, 'Comment' })
    end
  end
  table.insert(lines, '')
end

--- Show what was found; nothing is changed before a key says so.
function M.show(client, bufnr, tick, before, candidates)
  local lines, marks, starts, keys = {}, {}, {}, {}
  local function apply(candidate)
    if not candidate.edit or candidate.edit == vim.NIL then
      vim.notify('sureql: this is advice, there is nothing to apply.')
    elseif vim.api.nvim_buf_get_changedtick(bufnr) ~= tick then
      vim.notify('sureql: not applied, the text has changed since.', vim.log.levels.WARN)
    else
      vim.lsp.util.apply_workspace_edit(candidate.edit, client.offset_encoding)
    end
  end
  for number, candidate in ipairs(candidates) do
    table.insert(starts, #lines)
    shown(number, candidate, before, lines, marks)
    keys[tostring(number)] = function()
      apply(candidate)
    end
  end
  local float = require('sureql.float')
  keys['<CR>'] = function()
    for number = #starts, 1, -1 do
      if float.line > starts[number] then
        return apply(candidates[number])
      end
    end
  end
  table.remove(lines)
  float.open({ title = TITLE, lines = lines, filetype = 'sql', keys = keys, marks = marks, tall = true })
end

--- Ask for faster forms of the statement under the cursor.
---@param options? { time?: boolean }
function M.ask(options)
  local ask = require('sureql.ask')
  local client = ask.client()
  if not client then
    return
  end
  local bufnr, tick = vim.api.nvim_get_current_buf(), vim.api.nvim_buf_get_changedtick(0)
  local argument = vim.tbl_extend('force', ask.place(client), options or {})
  ask.call(client, 'sureql.optimize', argument, function(answer)
    if #answer.candidates == 0 then
      vim.notify('sureql: ' .. answer.message)
      return
    end
    M.show(client, bufnr, tick, answer.statement, answer.candidates)
    if answer.message ~= '' then
      vim.notify('sureql: ' .. answer.message)
    end
  end, 'looking for faster forms')
end

return M
