# Texts of tamarack-wallet.

cmd = Show digital credentials, no more of them than is needed
    .long =
        Lists what a credential holds and what of it can be shown by itself, says what a showing would give away, asks for consent, and makes the presentation.

        Exit codes: 0 done, 1 you did not consent, 64 wrong usage, 65 not a credential or a choice that it cannot show, 70 a fault of this program.
    .examples =
        # What can be shown of this card?
        tamarack-wallet disclosable card.json

        # Show that you are 19 or older, and nothing else, to whoever asked
        tamarack-wallet present card.json --age-over 19 --audience https://lottery.example --nonce 8f2c --out shown.json

cmd-disclosable = List what a credential holds, and what of it can be shown by itself
    .long =
        One line for each claim: whether it may be chosen, comes along with others, or is always shown; its JSON pointer; what it says.
    .file = The credential; - for standard input
    .examples =
        tamarack-wallet disclosable card.json

        # The claims that may be chosen, for a program
        tamarack-wallet disclosable --json card.json | jq -r '.claims[] | select(.exposure == "choice") | .pointer'

cmd-present = Show a credential, or a part of it
    .long =
        Says first what will be shown, to whom, and by what this showing could be tied to others. Nothing is made or written before you agree; in a script, --yes says that the person already has.

        With a holder key, the result is a presentation that the key signs. Without one it is the credential by itself: suites with zero-knowledge proofs (bbs-2023, BbsBlsSignature2020) still answer the audience and the nonce, and no two showings are alike.
    .file = The credential; - for standard input
    .reveal = Show this claim and what lies below it: a JSON pointer such as /credentialSubject/ageOver19. May be repeated
    .age-over = Answer the question whether you are that old, with the claim that tells the least
    .frame = Show what this JSON-LD frame (reveal document) asks for; for BbsBlsSignature2020 alone
    .all = Show everything
    .audience = Whom it is for: the verifier’s name (also --domain)
    .nonce = The verifier’s nonce that the showing answers (also --challenge)
    .holder-key = Your secret key: a file in JWK, PKCS#8 PEM or multibase, or a sealed one
    .kid = DID URL under which the key is known. Default: its did:key
    .holder-secrets = The secrets that the credential is bound to: the file that “holder commit” wrote. A pseudonym, if the credential has one, is for --audience: that verifier recognizes you again, and no two verifiers can compare
    .issuer-document = The issuer’s DID document (did.json), for a BbsBlsSignature2020 of an issuer with a did:web: that signature does not carry the issuer’s key
    .yes = The person has consented to exactly this: do not ask
    .out = Where to write the presentation. Default: standard output
    .examples =
        # To a lottery clerk: 19 or older, and nothing else
        tamarack-wallet present card.json --age-over 19 --audience https://lottery.example --nonce 8f2c --out shown.json

        # Two claims, signed with your key
        tamarack-wallet present card.json --reveal /credentialSubject/givenName --reveal /credentialSubject/ageOver18 --holder-key me.jwk --audience https://shop.example --nonce 8f2c --out shown.json

        # One that is bound to your secret: the same verifier recognizes you again
        tamarack-wallet present card.json --age-over 19 --holder-secrets me.secrets --audience https://shop.example --nonce 8f2c --out shown.json

        # A credential that cannot be divided is shown whole or not at all
        tamarack-wallet present diploma.jwt --all --holder-key me.jwk --audience https://shop.example --nonce 8f2c --out shown.jwt

cmd-holder = Secrets that a credential is bound to
    .examples =
        tamarack-wallet holder commit --out me.secrets > commitment.json

cmd-holder-commit = Make secrets, and print the commitment that an issuer binds a credential to
    .long =
        Give the commitment to the issuer: it tells nothing of the secrets. A bbs-2023 credential that is issued for it (tamarack-issuer issue --commitment) can only be shown with the secrets. Keep their file: without it, the credential is lost.
    .out = Where to write the secrets. The file must not exist yet
    .bound-to = What the credential is bound to: holder (a secret of yours), pseudonym (one pseudonym for each verifier) or both (the default)
    .seal = Encrypt the secrets under a passphrase
    .examples =
        tamarack-wallet holder commit --out me.secrets > commitment.json
        tamarack-wallet holder commit --bound-to pseudonym --seal --out me.secrets > commitment.json

cmd-offers = Credentials that an issuer offers
    .examples =
        tamarack-wallet offers accept 'openid-credential-offer://?credential_offer_uri=…' --holder-key me.jwk --out card.json

cmd-offers-accept = Take up a credential offer (OpenID4VCI)
    .long =
        Says who offers what, and asks before anything is requested. The credential is verified before it is written: one that does not verify, or that has been revoked already, is refused.
    .offer = The offer: the link behind the QR code, openid-credential-offer://…
    .tx-code = The code that you got by another way, if the offer asks for one
    .holder-key = Your secret key, to which the credential will be bound (see key new)
    .new-secrets = Bind the credential to new secrets instead of a key (bbs-2023), and write them to this file, which must not exist yet. Keep it: without it, the credential is lost
    .bound-to = With --new-secrets: holder (a secret of yours), pseudonym (one pseudonym for each verifier) or both (the default)
    .trust = Trust list: whose credentials you take. Without it, everybody’s with a good signature
    .wait = For how many seconds to wait for a clerk’s decision. Default: 60
    .client-id = By what name the issuer knows this program, for a sign-in with the browser
    .redirect-uri = Where the browser comes back to after the sign-in, as the issuer has it registered
    .yes = The person has agreed already: do not ask
    .out = Where to write the credential. Default: standard output
    .examples =
        tamarack-wallet offers accept 'openid-credential-offer://?credential_offer_uri=…' --tx-code 493536 --holder-key me.jwk --out card.json

cmd-offers-resume = Go on with an offer that was taken up
    .long =
        After a sign-in with the browser, or when the issuer may have decided. What was begun lies in the wallet; nothing is asked twice.
    .id = Which one, if several were begun
    .redirect = The address with which the browser came back after the sign-in
    .trust = Trust list: whose credentials you take. Without it, everybody’s with a good signature
    .wait = For how many seconds to wait for a clerk’s decision. Default: 60
    .examples =
        tamarack-wallet offers resume --wallet ~/wallet
        tamarack-wallet offers resume --wallet ~/wallet --redirect 'https://wallet.example/back?code=…'

cmd-requests = What verifiers ask for
    .examples =
        tamarack-wallet requests answer 'openid4vp://?client_id=…' --credential card.json --holder-key me.jwk

cmd-requests-answer = Answer a verifier’s request (OpenID4VP)
    .long =
        Says who asks, what would be shown and by what this showing could be tied to others. Nothing is made or sent before you agree. Only what was asked for is shown.
    .request = The request: the link behind the QR code, openid4vp://…
    .credential = A credential that may answer. May be repeated; the first that fits is used
    .holder-key = Your secret key, to which the credentials are bound
    .holder-secrets = The secrets that a credential is bound to (offers accept --new-secrets). A pseudonym, if the credential has one, is for whoever asks: that verifier recognizes you again, and no two verifiers can compare
    .choose = Answer otherwise than with what tells least: the number of a choice, as the consent screen says (2), or QUESTION=ID with the credential’s id, and QUESTION=ID:2 for its second set of claims. May be repeated
    .remember = Keep a receipt of the consent. With a number of days, the same is shared with the same verifier for so long without asking again, until you withdraw the consent; 0 is for this once
    .verifiers = Whose requests are known to be whose: a JSON file with “verifiers” (client_id, name in en and fr, may_ask) and “anchors” (certificates of authorities, in base64)
    .yes = The person has consented to exactly this: do not ask
    .examples =
        tamarack-wallet requests answer 'openid4vp://?client_id=…' --credential card.json --credential health.json --holder-key me.jwk

cmd-requests-decline = Say no to a verifier’s request
    .long =
        The verifier is told that access was denied, and no more: not why, and not whether there was anything to show.
    .request = The request: the link behind the QR code, openid4vp://…
    .verifiers = Whose requests are known to be whose (see requests answer)
    .examples =
        tamarack-wallet requests decline 'openid4vp://?client_id=…' --wallet ~/wallet

cmd-credentials = The credentials in the wallet
    .examples =
        tamarack-wallet credentials list --wallet ~/wallet

cmd-credentials-list = List the credentials in the wallet
    .long =
        One line each: its id, what it is, who issued it, until when it is valid.
    .examples =
        tamarack-wallet credentials list --wallet ~/wallet

cmd-credentials-code = Show a credential as QR codes, without a network
    .long =
        Writes the texts of the codes, one a line, for a program that draws them; with --page, the codes as well, on a page to show or to print. Whoever scans them can verify them without a network.

        Without --audience and --nonce, whoever has a copy of the codes can show them again: that suits a clerk who sees your face.
    .id = The credential’s id (see credentials list)
    .reveal = Show this claim and what belongs to it: a JSON pointer such as /credentialSubject/ageOver19. May be repeated. Without it, everything is shown
    .audience = Who the codes are for: the verifier’s name
    .nonce = The verifier’s nonce
    .page = Draw the codes on this page (HTML), to show on a screen or to print
    .yes = The person has consented to exactly this: do not ask
    .examples =
        tamarack-wallet credentials code Q2FyZA --reveal /credentialSubject/ageOver19 --wallet ~/wallet

cmd-credentials-delete = Delete a credential
    .long =
        Its copies and its keys go with it, and the history says so. Only a backup brings it back, or its issuer.
    .id = The credential’s id (see credentials list)
    .yes = Delete without asking
    .examples =
        tamarack-wallet credentials delete Q2FyZA --wallet ~/wallet

cmd-credentials-refresh = Look up whether credentials were suspended or revoked
    .long =
        Whole lists are fetched, in random order, so that no issuer learns of which credential you think. Then one line for each: its id, what it is, how it stands.
    .if-due = Fetch only if the wallet’s own schedule says so: about once a day
    .trust = Trust list: who may speak for an issuer in a list. Without it, the issuer alone
    .examples =
        tamarack-wallet credentials refresh --if-due --wallet ~/wallet

cmd-credentials-renew = Ask issuers for more, before it runs out
    .long =
        New copies in the place of those that were shown, and the next credential in the place of one that ends within two weeks, where the issuer allowed that when it gave the first.
    .id = This credential alone (see credentials list), whether it runs out or not
    .trust = Trust list: whose credentials you take. Without it, everybody’s with a good signature
    .wait = For how many seconds to wait for a clerk’s decision. Default: 60
    .examples =
        tamarack-wallet credentials renew --wallet ~/wallet

cmd-history = What happened with the wallet
    .long =
        One line each, the newest first: when, what, with whom, which claims. An entry names claims and never says their values.
    .search = Words that must stand in it: a name, a claim, a purpose
    .credential = What happened with this credential alone: its id
    .examples =
        tamarack-wallet history --wallet ~/wallet --search 'Lakeside Store'
        tamarack-wallet history export --format page --out history.html --wallet ~/wallet

cmd-history-export = Take the whole history along
    .long =
        As JSON for programs, or as a page to read and to print, in your language. It names claims and never says their values.
    .format = json or page. Default: json
    .out = Where to write it. Default: standard output
    .examples =
        tamarack-wallet history export --wallet ~/wallet --out history.json
        tamarack-wallet history export --wallet ~/wallet --format page --out history.html

cmd-history-delete = Delete entries of the history, or all of them
    .long =
        It is yours: nobody else has it. Receipts of consents stay. What was deleted no longer tells you what a verifier has already.
    .id = The entries, by the ids that “history --json” shows
    .all = All of them
    .yes = Delete without asking
    .examples =
        tamarack-wallet history delete --all --wallet ~/wallet

cmd-receipts = Receipts of your consents
    .examples =
        tamarack-wallet receipts list --wallet ~/wallet

cmd-receipts-list = List the receipts
    .long =
        One line each, the newest first: its id, when, with whom, for what, which information, and whether the consent stands.
    .examples =
        tamarack-wallet receipts list --wallet ~/wallet

cmd-receipts-show = Show the signed record of a consent (ISO/IEC TS 27560)
    .id = The receipt’s id (see receipts list)
    .examples =
        tamarack-wallet receipts show Q2FyZA --wallet ~/wallet

cmd-receipts-withdraw = Withdraw a consent
    .long =
        From now on the wallet asks you again. Hand the new receipt to the one who has your information: it proves that you withdrew.
    .id = The receipt’s id (see receipts list)
    .yes = Withdraw without asking
    .examples =
        tamarack-wallet receipts withdraw Q2FyZA --wallet ~/wallet

cmd-backup = Put the wallet into one encrypted file
    .long =
        The file opens with a recovery phrase alone. A new phrase is made and shown once: write it down and keep it apart from the file. Credentials whose keys are in a device’s hardware cannot be in a backup; they are listed.
    .out = Where to write the file
    .phrase-file = Use the phrase in this file instead of a new one
    .examples =
        tamarack-wallet backup --wallet ~/wallet --out wallet.age

cmd-restore = Bring a backup back into a wallet
    .long =
        What the wallet has already stays as it is. A wallet that is not there yet is made, under a passphrase of its own.
    .file = The backup
    .phrase-file = The file with the recovery phrase
    .examples =
        tamarack-wallet restore wallet.age --phrase-file phrase.txt --wallet ~/new-wallet

cmd-key = Keys of the holder
    .examples =
        tamarack-wallet key new --out me.jwk

cmd-key-new = Make a key and print its did:key, to which a credential can be issued
    .out = Where to write the secret key (JWK, or sealed). The file must not exist yet
    .kind = Ed25519 (the default) or P-256
    .seal = Encrypt the key under a passphrase
    .examples =
        tamarack-wallet key new --seal --out me.sealed

# Arguments of several commands.
arg = Arguments of several commands
    .lang = Language: en (English) or fr (French). Default: that of the locale (LC_ALL, LC_MESSAGES, LANG)
    .color = Colour: auto (only on a terminal, never with NO_COLOR), always or never
    .json = Write one JSON value to standard output, errors included, for other programs to read
    .help = Show this help
    .version = Show the version
    .passphrase-file = File with the passphrase of a sealed key or of sealed secrets. Default: the variable TAMARACK_PASSPHRASE, else you are asked
    .wallet = The folder of your wallet, which is encrypted under a passphrase. Default: the variable TAMARACK_WALLET
    .authorities = Trust the certificates of these authorities (PEM) instead of the public ones
    .cache = Keep copies of what is fetched in this folder. Default: none are kept
    .allow-private-network = Ask services in private networks as well

value = Words in angle brackets
    .COMMAND = COMMAND
    .FILE = FILE
    .POINTER = POINTER
    .NUMBER = NUMBER
    .NONCE = NONCE
    .AUDIENCE = AUDIENCE
    .DID_URL = DID URL
    .KIND = KIND
    .WHAT = WHAT
    .LANGUAGE = LANGUAGE
    .WHEN = WHEN
    .SHELL = SHELL
    .OFFER = OFFER
    .REQUEST = REQUEST
    .CODE = CODE
    .SECONDS = SECONDS
    .DIR = DIR
    .ID = ID
    .URL = URL
    .TEXT = TEXT
    .CHOICE = QUESTION=ID
    .DAYS = DAYS
    .FORMAT = FORMAT

disclosable-part = Single claims can be shown ({ $suite }).
disclosable-whole = This credential can only be shown whole ({ $suite }).
disclosable-bound = It is bound to a secret of yours: to show it, give --holder-secrets.
disclosable-pseudonym = It is bound to a secret of yours, and each verifier will know you by a pseudonym of its own: to show it, give --holder-secrets.
exposure-mandatory = demanded by the issuer
exposure-always = always shown
exposure-along = comes along
exposure-choice = your choice

consent-for = This will be shown to { $audience }:
consent-for-anybody = This will be shown to whoever gets the file:
consent-question = Do you agree? [y/N]
consent-declined = You did not agree; nothing was written.

say-committed = Give this commitment to the issuer. Keep the file of the secrets: without it, the credential cannot be shown.

err-age-unanswered = The credential cannot answer whether you are { $age } or older.
    .hint = Ask the issuer for a credential with this age, or choose another claim with --reveal.

err-issuer-unknown = The credential does not carry the key of its issuer, and it cannot be computed from { $issuer }.
    .hint = Give the issuer’s DID document with --issuer-document FILE: for did:web:example.ca it is at https://example.ca/.well-known/did.json.

offer-page = { $issuer } ({ $url }) offers you: { $credential }.
offer-page-unnamed = { $url } offers you: { $credential }.
offer-kept = In your wallet: { $credential }.
offer-browser = Sign in with the browser, at this address:
offer-redirect = Paste the address at which the browser ended, or press Enter to go on later with “offers resume”:
request-refused = You said no; the verifier was told.
backup-phrase = Write this recovery phrase down. Without it nobody can open the backup, and it is not shown again:
restore-done = { $count ->
        [one] One credential is back.
       *[other] { $count } credentials are back.
    }
restore-again = Ask the issuer again for { $credential }: { $link }
offer-question = Do you want it? [y/N]
offer-waiting = The issuer has not decided yet; asking again …
request-sign-in = You sign in as { $id }. Whoever knows this key from elsewhere recognizes you; with --wallet, each verifier gets a key of its own.
request-receipt = Receipt of your consent: { $id }. See it, or withdraw the consent, with “receipts”.
request-whole = This credential can only be shown whole, whatever was asked for.
credential-delete = This will be deleted with all its copies and keys: { $credential }.
credential-question = Delete it? [y/N]
nothing-deleted = Nothing was deleted.
history-delete = { $count ->
        [one] One entry will be deleted.
       *[other] { $count } entries will be deleted.
    }
history-question = Delete? [y/N]
receipt-standing = stands until { $until }
receipt-ended = ended
receipt-once = for that once
receipt-withdrawn = withdrawn
receipt-question = Withdraw this consent? [y/N]
refresh-unknown = { $count ->
        [one] The state of one credential could not be looked up; it is as it was.
       *[other] The states of { $count } credentials could not be looked up; they are as they were.
    }
renew-nothing = Nothing runs out that could be asked for again.
codes-title = QR codes for one showing
codes-one = Code { $number } of { $count }
request-declined = You did not agree; nothing was sent.
request-answered = Your answer was delivered.

err-authorities-invalid = There is no certificate in “{ $file }”.
    .hint = Give a file with one or several certificates in PEM.
err-service-refused = { $url } refused the request: { $error }.
    .hint = Ask for a new offer or a new request: each works once and for a short time.
err-protocol-refused = The message does not follow the protocol: { $error } ({ $about }).
    .hint = Report this to whoever sent it.
err-offer-grant = This offer needs a sign-in with the browser, which this program does not do.
    .hint = Ask for an offer with a pre-authorized code.
err-offer-tx-code = This offer asks for a code that you got by another way.
    .hint = Give it with --tx-code.
err-offer-holder-key = The credential will be bound to a key of yours.
    .hint = Make one with “tamarack-wallet key new --out me.jwk” and give it with --holder-key.
err-offer-no-secrets = The issuer does not bind this credential to secrets.
    .hint = Give a key instead, with --holder-key.
err-offer-several = Several offers were taken up and are not finished.
    .hint = Say which one: give its id, the first column.
err-request-choice = “{ $choice }” is no choice.
    .hint = Write the number of a choice, or the question, =, and the credential’s id: --choose 2, --choose card=Q2FyZA.
err-offer-pending = The issuer has not decided yet.
    .hint = Accept the offer again later, or wait longer with --wait.
err-offer-unverified = The credential could not be verified; it was not kept.
    .hint = Ask the issuer for another one.
err-request-sign-in-key = This request asks you to sign in, which takes a key.
    .hint = Give one with --holder-key, or use --wallet, which makes a key for each verifier.
err-verifiers-invalid = “{ $file }” is no list of verifiers.
    .hint = Write a JSON object with “verifiers”, a list of client_id and name (en, fr), or “anchors”, a list of certificates in base64.
err-request-nothing = This request asks for nothing that this program can answer.
    .hint = Use a wallet that supports it.
err-request-cannot-answer = None of your credentials answers this request.
    .hint = Give further credentials with --credential, or ask an issuer for one.
