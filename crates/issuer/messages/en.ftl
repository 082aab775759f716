# Texts of tamarack-issuer.

cmd = Issue verifiable credentials: keys, credential types, single credentials, batches, status
    .long =
        Everything is kept in the folder that --store names: one SQLite file with the sealed keys, the types, the
        status lists and one record for each credential. The signed credentials are kept too unless you say --no-keep:
        they hold personal data, so protect the folder as you protect a register.

        Exit codes: 0 done, 1 some rows of a batch were refused, 64 wrong usage, 65 bad input, 69 busy, 70 our fault.
    .store = Folder of the issuer’s store
    .database = PostgreSQL instead of a folder: postgres://USER@HOST/NAME (or the variable TAMARACK_DATABASE)
    .examples =
        # A province sets up, and issues one photo card
        tamarack-issuer --store province init --did did:web:id.ontario.example
        tamarack-issuer --store province type add examples/types/person-2.0.json
        tamarack-issuer --store province issue --type ontario-person --claims examples/claims/person.json

        # What the world needs to check it
        tamarack-issuer --store province did > did.json
        tamarack-issuer --store province status publish --out status

cmd-init = Make a store and its first key
    .did = did:web:HOST (your domain), or did:key (each key is its own DID)
    .status-base = URL (https) under which you will publish status lists. Default: https://HOST/status for did:web
    .long =
        A store of did:key without --status-base is fine to try things out: it issues with a warning, and what it issues
        can never be revoked. A store of did:web never issues without a status that the type asks for, unless --no-status
        says so.
    .kind = Kind of the first key: Ed25519 (the default), P-256, P-384 or BLS12-381-G2 (for BBS signatures)
    .no-key = Make no key yet
    .examples =
        tamarack-issuer --store province init --did did:web:id.ontario.example
        tamarack-issuer --store lab init --did did:key --status-base https://lab.example/status

cmd-key = Make, import, list, rotate and retire keys
    .examples =
        tamarack-issuer --store province key list
cmd-key-new = Make a key; it becomes the current one of its kind
    .kind = Ed25519 (the default), P-256, P-384 or BLS12-381-G2 (for BBS signatures)
    .examples =
        tamarack-issuer --store province key new --kind P-256
cmd-key-import = Import a key from a file, or use one that stays in a device (PKCS#11) or with a signer over HTTP
    .long =
        From a file: a private JWK, a PEM (PKCS#8, or SEC1 of an EC key), or a Multikey secret.

        With --pkcs11, the key pair stays in its token: Ed25519, P-256 or P-384. The store keeps, sealed, where it is; the
        PIN is read from its file whenever a session is opened.

        With --signer, signatures are asked for by POST of {"{"}"key", "algorithm", "message"{"}"} as JSON, where algorithm is
        EdDSA, ES256 or ES384 and message is in base64url; the answer is {"{"}"signature"{"}"}, in base64url too (r || s for
        ES256 and ES384). FILE is then the public key.

        Either way, every signature that comes back is checked before it is used, and the first one at once.
    .file = The file with the secret key (with --signer: the public key as JWK, PEM or Multikey), or - for standard input
    .pkcs11 = The key pair of a token: module=LIBRARY,token=LABEL,label=LABEL and, where the label is not enough, id=HEX
    .pin-file = File with the PIN of the token’s user
    .signer = Address of a signer over HTTP
    .signer-key = The signer’s own name of the key
    .signer-token = File with the bearer token that the signer wants; it is read for each signature
    .signer-cert = File with our certificate (PEM), if the signer wants one
    .signer-cert-key = File with the key of our certificate (PEM)
    .signer-authorities = File with the certificates (PEM) of the authorities to trust instead of those of the public web
    .allow-private-network = The signer is in a private network
    .examples =
        tamarack-issuer --store province key import key.pem
        tamarack-issuer --store province key import --pkcs11 module=/usr/lib/softhsm/libsofthsm2.so,token=province,label=issuer --pin-file pin
        tamarack-issuer --store province key import --signer https://kms.example/sign --signer-key issuer-1 --signer-token token public.jwk
cmd-key-list = List the keys
    .examples =
        tamarack-issuer --store province key list
cmd-key-rotate = Replace the current key of a kind with a new one
    .long =
        The old key no longer signs, but stays in the DID document, so that what it signed can still be verified.
        Publish the DID document again before you issue with the new key.
    .kind = Ed25519 (the default), P-256, P-384 or BLS12-381-G2 (for BBS signatures)
    .examples =
        tamarack-issuer --store province key rotate
cmd-key-retire = Take a key out of the DID document: nothing that it signed is good any more
    .long =
        For a key that was stolen. Credentials that it signed must be issued again. A did:key cannot be taken back: there,
        the key only stops signing.
    .key = Number, DID URL or Multikey of the key (see key list)
    .examples =
        tamarack-issuer --store province key retire 1

cmd-did = Print the DID document to publish
    .long =
        In a store of did:key, each key is a DID of its own with a document that follows from it: the newest current key’s
        is printed, unless --key names another.
    .key = In a store of did:key: the key whose document is printed (see key list)
    .out = Write to this file instead of standard output
    .examples =
        tamarack-issuer --store province did --out did.json
        tamarack-issuer --store lab did --key 2

cmd-type = Add, list and show credential types
    .examples =
        tamarack-issuer --store province type list
cmd-type-add = Add a credential type from its file
    .file = The type file (JSON); schema and context files that it names are looked for beside it
    .replace = Replace a type of this name
    .examples =
        tamarack-issuer --store province type add examples/types/driver-2.0.json
cmd-type-list = List the types
    .examples =
        tamarack-issuer --store province type list --lang fr
cmd-type-show = Show a type
    .name = Its name
    .schema = Print its JSON Schema alone, to publish at its URL
    .examples =
        tamarack-issuer --store province type show ontario-person --schema

cmd-issue = Issue one credential
    .type = The credential type
    .claims = JSON file with the claims, or - for standard input
    .subject = DID of the person. Without it, the credential is for its bearer
    .commitment = Bind a bbs-2023 credential to the holder’s secret: the file that “tamarack-wallet holder commit” printed. Nobody but its holder can show it, and its showings can carry a pseudonym for each verifier
    .id = Id of the credential. Default: a random urn:uuid
    .out = Write the credential to this file instead of standard output
    .examples =
        tamarack-issuer --store province issue --type ontario-person --claims zoe.json --subject did:key:z6Mk…
        cat zoe.json | tamarack-issuer --store province issue --type ontario-person --claims - --suite jwt
        tamarack-issuer --store province issue --type ontario-person --claims zoe.json --suite bbs-2023 --commitment commitment.json

cmd-batch = Issue a credential for each row of a CSV file
    .long =
        The first line of the file names the columns as the type does; a column “subject” holds the DIDs of the people.
        Bad rows are reported by line and left out; the exit code is then 1.

        Interrupted? Run the same command again: it goes on where it was, and nobody is issued twice. The same file
        again, finished, issues nothing; what is missing of its output is written again. To issue it again on purpose
        (next year), give the run a new --run name.

        Files that are written are for you alone (mode 600), and so is a folder that is made for them.
    .type = The credential type
    .csv = The CSV file (UTF-8)
    .out = FILE.ndjson for one credential a line, or a folder for one file each (slower)
    .run = Name of the run, to issue the same file once more on purpose
    .delimiter = Separator of the columns. Default: a comma
    .chunk = Rows of one transaction
    .examples =
        tamarack-issuer --store province batch --type ontario-person --csv people.csv --out people.ndjson
        tamarack-issuer --store province batch --type ontario-person --csv people.csv --out renewed.ndjson --run 2027

cmd-sign = Sign any unsigned credential or presentation
    .file = The credential or presentation (JSON), or - for standard input
    .created = Time of the proof, such as 2026-11-22T12:00:00Z. Default: now. The same time gives the same bytes
    .challenge = The verifier’s nonce that a presentation answers
    .domain = The verifier that a presentation is for
    .mandatory = JSON pointer of a claim that every showing must have, such as /issuer; may be given several times (bbs-2023, ecdsa-sd-2023, dc+sd-jwt and vc+sd-jwt)
    .out = Write to this file instead of standard output
    .examples =
        tamarack-issuer --store province sign --suite eddsa-rdfc-2022 unsigned.json
        tamarack-issuer --store province sign --suite bbs-2023 --mandatory /issuer --mandatory /validUntil unsigned.json
        tamarack-issuer --store wallet sign --suite eddsa-jcs-2022 --challenge n-0S6 --domain shop.example presentation.json

cmd-migrate = Sign a credential with a BbsBlsSignature2020 anew, with another suite
    .long =
        The credential must be of this store, verify, and be neither revoked, suspended nor expired. It keeps its id, its
        dates, its claims and its place in the status list; what replaced what is kept in its record (show --json).
        (To bring the tables of the store to this version: “database migrate”.)
    .file = The credential (JSON), or - for standard input
    .out = Write to this file instead of standard output
    .examples =
        tamarack-issuer --store province migrate --suite bbs-2023 old.json --out new.json
        tamarack-issuer --store province migrate --suite dc+sd-jwt old.json --out new.sd-jwt

cmd-revoke = Revoke a credential for good
    .id = Its id; of a urn:uuid, the UUID is enough
    .reason = Why, for the audit log: lost (device lost or stolen), error (in what it says), request (of the holder), ended (no longer entitled), fraud or other
    .examples =
        tamarack-issuer --store province revoke urn:uuid:3f0c…
cmd-suspend = Suspend a credential
    .id = Its id; of a urn:uuid, the UUID is enough
    .reason = Why, for the audit log: lost (device lost or stolen), error (in what it says), request (of the holder), ended (no longer entitled), fraud or other
    .examples =
        tamarack-issuer --store province suspend urn:uuid:3f0c…
cmd-reinstate = End the suspension of a credential
    .id = Its id; of a urn:uuid, the UUID is enough
    .reason = Why, for the audit log: lost (device lost or stolen), error (in what it says), request (of the holder), ended (no longer entitled), fraud or other
    .examples =
        tamarack-issuer --store province reinstate urn:uuid:3f0c…

cmd-status = Publish status lists
    .examples =
        tamarack-issuer --store province status publish --out /srv/www/status
cmd-status-publish = Write the signed status lists as files for your web server
    .long = Publish after each change, and before the lists expire: an expired list leaves every credential in doubt.
    .out = Folder for the files
    .hours = For how many hours the lists are good. Default: 48
    .examples =
        tamarack-issuer --store province status publish --out /srv/www/status

cmd-list = List the issued credentials, the newest first
    .type = Only this type
    .due-before = Only those to be renewed before this time, because an age claim changes
    .due = Only those to be renewed within 30 days, because an age claim changes
    .limit = At most this many
    .examples =
        tamarack-issuer --store province list --limit 20
        tamarack-issuer --store province list --due
        tamarack-issuer --store province list --due-before 2027-01-01T00:00:00-05:00 --json
cmd-show = Show an issued credential
    .id = Its id; of a urn:uuid, the UUID is enough
    .examples =
        tamarack-issuer --store province show urn:uuid:3f0c…

arg = Arguments that many commands have
    .store = Folder of the issuer’s store
    .suite = How it is signed: Ed25519Signature2020, eddsa-rdfc-2022, eddsa-jcs-2022, ecdsa-rdfc-2019, ecdsa-jcs-2019, bbs-2023, ecdsa-sd-2023, BbsBlsSignature2020, jwt, vc+jwt, dc+sd-jwt or vc+sd-jwt
    .key = Number, DID URL or Multikey of the key. Default: the current one that fits the suite
    .no-keep = Do not keep the signed credential, only its record
    .no-status = Give no status, even if the type asks for one: such a credential can never be revoked
    .lang = Language: en (English) or fr (French). Default: that of the locale (LC_ALL, LC_MESSAGES, LANG)
    .color = Colour: auto (only on a terminal, never with NO_COLOR), always or never
    .json = Write one JSON value to standard output, errors included, for other programs to read
    .help = Show this help
    .version = Show the version
    .passphrase-file = File with the passphrase of the keys. Default: the variable TAMARACK_PASSPHRASE, else you are asked

value = Words in angle brackets
    .KIND = KIND
    .PATH = PATH
    .POINTER = POINTER
    .TEXT = TEXT
    .CHARACTER = CHARACTER
    .COMMAND = COMMAND
    .FILE = FILE
    .DIR = DIR
    .URL = URL
    .DID = DID
    .ID = ID
    .TIME = TIME
    .LANGUAGE = LANGUAGE
    .WHEN = WHEN
    .SHELL = SHELL
    .NAME = NAME
    .KEY = KEY
    .SECONDS = SECONDS
    .SUITE = SUITE
    .TYPE = TYPE
    .NUMBER = NUMBER
    .ADDRESS = ADDRESS
    .PLACE = PLACE
    .FORM = FORM
    .END = END
    .CATEGORY = CATEGORY
    .REASON = REASON

state = States of keys and credentials
    .waiting = waiting
    .approved = approved
    .refused = refused
    .delivered = delivered
    .current = current
    .previous = previous
    .retired = retired
    .active = active
    .suspended = suspended
    .revoked = revoked

say-linkability = What every showing of such a credential gives away:
say-publish-did = Publish it at { $url }.
say-publish-did-again = Publish the DID document again (did) before the key is used.
say-did-key = Its DID is { $did }. Nothing has to be published: the document follows from the DID.
say-key-retired = Publish the DID document again (did): until then, verifiers go on taking what the key signed for good.
say-did-key-retired = The key no longer signs here, but a did:key cannot be taken back: have { $did } taken off the trust lists, and revoke what it signed.
say-other-dids = { $count ->
    [one] There is { $count } more key with a DID of its own; name it with --key (see key list).
   *[other] There are { $count } more keys, each with a DID of its own; name one with --key (see key list).
}
say-publish-schema = Publish its schema at { $url } (type show { $name } --schema).
say-publish-status = Publish the status lists again (status publish) to make it known.
say-issued = Issued { $id }.
say-reissue-by = An age claim changes at { $time }: the credential expires then, and a new one is due.
say-not-kept = The signed credential was not kept.
say-migrated = Signed { $id } anew with { $suite }.
say-no-lists = There is no status list yet.
say-batch = { $issued ->
        [one] { $issued } credential
       *[other] { $issued } credentials
    } issued, { $refused ->
        [0] no row refused
        [one] { $refused } row refused
       *[other] { $refused } rows refused
    }{ $earlier ->
        [0] .
        [one] ; { $earlier } row was done by an earlier run.
       *[other] ; { $earlier } rows were done by an earlier run.
    }

warn-no-status-base = No URL for status lists (--status-base): credentials of this store cannot be revoked.
warn-no-status = This store has no URL for status lists: the credential gets no status and cannot be revoked.
warn-row = line { $line }{ $place ->
    [none] {""}
   *[other] , { $place }
}: { $sentence } [{ $code }]
warn-list-without-key = Status list { $id } was not published: every key of { $did } was retired.
warn-list-without-token = Status list { $id } has no token for SD-JWT VCs: no key of { $did } that can sign a JWT is left. Its list credentials are published.
warn-more-rows = { $count ->
    [one] … and { $count } more refused row (use --json for all of them)
   *[other] … and { $count } more refused rows (use --json for all of them)
}
warn-other-issuer = The “{ $member }” of the document is not the DID of the key: verifiers will refuse it.

err-init-did = “{ $did }” is neither did:web:HOST nor did:key.
    .hint = Take your domain, as in did:web:id.ontario.example.
err-init-status-base = “{ $url }” is not a URL for status lists.
    .hint = Give an https URL without ? or #.
err-init-status-base-open = “{ $url }” would be read without TLS.
    .hint = Give an https URL; http is for this computer alone (localhost), to try things out.
err-status-no-base = The type “{ $name }” asks for a status, but this store has no URL for status lists.
    .hint = Make the store with --status-base URL, or say --no-status to issue credentials that can never be revoked.
err-store-not-named = No store was named.
    .hint = Add --store DIR.
err-store-address = What --database names is no PostgreSQL address.
    .hint = It begins with postgres://
err-store-missing = There is no store in this folder.
    .hint = Make one with init, or check --store.
err-store-exists = There is already a store in this folder.
    .hint = Take another folder. A store is never written over.
err-store-too-new = The store was made by a newer version of this program.
    .hint = Update the program.
err-store-not-found = There is { $kind ->
        [key] no key
        [type] no credential type
        [credential] no credential
       *[other] nothing
    } named “{ $name }” here.
    .hint = See { $kind ->
        [key] key list
        [type] type list
        [credential] list
       *[other] key list, type list or list
    }.
err-store-conflict = There is already something else named “{ $name }”.
    .hint = Take another name; a credential type can be replaced with --replace.
err-store-no-status = The credential has no status list for { $purpose }.
    .hint = Its type does not offer it, or the store had no URL for status lists when it was issued.
err-store-revoked = The credential “{ $name }” was revoked, and that is for good.
    .hint = Issue a new one.
err-store-busy = Another process has been using the store for too long.
    .hint = Wait until it is done, then try again.
err-store-failed = The store failed: { $reason }.
    .hint = Check that the disk has room and that you may write in the folder.
err-store-unreachable = The database cannot be reached.
    .hint = Check the address after --database, and that the server is running.
err-store-unwritable = The store cannot be written: the folder is read-only, or the disk is full.
    .hint = Check the permissions of the folder and of what is in it, and the room on the disk.
err-store-damaged = The store is damaged, or its file is no store.
    .hint = Restore the folder from the backup.
err-key-none = No current key fits the suite { $suite }.
    .hint = Make one with key new --kind (Ed25519 for EdDSA, P-256 or P-384 for ECDSA, BLS12-381-G2 for BBS).
err-status-list-without-key = { $count } of the status lists cannot be signed any more: the keys of their issuer were retired.
    .hint = The other lists are published. What a retired key signed is no longer good; issue those credentials again.
err-key-none-at-all = There is no key to sign with.
    .hint = Make one with key new.
err-key-retired = The key “{ $key }” was retired: nothing that it signs would be good.
    .hint = Choose another key.
err-key-other-passphrase = The other keys of this store have another passphrase.
    .hint = Use the passphrase of the store: all its keys have one.
err-key-nothing-to-rotate = There is no { $kind } key to rotate.
    .hint = Make one with key new.
err-key-unknown-form = The file holds no secret key of a known form.
    .hint = A private JWK, a PEM (BEGIN PRIVATE KEY or BEGIN EC PRIVATE KEY) or a Multikey secret (z…) is needed, of the kind Ed25519, P-256, P-384 or BLS12-381-G2.
err-signer-place = This is no place of a key.
    .hint = Write module=LIBRARY,token=LABEL,label=LABEL, and id=HEX if the label is not enough; a comma in a value as %2C.
err-signer-not-built = This program was built without PKCS#11.
    .hint = Build it with cargo build --release --features pkcs11.
err-signer-library = The library of the device cannot be loaded or does not start.
    .hint = Check the path after module=, and what the library needs (SoftHSM: the variable SOFTHSM2_CONF).
err-signer-token = There is no token of that label, or more than one.
    .hint = List the tokens with the device’s own tool (SoftHSM: softhsm2-util --show-slots).
err-signer-pin-file = The file of the PIN cannot be read.
    .hint = Check its path and who may read it. It holds the PIN alone, on one line.
err-signer-pin = The token refuses the PIN. It is not tried again, lest the token lock itself.
    .hint = Put the right PIN into its file, then start again.
err-signer-locked = The token is locked, or its PIN was never set.
    .hint = Unlock it with the device’s own tool and the PIN of its security officer.
err-signer-key = The token has no such key pair, or more than one, or another one than before.
    .hint = Both halves need the label that was given; where a label stands twice, add id=HEX.
err-signer-kind = The key is of a kind that this does not sign with.
    .hint = Use Ed25519, P-256 or P-384. Keys for BBS signatures cannot be elsewhere.
err-signer-device = The device failed, or its token was taken away.
    .hint = Put it back and try again: sessions are opened anew by themselves. The log has the code of the device.
err-signer-file = A file for the signer cannot be read or holds nothing of use: its token, certificate, key or authorities.
    .hint = Check the paths, and that the certificates and the one key are PEM.
err-signer-network = The signer cannot be reached: { $reason }.
    .hint = Check its address. A signer in a private network needs --allow-private-network; only this computer is asked without TLS.
err-signer-refused = The signer refuses: { $reason }.
    .hint = Check its bearer token or certificate, and the name of the key.
err-signer-answer = The signer’s answer is not as agreed.
    .hint = It must be {"{"}"signature"{"}"} in base64url, of 64 bytes (96 for P-384). See key import --help.
err-signer-signature = What came back is no signature of that key. It was thrown away.
    .hint = The signer uses another key, or signs a digest instead of the message. Find out before you issue anything.
err-key-known = The store has this key already: number { $id }, { $key }.
    .hint = There is nothing to do (see key list).
err-did-one-document = All keys of { $did } are in one document; --key is for stores of did:key.
    .hint = Leave out --key.
err-suite-version = The suite { $suite } is for version { $needed } of the data model, and this is of version { $version }.
    .hint = { $form ->
        [v1] Use jwt, dc+sd-jwt or an embedded proof such as eddsa-rdfc-2022.
       *[other] Use vc+jwt (vp+jwt for a presentation), vc+sd-jwt, dc+sd-jwt or an embedded proof such as eddsa-rdfc-2022.
    }
err-commitment-suite = Only bbs-2023 can bind a credential to the holder’s secret, not { $suite }.
    .hint = Add --suite bbs-2023, or leave out --commitment.
err-suite-vct = An SD-JWT VC needs a type, and this document has no “vct”.
    .hint = Add “vct” to it, with the URL of the type, or use vc+sd-jwt, which keeps the types of the data model.
err-suite-mandatory = No claim can be made mandatory here: the suite { $suite } has no such thing, or this is a presentation.
    .hint = Leave out --mandatory, or sign a credential with bbs-2023, ecdsa-sd-2023, dc+sd-jwt or vc+sd-jwt.
err-suite-presentation = The suite vp+jwt is for presentations, and this is a credential.
    .hint = Use vc+jwt for a credential of version 2.0, jwt for one of version 1.1.
err-type-no-schema = The type “{ $name }” has no schema.
    .hint = Add one to the type file.
err-time-invalid = “{ $value }” is not a date and time for { $arg }.
    .hint = Write it as 2026-11-22T12:00:00Z or 2026-11-22T12:00:00-05:00.
err-time-fraction = “{ $value }” has a fraction of a second, which { $arg } cannot keep.
    .hint = Write whole seconds, such as 2026-11-22T12:00:00Z.
err-issue-claims-no-object = The claims file does not hold a JSON object.
    .hint = Write the claims by name: { "{" }"givenName": "Zoé", …{ "}" }.
err-batch-stream = “{ $file }” is no file: a batch reads its table twice, and goes on with its output after an interruption.
    .hint = Save the table to a file, and name a file or folder for the credentials.
err-batch-unreadable = The CSV file “{ $file }” cannot be read: { $reason }.
    .hint = Check the path and the permissions.
err-batch-unwritable = “{ $file }” cannot be written: { $reason }.
    .hint = Check that you may write there and that the disk has room.
err-batch-broken = The CSV file is broken at line { $line }.
    .hint = Save it again as CSV in UTF-8.
err-batch-row-too-large = The row at line { $line } is larger than { $limit } bytes.
    .hint = Perhaps a quote was never closed: check the line.
err-batch-column-unknown = The type has no column “{ $column }”, or it stands twice.
    .hint = Name the columns as the type does (type show); take out those that it does not have.
err-batch-column-missing = The column “{ $column }” is missing, and the type requires it.
    .hint = Add it to the file.
err-batch-file-changed = The CSV file changed while it was read.
    .hint = Leave it alone until the batch is done. A changed file is another batch: everybody would be issued a new credential.
err-batch-type-changed = The type “{ $name }” was replaced since this batch began.
    .hint = Put the type back as it was to finish the batch.
err-batch-options-changed = This batch was begun with another { $option }.
    .hint = Give the same options as when it began. To issue the file anew with others, give the run a new --run name.
err-batch-output-taken = The output “{ $file }” already exists, or belongs to an unfinished batch.
    .hint = Take another place. To go on with a batch, give the same CSV file, unchanged.
err-batch-running = Another batch is running in this store.
    .hint = Wait until it is done.
err-batch-delimiter = The separator must be one ASCII character, and neither a quote nor the end of a line.
    .hint = For example --delimiter ';'

cmd-serve = Issue over the network: OpenID4VCI, status lists, the DID document, metadata
    .long =
        Wallets fetch credentials with the links that “offer” and POST /offers make. The passphrase opens the keys when the
        service starts. Types and keys that you add while it runs are taken up within seconds. Any number of services may
        share one PostgreSQL.
    .base-url = Address (https) under which the world reaches the service; it is the issuer’s identifier for wallets
    .api-keys = File with the keys of programs that may make offers, one a line, 32 characters or more
    .attester = Public key (JWK) of a provider whose attestations of wallets and keys are believed, or the authority (PEM) of its certificates; may be repeated
    .require-attestation = Issue only to wallets with an attestation
    .attestation-challenges = A wallet’s proof for its attestation must carry a challenge of the service
    .issuer-cert = Certificate chain (PEM) of a key of the issuer: SD-JWT VCs are then issued under it, in the name of --base-url (x5c)
    .attested-keys = Type whose credentials are bound to attested keys alone; may be repeated
    .bind-secrets = Type whose credentials (bbs-2023) are bound to secrets of their holders alone, and name nobody; may be repeated
    .require-dpop = Issue only to wallets that bind their tokens to a key (DPoP)
    .dpop-nonces = Each DPoP proof must carry a nonce of the service (RFC 9449 §8): none can be made in advance
    .sign-in = File with the OpenID Connect providers at which people sign in (tamarack-sign-in/1)
    .citizens = File that says which wallets citizens come from, which types they get by themselves, and where the claims come from (tamarack-citizens/1)
    .operator = File of the operator’s page: where its people sign in, and who has which role (tamarack-operator/1)
    .approve = Type whose credentials a clerk must approve first; may be repeated
    .keep = Keep the signed credentials in the store: they hold personal data
    .examples =
        tamarack-issuer --store province serve --base-url https://id.ontario.example
        tamarack-issuer --database postgres://issuer@db/issuer serve --base-url https://id.ontario.example --listen 0.0.0.0:8443 --tls-cert chain.pem --tls-key key.pem

cmd-offer = Make a link with which a wallet fetches a credential from the service
    .type = Name of the type
    .claims = Claims file (JSON); - reads standard input
    .file = A photo, a short video or a PDF document for whoever must approve the request; may be given several times
    .language = The language in which the person reads: en or fr
    .sign-in = The person signs in, and the service looks the claims up (serve --citizens)
    .tx-code = Ask for a code that you tell the person by another way
    .minutes = How long the link is good (10 if not said)
    .base-url = Address of the service, if it was never started on this store
    .examples =
        tamarack-issuer --store province offer --type ontario-person --claims examples/claims/person.json --tx-code

say-metrics-at = Metrics: http://{ $address }/metrics
say-serving = Serving { $url }. Stop with Ctrl-C.
say-tx-code = Code to tell the person: { $code }

err-offer-file-type = { $file } is not a photo (JPEG, PNG, WebP), a video (MP4, WebM) or a PDF document.
err-offer-file-size = { $file } is empty or larger than 16 MiB.
err-offer-file-twice = Two files would have the name of { $file }.
err-offer-files = An offer takes { $limit } files and 32 MiB in all at most.
err-offer-no-service = The address of the service is not known yet.
    .hint = Start it once with “serve”, or name it with --base-url.
err-serve-base-url = --base-url must be an https address without a query (http only for this computer).
err-serve-telemetry = The settings of OpenTelemetry are not understood.
    .hint = OTEL_EXPORTER_OTLP_ENDPOINT names a collector that takes OTLP over HTTP, such as http://localhost:4318.
err-serve-listen = The service cannot listen there.
    .hint = Is another program listening on that port, or does it need more rights?
err-serve-certificate = The certificate of --tls-cert cannot be used.
    .hint = It must be PEM: your certificate first, then those that lead to the root.
err-serve-certificate-key = The key of --tls-key cannot be used.
    .hint = It must be an unencrypted PEM key that belongs to the certificate.
err-serve-issuer-certificate = There is no certificate in “{ $file }”, or there are too many.
    .hint = It must be PEM: the certificate of one of the issuer’s keys first, then those that lead to the authority.
err-serve-issuer-certificate-key = The certificate in “{ $file }” is not that of a key with which this issuer signs now.
    .hint = “tamarack-issuer key list” shows the keys. Have a certificate issued for the current one, of the kind P-256 for OpenID4VC HAIP.
err-serve-issuer-certificate-host = The certificate in “{ $file }” names neither --base-url nor its host.
    .hint = Verifiers believe a certificate only for the address that it names among its subject alternative names.
err-serve-issuer-certificate-time = A certificate in “{ $file }” is not valid today.
    .hint = Renew it, and start the service with the new one.
err-serve-issuer-certificate-self = The certificate in “{ $file }” signed itself: no verifier has a reason to believe it.
    .hint = Have one issued by an authority that verifiers trust. Without --issuer-cert, the issuer is known by its DID.
err-serve-api-keys = { $file } must hold at least one key, each of { $limit } characters or more.
    .hint = Make one with: openssl rand -base64 32
err-settings-format = { $file } is not a file of the form { $about }.
    .hint = Its first member must be "format": "{ $about }".
err-settings-file = { $file } names a file that cannot be used: { $about }
    .hint = Paths are beside the settings file. The file must be there, readable, and not too large.
err-settings-value = { $file } cannot be used as it is: { $about }
    .hint = Correct the member that is named; docs/operate.md describes the file.
err-serve-failed = The service failed: { $reason }.

cmd-requests = List, show, approve and refuse the requests that wait for a person’s decision
    .examples =
        tamarack-issuer --store province requests list
cmd-requests-list = List the requests that wait, the oldest first
    .all = Those that were decided too
    .examples =
        tamarack-issuer --store province requests list --all
cmd-requests-show = Show what a request is for: personal data
    .id = Id of the request
    .files = Folder for the files that came with it
    .examples =
        tamarack-issuer --store province requests show 3q2-7w --files photos
cmd-requests-approve = Approve a request: the wallet then fetches its credential
    .id = Id of the request
    .clerk = Your name, for the audit log (cli if not said)
    .reason = Why
    .examples =
        tamarack-issuer --store province requests approve 3q2-7w --clerk amelie
cmd-requests-refuse = Refuse a request
    .id = Id of the request
    .clerk = Your name, for the audit log (cli if not said)
    .category = The kind of reason, for the audit log: unreadable, mismatch, incomplete, not-entitled, fraud or other
    .reason = Why
    .examples =
        tamarack-issuer --store province requests refuse 3q2-7w --clerk amelie --reason "The photo is blurred."


err-requests-decided = The request { $id } was decided already.
err-requests-reason = A refusal needs a reason, of 500 characters at most.

cmd-database = The tables of the store
    .examples =
        tamarack-issuer --database postgres://owner@db/issuer database migrate
cmd-database-migrate = Bring the tables of the store to this version, and say what was done
    .long =
        Every command that opens the store does the same, “serve” too. Run it by itself where the service may not change tables,
        or before the first of several servers is upgraded. Several may try at once; one does it.
    .examples =
        tamarack-issuer --store province database migrate
        tamarack-issuer --database postgres://owner@db/issuer database migrate --json

say-tables-migrated = Tables “{ $part }”: from version { $from } to version { $to }.
say-tables-current = Tables “{ $part }”: version { $to } already.

cmd-audit = Export and check the log of who did what
    .examples =
        tamarack-issuer --store province audit check
cmd-audit-export = Print the log as JSON, one entry a line, the oldest first
    .examples =
        tamarack-issuer --store province audit export > audit.ndjson
cmd-audit-check = Check that no entry was changed, taken out or put in
    .until = End that an earlier check printed: it must still be in the log
    .examples =
        tamarack-issuer --store province audit check

err-audit-until = --until must be what an earlier check printed: a number, a colon and a hash.
err-audit-gap = An entry is missing from the log before place { $place }.
err-audit-changed = The log’s entry at place { $place } was changed.
err-audit-cut = The log does not have the entry of --until any more: its end was cut off or rewritten.
