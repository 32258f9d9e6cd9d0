;;; qacd.el --- Complete queries by the daemon qacd -*- lexical-binding: t -*-

;; Version: 0.2.0-dev
;; Package-Requires: ((emacs "28.1"))
;; Keywords: convenience, abbrev
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; `qacd-mode' completes what is typed at a buffer's prompt, or in a line, from the query history
;; that qacd keeps, and records what is submitted at prompts of comint (such as M-x shell):
;;
;;   (add-hook 'shell-mode-hook #'qacd-mode)
;;
;; Invariant: a request is answered once: by its answer, or when its deadline has passed.  Waiting
;; is bounded by the deadline, and ends as soon as a key is pressed.  Failures say nothing: then
;; there are just no completions.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)

(defgroup qacd nil
  "Complete queries by the daemon qacd."
  :group 'convenience)

(defcustom qacd-socket nil
  "The daemon's socket; nil for that of qac-cli."
  :type '(choice (const :tag "That of qac-cli" nil) file))

(defcustom qacd-session "emacs"
  "Whose earlier queries are the context.  Shells and editors may share one."
  :type 'string)

(defcustom qacd-thread #'qacd-buffer-thread
  "The conversation: a string, or a function that returns one or nil."
  :type '(choice string function (const :tag "None" nil)))

(defcustom qacd-place #'qacd-buffer-place
  "Where it is typed: a string, or a function that returns one or nil."
  :type '(choice string function (const :tag "None" nil)))

(defcustom qacd-deadline 0.2
  "The seconds after which completions are of no use."
  :type 'number)

(defcustom qacd-limit 10
  "The most completions."
  :type 'integer)

(defconst qacd--maximum-request 65536)
(defconst qacd--maximum-answer (* 64 1024 1024))
(defconst qacd--maximum-path 107)
(defconst qacd--again '(-32002 -32003 -32004 -32005 -32007)
  "The error codes whose requests may succeed later.")
(defconst qacd--safe '("complete" "retrieve" "history" "search" "import" "export" "blocks" "pins"
                       "boosts" "items" "status" "metrics" "reload" "ping")
  "The methods that do no harm if they are sent twice.
All but `import' change nothing, and that adds nothing that is there.")

(cl-defstruct (qacd--call (:constructor qacd--make-call))
  id method line callback safe until timer (attempts 0) settled)

(defvar qacd--process nil "The connection, or nil.")
(defvar qacd--waiting nil "The calls that were sent and not answered, newest first.")
(defvar qacd--parts nil "What has come of a line, last part first.")
(defvar qacd--size 0 "The bytes of `qacd--parts'.")
(defvar qacd--last 0 "The last id.")

(defun qacd-default-socket ()
  "The socket that qac-cli uses."
  (let ((directory (or (getenv "XDG_RUNTIME_DIR") "")))
    (if (string-prefix-p "/" directory)
        (concat (replace-regexp-in-string "/+\\'" "" directory) "/qacd/qacd.sock")
      (format "/tmp/qacd-%d/qacd.sock" (user-uid)))))

(defun qacd--path ()
  "The socket's path."
  (or qacd-socket (qacd-default-socket)))

(defun qacd--error (kind message retryable &optional code)
  "An error as callbacks get it, of KIND, with MESSAGE, RETRYABLE and CODE."
  (list :kind kind :message message :retryable (and retryable t) :code code))

(defun qacd--settle (call error result)
  "Answer CALL with ERROR or RESULT, once."
  (unless (qacd--call-settled call)
    (setf (qacd--call-settled call) t)
    (setq qacd--waiting (delq call qacd--waiting))
    (when (qacd--call-timer call)
      (cancel-timer (qacd--call-timer call)))
    (with-demoted-errors "qacd: %S"
      (funcall (qacd--call-callback call) error result))))

(defun qacd--drop ()
  "Close the connection."
  (let ((process qacd--process))
    (setq qacd--process nil qacd--parts nil qacd--size 0)
    (when process
      (set-process-sentinel process #'ignore)
      (set-process-filter process #'ignore)
      (delete-process process))))

(defun qacd--lost (call)
  "What CALL gets if the connection has ended."
  (qacd--error 'closed
               (format "the connection ended before %s was answered; see the daemon's log"
                       (qacd--call-method call))
               (or (qacd--call-safe call) (= (qacd--call-attempts call) 0))))

(defun qacd--late (call)
  "What CALL gets if its deadline has passed."
  (qacd--error 'timeout
               (format "the daemon did not answer %s in time; see its log, or allow more time"
                       (qacd--call-method call))
               (or (qacd--call-safe call) (= (qacd--call-attempts call) 0))))

(defun qacd--finish (error)
  "End the connection: what waits gets ERROR, or is sent again if safe."
  (let ((calls (reverse qacd--waiting)))
    (setq qacd--waiting nil)
    (qacd--drop)
    (dolist (call calls)
      (cond
       ((qacd--call-settled call))
       (error (qacd--settle call error nil))
       ((>= (float-time) (qacd--call-until call)) (qacd--settle call (qacd--late call) nil))
       ((and (qacd--call-safe call) (< (qacd--call-attempts call) 2)) (qacd--send call))
       (t (qacd--settle call (qacd--lost call) nil))))))

(defun qacd--invalid (what)
  "The error that says WHAT is wrong with an answer."
  (qacd--error 'invalid (concat what "; is it qacd?") nil))

(defun qacd--take (line)
  "Take an answer's LINE; return what the whole connection gets, or nil."
  (catch 'done
    (when (string-match-p "\\`[ \t\r]*\\'" line)
      (throw 'done nil))
    (let* ((answer (condition-case nil
                       (json-parse-string (decode-coding-string line 'utf-8 t)
                                          :null-object :null :false-object :false)
                     (error (throw 'done (qacd--invalid "the daemon sent what is not JSON")))))
           (id (if (hash-table-p answer) (gethash "id" answer 'none) 'none))
           (error (and (hash-table-p answer) (gethash "error" answer)))
           (result (if (hash-table-p answer) (gethash "result" answer 'none) 'none)))
      (when (eq error :null)
        (setq error nil))
      (when (or (eq id 'none) (and (null error) (eq result 'none)))
        (throw 'done (qacd--invalid "the daemon sent what is no answer")))
      (when error
        (let ((code (and (hash-table-p error) (gethash "code" error)))
              (message (and (hash-table-p error) (gethash "message" error))))
          (unless (integerp code)
            (throw 'done (qacd--invalid "an error has no code")))
          (setq error (qacd--error 'refused (if (stringp message) message "refused")
                                   (memq code qacd--again) code))))
      ;; The daemon refuses the connection, or could not tell what a line was.
      (when (and (eq id :null) error)
        (throw 'done error))
      (when-let ((call (seq-find (lambda (call) (equal (qacd--call-id call) id)) qacd--waiting)))
        (unless (or error
                    (and (hash-table-p result)
                         (or (not (equal (qacd--call-method call) "complete"))
                             (qacd--texts result))))
          (setq error (qacd--invalid "the result has another shape")))
        (qacd--settle call error (and (null error) result)))
      nil)))

(defun qacd--texts (result)
  "The texts in RESULT, as (t . TEXTS); nil if it has another shape."
  (let ((suggestions (gethash "suggestions" result)))
    (when (vectorp suggestions)
      (let ((texts (mapcar (lambda (one) (and (hash-table-p one) (gethash "text" one)))
                           suggestions)))
        (and (seq-every-p #'stringp texts) (cons t texts))))))

(defun qacd--filter (process data)
  "Take the DATA that PROCESS sent."
  (when (eq process qacd--process)
    (let ((begin 0) stop error)
      (while (and (eq process qacd--process)
                  (setq stop (string-search "\n" data begin)))
        (let ((line (apply #'concat
                           (nreverse (cons (substring data begin stop) qacd--parts)))))
          (setq qacd--parts nil qacd--size 0 begin (1+ stop))
          (when (setq error (qacd--take line))
            (qacd--finish error))))
      (when (and (eq process qacd--process) (< begin (length data)))
        (push (if (= begin 0) data (substring data begin)) qacd--parts)
        (setq qacd--size (+ qacd--size (- (length data) begin)))
        (when (> qacd--size qacd--maximum-answer)
          (qacd--finish (qacd--invalid "an answer has more than 64 MiB")))))))

(defun qacd--sentinel (process _event)
  "Notice that PROCESS has ended."
  (when (and (eq process qacd--process)
             (not (memq (process-status process) '(open connect run))))
    (qacd--finish nil)))

(defun qacd--open (path until)
  "Connect to PATH before UNTIL; return the process, or a string on failure."
  (condition-case problem
      ;; Without `:nowait', a daemon whose queue of connections is full would stop Emacs.
      (let* ((read-process-output-max (* 1024 1024))
             (process (make-network-process :name "qacd" :family 'local :service path :nowait t
                                            :coding 'binary :noquery t :filter #'qacd--filter
                                            :sentinel #'ignore)))
        (while (and (eq (process-status process) 'connect) (< (float-time) until))
          (accept-process-output process 0.002))
        (if (eq (process-status process) 'open)
            process
          (prog1 (format "%S" (process-exit-status process))
            (delete-process process))))
    (file-error (format "%S" problem))))

(defun qacd--connect (until)
  "Make the connection before UNTIL; return nil, or the error."
  (let ((path (qacd--path)) made)
    (if (> (string-bytes path) qacd--maximum-path)
        (qacd--error 'unavailable "a socket's path has at most 107 bytes; choose a shorter one" nil)
      ;; The daemon's queue of connections may be full, and there is nothing to wait for.
      (while (and (stringp (setq made (qacd--open path until)))
                  (string-search "temporarily unavailable" made)
                  (< (float-time) until))
        (sleep-for 0.002))
      (cond
       ((processp made)
        (setq qacd--process made)
        (set-process-sentinel made #'qacd--sentinel)
        nil)
       ((string-search "temporarily unavailable" made)
        (qacd--error 'timeout "the daemon accepted no connection in time; try again later" t))
       (t
        (qacd--error 'unavailable
                     (format "no daemon answers at %s; start one with: qacd --index FILE" path)
                     t))))))

(defun qacd--send (call)
  "Send CALL over the connection, which is made if it is missing."
  ;; A daemon that restarted has closed an idle connection, which may not have been noticed.
  (while (and qacd--process (accept-process-output qacd--process 0)))
  (when (and qacd--process (not (eq (process-status qacd--process) 'open)))
    (qacd--finish nil))
  (unless (qacd--call-settled call)
    (let ((failed (and (null qacd--process) (qacd--connect (qacd--call-until call))))
          (process qacd--process)
          sent)
      (if failed
          (qacd--settle call failed nil)
        (setf (qacd--call-attempts call) (1+ (qacd--call-attempts call)))
        (push call qacd--waiting)
        (unwind-protect
            (condition-case nil
                (progn
                  (process-send-string process (qacd--call-line call))
                  (setq sent t))
              (error
               (setq sent t)
               (when (eq process qacd--process)
                 ;; What the daemon said before it closed is still to be read.
                 (while (and (eq process qacd--process) (accept-process-output process 0)))
                 (when (eq process qacd--process)
                   (qacd--finish nil)))))
          ;; A key was pressed in the middle of a line: nothing else can be said after it.
          (unless sent
            (qacd--drop)))))))

(defun qacd--expire (call)
  "CALL's deadline has passed."
  (let ((was-sending (and qacd--process (memq call qacd--waiting)
                          (not (qacd--call-settled call)))))
    (qacd--settle call (qacd--late call) nil)
    ;; Nobody waits any more: the daemon may read nothing, and Emacs may be stuck with sending.
    (when (and was-sending (null qacd--waiting))
      (qacd--drop))))

(defun qacd-request (method params callback &optional deadline)
  "Send METHOD with PARAMS, and call CALLBACK once with an error and a result.
PARAMS is what `json-serialize' takes as an object.  DEADLINE is in seconds;
`qacd-deadline' if it is nil.  One of the two arguments of CALLBACK is nil.
An error is a plist of `:kind', `:message', `:retryable' and `:code'; a result
is a hash table.  Return the call."
  (setq qacd--last (1+ qacd--last))
  (let* ((seconds (or deadline qacd-deadline))
         (line (json-serialize `(:jsonrpc "2.0" :id ,qacd--last :method ,method :params ,params)
                               :null-object :null :false-object :false))
         (line (if (multibyte-string-p line) (encode-coding-string line 'utf-8 t) line))
         (call (qacd--make-call :id qacd--last :method method :callback callback
                                :line (concat line "\n") :safe (and (member method qacd--safe) t)
                                :until (+ (float-time) seconds))))
    (if (> (string-bytes line) qacd--maximum-request)
        (qacd--settle call (qacd--error 'toolong
                                        (format "the request has %d bytes; the protocol allows %d"
                                                (string-bytes line) qacd--maximum-request)
                                        nil)
                      nil)
      (setf (qacd--call-timer call) (run-at-time seconds nil #'qacd--expire call))
      (qacd--send call))
    call))

(defun qacd--wait (call)
  "Wait until CALL is answered, at the latest at its deadline."
  (while (not (qacd--call-settled call))
    (let ((left (- (qacd--call-until call) (float-time))))
      (if (<= left 0)
          (qacd--expire call)
        (accept-process-output qacd--process (min left 0.05))))))

(defun qacd-buffer-thread ()
  "The conversation of the current buffer: each buffer has its own."
  (format "emacs-%d-%s" (emacs-pid) (buffer-name)))

(defun qacd-buffer-place ()
  "The directory of the current buffer, if it is one of this machine."
  (unless (file-remote-p default-directory)
    (directory-file-name (expand-file-name default-directory))))

(defun qacd--option (value most)
  "What VALUE, a string or a function, says; nil if it is longer than MOST bytes."
  (let ((text (if (functionp value) (funcall value) value)))
    (and (stringp text) (not (string-empty-p text)) (<= (string-bytes text) most)
         (not (string-match-p "[[:cntrl:]]" text))
         text)))

(defun qacd--origin ()
  "The session, the conversation and the place, as members of a request."
  (let ((thread (qacd--option qacd-thread 128)) (place (qacd--option qacd-place 1024)))
    `(:session ,qacd-session ,@(and thread (list :thread thread))
      ,@(and place (list :place place)))))

(defun qacd-complete (prefix)
  "The completions of PREFIX, best first.
Nil if there is no answer before `qacd-deadline', or when a key is pressed."
  (let (texts call)
    (let ((done
           (while-no-input
             (setq call
                   (qacd-request "complete"
                                 `(,@(qacd--origin) :prefix ,prefix :limit ,qacd-limit)
                                 (lambda (error result)
                                   (unless error
                                     (setq texts (cdr (qacd--texts result)))))))
             (qacd--wait call)
             'done)))
      (unless (eq done 'done)
        ;; The answer is dropped when it comes.
        (when call
          (setf (qacd--call-callback call) #'ignore)
          (qacd--settle call nil nil)))
      texts)))

(defun qacd-record (query)
  "Record QUERY as submitted.  Nobody waits for it."
  (interactive "sQuery: ")
  (unless (string-blank-p query)
    (qacd-request "record" `(,@(qacd--origin) :query ,query) #'ignore 2))
  nil)

(defun qacd-close ()
  "Close the connection; the next request makes another."
  (interactive)
  (let ((waiting qacd--waiting))
    (setq qacd--waiting nil)
    (qacd--drop)
    (dolist (call waiting)
      (qacd--settle call (qacd--lost call) nil))))

;;; Completion at point

(declare-function comint-line-beginning-position "comint" ())

(defun qacd--begin ()
  "Where what is typed begins: behind the prompt or the line's white space."
  (save-excursion
    (let ((end (point)))
      (cond
       ((minibufferp) (goto-char (minibuffer-prompt-end)))
       ((derived-mode-p 'comint-mode) (goto-char (comint-line-beginning-position)))
       (t (beginning-of-line)))
      (skip-chars-forward " \t" end)
      (point))))

(defun qacd--table ()
  "A completion table that asks once for each text."
  (let (asked texts)
    (lambda (string _predicate action)
      (cond
       ((eq action 'metadata)
        '(metadata (category . qacd) (display-sort-function . identity)
                   (cycle-sort-function . identity)))
       ((eq (car-safe action) 'boundaries) nil)
       (t
        (unless (equal asked string)
          (setq asked string texts (qacd-complete string)))
        (cond
         ((eq action t) (copy-sequence texts))
         ((eq action 'lambda) (and (member string texts) t))
         ((null texts) nil)
         ((and (null (cdr texts)) (equal (car texts) string)) t)
         ((null (cdr texts)) (car texts))
         (t string)))))))

(defun qacd-completion-at-point ()
  "Complete what is typed before point; for `completion-at-point-functions'."
  (let ((begin (qacd--begin)))
    (when (< begin (point))
      (list begin (point) (qacd--table) :exclusive 'no))))

;; The daemon decides what matches: other words in between, and corrections, match as well.
(defun qacd--try (string table predicate _point)
  "Complete STRING by TABLE with PREDICATE, for the style `qacd'."
  (let ((found (try-completion string table predicate)))
    (if (stringp found) (cons found (length found)) found)))

(defun qacd--all (string table predicate _point)
  "List completions of STRING by TABLE with PREDICATE, for the style `qacd'."
  (all-completions string table predicate))

(add-to-list 'completion-styles-alist '(qacd qacd--try qacd--all "What qacd says matches."))
(add-to-list 'completion-category-defaults '(qacd (styles . (qacd))))

;;;###autoload
(define-minor-mode qacd-mode
  "Complete queries in this buffer by the daemon qacd.
At prompts of comint, what is submitted is recorded."
  :lighter " qacd"
  (if qacd-mode
      (progn
        (add-hook 'completion-at-point-functions #'qacd-completion-at-point nil t)
        (add-hook 'comint-input-filter-functions #'qacd--submitted nil t))
    (remove-hook 'completion-at-point-functions #'qacd-completion-at-point t)
    (remove-hook 'comint-input-filter-functions #'qacd--submitted t)))

(defun qacd--submitted (input)
  "Record INPUT, which was submitted at a prompt."
  (qacd-record (string-trim input)))

(provide 'qacd)

;;; qacd.el ends here
