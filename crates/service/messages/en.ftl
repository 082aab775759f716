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
start-kept = What is kept
start-kept-nothing = Nothing. Your answer is deleted as soon as it has been used.
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
