-- `:Sureql schema`: the tables and columns that are known here, in a window beside the text.
local M = {}

local KEYS = '<CR> open   i insert   gd definition   r refresh   q close'
local WIDTH = 44

---@class sureql.Row
---@field text string
---@field group? string its highlight
---@field open? fun() what <CR> does
---@field insert? string
---@field location? { uri: string, line: integer } 0-based

---@class sureql.Tree
---@field client vim.lsp.Client
---@field uri string
---@field search string
---@field from integer the window to insert into
---@field window integer
---@field rows sureql.Row[]

local function ask(tree, argument, take)
  argument.uri = tree.uri
  local params = { command = 'sureql.schema', arguments = { argument } }
  tree.client:request('workspace/executeCommand', params, function(err, answer)
    if err or type(answer) ~= 'table' then
      vim.notify('sureql: ' .. (err and err.message or 'no answer'), vim.log.levels.ERROR)
    elseif not tree.window or vim.api.nvim_win_is_valid(tree.window) then
      take(answer)
    end
  end)
end

local function present(value)
  return value ~= nil and value ~= vim.NIL and value ~= '' and value or nil
end

local space = vim.api.nvim_create_namespace('sureql.schema')

---@param tree sureql.Tree
local function draw(tree)
  local bufnr = vim.api.nvim_win_get_buf(tree.window)
  local lines = vim.tbl_map(function(row)
    return row.text
  end, tree.rows)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  for number, row in ipairs(tree.rows) do
    if row.group then
      local mark = { end_row = number, hl_group = row.group, strict = false }
      vim.api.nvim_buf_set_extmark(bufnr, space, number - 1, 0, mark)
    end
  end
end

--- Put `rows` behind `row`, or at the end.
local function add(tree, rows, row)
  local at = #tree.rows
  for number, other in ipairs(tree.rows) do
    at = other == row and number or at
  end
  for number, one in ipairs(rows) do
    table.insert(tree.rows, at + number, one)
  end
  draw(tree)
end

local function column(one)
  local marks = {}
  if one.key == 'primary' then
    table.insert(marks, 'key')
  end
  if present(one.references) then
    table.insert(marks, '→ ' .. one.references)
  end
  local text = ('    %s  %s%s'):format(one.name, one.type, one.nullable and '' or ' not null')
  text = #marks > 0 and text .. '  ' .. table.concat(marks, ' ') or text
  return { text = text, insert = one.insert, location = present(one.location) }
end

local function relation(tree, one)
  local kind = one.kind == 'table' and '' or '  ' .. one.kind
  local row = { insert = one.insert, location = present(one.location) }
  local name = one.name .. kind
  local shown = vim.tbl_map(column, one.found)
  local function mark()
    row.text = ('  %s %s'):format(#shown > 0 and '▾' or '▸', name)
  end
  function row.open()
    if #shown == 0 then
      ask(tree, { schema = one.schema, relation = one.name }, function(answer)
        shown = vim.tbl_map(column, answer.columns)
        mark()
        add(tree, shown, row)
      end)
      return
    end
    tree.rows = vim.tbl_filter(function(other)
      return not vim.list_contains(shown, other)
    end, tree.rows)
    shown = {}
    mark()
    draw(tree)
  end
  mark()
  return { row, unpack(shown) }
end

--- A page of tables and views, and behind it what asks for the next.
local function page(tree, argument, behind)
  ask(tree, argument, function(answer)
    local rows = {}
    for _, one in ipairs(answer.relations) do
      vim.list_extend(rows, relation(tree, one))
    end
    if present(answer.next) then
      local more = { text = '  … more', group = 'Comment' }
      function more.open()
        local last = tree.rows[vim.fn.index(tree.rows, more)]
        tree.rows = vim.tbl_filter(function(other)
          return other ~= more
        end, tree.rows)
        page(tree, vim.tbl_extend('force', argument, { from = answer.next }), last)
      end
      table.insert(rows, more)
    elseif #rows == 0 then
      table.insert(rows, { text = '  nothing', group = 'Comment' })
    end
    add(tree, rows, behind)
  end)
end

local function top(tree, answer)
  tree.rows = {}
  for _, source in ipairs(answer.sources) do
    local sign = source.status == 'ok' and '✓' or '✗'
    local group = source.status == 'error' and 'DiagnosticError' or 'DiagnosticWarn'
    table.insert(tree.rows, {
      text = sign .. ' ' .. source.name,
      group = source.status == 'ok' and 'Comment' or group,
      location = present(source.uri) and { uri = source.uri, line = 0 } or nil,
    })
    for _, problem in ipairs(source.problems) do
      local location = present(problem.location)
      table.insert(tree.rows, { text = '    ' .. problem.message, group = group, location = location })
    end
  end
  if answer.loading then
    table.insert(tree.rows, { text = 'still being loaded: r shows it again', group = 'Comment' })
  elseif present(answer.message) then
    vim.list_extend(tree.rows, { { text = '' }, { text = answer.message } })
  end
  for _, schema in ipairs(answer.schemas) do
    local row = { text = ('%s  %d'):format(schema.name, schema.relations), group = 'Title' }
    local opened = false
    function row.open()
      if not opened then
        opened = true
        page(tree, { schema = schema.name }, row)
      end
    end
    table.insert(tree.rows, row)
  end
  draw(tree)
  for _, row in ipairs(#answer.schemas == 1 and { tree.rows[#tree.rows] } or {}) do
    row.open()
  end
end

---@param tree sureql.Tree
local function fill(tree)
  if tree.search ~= '' then
    tree.rows = { { text = 'like ' .. tree.search, group = 'Title' } }
    draw(tree)
    page(tree, { search = tree.search }, tree.rows[1])
  else
    ask(tree, {}, function(answer)
      top(tree, answer)
    end)
  end
end

local function insert(tree, text)
  if vim.api.nvim_win_is_valid(tree.from) then
    vim.api.nvim_set_current_win(tree.from)
    vim.api.nvim_put({ text }, 'c', true, true)
  end
end

local function go(tree, place)
  if vim.api.nvim_win_is_valid(tree.from) then
    vim.api.nvim_set_current_win(tree.from)
  end
  local at = { line = place.line, character = 0 }
  local target = { uri = place.uri, range = { start = at, ['end'] = at } }
  vim.lsp.util.show_document(target, tree.client.offset_encoding, { focus = true })
end

--- Show the schema of this buffer, or what of it is called like `search`.
---@param search string
function M.show(search)
  local client = require('sureql.ask').client()
  if not client then
    return
  end
  ---@type sureql.Tree
  local tree = {
    client = client,
    uri = vim.uri_from_bufnr(0),
    search = search,
    from = vim.api.nvim_get_current_win(),
    window = 0,
    rows = {},
  }
  vim.cmd(('botright %dvnew'):format(math.min(WIDTH, math.floor(vim.o.columns / 2))))
  tree.window = vim.api.nvim_get_current_win()
  require('sureql.scratch').fill({}, 'sureql-schema')
  vim.wo.winbar, vim.wo.cursorline, vim.wo.wrap, vim.wo.winfixwidth = ' ' .. KEYS, true, false, true
  vim.wo.number, vim.wo.relativenumber, vim.wo.signcolumn = false, false, 'no'
  local function on(key, part, run)
    vim.keymap.set('n', key, function()
      local row = tree.rows[vim.fn.line('.')]
      if row and row[part] then
        run(tree, row[part])
      end
    end, { buffer = true, nowait = true })
  end
  on('<CR>', 'open', function(_, open)
    open()
  end)
  on('i', 'insert', insert)
  on('gd', 'location', go)
  vim.keymap.set('n', 'r', function()
    client:request('workspace/executeCommand', { command = 'sureql.refreshSchema' }, function()
      fill(tree)
    end)
  end, { buffer = true, nowait = true })
  fill(tree)
end

return M
