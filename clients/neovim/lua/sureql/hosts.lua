-- Files of other languages with SQL in their strings. They are full of other things, so less is done
-- in them unasked: what belongs to the language stays as its own tools have set it.
local M = {}

-- Filetypes, and what the protocol calls them.
local LANGUAGES = {
  python = 'python',
  javascript = 'javascript',
  javascriptreact = 'javascriptreact',
  typescript = 'typescript',
  typescriptreact = 'typescriptreact',
  go = 'go',
  java = 'java',
  ruby = 'ruby',
  php = 'php',
  rust = 'rust',
  cs = 'csharp',
  kotlin = 'kotlin',
  markdown = 'markdown',
}

--- All filetypes of host languages.
---@return string[]
function M.filetypes()
  return vim.fn.sort(vim.tbl_keys(LANGUAGES))
end

--- What the protocol calls a filetype.
---@param _ integer
---@param filetype string
---@return string
function M.language_id(_, filetype)
  return LANGUAGES[filetype] or filetype
end

--- True for a buffer of another language than SQL.
---@param bufnr integer
---@return boolean
function M.holds(bufnr)
  return LANGUAGES[vim.bo[bufnr].filetype] ~= nil
end

--- False if the user wants nothing of us in such a buffer.
---@param bufnr integer
---@return boolean
function M.wanted(bufnr)
  local chosen = require('sureql.config').get().hosts
  if not M.holds(bufnr) or chosen == true then
    return true
  end
  return type(chosen) == 'table' and chosen[vim.bo[bufnr].filetype] ~= false
end

--- Give back what Neovim has set to us because we can format SQL: |gq| is for the text around it.
---@param client vim.lsp.Client
---@param bufnr integer
function M.give_back(client, bufnr)
  for _, other in ipairs(vim.lsp.get_clients({ bufnr = bufnr })) do
    if other.id ~= client.id and other:supports_method('textDocument/rangeFormatting', bufnr) then
      return
    end
  end
  if vim.bo[bufnr].formatexpr == 'v:lua.vim.lsp.formatexpr()' then
    vim.bo[bufnr].formatexpr = ''
  end
end

return M
