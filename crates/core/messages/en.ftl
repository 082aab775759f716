# Tamarack: what people read, in English.
#
# A message stands under the code's name with "-" for ".": its value says what was found, its attribute .hint says what
# to do next. The readers are clerks at a counter and operators: plain words, no blame, no claim's value.
#
# Variables: $about is the name that the fault is about ("none" if there is none), $pointer the place in the document
# (a JSON pointer; empty for the whole document).

# The name behind a sentence, if there is one.
about-note = { $about ->
    [none] {""}
   *[other] {" "}({ $about })
}

# The name instead of a phrase, if there is one.
about-property = { $about ->
    [none] a property
   *[other] “{ $about }”
}

## Input

input-too_large = The document is too large{ about-note }.
    .hint = Check that this is the right file. Genuine credentials are far smaller.
input-not_a_credential = This is not a credential or a presentation{ about-note }.
    .hint = Ask for the credential itself: a JSON file, or the long text in three parts separated by dots.
input-invalid_utf8 = The document contains bytes that are not text in UTF-8.
    .hint = The file was damaged or saved in another encoding. Ask for a fresh copy and do not open and save it in a text editor.

## JSON

json-syntax = The document is not valid JSON{ about-note }.
    .hint = The file was cut short or changed by hand. Ask for a fresh copy.
json-duplicate_key = The same name appears twice in one object{ about-note }.
    .hint = Such a document can be read in two ways, so it is refused. Ask the issuer for a corrected credential.
json-too_deep = The document is nested too deeply{ about-note }.
    .hint = Genuine credentials are flatter. Ask the issuer about this document.
json-too_many_values = The document contains too many values{ about-note }.
    .hint = Genuine credentials are smaller. Ask the issuer about this document.
json-number = A number in the document is too large or too precise to be read without change.
    .hint = The issuer should write such a number as text. Ask the issuer for a corrected credential.
json-lone_surrogate = A text in the document contains half a character.
    .hint = The file was damaged. Ask for a fresh copy.

## Encodings

encoding-base64 = A value is not in the strict base64 form that is needed here{ about-note }.
    .hint = The value was damaged or written by faulty software. Ask for a fresh copy.
encoding-multibase = A value is not in the multibase form that is needed here{ about-note }.
    .hint = The value was damaged or written by faulty software. Ask for a fresh copy.

## JSON-LD

jsonld-undefined_term = Nothing defines the meaning of a property or type in the credential{ about-note }, so the signature would not cover it.
    .hint = The issuer must use a context that defines it. Do not rely on this credential.
jsonld-relative_iri = An identifier is not a complete address{ about-note }.
    .hint = The issuer must write it in full, for example starting with https:// or did:.
jsonld-dropped_value = A value would be left out when the document is signed{ about-note }.
    .hint = Such a value would be unprotected. Ask the issuer for a corrected credential.
jsonld-context_invalid = A context of the document is not usable{ about-note }.
    .hint = Ask the issuer which contexts the credential should use.
jsonld-protected_term = The document tries to change the meaning of a protected word{ about-note }.
    .hint = Meanings fixed by the standard may not be changed. Do not rely on this credential.
jsonld-context_unknown = A context of the document is not at hand{ about-note }.
    .hint = Connect to the network and try again, or add the context to the evidence bundle.
jsonld-not_a_term = A member of the document does not stand under a name of its own, so that whoever reads the document by its names would miss it{ about-note }.
    .hint = To sign it: name each member by a term of the contexts, without keywords such as @nest, @set or @included, other names for them, or maps by id. To verify it: somebody may have rewritten it; ask for the document as the issuer signed it.
jsonld-context_untrusted = The document gets the meaning of its words from a context that nobody vouches for{ about-note }.
    .hint = Do not rely on the words of this document. If you know who publishes the context, have it added to the trust list.
jsonld-context_digest = A context does not have the fingerprint that the standard states{ about-note }.
    .hint = The copy was altered or is out of date. Fetch it again from its publisher.
jsonld-frame = The frame (reveal document) does not pick out one part of the credential{ about-note }.
    .hint = Write a frame whose contexts, types and identifiers are those of the credential; it must match exactly one thing.
jsonld-invalid = The document breaks a rule of JSON-LD{ about-note }.
    .hint = Ask the issuer for a corrected credential.

## RDF

rdf-too_many_quads = The document contains more statements than the limit allows{ about-note }.
    .hint = Genuine credentials are smaller. Ask the issuer about this document.
rdf-too_complex = The document is built so that checking it would take too long{ about-note }.
    .hint = This may be an attempt to overload the verifier. Do not rely on this document.

## DIDs

did-syntax = An identifier is not a valid DID{ about-note }.
    .hint = Check that the identifier was copied in full.
did-method_unsupported = This kind of DID is not supported{ about-note }.
    .hint = Supported kinds are did:key, did:web, did:jwk and did:peer.
did-not_resolved = The issuer’s or holder’s DID document is not at hand{ about-note }.
    .hint = Connect to the network and try again, or use an evidence bundle that contains it.
did-document_invalid = The DID document is malformed{ about-note }.
    .hint = Tell the issuer that its published DID document has an error.
did-document_wrong_id = The DID document that was found belongs to another DID{ about-note }.
    .hint = The issuer’s website may be misconfigured or tampered with. Do not rely on this credential.
did-deactivated = The DID has been deactivated by its owner{ about-note }.
    .hint = Ask for a credential from an active issuer.
did-verification_method_not_found = The key that the signature names is not in the DID document{ about-note }.
    .hint = The issuer may have replaced its keys. Refresh the DID document; if the key is still missing, ask for a new credential.
did-relationship = The owner of the key has not allowed it for this use{ about-note }.
    .hint = Tell the issuer that the key must be listed for this use in its DID document.

## Keys

key-unsupported = This kind of key is not supported{ about-note }.
    .hint = Use an Ed25519, P-256, P-384 or (for BBS signatures) BLS12-381-G2 key.
key-invalid = The key is malformed{ about-note }.
    .hint = Check that the key was copied in full and in the right form.
key-small_order = The key is a weak one under which anything can be signed.
    .hint = Do not rely on this credential. Tell the issuer that its key is unsafe.
key-wrong_suite = The key does not fit the way of signing{ about-note }.
    .hint = Choose a key and a way of signing that belong together.
key-expired = The key had already expired{ about-note }.
    .hint = Ask the issuer for a credential signed with its current key.
key-revoked = The key has been revoked by its owner{ about-note }.
    .hint = Do not rely on this credential. Ask the issuer for a new one.
key-not_controller = The key does not belong to the one who should have signed{ about-note }.
    .hint = The credential may have been signed by somebody else. Do not rely on it.
key-sealed = The stored key could not be opened.
    .hint = Check the passphrase. If it is right, the key file is damaged: restore it from the backup.
key-signer_failed = The key store did not sign{ about-note }.
    .hint = Check that the key store is connected and unlocked, then try again.

## Proofs

proof-missing = The document is not signed: it contains no proof.
    .hint = Ask the holder for the signed credential.
proof-malformed = The proof is incomplete or malformed{ about-note }.
    .hint = Ask for a fresh copy. If it fails again, tell the issuer.
proof-suite_unsupported = This way of signing is not supported{ about-note }.
    .hint = Ask the issuer for a credential with another kind of proof.
proof-value_encoding = The signature in the proof is not written as its kind requires{ about-note }.
    .hint = The proof was damaged. Ask for a fresh copy.
proof-signature_invalid = The signature does not match: the document was changed after it was signed, or was signed with another key.
    .hint = Do not rely on this document. Ask the holder to show the original again.
proof-purpose = The proof was made for another purpose{ about-note }.
    .hint = A credential needs a proof for issuing, a presentation one for authentication. Ask for the right document.
proof-created_in_future = The proof is dated in the future{ about-note }.
    .hint = Check the clock of this computer. If it is right, the signer’s clock is wrong.
proof-expired = The proof has expired{ about-note }.
    .hint = Ask the holder or issuer for a fresh one.
proof-context = The contexts of the proof do not match those of the document.
    .hint = The document was changed after it was signed. Ask for a fresh copy.
proof-chain_missing = The proof builds on an earlier proof that is not there{ about-note }.
    .hint = A part of the document was removed. Ask for the complete document.
proof-chain_cycle = The proofs build on one another in a circle.
    .hint = Such a chain proves nothing. Ask the issuer for a corrected credential.
proof-duplicate_id = Two proofs have the same identifier, or one proof stands twice{ about-note }.
    .hint = Ask the issuer for a corrected credential.
proof-challenge = The presentation does not answer the request that this verifier made.
    .hint = It may be an old presentation shown again. Start a new request and ask the holder to answer it.
proof-challenge_reused = This request was answered before: the same presentation came a second time.
    .hint = Start a new request. If the holder did not present twice, somebody copied the presentation.
proof-domain = The presentation was made for another recipient{ about-note }.
    .hint = Ask the holder to make a presentation for you.
proof-audience_unknown = The presentation names a request or a recipient, but this verifier was not told which to expect.
    .hint = Give the verifier its expected challenge and domain.
proof-base = This is the holder’s own copy of the credential, with its secret key inside; it is not meant to be shown.
    .hint = Ask the holder to show a copy derived from it, with nothing but what you asked for. The holder can check the original with the option for holders.
proof-binding = The credential is bound to a secret of its holder, which was not given or is another{ about-note }.
    .hint = Only the holder, with the secret from which the credential was requested, can derive from it.
proof-commitment = What the holder sent for the credential to be bound to is damaged, or does not prove that the holder knows the secret{ about-note }.
    .hint = Ask the holder to make a new one (tamarack-wallet holder commit) and to send it whole.
proof-disclosure = What the proof says it shows is not what the document shows{ about-note }.
    .hint = The document was changed after it was derived. Ask the holder to show the credential again.

proof-undisclosed = The copy that was shown may hide something that decides whether the credential is good{ about-note }.
    .hint = Ask the holder to show that part as well, with everything beside it in the credential itself.

## Selective disclosure

disclosure-pointer = The credential has nothing at this place that can be shown by itself{ about-note }.
    .hint = Look at what the credential contains, and choose a place that is there; a list is shown whole.
disclosure-nothing = Nothing was chosen to be shown.
    .hint = Choose at least one claim.

## JOSE

jose-malformed = The text is not a complete JWT{ about-note }.
    .hint = Check that it was copied in full: three parts separated by two dots.
jose-algorithm = The token’s algorithm is not accepted{ about-note }.
    .hint = The issuer must sign with EdDSA, ES256 or ES384. Unsigned tokens are never accepted.
jose-critical = The token demands a feature that this verifier does not have{ about-note }.
    .hint = Ask the issuer for a token without this demand.
jose-type = The token says that it is something else{ about-note }.
    .hint = Ask for the credential or presentation itself.
jose-claim_mismatch = The token and the credential in it contradict each other{ about-note }.
    .hint = Do not rely on this credential. Ask the issuer for a corrected one.
jose-claim = A registered claim of the token is missing or malformed{ about-note }.
    .hint = Ask the issuer for a corrected credential.

## SD-JWT

sd_jwt-malformed = The credential is not put together as an SD-JWT must be{ about-note }.
    .hint = The text was cut short or changed on its way. Ask the holder to present the credential again.
sd_jwt-disclosure = A disclosed claim cannot be read{ about-note }.
    .hint = It was damaged, or somebody tried to slip a claim in. Do not rely on this credential; ask for a fresh presentation.
sd_jwt-digest = The issuer placed the digests of hidden claims where they do not belong{ about-note }.
    .hint = Ask the issuer for a corrected credential.
sd_jwt-hash_algorithm = The hidden claims are protected in a way that is not supported{ about-note }.
    .hint = Supported are sha-256, sha-384 and sha-512. Ask the issuer for a credential that uses one of them.
sd_jwt-digest_twice = The same hidden claim appears more than once{ about-note }.
    .hint = Genuine credentials never do this. Do not rely on this credential.
sd_jwt-unreferenced = A claim was disclosed that the issuer never signed{ about-note }.
    .hint = Somebody tried to slip a claim in. Do not rely on this credential.
sd_jwt-claim_twice = A disclosed claim has the name of a claim that is already in the credential{ about-note }.
    .hint = Such a credential can be read in two ways, so it is refused. Ask the issuer for a corrected credential.
sd_jwt-never_disclosable = A claim could be hidden by the holder that must always be visible{ about-note }.
    .hint = What decides whether a credential is valid may not be left out. Ask the issuer for a corrected credential.
sd_jwt-key_binding_missing = The presenter did not prove that the credential is his or hers.
    .hint = Ask the holder to present the credential again in answer to this verifier’s request.
sd_jwt-hash_mismatch = The presenter’s signature was made for another credential, or for another selection of its claims{ about-note }.
    .hint = Parts of the presentation were exchanged. Ask the holder to present the credential again.

## Metadata of issuers and types

issuer_metadata-missing = The issuer’s keys are not at hand{ about-note }.
    .hint = Connect to the network and try again, or use an evidence bundle that holds the issuer’s metadata.
issuer_metadata-invalid = The metadata that the issuer publishes is malformed, or is another issuer’s{ about-note }.
    .hint = Tell the issuer. Until it is corrected, its credentials cannot be relied on.
issuer_metadata-key_not_found = The issuer does not publish the key that signed the credential{ about-note }.
    .hint = The key may have been withdrawn, or the credential may be forged. Ask the issuer.
certificate-missing = The issuer must sign with a certificate, and did not{ about-note }.
    .hint = The trust list asks for it. The credential may be forged, or the list may not fit how this issuer signs: ask whoever keeps the list.
certificate-invalid = The certificate does not show that the issuer signed this{ about-note }.
    .hint = It may have ended, be for another name, or come from an authority that the trust list does not name. Do not rely on the credential until the issuer has explained it.
type_metadata-missing = The rules of this type of credential are not at hand{ about-note }.
    .hint = Connect to the network and try again, or use an evidence bundle that holds the type’s metadata.
type_metadata-invalid = The published rules of this type of credential are malformed, or are another type’s{ about-note }.
    .hint = Tell whoever publishes the type. Until it is corrected, its credentials cannot be relied on.
type_metadata-mismatch = The credential breaks a rule of its type{ about-note }.
    .hint = Ask the issuer for a corrected credential.

## Data model

vc-context = The list of contexts is missing, malformed or in the wrong order{ about-note }.
    .hint = The first context must be the one of the W3C data model; the others must be complete addresses, each once.
vc-type = The type is missing or malformed{ about-note }.
    .hint = The issuer must state the type, beginning with VerifiableCredential or VerifiablePresentation.
vc-property_missing = { $about ->
    [none] A required property is missing.
   *[other] The property “{ $about }” is required and is missing.
}
    .hint = Ask the issuer for a complete credential.
vc-property_invalid = The value of { about-property } is not of the kind that the standard requires.
    .hint = Ask the issuer for a corrected credential.
vc-id = An identifier is not one complete address{ about-note }.
    .hint = The issuer must write it in full, for example starting with https:// or did:.
vc-date = A date is missing its time, its time zone, or is not a date{ about-note }.
    .hint = The issuer must write dates like 2026-07-01T00:00:00Z.
vc-date_order = The credential ends before it begins{ about-note }.
    .hint = Ask the issuer for a corrected credential.
vc-enveloped = The enveloped credential or presentation is malformed or of a kind that cannot be opened{ about-note }.
    .hint = The envelope must be a data: address with a JWT (application/vc+jwt or application/vp+jwt).
vc-related_resource = A related resource is malformed, listed twice or has no usable digest{ about-note }.
    .hint = Each entry needs an address of its own and at least one digest. Ask the issuer for a corrected credential.
vc-language = A text with a language or writing direction is malformed{ about-note }.
    .hint = Such a text has @value, @language and @direction, and nothing else.

## Related resources

resource-digest = A related resource is not the one that the issuer signed{ about-note }.
    .hint = It was replaced or altered. Do not rely on it.
resource-missing = A related resource is not at hand{ about-note }.
    .hint = Connect to the network and try again, or use an evidence bundle that contains it.

## Validity

validity-not_yet = The credential is not valid yet{ about-note }.
    .hint = Check the clock of this computer. If it is right, ask the holder to come back when the credential is valid.
validity-expired = The credential has expired{ about-note }.
    .hint = Ask the holder to renew it with the issuer.

## Status

status-revoked = The issuer has revoked the credential.
    .hint = Do not accept it. The holder can ask the issuer why.
status-suspended = The issuer has suspended the credential for now.
    .hint = Do not accept it now. The holder can ask the issuer when it will be valid again.
status-message = The issuer has attached a message to the credential’s status{ about-note }.
    .hint = Read the message and decide by your own rules.
status-entry = The credential’s status entry is malformed{ about-note }.
    .hint = Ask the issuer for a corrected credential.
status-type_unknown = This kind of status information is not supported{ about-note }.
    .hint = Ask the issuer whether the credential is still valid.
status-list_missing = The status list is not at hand, so nobody can say whether the credential was revoked{ about-note }.
    .hint = Connect to the network and try again, or use a recent evidence bundle.
status-list_invalid = The issuer’s status list is malformed or too short{ about-note }.
    .hint = Try again later. If it fails again, tell the issuer.
status-list_unverified = The status list itself could not be verified{ about-note }.
    .hint = It may be out of date or tampered with. Fetch it again; if it fails again, tell the issuer.
status-purpose = The status list is for another purpose than the credential says{ about-note }.
    .hint = Tell the issuer that the credential and its status list do not fit together.
status-index = The credential’s place in the status list does not exist{ about-note }.
    .hint = Tell the issuer that the credential and its status list do not fit together.
status-bomb = The status list unpacks to more than the limit allows{ about-note }.
    .hint = This may be an attempt to overload the verifier. Tell the issuer.

## Schema

schema-mismatch = The credential does not have the shape that its schema requires{ about-note }.
    .hint = Ask the issuer for a corrected credential.
schema-invalid = The credential’s schema has an error of its own{ about-note }.
    .hint = Tell the issuer that its published schema has an error.
schema-partial = What is shown of the credential matches its schema; what the holder left out was not judged.
    .hint = Ask for more of the credential only if you need it.
schema-missing = The credential’s schema is not at hand{ about-note }.
    .hint = Connect to the network and try again, or use an evidence bundle that contains it.
schema-type_unknown = This kind of schema is not supported{ about-note }.
    .hint = Ask the issuer for a credential with a JSON Schema.

## Trust

trust-no_policy = Nobody has told this verifier which issuers to trust.
    .hint = Give it a trust list. Without one, nothing is accepted.
trust-no_credential = The presentation holds no credential: it is the holder’s own word, and no trust list can name an issuer for it.
    .hint = Ask the holder to present a credential.
trust-insecure = The issuer was not checked: this verifier was told to trust anybody.
    .hint = Do not rely on this answer. Give the verifier a trust list.
trust-issuer_unknown = The issuer is not on the trust list{ about-note }.
    .hint = Do not accept the credential, unless you know the issuer and can have it added to the list.
trust-type_not_allowed = The issuer is trusted, but not for this type of credential{ about-note }.
    .hint = Ask the holder for a credential from an issuer in charge of this type.
trust-outside_period = The trust in the issuer does not cover this date{ about-note }.
    .hint = Check whether a newer trust list is available.
trust-list_invalid = The trust list is malformed{ about-note }.
    .hint = Fetch the list again from whoever publishes it.

## Holder

holder-not_subject = The person who presents the credential is not the one it was issued to.
    .hint = Ask the person named in the credential to present it.
holder-mismatch = The presentation names one holder but was signed by another.
    .hint = Do not accept it. Ask the holder to make a new presentation.
holder-pseudonym_missing = This verifier recognizes people by a pseudonym, which the presentation does not have.
    .hint = Ask the holder to show a credential that was issued with a pseudonym.

## Evidence

evidence-too_old = A stored piece of information is older than your rules allow{ about-note }.
    .hint = Connect to the network and try again, or get a newer evidence bundle.
# What is behind the sentence on old information: $id, $age, $limit.
evidence-age = { $id }: { $age } old, at most { $limit }
duration = { $unit ->
    [days] { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
    [hours] { $n ->
        [one] { $n } hour
       *[other] { $n } hours
    }
    [minutes] { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
   *[seconds] { $n ->
        [one] { $n } second
       *[other] { $n } seconds
    }
}
bundle-invalid = The evidence bundle is malformed or its signature does not match{ about-note }.
    .hint = Get a new bundle from whoever makes it for you.

## Issuing

issue-type = The credential type file has an error{ about-note }.
    .hint = Correct the file at the place shown and add it again.
issue-claim = A claim is missing, unknown or malformed{ about-note }.
    .hint = Correct the claim at the place shown. The credential type lists the claims that it knows.
issue-status_full = The status list has no free place left{ about-note }.
    .hint = Create a new status list and try again.
issue-suite = Credentials of this type cannot be secured in this way{ about-note }.
    .hint = Choose a suite of the type’s version of the data model. Under BbsBlsSignature2020 no claim can be mandatory: take “mandatory” out of the type file, or choose bbs-2023.
issue-anonymous = The credential type calls itself anonymous, but its credentials could be recognized again{ about-note }.
    .hint = Change what the file says at that place, or leave out “design”.

## Showing

present-undividable = This credential can only be shown whole{ about-note }.
    .hint = Choose everything, or ask the issuer for a credential that can be shown in part.
present-binding = The verifier asks for an answer to its request, and this credential cannot give one without a key of the holder{ about-note }.
    .hint = Use the key to which the credential was issued.
present-pseudonym = Every showing of this credential has a pseudonym that is for one verifier, and no verifier was named.
    .hint = Say to whom it is shown: the verifier’s name.

internal = Something went wrong inside this program{ about-note }.
    .hint = It is not the fault of the credential. Please report what you did, without the credential itself.

## The checks: name, and what there is to say without a fault

check-structure = Structure
    .pass = The document follows the W3C data model.
    .fail = The document does not follow the W3C data model.
    .not-checked = The structure was not checked.
    .undetermined = The structure could not be checked.
check-contexts = Contexts
    .pass = Every word in the document has a known meaning.
    .fail = Not every word in the document has a known meaning.
    .not-checked = The contexts were not checked.
    .undetermined = The contexts could not be checked.
check-proof = Signature
    .pass = The signature matches: nothing was changed.
    .fail = The signature does not match.
    .not-checked = The signature was not checked.
    .undetermined = The signature could not be checked.
check-key-authorized = Key
    .pass = The key belongs to the signer and may be used for this.
    .fail = The key may not be used for this.
    .not-checked = The key’s owner was not checked.
    .undetermined = The key’s owner could not be checked.
check-validity = Dates
    .pass = The credential is within its dates.
    .fail = The credential is not within its dates.
    .not-checked = The credential states no dates.
    .undetermined = The dates could not be checked.
check-status = Status
    .pass = The credential is neither revoked nor suspended.
    .fail = The credential is revoked or suspended.
    .not-checked = The credential has no status to check.
    .undetermined = The status could not be checked.
check-schema = Schema
    .pass = The claims have the shape that the schema requires.
    .fail = The claims do not have the shape that the schema requires.
    .not-checked = The credential names no schema.
    .undetermined = The schema could not be checked.
check-resources = Related resources
    .pass = The related resources are those that the issuer signed.
    .fail = A related resource is not the one that the issuer signed.
    .not-checked = The credential names no related resources.
    .undetermined = The related resources could not be checked.
check-issuer-trusted = Trust
    .pass = The issuer is trusted for this type of credential.
    .fail = The issuer is not trusted for this type of credential.
    .not-checked = The issuer’s trust was not checked.
    .undetermined = It could not be decided whether the issuer is trusted.
check-holder-binding = Holder
    .pass = The credential is presented by the one it was issued to.
    .fail = The credential is presented by somebody else.
    .not-checked = Nobody presented the credential, so its holder was not checked.
    .undetermined = The holder could not be checked.
check-audience = Recipient
    .pass = The presentation was made for this verifier and this request.
    .fail = The presentation was not made for this verifier and this request.
    .not-checked = There is no presentation whose recipient could be checked.
    .undetermined = The recipient could not be checked.
check-evidence-age = Age of the information
    .pass = The information used is recent enough.
    .fail = The information used is too old.
    .not-checked = No stored information was needed.
    .undetermined = The information used is too old to decide.

## The outcomes

outcome-accept = Accepted
    .sentence = The document can be relied on.
outcome-reject = Rejected
    .sentence = The document must not be relied on.
outcome-undetermined = Cannot tell
    .sentence = Nothing wrong was found, but something needed to decide is missing.

## What ties showings together, and what can be done about it

link-signature = The issuer’s signature is the same each time.
    .advice = Use a suite whose proofs differ each time, such as bbs-2023.
link-digests = The fingerprints of the hidden claims are the same each time.
    .advice = Use each copy of the credential once, or a suite such as bbs-2023.
link-holder-key = The holder’s key is the same each time.
    .advice = Use a key of its own for each verifier, or show without a key where the verifier allows it.
link-pseudonym = This verifier will recognize the holder again; others will not.
    .advice = Use this only where being recognized is wanted.
link-credential-id = The credential’s number is shown.
    .advice = Issue credentials without an id.
link-subject-id = The person’s identifier is shown.
    .advice = Issue credentials without an id of the subject.
link-other-id = An identifier that may belong to this credential alone is shown.
    .advice = Leave such identifiers out of the credential.
link-status-index = The place in a status list is shown, and each credential has its own.
    .advice = Let credentials be valid for a short time instead of giving them a status.
link-created = The moment of signing is shown to the second.
    .advice = Issue without the date of the proof, or round it to the day.
link-exact-time = A date is shown to the second.
    .advice = Round the dates to the day.
link-mandatory-value = The issuer always shows a claim that few people share.
    .advice = Let the holder choose whether to show this claim.
link-disclosed-value = A claim is shown that few people share.
    .advice = Show it only if the verifier needs it.
link-labels = The unnamed parts of the credential are numbered in a way that few credentials share.
    .advice = Issue credentials with at most five parts without an id, outside of lists.
link-places = Part of a list is shown, and the proof tells which of its items these are.
    .advice = Show the whole list or nothing of it, or make its items claims of their own.
link-form = The proof tells how many claims the credential has, so that it shows whether this optional one is among them.
    .advice = Make the claim required, or make a type of its own for those who have it.
link-context = The credential uses a context that may be its own.
    .advice = Use a context that many credentials share.

linkability-unlinkable = Nothing in this showing ties it to other showings.
linkability-narrows = This showing cannot be tied to others for certain, but what it tells narrows down who it could be.
linkability-same-verifier = The same verifier will recognize the holder again; two verifiers cannot compare notes.
linkability-certain = Whoever sees two such showings can tell that they come from the same credential.
