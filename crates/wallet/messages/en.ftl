# Tamarack: what people read in a wallet.
#
# $about is a name (a member, a limit with its value) or “none”.

### Errors: a sentence, and what to do about it

store-locked = The wallet is locked.
    .hint = Unlock it and try again.
store-wrong-key = This passphrase or key does not open the wallet.
    .hint = Check the passphrase and try again. Nothing was changed.
store-missing = There is no wallet here yet.
    .hint = Create one, or restore a backup.
store-exists = There is a wallet here already.
    .hint = Open it instead, or choose another place.
store-too-new = This wallet was last used by a newer version of the app.
    .hint = Update the app and open it again.
store-damaged = The wallet’s file is damaged.
    .hint = Restore your backup. Credentials that are not in it can be asked for again at their issuers.
store-full = The device has no room left. Nothing was changed.
    .hint = Free some space and try again.
store-busy = Another program is using the wallet.
    .hint = Close the other one and try again.
store-unavailable = The wallet’s file cannot be read or written.
    .hint = Check that the app may use its storage, and start it again.
store-taken = This was saved before.
    .hint = Nothing more needs to be done.
store-limit = This is larger than the wallet can keep{ $about ->
        [none] {""}
       *[other] { " " }({ $about })
    }.
    .hint = Ask whoever sent it for a smaller one.
record-missing = The wallet does not have this any more.
    .hint = It may have been deleted. Go back and look at the list again.
record-damaged = A part of the wallet cannot be read.
    .hint = Update the app. If that does not help, restore your backup.
device-denied = You did not unlock the device’s key, or you refused.
    .hint = Try again and unlock it with your face, finger or code.
platform-locked = The device wants to be unlocked first.
    .hint = Unlock it with your face, finger or code, and try again.
device-unavailable = The device’s secure hardware cannot be used right now.
    .hint = Unlock the device, wait a moment and try again.
device-key-gone = A key in the device’s secure hardware is gone.
    .hint = This happens when the screen lock was removed or the device was reset. Ask the issuer for the credential again.
device-failed = The device’s secure hardware did not work as it should.
    .hint = Start the device again. If it goes on, tell the makers of the app.
device-missing = This needs the device’s secure hardware, which the app does not use.
    .hint = Tell the makers of the app.
network-unavailable = The other side could not be reached.
    .hint = Check your connection and try again later.
backup-phrase = This is not a recovery phrase: a word is wrong, missing or in another place.
    .hint = Compare it word by word with what you wrote down.
backup-wrong-key = This backup was not made with this recovery phrase, or is not for this device.
    .hint = Check that phrase and file belong together.
backup-malformed = This file is not a backup of a wallet, or it is damaged.
    .hint = Choose another file, or get this one again from where you keep it.
backup-too-new = This backup was made by a newer version of the app.
    .hint = Update the app and try again.
transfer-code = This is not the code that a new device shows.
    .hint = On the new device, choose “Move my wallet here”, and scan the code that it shows.
transfer-over = The code of the new device is too old, or was used before.
    .hint = Show a new code on the new device and scan it.
receipt-invalid = This consent receipt is not sound: it was changed, or someone else signed it.
    .hint = Do not rely on it.
wallet-internal = Something went wrong inside the wallet.
    .hint = Start the app again. If it goes on, tell the makers of the app.

### What the other side answered. $code is the protocol’s error code, $about a parameter or rule of the protocol

protocol-refused = What the other side sent cannot be used, or is no longer good.
    .hint = Start again from the beginning. If it goes on, tell the organization.
protocol-denied = The other side said no.
    .hint = Ask the organization why.
protocol-offline = The other side cannot answer right now.
    .hint = Try again later.

### The history

event-received = A credential was received
event-refused = A credential was refused
event-offer-declined = You said no to an offer
event-shown = You shared information
event-declined = You said no to a request
event-signed-in = You signed in
event-deleted = You deleted a credential
event-state-changed = The issuer changed a credential’s state
event-consent-withdrawn = You withdrew a consent
event-backed-up = You made a backup
event-restored = The wallet was restored here
event-moved = The wallet was moved to another device
history-title = The history of my wallet
history-made = Made on { $time }. Times are in Coordinated Universal Time (UTC).
history-empty = Nothing has happened yet.
history-count =
    { $count ->
        [one] One entry, the newest first. It names what was shared and does not repeat it.
       *[other] { $count } entries, the newest first. They name what was shared and do not repeat it.
    }
history-when = When
history-what = What happened
history-who = With whom
history-which = Which information
history-purpose = Purpose: { $said }
history-reason = Reason: { $said }
history-alternative = Choice { $number } of { $of }
reason-not-wanted = You did not want to.
reason-not-trusted = You did not know or trust who asked.
reason-too-much = It was too much.
reason-nothing-fits = You had nothing that answered.
history-linkable = This showing can be tied to others of yours.
history-unlinkable = This showing cannot be tied to others of yours.
history-trusted = Known to your wallet
history-untrusted = Not known to your wallet

### How a credential stands

condition-good = Valid
    .advice = You can use this credential.
condition-expiring = Expires soon
    .advice = You can still use this credential. Ask the issuer for a new one in time.
condition-not-yet-valid = Not valid yet
    .advice = You can use this credential from the day on which it begins to be valid.
condition-expired = Expired
    .advice = This credential is no longer accepted. Ask the issuer for a new one, or delete it.
condition-suspended = Suspended
    .advice = The issuer has suspended this credential for now. Ask the issuer why.
condition-revoked = Revoked
    .advice = The issuer has revoked this credential for good. Ask the issuer why, or delete it.
### Receiving and showing: errors

message-url = The message names an address that a wallet should not go to.
    .hint = Do not go on. Tell the organization that you wanted to deal with.
message-too-large = The other side’s answer is larger than it should be.
    .hint = Try again. If it goes on, tell the organization.
service-refused = The other side refused{ $about ->
        [none] {""}
       *[other] { " " }({ $about })
    }.
    .hint = Ask for a new offer or a new request: each works once and for a short time.
flow-step = This does not belong to where things stand.
    .hint = Start again from the beginning. If it goes on, tell the makers of the app.
flow-over = This is over already.
    .hint = Start again from the beginning.
offer-unusable = This wallet cannot keep what is offered{ $about ->
        [none] {""}
       *[other] { " " }({ $about })
    }.
    .hint = Ask the organization for another form of it, or use a wallet that supports it.
offer-browser = This offer needs you to sign in with the browser, which the app does not do.
    .hint = Tell the makers of the app.
offer-code = The code for this offer is not right, or the offer is no longer good.
    .hint = Look at the code that the issuer sent you, and type it again. After a few wrong tries you need a new offer.
credential-other-kind = What came is not what was offered.
    .hint = It was not kept. Tell the issuer.
credential-other-key = What came belongs to the key of another wallet, so that you could never show it.
    .hint = It was not kept. Ask the issuer for another one.
renewal-none = The issuer did not allow the wallet to ask for more of this.
    .hint = Ask the issuer for a new offer.
request-nothing = This request asks for nothing that this wallet knows.
    .hint = Use a wallet that supports it.
consent-outside = This choice goes beyond what was asked for.
    .hint = Choose from what is on the screen.
consent-incomplete = Something is missing that the other side cannot do without.
    .hint = Choose an answer to each question that must be answered, or say no.
consent-needed = This is used only with your consent to a request.
    .hint = Open the request, and agree to it there.
qr-malformed = This code is not one that this wallet reads, or it is damaged.
    .hint = Scan it again, with good light and the whole code in view.
qr-other = This code belongs to something else than the ones before it.
    .hint = Scan the codes of one document only.
qr-too-large = This is too large for codes to scan.
    .hint = Show less of it, or show it over the network.

### Claims, by their names in data

claim-age-over = { $age } or older
claim-given-name = Given name
claim-family-name = Family name
claim-name = Name
claim-birth-date = Date of birth
claim-birthdate = Date of birth
claim-date-of-birth = Date of birth
claim-address = Address
claim-street-address = Street address
claim-address-locality = City
claim-locality = City
claim-address-region = Province
claim-region = Province
claim-postal-code = Postal code
claim-address-country = Country
claim-country = Country
claim-email = Email address
claim-telephone = Phone number
claim-phone-number = Phone number
claim-portrait = Portrait
claim-image = Picture
claim-picture = Picture
claim-gender = Gender
claim-sex = Sex
claim-nationality = Nationality
claim-document-number = Document number
claim-identifier = Identifier
claim-valid-until = Valid until
claim-valid-from = Valid from
claim-issuer = Issuer
claim-id = Identifier
# One claim in one sentence, for a screen reader.
told-claim = { $name }: { $value }.
told-along = Not asked for, but shown along with the rest.
told-before = You showed them this on { $day }.
value-yes = Yes
value-no = No
value-none = (nothing)
value-picture = (a picture)

### An offer, before it is accepted

issuer-listed = { $issuer } ({ $url }) offers you this. It is on the list of issuers that your wallet trusts.
issuer-itself = { $issuer } ({ $url }) offers you this. It signs with the key of its own web address and is not on the list of issuers that your wallet trusts.
issuer-address = { $issuer } offers you this. It is known by its web address alone ({ $url }). What it issues is kept only if it is by somebody on the list of issuers that your wallet trusts.
issuer-stranger = { $issuer } offers you this. It is known by its web address alone ({ $url }), and nobody that your wallet trusts has to vouch for it.
offer-credential = On offer: { $name }.
offer-claims = It will say: { $claims }.
offer-unsupported = This wallet cannot keep it (format { $format }).
offer-copies = You get up to { $count } copies, each for one showing.
offer-unlinkable = Nobody can tell two showings of it apart from those of other people, unless what you show tells.
offer-unlinkable-key = Its signature does not tie showings together. Where your key has to sign, it does.
offer-linkable-copies = Each copy has a signature of its own. As long as copies are left, showings cannot be tied together by it.
offer-linkable = Whoever sees it twice can tell that it was the same one.
offer-validity = Until when it is valid stands in it, and shows when it is here.
offer-browser-step = You sign in with the browser first.
learns-taken = The issuer learns that you take this up, and when.
learns-address = The issuer sees your network address.
learns-key = The issuer sees a new key that your wallet makes for this alone.
learns-sign-in = The issuer learns with what you sign in.
learns-stored = The issuer learns whether your wallet kept it.
learns-not-showings = The issuer does not learn when and to whom you show it.
code-digits = Enter the { $count }-digit code that you received separately.
code-characters = Enter the { $count }-character code that you received separately.
code-any = Enter the code that you received separately.

### A request, before it is answered

verifier-known = { $name } asks you for information. Your wallet knows who that is. The answer goes to { $host }.
verifier-vouched = { $id } asks you for information. An authority that your wallet trusts vouches for this address. The answer goes to { $host }.
verifier-vouched-named = { $id } asks you for information. An authority that your wallet trusts vouches for this address. It calls itself “{ $name }”; nobody has verified the name. The answer goes to { $host }.
verifier-vouched-name = { $id } asks you for information. An authority that your wallet trusts vouches for this name. The answer goes to { $host }.
verifier-vouched-name-named = { $id } asks you for information. An authority that your wallet trusts vouches for this name. It calls itself “{ $name }” here; nobody has verified that. The answer goes to { $host }.
verifier-proved = Somebody asks you for information who is known by an address alone: { $id }. The request is signed. The answer goes to { $host }.
verifier-proved-named = Somebody who calls themselves “{ $name }” asks you for information ({ $id }). The request is signed, but nobody has verified the name. The answer goes to { $host }.
verifier-address = Somebody asks you for information. The request is not signed. The answer goes to { $host }.
verifier-address-named = Somebody who calls themselves “{ $name }” asks you for information. The request is not signed, and nobody has verified the name. The answer goes to { $host }.
request-purpose = Why, in their own words: { $purpose }
request-no-purpose = They do not say why.
request-sign-in = You sign in with an identifier that is made for them alone.
request-standing = You agreed to exactly this on { $given }. Your consent stands until { $until }, unless you withdraw it.
request-cannot = You have nothing that answers this request.
request-cannot-all = You have a part of what is asked for, and not all of it. They cannot do without the rest.
question-lacks = Missing: { $kind }.
# What a plain yes means, and the other ways. $number counts the ways of the whole request.
yes-shows = If you say yes, you show this:
way-only = From { $title } ({ $issuer }):
way-proposed = From { $title } ({ $issuer }), choice { $number }:
way-other = Choice { $number }, from { $title } ({ $issuer }):
way-no-claims = That you have it, and nothing else.
instead-of = Instead of choice { $numbers }, you can choose:
instead-of-together = Instead of choice { $numbers }, you can choose these together:
may-add = They would also like this. A plain yes leaves it out; you can add it:
and = { $first } and { $last }
question-whole = It can only be shown whole.
question-miss = { $title } does not answer this: { $reason }

# What the other side says it does with the information: its own word.

handling-not-kept = They say that they do not keep the information.
handling-kept =
    { $count ->
        [one] They say that they keep the information for one day.
       *[other] They say that they keep the information for { $count } days.
    }
handling-stored = They say that they keep it here: { $items }.
handling-recipients = They say that they pass it on to: { $items }.
handling-jurisdiction = They say that this law applies: { $items }.
handling-withdrawal = They say that you can withdraw your consent here: { $items }
handling-notice = Their privacy notice: { $items }
handling-contact = Whom to write to: { $items }

# Receipts

receipt-withdrawal = In the wallet that gave this consent, at any time. The wallet then makes a receipt of the withdrawal to hand over.
receipt-collected = Shown by the person from a wallet: { $title }.
receipt-collected-choice = Shown by the person from a wallet: { $title }, choice { $number } of { $of }.

receipt-no-purpose = Not stated by the one who asked
miss-authority = The one who asks wants it from another issuer.
miss-not-bound = It is not bound to you.
miss-algorithm = The one who asks does not understand how it is signed.
miss-claims = It does not say what is asked for.
miss-cannot-show = It cannot be shown so that it answers.
warning-beyond = Asks too much
warning-unsigned = Not signed
warning-unknown = Unknown
warning-birth-date = Date of birth
warning-whole = Shown whole
warning-linkable = Recognizable
warning-no-purpose = No reason given
warning-not-valid = Not valid
agreement = You also agree to: { $kind } ({ $fields }).
warn-beyond = They ask for more than they may: { $claims }.
warn-unsigned = Nobody can tell who asks. Answer only if you started this yourself, on a site that you know.
warn-unknown = Nobody that your wallet trusts vouches for “{ $name }”. Answer only if you know who that is.
warn-birth-date = Your date of birth is asked for. { $title } can also show that you are old enough, without the date.
warn-whole = { $title } can only be shown whole. This is shown too, though nobody asked for it: { $claims }.
warn-linkable = Whoever sees { $title } again can tell that it is the same one.
warn-no-purpose = They do not say why they ask.
warn-not-valid = { $title } is not expected to be accepted: { $condition }.
