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

protocol-refused = The other side’s message, or its answer, cannot be used ({ $code }: { $about }).
    .hint = Start again from the beginning. If it goes on, tell the organization.
protocol-denied = The other side said no ({ $code }).
    .hint = Ask the organization why.
protocol-offline = The other side cannot answer right now ({ $code }).
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
