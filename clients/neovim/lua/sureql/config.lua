-- Options: the defaults, then `vim.g.sureql`, then `require('sureql').setup()`.
local M = {}

---@class sureql.Config
local DEFAULTS = {
  -- The command that starts the server, nil to find it.
  cmd = nil,
  -- Enable the server for SQL buffers without any further call.
  enable = true,
  -- The popup while typing, through Neovim's own completion: true, false, or 'auto' (unless a
  -- completion plugin is loaded).
  popup = 'auto',
  -- The characters after which it opens by itself.
  popup_after = { '.' },
  -- Apply every safe fix when a buffer is written.
  fix_on_save = false,
  -- Format a buffer when it is written, with the workspace's own sqruff or sqlfluff settings.
  format_on_save = false,
  -- SQL in strings of other languages: false for none, or by filetype: { python = false }.
  hosts = {},
  -- Where an explanation is shown: 'float' or 'split'.
  explain = 'float',
  ghost = {
    enable = true,
    -- Neovim 0.12's own inline completion; nil uses it where it exists.
    native = nil,
    -- Milliseconds without typing before the server is asked.
    debounce = 50,
  },
  -- Keys in insert mode; false leaves a key alone. Each does what it did before when no ghost text
  -- is shown.
  keys = {
    accept = '<Tab>',
    accept_word = { '<M-w>', '<M-Right>' },
    accept_line = '<M-l>',
    dismiss = '<C-]>',
    next = '<M-]>',
    previous = '<M-[>',
    invoke = '<M-\\>',
  },
}

local chosen

---@return sureql.Config
function M.get()
  if not chosen then
    M.set({})
  end
  return chosen
end

---@param options table
function M.set(options)
  local global = type(vim.g.sureql) == 'table' and vim.g.sureql or {}
  chosen = vim.tbl_deep_extend('force', DEFAULTS, global, options or {})
end

return M
