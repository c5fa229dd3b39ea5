-- `:Sureql generate <words>`: a checked statement for a wish, shown before it is inserted.
local M = {}

local TITLE = 'sureql (%s): <CR> insert, r refine, q close'

local function place(client, bufnr)
  local window = vim.fn.bufwinid(bufnr)
  local params = vim.lsp.util.make_position_params(window, client.offset_encoding)
  return { uri = params.textDocument.uri, position = params.position }
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param words string
---@param conversation table[]?
local function request(client, bufnr, words, conversation)
  local asked = place(client, bufnr)
  asked.prompt, asked.conversation = words, conversation
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  client:request('workspace/executeCommand', {
    command = 'sureql.generate',
    arguments = { asked },
  }, function(err, answer)
    if err or type(answer) ~= 'table' then
      vim.notify('sureql: ' .. (err and err.message or 'no answer'), vim.log.levels.ERROR)
    elseif vim.api.nvim_get_current_buf() ~= bufnr then
      vim.notify('sureql: the statement is ready, but its buffer was left.')
    elseif answer.sql == '' then
      vim.notify('sureql: ' .. answer.message, vim.log.levels.WARN)
    else
      M.show(client, bufnr, tick, answer)
    end
  end, bufnr)
end

--- Show the answer below the cursor; nothing is inserted before a key says so.
function M.show(client, bufnr, tick, answer)
  local function insert()
    if vim.api.nvim_buf_get_changedtick(bufnr) == tick then
      vim.lsp.util.apply_workspace_edit(answer.edit, client.offset_encoding)
    else
      vim.notify('sureql: not inserted, the text has changed since.', vim.log.levels.WARN)
    end
  end
  local function refine()
    vim.ui.input({ prompt = 'Refine: ' }, function(words)
      if words and words:match('%S') then
        request(client, bufnr, words, answer.conversation)
      end
    end)
  end
  require('sureql.float').open({
    title = TITLE:format(answer.level),
    lines = vim.split(answer.sql, '\n', { plain = true }),
    filetype = 'sql',
    keys = { ['<CR>'] = insert, ['<Tab>'] = insert, r = refine },
  })
end

--- Ask for a statement; without words the user is asked for them.
---@param words string
function M.ask(words)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = require('sureql.server').clients(bufnr)[1]
  if not client then
    vim.notify('sureql is not running here. See :checkhealth sureql', vim.log.levels.WARN)
  elseif words ~= '' then
    request(client, bufnr, words)
  else
    vim.ui.input({ prompt = 'Statement for: ' }, function(typed)
      if typed and typed:match('%S') then
        request(client, bufnr, typed)
      end
    end)
  end
end

return M
