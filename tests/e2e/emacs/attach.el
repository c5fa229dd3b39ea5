;;; What a user of eglot meets, as one line of JSON.  -*- lexical-binding: t -*-
;; Arguments: the settings of the documentation, the file that is opened.

(require 'package)
(package-initialize)
(require 'cl-lib)
(require 'eglot)
(require 'json)

(defun sureql-wait (condition)
  "Wait up to a minute until CONDITION holds."
  (let ((until (+ (float-time) 60)))
    (while (and (not (funcall condition)) (< (float-time) until))
      (accept-process-output nil 0.05))
    (unless (funcall condition) (error "Never came: %S" condition))))

(defun sureql-diagnostics ()
  "The texts that are marked, and what is said of them."
  (mapcar (lambda (found)
            (list (buffer-substring-no-properties
                   (flymake-diagnostic-beg found) (flymake-diagnostic-end found))
                  (flymake-diagnostic-text found)))
          (flymake-diagnostics)))

(defun sureql-actions ()
  "The titles of the fixes of the misspelt name."
  (goto-char (point-min))
  (search-forward "naem")
  (mapcar (lambda (action) (plist-get action :title))
          (eglot-code-actions (match-beginning 0) (match-end 0))))

(defun sureql-candidates ()
  "What may be written at point."
  (let ((table (nth 2 (eglot-completion-at-point))))
    (mapcar (lambda (one) (string-trim (substring-no-properties one))) (all-completions "" table))))

(load (pop command-line-args-left) nil t)
(setq eglot-sync-connect 60)
(find-file (pop command-line-args-left))
(apply #'eglot (eglot--guess-contact))
(let (diagnostics actions)
  (sureql-wait (lambda () (flymake-start) (assoc "naem" (sureql-diagnostics))))
  (setq diagnostics (sureql-diagnostics))
  (setq actions (sureql-actions))
  (goto-char (point-max))
  (search-backward "cust")
  (forward-char 4)
  (princ (concat (json-encode `((mode . ,(symbol-name major-mode))
                                (diagnostics . ,(vconcat diagnostics))
                                (actions . ,(vconcat actions))
                                (candidates . ,(vconcat (sureql-candidates)))))
                 "\n")))
(eglot-shutdown (eglot-current-server))
(set-buffer-modified-p nil)
(kill-emacs 0)
