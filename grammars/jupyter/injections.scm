; shown as: Jupyter notebook
; ids: jupyter ipynb
; files: .ipynb
; notebook: yes
