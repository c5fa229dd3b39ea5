-- `:Sureql explain`: the statement under the cursor, or the selection, in plain words.
local M = {}

--- The cells of a row of a table, without the marks that are not shown.
local function cells(row)
  local found = {}
  -- A `|` in a cell is written `\|`.
  for cell in row:gsub('\\|', '\1'):gmatch('|([^|]*)') do
    table.insert(found, vim.trim(cell:gsub('`', ''):gsub('\1', '|')))
  end
  table.remove(found)
  return found
end

--- A table with its columns below each other.
local function aligned(rows)
  local lines, widths = {}, {}
  local listed = vim.tbl_map(cells, rows)
  for number, row in ipairs(listed) do
    for column, cell in ipairs(row) do
      local width = number ~= 2 and vim.fn.strdisplaywidth(cell) or 0
      widths[column] = math.max(widths[column] or 0, width)
    end
  end
  for number, row in ipairs(listed) do
    local padded = {}
    for column, cell in ipairs(row) do
      local room = widths[column] - vim.fn.strdisplaywidth(cell)
      padded[column] = number == 2 and ('─'):rep(widths[column]) or cell .. (' '):rep(math.max(0, room))
    end
    table.insert(lines, (table.concat(padded, '  '):gsub('%s+$', '')))
  end
  return lines
end

--- Markdown as Neovim can show it: tables aligned, and pictures drawn with characters.
---@param markdown string
---@param pictures? { text: string }[] in the order of the diagrams; without one, a diagram is left out
function M.readable(markdown, pictures)
  local lines, rows = {}, {}
  local function flush()
    vim.list_extend(lines, aligned(rows))
    rows = {}
  end
  local inside, drawn = false, 0
  for _, line in ipairs(vim.split(markdown, '\n', { plain = true })) do
    if vim.startswith(line, '|') then
      table.insert(rows, line)
    else
      flush()
      if line == '```mermaid' then
        inside, drawn = true, drawn + 1
        local picture = pictures and pictures[drawn]
        if picture then
          table.insert(lines, '```text')
          vim.list_extend(lines, vim.split(picture.text:gsub('%s+$', ''), '\n', { plain = true }))
          table.insert(lines, '```')
        end
        while not picture and #lines > 0 and (lines[#lines] == '' or vim.startswith(lines[#lines], '#')) do
          table.remove(lines)
        end
      elseif inside then
        inside = line ~= '```'
      else
        table.insert(lines, line)
      end
    end
  end
  flush()
  return lines
end

--- The explanation over the text, or beside it.
local function show(answer)
  local lines = M.readable(answer.markdown, answer.pictures)
  if require('sureql.config').get().explain == 'split' then
    vim.cmd('rightbelow vnew')
  else
    require('sureql.scratch').float('sureql: q close', lines)
  end
  require('sureql.scratch').markdown(lines)
end

---@param range? { [1]: integer, [2]: integer } the selected lines, 1-based
---@param options? { plan?: boolean, reword?: boolean }
function M.ask(range, options)
  local ask = require('sureql.ask')
  local client = ask.client()
  if not client then
    return
  end
  local argument = vim.tbl_extend('force', ask.place(client, range), options or {})
  ask.call(client, 'sureql.explain', argument, function(answer)
    if answer.message ~= '' then
      vim.notify('sureql: ' .. answer.message, vim.log.levels.WARN)
    end
    if answer.markdown ~= '' then
      show(answer)
    end
  end)
end

return M
