;;; driver.el --- The driver of the conformance suite -*- lexical-binding: t -*-

;; `tests/driver' starts it.

(require 'qacd)

(defun driver-outcome (error result)
  "An outcome of ERROR or RESULT, as the runner reads it."
  (if error
      `(:error (:kind ,(symbol-name (plist-get error :kind))
                :code ,(or (plist-get error :code) :null)
                :retryable ,(if (plist-get error :retryable) t :false)
                :message ,(plist-get error :message)))
    `(:result ,result)))

(defun driver-run (line)
  "Carry out the command LINE."
  (let* ((command (json-parse-string line :null-object :null :false-object :false))
         (seconds (/ (gethash "deadline_ms" command) 1000.0))
         (outcomes (make-vector (length (gethash "calls" command)) nil))
         (at -1)
         calls)
    (seq-doseq (call (gethash "calls" command))
      (let ((place (setq at (1+ at))))
        (push (qacd-request (gethash "method" call) (gethash "params" call)
                            (lambda (error result)
                              (aset outcomes place (driver-outcome error result)))
                            seconds)
              calls)))
    (mapc #'qacd--wait (nreverse calls))
    (princ (decode-coding-string (json-serialize outcomes :null-object :null :false-object :false)
                                 'utf-8))
    (princ "\n")
    ;; This writes out what was printed.
    (set-binary-mode 'stdout t)))

(setq qacd-socket (getenv "QACD_TEST_SOCKET"))
(let (line)
  (while (setq line (ignore-errors (read-from-minibuffer "")))
    (driver-run line)))

;;; driver.el ends here
