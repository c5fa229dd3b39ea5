-- What part of a suggestion is still to be typed, and how much of it one key accepts. Pure.
local M = {}

-- Bytes of identifiers: letters, digits, underscore, and everything outside ASCII.
local WORD = '[%w_\128-\255]'

--- The part of `insert` after `typed`, which stands before the cursor; nil if it does not fit.
--- Case may differ: accepting then writes the suggestion's case.
---@param insert string
---@param typed string
---@return string?
function M.rest(insert, typed)
  if #insert <= #typed then
    return nil
  end
  if insert:sub(1, #typed):lower() ~= typed:lower() then
    return nil
  end
  return insert:sub(#typed + 1)
end

--- What to draw: `rest` without `after`, the text behind the cursor that the suggestion replaces;
--- nil if the suggestion changes that text, which ghost text cannot show.
---@param rest string
---@param after string
---@return string?
function M.visible(rest, after)
  if after == '' then
    return rest
  end
  if #rest > #after and rest:sub(-#after) == after then
    return rest:sub(1, #rest - #after)
  end
  return nil
end

--- The first word of `rest` with the white space before it, or a run of punctuation.
---@param rest string
---@return string
function M.word(rest)
  local blank = rest:match('^%s*')
  local tail = rest:sub(#blank + 1)
  local word = tail:match('^' .. WORD .. '+') or tail:match('^[^%s%w_\128-\255]+') or ''
  return blank .. word
end

--- `rest` up to the end of its first line that is not empty.
---@param rest string
---@return string
function M.line(rest)
  local blank = rest:match('^[\r\n]*')
  return blank .. rest:sub(#blank + 1):match('^[^\r\n]*')
end

return M
