# Texts that all of Tamarack's programs share.

heading-usage = Usage:
heading-commands = Commands
heading-arguments = Arguments
heading-options = Options
heading-global = Options of every command
heading-examples = Examples:

label-error = error:
label-warning = warning:
label-hint = hint:

# Where in a document something is, and a value behind its name.
place = at { $pointer }
labelled = { $label }: { $value }

ask-passphrase = Passphrase:
ask-new-passphrase = New passphrase:
ask-passphrase-again = The same passphrase again:

link-strength-certain = for certain
link-strength-same-verifier = by the same verifier
link-strength-narrows = narrows down

# Arguments that many commands have.
arg = Arguments that many commands have
    .lang = Language: en (English) or fr (French). Default: that of the locale (LC_ALL, LC_MESSAGES, LANG)
    .color = Colour: auto (only on a terminal, never with NO_COLOR), always or never
    .json = Write one JSON value to standard output, errors included, for other programs to read
    .help = Show this help
    .version = Show the version
    .passphrase-file = File with the passphrase of the keys. Default: the variable TAMARACK_PASSPHRASE, else you are asked

# The words in angle brackets.
value = Words in angle brackets
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

# The options of every service.
server = Options of a service
    .base-url = The address under which the world reaches this server: https://…. Plain http:// is for this machine only
    .listen = Address and port to listen on
    .tls-cert = Certificate chain (PEM). Without it, a proxy in front does TLS
    .tls-key = Key of the certificate (PEM)
    .proxies = How many proxies of your own stand in front: so many entries of X-Forwarded-For are believed. Default: 0
    .rate = Requests that one client may make in a minute. Default: 600
    .workers = Threads that answer requests. Default: half of the cores, at least one
    .metrics-listen = Serve /metrics (Prometheus) on an address of its own; without ADDRESS, to this computer alone: 127.0.0.1:9464
    .log = Form of the log, on standard error: text or json. Default: text
    .verbose = Log more

cmd-completions = Write a completion script for a shell
    .shell = The shell: bash, elvish, fish, powershell or zsh
    .examples =
        # Completion for this bash session
        source <({ $program } completions bash)

err-file-read = { $source ->
        [stdin] Standard input
       *[file] The file “{ $file }”
    } cannot be read: { $reason ->
        [missing] it does not exist
        [forbidden] you do not have permission
        [folder] it is a folder
        [full] the disk is full
       *[other] the system refused
    }.
    .hint = Check the path and the permissions. Use - to read from standard input.
err-file-write = The file “{ $file }” cannot be written: { $reason ->
        [missing] its folder does not exist
        [forbidden] you do not have permission
        [folder] it is a folder
        [full] the disk is full
       *[other] the system refused
    }.
    .hint = Check that the folder exists, that you may write there and that the disk has room.
err-file-exists = The file “{ $file }” already exists; it was left as it is.
    .hint = Choose another name, or move the old file away.
err-file-too-large = { $source ->
        [stdin] Standard input
       *[file] The file “{ $file }”
    } is larger than { $limit } { $unit ->
        [megabytes] MB
        [kilobytes] kB
       *[bytes] bytes
    }, the limit for this kind of file.
    .hint = Check that it is the right file.
err-output-failed = The result could not be written: { $reason }.
    .hint = Check that the disk has room, then run the command again.
err-passphrase-none = A passphrase is needed, and there is nobody to ask.
    .hint = Use --passphrase-file, set the variable { $variable }, or run the command in a terminal.
err-passphrase-empty = The passphrase is empty.
    .hint = Choose a passphrase of several words.
err-passphrase-mismatch = The two passphrases differ.
    .hint = Run the command again and type the same passphrase twice.
err-passphrase-not-text = The passphrase file “{ $file }” is not UTF-8 text.
    .hint = Write the passphrase into a plain text file of one line.

err-key-encrypted = The secret key is encrypted.
    .hint = Decrypt it first: openssl pkey -in key.pem -out plain.pem. Delete the plain file as soon as you no longer need it.
err-key-is-public = This is a public key, and the secret key is needed.
    .hint = Take the file with the secret key: BEGIN PRIVATE KEY in a PEM, “d” in a JWK.

err-consent-none = Consent is needed, and there is nobody to ask; nothing was written.
    .hint = Run the command in a terminal, or use --yes if the person has already agreed to exactly this.

err-usage-command-missing = No command was given.
    .hint = Run the program with --help to see the commands.
err-usage-command-unknown = There is no command “{ $command }”.
    .hint = { $suggestion ->
        [none] Run the program with --help to see the commands.
       *[other] Did you mean “{ $suggestion }”?
    }
err-usage-argument-unknown = The argument “{ $arg }” is not known here.
    .hint = { $suggestion ->
        [none] Run the command with --help to see its options.
       *[other] Did you mean “{ $suggestion }”?
    }
err-usage-argument-missing = Something is missing: { $arg }.
    .hint = Run the command with --help to see examples.
err-usage-argument-conflict = { $arg } and { $other } cannot be used together, or one of them was given twice.
    .hint = Choose one of them.
err-usage-value-missing = The option { $arg } needs a value.
    .hint = Run the command with --help to see examples.
err-usage-value-not-offered = “{ $value }” is not a value of { $arg }.
    .hint = Choose one of: { $offered }.
err-usage-value-invalid = “{ $value }” is not a valid value of { $arg }.
    .hint = Run the command with --help to see examples.
err-usage-not-utf8 = An argument is not UTF-8 text.
    .hint = Rename the file, or change the encoding of your terminal to UTF-8.
err-usage-other = The command line is wrong.
    .hint = Run the command with --help to see examples.

# What could not be fetched, in every program that asks the network.
err-fetch-url = { $url } is not an address from which something can be fetched.
    .hint = Check its spelling. Only HTTPS addresses and did:web can be fetched.
err-fetch-credentials = The address { $url } holds a user name or a password; it was not asked.
    .hint = Ask its owner for an address without them.
err-fetch-not-https = The address { $url } is not protected by HTTPS; it was not asked.
    .hint = Ask its owner to serve it over HTTPS. Plain HTTP is for this very machine only.
err-fetch-address = The host of { $url } lies in a private or reserved network; it was not asked.
    .hint = If that service is your own, use --allow-private-network.
err-fetch-too-many-redirects = { $url } leads from one address to the next.
    .hint = Ask its owner for the address at the end of the chain.
err-fetch-redirect = { $url } leads to an address that must not be asked.
    .hint = Report this to its owner: it may be an attack.
err-fetch-too-large = The answer of { $url } is larger than { $limit } bytes, the limit.
    .hint = Report this to its owner.
err-fetch-timeout = { $url } did not answer in time.
    .hint = Try again later, or allow more time with --timeout.
err-fetch-status = { $url } answered with the HTTP status { $status }.
    .hint = Try again later. If it stays so, report it to its owner.
err-fetch-unreachable = { $url } cannot be reached.
    .hint = Check the network connection and try again.
err-fetch-tls = No secure connection to { $url }: its certificate is not one that we trust.
    .hint = Report this to its owner. For an authority of your own, use --authorities.
err-fetch-too-many-requests = { $url } was not asked: this credential asks for too many documents.
    .hint = Report this to the issuer of the credential.

# Why the system refused, within a sentence.
reason-missing = it does not exist
reason-forbidden = you do not have permission
reason-exists = there is something there already
reason-folder = it is a folder
reason-no-folder = part of the path is not a folder
reason-not-empty = the folder is not empty
reason-full = the disk is full, or the file is too large for it
reason-read-only = nothing can be written on this disk
reason-busy = another program is using it
reason-address-in-use = another program is listening at this address
reason-address-unknown = this machine does not have this address
reason-unreachable = nobody answers there
reason-closed = the other side closed the connection
reason-short = it ends too soon
reason-timeout = it took too long
reason-memory = there is not enough memory
reason-name = the system does not take this name or value
reason-data = its content cannot be read
reason-database = the database reports the error { $number }
reason-other = the system refused (error { $number })
