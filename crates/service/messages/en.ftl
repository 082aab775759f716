# Texts of the servers' pages, for citizens, clerks and operators.

skip = Skip to the content
language-other = Français
language-label = Language
footer-made-with = Tamarack verifies digital credentials. Free software.

# The list of asks
asks-title = What would you like to prove?
asks-intro = Choose what you were asked for.

# The start of an ask
start-asked = What will be asked
start-age = Whether you are { $age } or older. Not your date of birth.
start-nothing-more = Your wallet shows you the question first. You decide whether to answer.
start-id-token = An identifier that your wallet vouches for, so that you are known again here.
start-pseudonym = A pseudonym by which you are recognised here the next time. Nobody else recognises you by it, and it does not say who you are.
start-agreement = What you agree to
start-kept = What is kept
start-kept-nothing = Nothing on this server. Your answer is deleted here as soon as it has been used.
start-kept-not-at-all = Nothing. Your answer is deleted as soon as it has been used.
start-kept-hours =
    { $count ->
        [one] Your answer, for one hour.
       *[other] Your answer, for { $count } hours.
    }
start-kept-days =
    { $count ->
        [one] Your answer, for one day.
       *[other] Your answer, for { $count } days.
    }
start-kept-weeks =
    { $count ->
        [one] Your answer, for one week.
       *[other] Your answer, for { $count } weeks.
    }
start-kept-months =
    { $count ->
        [one] Your answer, for one month.
       *[other] Your answer, for { $count } months.
    }
start-kept-years =
    { $count ->
        [one] Your answer, for one year.
       *[other] Your answer, for { $count } years.
    }
start-stored = Where it is kept
start-recipients = Who else receives it
start-law = Law that applies
start-withdrawal = To withdraw your consent
start-notice = Privacy notice
start-contact = Questions
start-button = Continue
start-asked-by = Asked by { $verifier }

# Waiting for the wallet
wait-title = Open your wallet
wait-scan = Wallet on another device
wait-scan-how = Scan this code with your wallet or your phone’s camera.
wait-qr = QR code that opens the request in your wallet
wait-here = Wallet on this device
wait-here-how = No second device needed.
wait-here-button = Open my wallet
wait-browser = Wallet that this browser knows
wait-browser-how = Your browser asks which wallet to use.
wait-browser-button = Choose a wallet
wait-browser-none = Your browser got no answer from a wallet. Try again, or use another way.
wait-browser-failed = The answer could not be used. Try again, or use another way.
wait-status-open = Waiting for your wallet.
wait-status-opened = Your wallet has the request. Continue there.
wait-status-judging = Checking your answer.
wait-minutes =
    { $minutes ->
        [one] The code is good for one minute.
       *[other] The code is good for { $minutes } minutes.
    }
wait-check = Check for an answer now
wait-cancel = Start over

# The result
result-accept = Accepted
result-accept-text = Everything that was asked for is proved.
result-accept-age = { $age } or older: proved.
result-reject = Not accepted
result-reject-text = At least one check failed. The reasons are below.
result-undetermined = Cannot tell
result-undetermined-text = Nothing is wrong so far, but something could not be checked. Try again later, or show another credential.
result-refused = Nothing was shared
result-refused-text = Your wallet did not answer the request: you declined, or it holds nothing that fits.
result-checks = Checks
result-credential = Credential { $number }
result-agreement = You agreed to
result-subject = Identifier
result-pseudonym = Pseudonym
result-claims = What was proved
result-claims-once = These values are shown once. They are not kept.
result-claims-gone = The values have been shown and are deleted.
result-deleted = Your answer was deleted after this check. Nothing is kept.
result-continue = Continue to { $verifier }
result-again = Start over
result-pass = Passed
result-fail = Failed
result-unknown = Cannot tell
result-skip = Not needed
result-hint = What to do:
result-code = Code { $code }

result-refusal-credentials = A credential that was asked for is missing.
result-refusal-claims = A claim that was asked for is missing.
result-refusal-values = A claim does not have the value that is needed.
result-refusal-meta = This is another kind of credential than was asked for.
result-refusal-issuer = The credential does not come from the authority that was asked for.
result-refusal-binding = The credential was not shown by the person it was issued to, or not for this request.
result-refusal-transaction = The credential does not prove that you agreed to what you were asked.
result-refusal-id-token = The sign-in was not made by the holder of the identifier, or not for this request.
result-refusal-other = The answer does not have the form that was asked for.

# Back from the wallet in another browser
elsewhere-title = Go back to the page where you began
elsewhere-text = Your wallet has answered. The result is on the page where you began: another window, another browser or another device.

# Expired
expired-title = This request has expired
expired-text = A request is open for a few minutes only, to keep you safe. Nothing was shared.
expired-button = Start again

# Errors
problem-title = Something went wrong
problem-not-found = Page not found
problem-not-found-text = There is nothing at this address. Check it, or start again.
problem-expired = This request is over
problem-expired-text = It was answered or has expired, and everything about it is deleted. Start again.
problem-forbidden = This page belongs to another browser
problem-forbidden-text = Go back to the window where you began, or start again.
problem-form = The form could not be accepted
problem-form-text = It was open for too long, or cookies are blocked. Go back, reload the page and try again.
problem-too-many = Too many requests
problem-too-many-text = Wait a minute, then try again.
problem-unavailable = Not available at the moment
problem-unavailable-text = Try again in a few minutes. Nothing was lost.
problem-link = This link can no longer be used
problem-link-text = It has expired or was already used. Start again in your wallet.
problem-request = The request could not be read
problem-request-text = Go back and try again.
problem-start = Start again
problem-reference = If you ask for help, give this number: { $request }

# Signing in
problem-sign-in = You are not signed in
problem-sign-in-unavailable = The sign-in service does not answer at the moment. Try again in a few minutes.
problem-sign-in-over = This sign-in is over
problem-sign-in-over-text = It was finished already or took too long. Start again.
problem-sign-in-browser = The sign-in was begun in another browser. Go back to the window where you began, or start again.
problem-sign-in-declined = You declined, or the sign-in service did not let you in. Nothing was shared. You can start again.
problem-sign-in-level = A stronger sign-in is needed
problem-sign-in-level-text = You signed in, but not in a way that is strong enough for this. Start again and choose a stronger way to sign in, or verify your identity with the sign-in service first.
problem-sign-in-stale = You signed in too long ago. Start again, and sign in anew.
problem-sign-in-failed = The answer of the sign-in service could not be accepted. Start again. If it happens once more, tell us the number below.

# From a wallet to a credential
confirm-title = Add to your wallet?
confirm-wallet = { $wallet } will receive:
confirm-began = Go on only if you began this yourself, in this wallet, a moment ago.
confirm-clerk = A person decides on your request
confirm-clerk-text = If you were asked for a photo, a short video or a document, send it first. On the same page you will see what was decided.
confirm-clerk-files = Send files, and keep the page
confirm-yes = Yes, add it
confirm-no = No, cancel
stopped-title = The credential cannot be issued now
stopped-back = Back to { $wallet }
stopped-sign-in = Your sign-in does not say what is needed to find you in the register.
stopped-sign-in-hint = Complete your profile with the sign-in service, or sign in with another account. Then start again.
stopped-nothing = Nobody was found in the register with your sign-in.
stopped-nothing-hint = Check that you signed in with the right account. If you did, ask the office that keeps the register to add you.
stopped-several = More than one entry in the register fits your sign-in.
stopped-office-hint = Tell the issuing office the code and the number below. Your data was not changed.
stopped-unavailable = The register does not answer at the moment.
stopped-unavailable-hint = Try again in a few minutes. Nothing was lost.
stopped-value = What the register says of you cannot be put into this credential.
stopped-answer = The register gave an answer that cannot be used.

# The pages of an issuer
footer-issuer = Tamarack issues digital credentials. Free software.

# The applicant’s page
apply-sent = Your file has arrived.
apply-waiting = Your request is being examined
apply-waiting-text = A person is looking at it. Your wallet asks by itself whether there is a decision, or come back to this page.
apply-waiting-since = Received
apply-approved = Your request is approved
apply-approved-text = Open your wallet: it fetches your credential.
apply-refused = Your request was refused
apply-refused-text = You may apply again where this link was given to you.
apply-asked = You are signed in
apply-asked-text = Send your files here, then go on. Keep the address of this page: it tells you what was decided.
apply-asked-button = Go on to your wallet
apply-in-wallet = Go on in your wallet
apply-in-wallet-text = Your wallet sends the request. As soon as it has come, this page tells you what becomes of it.
apply-used = This link can no longer be followed
apply-used-text = It has been used, or its time is over. If you do not have your credential, ask for a new link.
apply-files = Photo and documents
apply-files-text = A person must look at your request. Send what you were asked for: a photo of yourself, a short video, a document. Only the people who decide can see it.
apply-files-kept =
    { $days ->
        [one] It is deleted one day after the decision.
       *[other] It is deleted { $days } days after the decision.
    }
apply-files-choose = Choose files
apply-files-limits = JPEG, PNG, WebP, MP4, WebM or PDF, { $megabytes } MB at most.
apply-files-button = Send
apply-error-none = No file was chosen. Choose one and send again.
apply-error-type = This is not a photo, a video or a PDF document that can be taken. Nothing was kept of it.
apply-error-size = The file is empty or too large. Nothing was kept of it.
apply-error-many = Those are too many files, or too much in all.
apply-wallet = Fetch your credential
apply-scan = Scan this code with your wallet or your phone’s camera.
apply-qr = QR code that opens the offer in your wallet
apply-code = Your wallet asks for a six-digit code, which you get by another way.
apply-until = The link is good until
apply-secret = It is for you alone: do not pass it on.

# The operator’s page
office-name = Issuing service
office-menu = Sections
office-home = Overview
office-offers = Offers
office-queue = Requests
office-credentials = Credentials
office-types = Types
office-log = Audit log
office-signed-in = Signed in:
office-sign-out = Sign out
office-more = More
office-older = Older
entry-title = Sign in to the issuing service
entry-text = This page is for the people who run this service.
entry-ended = You are signed out.
entry-failed = You could not be signed in. Try again.
entry-no-role = You are known, but you have no role here. Ask whoever manages your account.
entry-weak = This sign-in is not strong enough. Sign in again with a stronger way.
entry-button = Sign in
home-title = Overview
home-waiting =
    { $count ->
        [0] No request waits.
        [one] One request waits for a decision.
       *[other] { $count } requests wait for a decision.
    }
home-more = All requests
home-offers = Make a link with which a person fetches a credential.
home-queue = Examine what is applied for, and decide.
home-credentials = Find what was issued; revoke, suspend, reinstate.
home-types = What this service issues.
home-log = Who did what, and whether the log is whole.
types-title = Types of credentials
types-intro = They are set up with the command tamarack-issuer type add.
types-approval = A person approves each request
types-direct = Without approval
types-no-key = No key can sign it
types-has-key = Ready
types-offer = Make an offer
types-name = Name
types-suite = Secured as
types-key = Signing key
types-how = Issued
types-status = Status
types-status-both = Can be revoked and suspended
types-status-revocation = Can be revoked
types-status-suspension = Can be suspended
types-status-none = Can be neither revoked nor suspended
types-claims = Claims
types-optional = { $kind }, optional
types-kind-text = Text, { $most } characters at most
types-kind-date = Date
types-kind-number = Whole number
types-kind-boolean = Yes or no
types-kind-enum = One of: { $values }
types-kind-url = Address (URL)
offers-title = Make an offer
offers-intro = Which credential?
offers-none = No type can be offered: there is none, or no key can sign it.
offer-title = Offer: { $type }
offer-intro = The person’s wallet follows a link and fetches the credential.
offer-approval = A request of this type must then be approved by somebody else.
offer-claims = What the credential says
offer-optional = (optional)
offer-how = How the person gets it
offer-language = The person’s language
offer-language-fr = French
offer-language-en = English
offer-time = The link is good for
offer-time-minutes = 10 minutes
offer-time-hour = 1 hour
offer-time-day = 1 day
offer-time-week = 7 days
offer-code = Transaction code
offer-code-why = Six digits that the wallet asks for. Tell them to the person by another way than the link.
offer-code-show = Show it to me once
offer-code-send = Send it to the person
offer-code-none = None: the person stands in front of me
offer-to = Telephone number or e-mail address for the code
offer-to-hint = Only if the code is to be sent. It is not kept.
offer-button = Make the offer
offer-choose = Choose
offer-yes = Yes
offer-no = No
offer-errors = Please correct this
offer-error-missing = This is needed.
offer-error-to = Where should the code be sent?
offer-hint-text = A text of { $most } characters at most, without line breaks.
offer-hint-date = As year-month-day, such as 2002-04-21.
offer-hint-number = A whole number.
offer-hint-choice = Choose one of the values.
offer-hint-url = An address that begins with https:.
register-title = Fill in from the register
register-button = Look up
register-found = Found. Check what is filled in below.
register-nothing = The register knows nobody like that.
register-several = The register knows more than one.
register-unavailable = The register does not answer at the moment. Try again, or fill in the form.
register-answer = The register’s answer does not fit this type.
made-title = The offer is ready
made-until = It is good until
made-failed = The code could not be sent
made-failed-text = The offer was withdrawn: nobody can follow its link. Make another one, or ask whoever runs the gateway.
made-code = Transaction code
made-code-once = It is shown this once and is kept nowhere.
made-sent = The code is on its way to the person.
made-scan = The person scans this code
made-qr = QR code of the offer
made-page = Or opens this page
made-page-text = It holds the link and the code to scan.
made-page-files = It holds the link and the code to scan, takes a photo, a short video or documents, and shows the decision.
made-link = Link for a wallet
made-secret = Whoever has the link has the credential: give it to the person alone.
made-again = Another offer
queue-title = Requests
queue-show-all = Show the decided ones too
queue-show-waiting = Show only those that wait
queue-empty = No request waits.
queue-done-approved = The request is approved. The wallet fetches its credential.
queue-done-refused = The request is refused. The applicant reads your reason.
queue-state-waiting = Waiting
queue-state-approved = Approved
queue-state-refused = Refused
queue-state-delivered = Delivered
queue-back = All requests
queue-since = Received
queue-decided-by = Decided by
queue-claims = What is applied for
queue-claims-gone = It is deleted, since the request is decided.
queue-files = Files
queue-files-none = None was sent, or they are deleted.
queue-decide = Decision
queue-approve = Approve
queue-approve-text = The wallet then fetches the credential by itself.
queue-refuse = Refuse
queue-category = Kind of reason
queue-category-hint = It stands in the audit log.
queue-reason = Reason for the applicant
queue-reason-in-french = The applicant reads French. 500 characters at most.
queue-reason-in-english = The applicant reads English. 500 characters at most.
queue-reason-in-both = The applicant’s language is not known: write in French and English. 500 characters at most.
queue-refusal-unreadable = A photo or document cannot be read
queue-refusal-mismatch = What was sent does not match
queue-refusal-incomplete = Something is missing
queue-refusal-not-entitled = Not entitled
queue-refusal-fraud = Suspected fraud
queue-refusal-other = Other
queue-error-own = You made this offer: somebody else must approve it.
queue-error-category = Choose the kind of reason.
queue-error-reason = Write a reason of 500 characters at most for the applicant.
queue-error-decided = This request has been decided already.
credentials-title = Issued credentials
credentials-search = Identifier of a credential, or DID of a holder
credentials-search-button = Search
credentials-type = Type
credentials-type-all = All types
credentials-state = State
credentials-state-all = All states
credentials-state-active = Active
credentials-state-suspended = Suspended
credentials-state-revoked = Revoked
credentials-state-expired = Expired
credentials-filter = Filter
credentials-empty = There is none.
credentials-none = Nothing was found.
credentials-of-holder = The credentials of one holder, the newest first
credentials-back = All credentials
credential-id = Identifier
credential-issued = Issued
credential-until = Valid until
credential-holder = Holder, as a digest
credential-others = All credentials of this holder
credential-list = Status list, place
credential-digest = SHA-256 of the signed text
change-revoke = Revoke
change-suspend = Suspend
change-reinstate = Reinstate
change-title-revoke = Revoke this credential?
change-title-suspend = Suspend this credential?
change-title-reinstate = Reinstate this credential?
change-means-revoke = It is good no more, for ever. This cannot be undone.
change-means-suspend = It is good no more until somebody reinstates it.
change-means-reinstate = It is good again.
change-reason = Reason
change-reason-lost = Device lost or stolen
change-reason-error = Error in what it says
change-reason-request = Asked for by the holder
change-reason-ended = No longer entitled
change-reason-fraud = Fraud
change-reason-other = Other
change-case = Case number
change-case-hint = Letters, digits and - / . _ only, nothing about the person: it stays in the audit log for ever.
change-cancel = Leave it as it is
change-error-reason = Choose a reason.
change-error-case = A case number has letters, digits and - / . _ only, 40 at most.
change-done-revoke = The credential is revoked. Verifiers see it as soon as they fetch the status list anew.
change-done-suspend = The credential is suspended. Verifiers see it as soon as they fetch the status list anew.
change-done-reinstate = The credential is reinstated. Verifiers see it as soon as they fetch the status list anew.
log-title = Audit log
log-intro = Who did what, the newest first. Each entry’s digest covers the one before it.
log-check = Check the chain
log-export = Export (NDJSON)
check-title-whole = The chain is whole
check-title-broken = The chain is broken
check-whole = Up to entry { $place }, nothing was changed, taken out or put in.
check-gap = An entry is missing before entry { $place }.
check-changed = Entry { $place } is not what was written.
check-cut = The end that was once seen is not there: the log was cut off or rewritten.
check-end = Its end
check-end-text = Write it down elsewhere. A later check with it shows whether the end was cut off.
check-until = An end that was seen earlier
check-button = Check again
check-error-until = It must be what an earlier check showed: a number, a colon and a digest.
check-back = Back to the log

# Errors of the operator’s page
problem-role = Your role does not allow this
problem-role-text = This page is for people with another role. Your attempt is in the audit log.
problem-session = Your session is over
problem-session-text = Nothing was changed. Sign in again and repeat what you were doing.
problem-state = This can no longer be done
problem-state-text = The credential’s state has changed meanwhile, or its type does not provide for it.
