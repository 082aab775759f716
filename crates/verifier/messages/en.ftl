# Texts of tamarack-verifier.

cmd = Verify digital credentials, online or offline
    .long =
        Checks W3C Verifiable Credentials and presentations: JSON-LD with Data Integrity proofs, or JWT.

        Exit codes: 0 accepted (or done), 1 rejected, 2 cannot tell, 64 wrong usage, 65 not a credential, 69 a needed service is unavailable, 70 a fault of this program.
    .examples =
        # Is this credential good, and from an issuer that we trust?
        tamarack-verifier verify --trust trust.json credential.json

        # What does this file say of itself?
        tamarack-verifier inspect credential.json

cmd-verify = Judge a credential or presentation
    .long =
        Checks structure, contexts, signature, key, validity, status, schema, issuer and holder, and says how each check came out. The answer is accepted, rejected or cannot tell; without a trust list it is never accepted.

        DID documents, status lists, schemas and contexts that are missing are fetched, over HTTPS only and never from private networks. With --offline nothing is fetched.
    .file = The credential or presentation, or the texts of its QR codes, one a line; - for standard input
    .trust = Trust list: who may issue what. A JSON file, or a credential signed by --trust-signer
    .trust-signer = DID whose signature a trust list in the form of a credential must have
    .insecure-trust-any-issuer = Accept any issuer with a good signature. INSECURE: anybody can make such a credential
    .bundle = Evidence bundle for places without a network (see “bundle create”). Without --bundle-signer, its DID documents and its trust list do not count
    .bundle-signer = Who must have signed the bundle: a DID, a multikey (z6Mk…), or a file with a public key (JWK, PEM)
    .evidence = A piece of evidence from a file, as old as the file. Kinds: did-document, status-list, context, schema, resource, issuer-metadata, type-metadata. May be repeated
    .offline = Fetch nothing
    .at = Judge as of this time, with its offset: 2026-11-22T09:30:00-05:00. Default: now
    .challenge = The nonce that you gave to the holder; a presentation must carry it (also --nonce)
    .nonce-file = The file of the nonces that you gave out (see “nonce new”): the challenge must be one of them and is good once
    .domain = Your name as a verifier; a presentation must be made for it (also --audience)
    .allow-other-holder = Accept a presentation by somebody other than the subject: a parent for a child
    .require-pseudonym = Accept only who shows a pseudonym for --domain, by which this verifier recognizes the holder next time (bbs-2023)
    .claims = Show what the proved claims say, not only which they are: personal data, on your screen and in your logs
    .linkability = Tell all by which such showings can be tied together, for whoever designs credentials
    .max-age = How old DID documents and status lists may be: 90s, 15m, 12h, 7d. Default: 1d
    .examples =
        # Accept credentials of the issuers on the list
        tamarack-verifier verify --trust trust.json credential.json

        # A presentation made for you, with the nonce that you gave
        tamarack-verifier verify --trust trust.json --challenge 8f2c --domain https://shop.example vp.json

        # A kiosk without a network
        tamarack-verifier verify --offline --bundle kiosk.bundle --bundle-signer did:web:id.example credential.json

        # For a program: one JSON value on standard output
        tamarack-verifier verify --json --trust trust.json - < credential.jwt

cmd-inspect = Show what a credential says of itself, without judging it
    .long =
        Shows types, issuer, dates, proofs, status, contexts and the names of the claims, but not their values. Nothing is verified: a forgery looks just as good here.
    .file = The credential or presentation, or the texts of its QR codes, one a line; - for standard input
    .examples =
        tamarack-verifier inspect credential.json

        # The contexts that a credential uses
        tamarack-verifier inspect --json credential.json | jq .contexts

cmd-bundle = Evidence bundles for places without a network
    .examples =
        tamarack-verifier bundle create --key bundle-key.json --trust trust.json --out kiosk.bundle
        tamarack-verifier bundle show kiosk.bundle

cmd-bundle-create = Gather evidence into one signed, dated file
    .long =
        Fetches the DID documents of the trusted issuers, what is named by the options, and whatever verifying the sample credentials needs, and signs all of it with your key. Exit code 69 if something cannot be fetched: a bundle is whole or is not made.
    .key = Your secret key: a file in JWK, PKCS#8 PEM or multibase, or a sealed one
    .kid = DID URL under which the key is known. Default: its did:key
    .valid-for = Until when the bundle may be used: 12h, 7d. Default: 7d
    .trust = Trust list to put in; the DID documents of its issuers are fetched
    .trust-signer = DID whose signature a trust list in the form of a credential must have
    .files = Sample credentials: everything that verifying them needs is fetched
    .did = A DID whose document to fetch. May be repeated
    .status-list = A status list to fetch. May be repeated
    .context = A JSON-LD context to fetch. May be repeated
    .schema = A schema to fetch. May be repeated
    .resource = Another resource to fetch. May be repeated
    .issuer-metadata = The metadata of an issuer to fetch (…/.well-known/jwt-vc-issuer…). May be repeated
    .type-metadata = The metadata of a credential type to fetch, by its vct. May be repeated
    .evidence = A piece of evidence from a file, as old as the file. Kinds: did-document, status-list, context, schema, resource, issuer-metadata, type-metadata. May be repeated
    .offline = Fetch nothing: everything must come from --evidence
    .out = Where to write the bundle. Default: standard output
    .examples =
        # All that a kiosk needs for the credentials of the trusted issuers
        tamarack-verifier bundle create --key bundle-key.json --trust trust.json --out kiosk.bundle sample.json

        # One document and one list, good for twelve hours
        tamarack-verifier bundle create --key bundle-key.pem --valid-for 12h --did did:web:id.example --status-list https://id.example/status/1 --out kiosk.bundle

cmd-bundle-show = Check a bundle’s signature and show what is in it, and how old
    .file = The bundle; - for standard input
    .bundle-signer = Who must have signed it: a DID, a multikey (z6Mk…), or a file with a public key (JWK, PEM)
    .examples =
        tamarack-verifier bundle show --bundle-signer did:web:id.example kiosk.bundle

cmd-key = Keys for signing bundles
    .examples =
        tamarack-verifier key new --out bundle-key.json

cmd-key-new = Make an Ed25519 key and print its did:key
    .out = Where to write the secret key (JWK, or sealed). The file must not exist yet
    .kind = Ed25519 (the default) or P-256
    .seal = Encrypt the key under a passphrase
    .examples =
        # A key under a passphrase; its did:key goes to whoever checks your bundles
        tamarack-verifier key new --seal --out bundle-key.sealed

cmd-nonce = Nonces that presentations must answer
    .examples =
        tamarack-verifier nonce new --nonce-file nonces.json

cmd-nonce-new = Make a nonce for one presentation, and remember it
    .long =
        Prints a nonce to give to the holder. “verify --challenge NONCE --nonce-file FILE” takes it back once: a second time it is refused with proof.challenge_reused, and one that was never given out or is too old with proof.challenge.
    .nonce-file = The file in which nonces are remembered; it is made if it is not there
    .valid-for = For how long the nonce is good: 90s, 5m. Default: 5m
    .examples =
        # Give out a nonce, and take it back with the presentation
        nonce=$(tamarack-verifier nonce new --nonce-file nonces.json)
        tamarack-verifier verify --trust trust.json --challenge "$nonce" --nonce-file nonces.json vp.json

cmd-did = Decentralized identifiers
    .examples =
        tamarack-verifier did resolve did:web:id.example

cmd-did-resolve = Print the document of a DID
    .long =
        Computes the documents of did:key, did:jwk and did:peer, fetches those of did:web. Exit code 69 if a document cannot be fetched.
    .did = The DID
    .examples =
        tamarack-verifier did resolve did:web:id.example
        tamarack-verifier did resolve did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK

cmd-serve = Ask for credentials over OpenID4VP: pages, a REST interface and webhooks
    .long =
        Serves what the ask files describe: a page with a QR code and a link for the wallet on the same device, the live state, and the result with its reasons; a REST interface for your program. After the answer was handed over, nothing about the person is kept.

        Without --database, everything is in one folder: the SQLite database, the key that requests are signed with, and the token of the REST interface, each made at the first start.
    .ask = What to ask: a JSON file (“tamarack-ask/1”). May be repeated
    .trust = Trust list: who may issue what. A JSON file, or a credential signed by --trust-signer
    .trust-signer = DID whose signature a trust list in the form of a credential must have
    .store = Folder of the server. Default: tamarack-verifier
    .database = PostgreSQL that several servers share: postgres://… (or the variable TAMARACK_DATABASE)
    .key = Secret key that requests are signed with. Default: that of the folder
    .key-elsewhere = File that names a key elsewhere: with a signer over HTTP, or in a device behind PKCS#11
    .previous-key = The key of the requests until now, when another takes its place: people keep their names at the relying parties of the bridge
    .request-cert = Certificate chain (PEM) of the key: the server then names itself to wallets by it instead of by a DID
    .client-id = How the certificate names the server: x509_hash by its digest (the default), x509_san_dns by the host of --base-url
    .api-token = File with the tokens of programs that may use the REST interface, one a line. Default: that of the folder
    .webhook-secret = File with the secret that webhooks are signed with (HMAC-SHA-256); white space around it does not count. Without it none is sent
    .wallet = What opens a wallet. Default: openid4vp://, and siopv2:// where an ID token alone is asked for
    .open-resolver = Resolve DIDs for everybody, without a token, also those whose document must be fetched. Those that carry their document are open anyway
    .open-vc-api = Verify credentials and presentations of the VC API for everybody, without a token
    .examples =
        # On this machine, to try it out
        tamarack-verifier serve --ask age-19.json --trust trust.json --base-url http://localhost:8080

        # Behind a proxy that does TLS, with a shared database
        tamarack-verifier serve --ask age-19.json --trust trust.json --base-url https://id.example --listen 0.0.0.0:8080 --proxies 1 --database postgres://db/tamarack --key request-key.jwk --api-token tokens

cmd-migrate = Bring the server’s tables to this version, and say what was done
    .long =
        “serve” does the same when it begins. Run it by itself where the server may not change tables, or before the first of several servers is upgraded. Several may try at once; one does it.
    .store = Folder of the server. Default: tamarack-verifier
    .database = PostgreSQL that several servers share: postgres://… (or the variable TAMARACK_DATABASE)
    .examples =
        tamarack-verifier migrate --database postgres://owner@db/tamarack

# Arguments of several commands.
arg = Arguments of several commands
    .allow-private-network = Fetch from private networks as well, for services that live in yours
    .cache = Keep copies of what is fetched in this folder, for yourself alone. Default: none are kept
    .authorities = File with the certificates (PEM) of the authorities to trust instead of those of the public web
    .timeout = How long to wait for one answer: 15s. Default: 15s
    .lang = Language: en (English) or fr (French). Default: that of the locale (LC_ALL, LC_MESSAGES, LANG)
    .color = Colour: auto (only on a terminal, never with NO_COLOR), always or never
    .json = Write one JSON value to standard output, errors included, for other programs to read
    .help = Show this help
    .version = Show the version
    .passphrase-file = File with the passphrase of a sealed key. Default: the variable TAMARACK_PASSPHRASE, else you are asked

value = Words in angle brackets
    .COMMAND = COMMAND
    .FILE = FILE
    .DIR = DIR
    .URL = URL
    .DID = DID
    .DID_OR_KEY = DID OR KEY
    .DID_URL = DID URL
    .KIND = KIND
    .ID = ID
    .TIME = TIME
    .DURATION = DURATION
    .NONCE = NONCE
    .AUDIENCE = AUDIENCE
    .LANGUAGE = LANGUAGE
    .WHEN = WHEN
    .SHELL = SHELL
    .ADDRESS = ADDRESS
    .NUMBER = NUMBER
    .FORM = FORM
    .PREFIX = PREFIX

outcome-accept = ACCEPTED
outcome-reject = REJECTED
outcome-undetermined = CANNOT TELL

says-credential = It says: { $types }, from { $issuer }
subject-whole = The whole
result-pass = pass
result-fail = fail
result-unknown = unsure
result-skip = not checked

check-structure = Structure
check-contexts = Contexts
check-proof = Signature
check-key-authorized = Key of the issuer
check-validity = Validity period
check-status = Status
check-schema = Schema
check-resources = Related resources
check-issuer-trusted = Trusted issuer
check-holder-binding = Holder
check-audience = Recipient
check-evidence-age = Age of the evidence

heading-proved = Proved by { $proofs }
heading-evidence = Evidence used
heading-inside = Evidence inside
heading-unfetched = Could not be fetched

kind-did-document = DID document
kind-status-list = status list
kind-context = context
kind-schema = schema
kind-resource = resource
kind-issuer-metadata = issuer’s metadata
kind-type-metadata = type’s metadata
kind-credential = credential
kind-presentation = presentation

age-future = from the future
age-seconds = { $n ->
    [one] { $n } second old
   *[other] { $n } seconds old
}
age-minutes = { $n ->
    [one] { $n } minute old
   *[other] { $n } minutes old
}
age-hours = { $n ->
    [one] { $n } hour old
   *[other] { $n } hours old
}
age-days = { $n ->
    [one] { $n } day old
   *[other] { $n } days old
}

inspect-unverified = Nothing here was verified. Anybody can write such a file.
inspect-credential = Credential { $number }
label-kind = Kind
label-types = Types
label-id = Id
label-issuer = Issuer
label-holder = Holder
label-subject = Subject
label-valid-from = Valid from
label-valid-until = Valid until
label-pseudonym = Pseudonym at { $domain }
pseudonym-hidden = there is one; --claims shows it
label-claims = Claims (names only)
label-context = Context
label-proof = Proof
label-status = Status
label-schema = Schema
label-finding = Breaks a rule
label-signer = Signed by
label-created = Made
label-expires = Usable until
label-trusted = Trusted issuers

verify-insecure = Any issuer with a good signature is accepted. Use this for development and tests only.
bundle-unnamed-signer = No signer was named for the bundle, which says that { $signer } signed it. Anybody can make such a file: name its signer with --bundle-signer.
verify-unnamed-signer = No signer was named for the bundle, which says that { $signer } signed it. Anybody can make such a file, so its DID documents and its trust list are not used; its status lists, contexts, schemas and resources are. Name its signer with --bundle-signer.
key-is-secret = “{ $file }” holds a secret key. A verifier needs only the public one: keep the secret where bundles are made.
bundle-created = { $count ->
    [one] One piece of evidence, usable until { $expires }, signed by { $kid }.
   *[other] { $count } pieces of evidence, usable until { $expires }, signed by { $kid }.
}
did-fetched = Fetched from { $url }
did-computed = Computed from the DID itself

err-usage-time = “{ $value }” is not a date and time with an offset (--{ $arg }).
    .hint = Write it like this: 2026-11-22T09:30:00-05:00 or 2026-11-22T14:30:00Z.
err-usage-duration = “{ $value }” is not a duration (--{ $arg }).
    .hint = Write it like this: 90s, 15m, 12h or 7d.
err-evidence-kind = There is no evidence of the kind “{ $kind }”.
    .hint = Choose one of: did-document, status-list, context, schema, resource, issuer-metadata, type-metadata.
err-authorities-invalid = There is no certificate in “{ $file }”.
    .hint = Give a file with one or several certificates in PEM.
err-bundle-signer-missing = The bundle says that it was signed by { $kid }; only you can say whether that is right.
    .hint = Name its signer with --bundle-signer.
err-trust-signer-missing = The trust list “{ $file }” is a signed credential, and no signer was named for it.
    .hint = Name its signer with --trust-signer.
err-trust-not-signed = The trust list “{ $file }” is not a credential with the signature that was asked for.
    .hint = Check that it is the right file and the right --trust-signer.

err-did-version = A version of the document is asked for ({ $name }), and there is only the present one (FEATURE_NOT_SUPPORTED).
    .hint = Leave the parameter out to get the present document.
err-codes-malformed = Line { $line } is not a QR code of a credential, or it is damaged.
    .hint = Scan the code again, with good light and the whole of it in view.
err-codes-other = The code in line { $line } belongs to another document than those before it.
    .hint = Give the codes of one document only.
err-codes-missing = Codes are missing. Still to be scanned: { $parts }.
    .hint = Scan them and give all of them together, one a line, in any order.

err-fetch-offline = { $url } is needed, and nothing may be fetched.
    .hint = Leave out --offline, or give the document with --evidence.

serve-metrics-at = Metrics: http://{ $address }/metrics
serve-ready = Ready: { $url } (listening at { $address }). Ctrl-C ends it.
tables-migrated = Tables “{ $part }”: from version { $from } to version { $to }.
tables-current = Tables “{ $part }”: version { $to } already.
serve-ended = Ended; what was running has come to its end.
serve-token-made = The token of the REST interface is in “{ $file }”.

err-serve-base-url = “{ $url }” is no address for a server.
    .hint = Give https:// and a host. Plain http:// is for localhost and 127.0.0.1 only.
err-serve-telemetry = The settings of OpenTelemetry are not understood.
    .hint = OTEL_EXPORTER_OTLP_ENDPOINT names a collector that takes OTLP over HTTP, such as http://localhost:4318.
err-serve-listen = Nobody can listen at “{ $address }”.
    .hint = Give an address and a port that are free here, such as 127.0.0.1:8080 or 0.0.0.0:8443.
err-serve-certificate = There is no certificate in “{ $file }”.
    .hint = Give a PEM file with the certificate chain, the server’s own first.
err-serve-certificate-key = The key in “{ $file }” cannot be read, or is not that of the certificate.
    .hint = Give the PEM file of the certificate’s own key.
err-serve-key = This key cannot sign requests.
    .hint = Use an Ed25519 or P-256 key: tamarack-verifier key new.
err-signer-place = The file does not name a key elsewhere.
    .hint = It must be {"{"}"place": {"{"}"http": {"{"}"url", "key", …{"}"}{"}"}, "publicKeyMultibase": "z…"{"}"}, or have "pkcs11" with "module", "token", "label" and "pinFile".
err-signer-not-built = This program was built without PKCS#11.
    .hint = Build it with cargo build --release -p tamarack-verifier --features pkcs11.
err-signer-library = The library of the device cannot be loaded or does not start.
    .hint = Check the path at “module”, and what the library needs (SoftHSM: the variable SOFTHSM2_CONF).
err-signer-token = There is no token of that label, or more than one.
    .hint = List the tokens with the device’s own tool (SoftHSM: softhsm2-util --show-slots).
err-signer-pin-file = The file of the PIN cannot be read.
    .hint = Check its path and who may read it. It holds the PIN alone, on one line.
err-signer-pin = The token refuses the PIN. It is not tried again, lest the token lock itself.
    .hint = Put the right PIN into its file, then start again.
err-signer-locked = The token is locked, or its PIN was never set.
    .hint = Unlock it with the device’s own tool and the PIN of its security officer.
err-signer-key = The token has no such key pair, or more than one, or another one than before.
    .hint = Both halves need the label that was given; where a label stands twice, add "id" in hexadecimal.
err-signer-kind = The key is of a kind that this does not sign with.
    .hint = Use Ed25519, P-256 or P-384. Keys for BBS signatures cannot be elsewhere.
err-signer-device = The device failed, or its token was taken away.
    .hint = Put it back and try again: sessions are opened anew by themselves. The log has the code of the device.
err-signer-file = A file for the signer cannot be read or holds nothing of use: its token, certificate, key or authorities.
    .hint = Check the paths, and that the certificates and the one key are PEM.
err-signer-network = The signer cannot be reached: { $reason }.
    .hint = Check its address. A signer in a private network needs "privateNetwork": true; only this computer is asked without TLS.
err-signer-refused = The signer refuses: { $reason }.
    .hint = Check its bearer token or certificate, and the name of the key.
err-signer-answer = The signer’s answer is not as agreed.
    .hint = It must be {"{"}"signature"{"}"} in base64url, of 64 bytes (96 for P-384).
err-signer-signature = What came back is no signature of that key. It was thrown away.
    .hint = The signer uses another key, or signs a digest instead of the message. Find out before you ask anybody.
err-serve-request-certificate = There is no certificate in “{ $file }”, or there are too many.
    .hint = Give a PEM file with the chain of the request key (--key), its own certificate first.
err-serve-request-certificate-key = The certificate in “{ $file }” is not that of the key that requests are signed with.
    .hint = Give the certificate’s own key (P-256 for most wallets) with --key, and its own certificate first in the file.
err-serve-request-certificate-host = The certificate in “{ $file }” does not name { $host } among its DNS names.
    .hint = Have one issued for the host of --base-url, or say --client-id x509_hash. Wildcards do not count.
err-serve-request-certificate-time = A certificate in “{ $file }” is not valid today.
    .hint = Have it renewed, and check this computer’s clock.
err-serve-request-certificate-self = The certificate in “{ $file }” signed itself: no wallet has a reason to believe it.
    .hint = Have one issued by an authority that wallets trust. Without --request-cert, a DID names this server.
err-serve-pairwise-sealed = The database keeps the secret of pairwise subjects sealed under another passphrase or key.
    .hint = Start once with the key from before as --previous-key, or with the right passphrase.
err-serve-pairwise-passphrase = There is nothing to seal the secret of pairwise subjects under.
    .hint = With --key-elsewhere, give a passphrase: --passphrase-file, or the variable TAMARACK_PASSPHRASE.
err-serve-secret-short = The secret in “{ $file }” is shorter than 22 characters.
    .hint = Write a random text into the file: openssl rand -base64 32.
err-serve-runtime = The server could not start its threads.
    .hint = Check the limits of the system.
err-serve-folder = The folder “{ $file }” cannot be made.
    .hint = Choose another one with --store.
err-serve-key-missing = With --database, the key that requests are signed with must be named.
    .hint = Make one with “tamarack-verifier key new --kind P-256” and give the same file to every server with --key.
err-serve-token-short = A token in “{ $file }” is shorter than 22 characters, or there is none.
    .hint = Write random tokens into the file, one a line.
err-serve-database-address = This is no address of a database.
    .hint = Give postgres://user@host/name, or use --store.
err-serve-database-newer = The database was made by a newer version of this program.
    .hint = Use that version.
err-serve-database-busy = Somebody else has had the database for too long.
    .hint = Try again.
err-serve-database = The database cannot be opened.
    .hint = Check that it runs, that its address is right, and that this user may use it.

err-ask-format = “{ $file }” is not an ask of the form { $about }.
    .hint = Write "format": "{ $about }" into it.
err-ask-member-unknown = “{ $file }” has a member that no ask has: { $about } (at { $pointer }).
    .hint = Check its spelling, or take it out.
err-ask-member-missing = “{ $file }” lacks: { $about } (at { $pointer }).
    .hint = Put it in. If several are named, one of them.
err-ask-value = In “{ $file }”, what stands at { $pointer } does not have the form { $about }.
    .hint = Correct it.
err-ask-retention = In “{ $file }”, the retention is not “{ $about }”.
    .hint = This server keeps nothing after the answer was handed over. Write "retention": "{ $about }".
err-ask-query = In “{ $file }”, the query at { $pointer } is refused: { $about }.
    .hint = Compare it with OpenID for Verifiable Presentations 1.0, section 6.
err-ask-query-twice = “{ $file }” asks in two ways at once: { $about }.
    .hint = Keep one of them.
err-ask-issuer = “{ $file }” trusts an issuer that is not on the trust list: { $about }.
    .hint = Put the issuer on the trust list, or take it out of the ask.
err-ask-name-twice = Two asks, or two clients, have the name “{ $about }”.
    .hint = Give each its own.

err-nonces-invalid = “{ $file }” is not a file of nonces.
    .hint = Name a file that “nonce new” made, or one that does not exist yet.
