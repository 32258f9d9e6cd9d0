;;; test.el --- Tests of qacd.el in a real Emacs -*- lexical-binding: t -*-

;; `tests/run' starts it.  `QACD_TEST_SOCKET' is the socket of a fake daemon, which obeys what is
;; written into the file `QACD_TEST_CONTROL': stop, start, stall, many.

(require 'ert)
(require 'comint)
(require 'qacd)

(defun test-order (what)
  "Have the fake daemon do WHAT."
  (let ((control (getenv "QACD_TEST_CONTROL")) (until (+ (float-time) 10)))
    (with-temp-file (concat control ".new") (insert what))
    (rename-file (concat control ".new") control t)
    (while (file-exists-p control)
      (when (> (float-time) until) (error "The fake daemon does not obey"))
      (sleep-for 0.01))))

(defmacro test-typed (text &rest body)
  "Run BODY in a buffer in which TEXT was typed."
  (declare (indent 1))
  `(with-temp-buffer
     (qacd-mode)
     (insert ,text)
     ,@body))

(defun test-messages ()
  "What Emacs has said of qacd."
  (with-current-buffer (messages-buffer)
    (save-excursion
      (goto-char (point-min))
      (let (found)
        (while (re-search-forward "^.*\\(qacd:\\|[Cc]onnection\\|[Pp]rocess\\).*$" nil t)
          (push (match-string 0) found))
        found))))

(defun test-forget-messages ()
  "Empty the messages."
  (with-current-buffer (messages-buffer)
    (let ((inhibit-read-only t)) (erase-buffer))))

(defun test-all (text)
  "What completion offers for TEXT."
  (test-typed text
    (pcase-let ((`(,begin ,end ,table . ,_) (qacd-completion-at-point)))
      (let* ((typed (buffer-substring begin end))
             (metadata (completion-metadata typed table nil))
             (found (completion-all-completions typed table nil (length typed) metadata)))
        (when (consp found) (setcdr (last found) nil))
        found))))

(setq qacd-socket (getenv "QACD_TEST_SOCKET") qacd-deadline 2)

(ert-deftest the-default-socket-is-that-of-qac-cli ()
  (let ((process-environment (copy-sequence process-environment))
        (fallback (format "/tmp/qacd-%d/qacd.sock" (user-uid))))
    (dolist (pair `(("/run/user/7//" . "/run/user/7/qacd/qacd.sock") ("/" . "/qacd/qacd.sock")
                    ("relative" . ,fallback) ("" . ,fallback)))
      (setenv "XDG_RUNTIME_DIR" (car pair))
      (should (equal (qacd-default-socket) (cdr pair))))))

(ert-deftest completion-at-point-takes-the-only-completion ()
  (test-order "start")
  (test-typed "  gär"
    (completion-at-point)
    (should (equal (buffer-string) "  gär!"))))

(ert-deftest what-the-daemon-says-matches-and-its-order-stays ()
  (test-order "many")
  (should (equal (test-all "gar") '("zinc garden" "garden hose" "Garten")))
  (test-order "start"))

(ert-deftest nothing-typed-is-not-completed ()
  (test-typed "   "
    (should-not (qacd-completion-at-point))))

(ert-deftest without-a-daemon-there-is-nothing-and-then-it-is-back ()
  (test-forget-messages)
  (test-order "stop")
  (should-not (test-all "gar"))
  (should-not (qacd-complete "gar"))
  (should-not (qacd-record "pond"))
  (test-order "start")
  (should (equal (test-all "gar") '("gar!")))
  (should-not (test-messages)))

(ert-deftest a-restart-between-two-completions ()
  (test-forget-messages)
  (test-order "start")
  (should (equal (qacd-complete "gar") '("gar!")))
  (test-order "stop")
  (test-order "start")
  (should (equal (qacd-complete "gar") '("gar!")))
  (test-order "stop")
  (test-order "start")
  (let (answered)
    (qacd--wait (qacd-request "record" '(:session "ann" :query "pond")
                              (lambda (error _) (setq answered (or error 'recorded))) 2))
    (should (eq answered 'recorded)))
  (should-not (test-messages)))

(ert-deftest a-daemon-that-stalls-is-waited-for-until-the-deadline ()
  (test-order "stall")
  (let ((qacd-deadline 0.2) (begun (float-time)))
    (should-not (qacd-complete "gar"))
    (should (< 0.19 (- (float-time) begun) 5)))
  (test-order "start"))

(ert-deftest a-key-ends-the-wait ()
  (test-order "stall")
  (let ((qacd-deadline 20) (begun (float-time)) (unread-command-events (list ?a)))
    (should-not (qacd-complete "gar"))
    (should (< (- (float-time) begun) 5)))
  (test-order "start")
  (should (equal (qacd-complete "gar") '("gar!"))))

(ert-deftest a-request-does-not-wait ()
  (test-order "stall")
  (let ((begun (float-time)) found)
    (qacd-request "complete" '(:prefix "gar") (lambda (error _) (setq found error)) 1.5)
    (should (< (- (float-time) begun) 1.4))
    (should-not found)
    (while (and (null found) (< (- (float-time) begun) 10)) (sleep-for 0.02))
    (should (eq (plist-get found :kind) 'timeout)))
  (test-order "start"))

(ert-deftest a-prompt-of-comint ()
  (let ((buffer (make-comint "qacd-test" "cat")) requests)
    (unwind-protect
        (with-current-buffer buffer
          (set-process-query-on-exit-flag (get-buffer-process buffer) nil)
          (qacd-mode)
          (goto-char (point-max))
          (let ((inhibit-read-only t))
            (insert (propertize "$ " 'field 'output 'read-only t 'rear-nonsticky t))
            (set-marker (process-mark (get-buffer-process buffer)) (point)))
          (insert "pond")
          (should (equal (buffer-substring (qacd--begin) (point)) "pond"))
          (completion-at-point)
          (should (string-suffix-p "$ pond!" (buffer-string)))
          (cl-letf (((symbol-function 'qacd-request)
                     (lambda (method params &rest _) (push (list method params) requests))))
            (comint-send-input))
          (should (equal requests
                         `(("record" (:session "emacs"
                                      :thread ,(format "emacs-%d-*qacd-test*" (emacs-pid))
                                      :place ,(directory-file-name
                                               (expand-file-name default-directory))
                                      :query "pond!")))))
          (let ((qacd-thread nil) (qacd-place (make-string 1025 ?x)))
            (should (equal (qacd--origin) '(:session "emacs"))))
          (let ((default-directory "/ssh:far:/home/"))
            (should-not (plist-member (qacd--origin) :place)))
          (qacd-mode -1)
          (should-not (memq #'qacd-completion-at-point completion-at-point-functions))
          (should-not (memq #'qacd--submitted comint-input-filter-functions)))
      (kill-buffer buffer))))

(ert-deftest a-callback-that-fails-breaks-nothing-else ()
  (let ((debug-on-error nil))
    (qacd--wait (qacd-request "ping" nil (lambda (&rest _) (error "Mine")) 2))
    (should (equal (qacd-complete "gar") '("gar!")))))

(ert-run-tests-batch-and-exit)

;;; test.el ends here
