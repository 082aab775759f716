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
    .issuer-document = The issuer’s DID document (did.json), for a BbsBlsSignature2020 of an issuer with a did:web: that signature does not carry the issuer’s key
    .yes = The person has consented to exactly this: do not ask
    .out = Where to write the presentation. Default: standard output
    .examples =
        # To a lottery clerk: 19 or older, and nothing else
        tamarack-wallet present card.json --age-over 19 --audience https://lottery.example --nonce 8f2c --out shown.json

        # Two claims, signed with your key
        tamarack-wallet present card.json --reveal /credentialSubject/givenName --reveal /credentialSubject/ageOver18 --holder-key me.jwk --audience https://shop.example --nonce 8f2c --out shown.json

        # A credential that cannot be divided is shown whole or not at all
        tamarack-wallet present diploma.jwt --all --holder-key me.jwk --audience https://shop.example --nonce 8f2c --out shown.jwt

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
    .passphrase-file = File with the passphrase of a sealed key. Default: the variable TAMARACK_PASSPHRASE, else you are asked

value = Words in angle brackets
    .COMMAND = COMMAND
    .FILE = FILE
    .POINTER = POINTER
    .NUMBER = NUMBER
    .NONCE = NONCE
    .AUDIENCE = AUDIENCE
    .DID_URL = DID URL
    .KIND = KIND
    .LANGUAGE = LANGUAGE
    .WHEN = WHEN
    .SHELL = SHELL

disclosable-part = Single claims can be shown ({ $suite }).
disclosable-whole = This credential can only be shown whole ({ $suite }).
exposure-mandatory = demanded by the issuer
exposure-always = always shown
exposure-along = comes along
exposure-choice = your choice

consent-for = This will be shown to { $audience }:
consent-for-anybody = This will be shown to whoever gets the file:
consent-question = Do you agree? [y/N]
consent-declined = You did not agree; nothing was written.

err-age-unanswered = The credential cannot answer whether you are { $age } or older.
    .hint = Ask the issuer for a credential with this age, or choose another claim with --reveal.

err-issuer-unknown = The credential does not carry the key of its issuer, and it cannot be computed from { $issuer }.
    .hint = Give the issuer’s DID document with --issuer-document FILE: for did:web:example.ca it is at https://example.ca/.well-known/did.json.
