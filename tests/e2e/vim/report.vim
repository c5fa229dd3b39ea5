" Writes what is marked into $SUREQL_REPORT as soon as something is, and ends.
set nocompatible noswapfile nomore encoding=utf-8
filetype plugin on
packadd ale
" Nothing else that this machine happens to have.
let g:ale_linters = {'sql': ['sureql'], 'python': ['sureql']}
execute 'source' fnameescape($SUREQL_SETTINGS)

function! s:Report() abort
  let l:found = filter(copy(ale#engine#GetLoclist(bufnr(''))), {_, one -> one.linter_name ==# 'sureql'})
  if !empty(l:found)
    call writefile([json_encode(map(l:found, {_, one -> [one.lnum, one.col, one.code, one.text]}))], $SUREQL_REPORT)
    qall!
  endif
endfunction
autocmd User ALELintPost call s:Report()
