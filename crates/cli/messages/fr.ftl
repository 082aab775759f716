# Textes communs à tous les programmes de Tamarack.

heading-usage = Utilisation :
heading-commands = Commandes{"\u00A0"}
heading-arguments = Arguments{"\u00A0"}
heading-options = Options{"\u00A0"}
heading-global = Options de toutes les commandes{"\u00A0"}
heading-examples = Exemples :

label-error = erreur :
label-warning = avertissement :
label-hint = conseil :

# Où se trouve quelque chose dans un document, et une valeur après son nom.
place = à { $pointer }
labelled = { $label } : { $value }

ask-passphrase = Phrase de passe :
ask-new-passphrase = Nouvelle phrase de passe :
ask-passphrase-again = La même phrase de passe, de nouveau :

link-strength-certain = avec certitude
link-strength-same-verifier = par le même vérificateur
link-strength-narrows = réduit le cercle

# Arguments de plusieurs commandes.
arg = Arguments de plusieurs commandes
    .lang = Langue : en (anglais) ou fr (français). Par défaut, celle du système (LC_ALL, LC_MESSAGES, LANG)
    .color = Couleur : auto (seulement dans un terminal, jamais avec NO_COLOR), always (toujours) ou never (jamais)
    .json = Écrire sur la sortie standard une seule valeur JSON, même en cas d’erreur, à l’intention d’un autre programme
    .help = Afficher cette aide
    .version = Afficher la version
    .passphrase-file = Fichier contenant la phrase de passe des clés. Par défaut, la variable TAMARACK_PASSPHRASE, sinon elle vous est demandée

# Les mots entre chevrons.
value = Mots entre chevrons
    .COMMAND = COMMANDE
    .FILE = FICHIER
    .DIR = DOSSIER
    .URL = URL
    .DID = DID
    .ID = IDENTIFIANT
    .TIME = DATE
    .LANGUAGE = LANGUE
    .WHEN = QUAND
    .SHELL = INTERPRÉTEUR
    .NAME = NOM
    .KEY = CLÉ
    .SECONDS = SECONDES
    .SUITE = SUITE
    .TYPE = TYPE
    .NUMBER = NOMBRE

# Les options de chaque service.
server = Options d’un service
    .base-url = L’adresse où le monde joint ce serveur : https://…. Le http:// sans chiffrement est réservé à cet ordinateur
    .listen = Adresse et port d’écoute
    .tls-cert = Chaîne de certificats (PEM). Sans elle, un serveur mandataire placé devant s’occupe de TLS
    .tls-key = Clé du certificat (PEM)
    .proxies = Combien de vos serveurs mandataires se trouvent devant : autant d’entrées de X-Forwarded-For sont crues. Par défaut, 0
    .rate = Nombre de requêtes qu’un client peut faire par minute. Par défaut, 600
    .workers = Nombre de fils qui répondent aux requêtes. Par défaut, la moitié des cœurs, au moins un
    .metrics-listen = Offrir /metrics (Prometheus) à une adresse à part; sans ADRESSE, à cet ordinateur seulement : 127.0.0.1:9464
    .log = Format du journal, sur la sortie d’erreur : text ou json. Par défaut, text
    .verbose = Journaliser davantage

cmd-completions = Écrire le script de complétion d’un interpréteur de commandes
    .shell = L’interpréteur : bash, elvish, fish, powershell ou zsh
    .examples =
        # Complétion pour cette session de bash
        source <({ $program } completions bash)

err-file-read = Impossible de lire { $source ->
        [stdin] l’entrée standard
       *[file] le fichier « { $file } »
    } : { $reason ->
        [missing] il n’existe pas
        [forbidden] l’accès est refusé
        [folder] c’est un dossier
        [full] le disque est plein
       *[other] le système a refusé
    }.
    .hint = Vérifiez le chemin et les droits d’accès. Utilisez - pour lire l’entrée standard.
err-file-write = Impossible d’écrire dans le fichier « { $file } » : { $reason ->
        [missing] son dossier n’existe pas
        [forbidden] l’accès est refusé
        [folder] c’est un dossier
        [full] le disque est plein
       *[other] le système a refusé
    }.
    .hint = Assurez-vous que le dossier existe, que vous pouvez y écrire et qu’il reste de la place sur le disque.
err-file-exists = Le fichier « { $file } » existe déjà; il a été laissé tel quel.
    .hint = Choisissez un autre nom, ou déplacez l’ancien fichier.
err-file-too-large = { $source ->
        [stdin] L’entrée standard
       *[file] Le fichier « { $file } »
    } dépasse { $limit } { $unit ->
        [megabytes] Mo
        [kilobytes] ko
       *[bytes] octets
    }, la limite pour cette sorte de fichier.
    .hint = Assurez-vous que c’est le bon fichier.
err-output-failed = Impossible d’écrire le résultat : { $reason }.
    .hint = Assurez-vous qu’il reste de la place sur le disque, puis relancez la commande.
err-passphrase-none = Une phrase de passe est nécessaire, et il n’y a personne à qui la demander.
    .hint = Utilisez --passphrase-file, définissez la variable { $variable } ou lancez la commande dans un terminal.
err-passphrase-empty = La phrase de passe est vide.
    .hint = Choisissez une phrase de passe de plusieurs mots.
err-passphrase-mismatch = Les deux phrases de passe diffèrent.
    .hint = Relancez la commande et saisissez deux fois la même phrase de passe.
err-passphrase-not-text = Le fichier de phrase de passe « { $file } » n’est pas du texte UTF-8.
    .hint = Écrivez la phrase de passe dans un fichier texte d’une seule ligne.

err-key-encrypted = La clé secrète est chiffrée.
    .hint = Déchiffrez-la d’abord : openssl pkey -in cle.pem -out claire.pem. Supprimez le fichier en clair dès que vous n’en avez plus besoin.
err-key-is-public = C’est une clé publique, et il faut la clé secrète.
    .hint = Prenez le fichier de la clé secrète : BEGIN PRIVATE KEY dans un PEM, « d » dans un JWK.

err-consent-none = Il faut un consentement, et il n’y a personne à qui le demander; rien n’a été écrit.
    .hint = Exécutez la commande dans un terminal, ou utilisez --yes si la personne a déjà consenti à cela précisément.

err-usage-command-missing = Aucune commande n’a été donnée.
    .hint = Lancez le programme avec --help pour voir les commandes.
err-usage-command-unknown = La commande « { $command } » n’existe pas.
    .hint = { $suggestion ->
        [none] Lancez le programme avec --help pour voir les commandes.
       *[other] Vouliez-vous dire « { $suggestion } »?
    }
err-usage-argument-unknown = L’argument « { $arg } » est inconnu ici.
    .hint = { $suggestion ->
        [none] Lancez la commande avec --help pour voir ses options.
       *[other] Vouliez-vous dire « { $suggestion } »?
    }
err-usage-argument-missing = Il manque quelque chose : { $arg }.
    .hint = Lancez la commande avec --help pour voir des exemples.
err-usage-argument-conflict = { $arg } et { $other } ne vont pas ensemble, ou l’un des deux a été donné deux fois.
    .hint = Choisissez l’un des deux.
err-usage-value-missing = L’option { $arg } exige une valeur.
    .hint = Lancez la commande avec --help pour voir des exemples.
err-usage-value-not-offered = « { $value } » n’est pas une valeur de { $arg }.
    .hint = Choisissez parmi : { $offered }.
err-usage-value-invalid = « { $value } » n’est pas une valeur valide de { $arg }.
    .hint = Lancez la commande avec --help pour voir des exemples.
err-usage-not-utf8 = Un argument n’est pas du texte UTF-8.
    .hint = Renommez le fichier, ou réglez l’encodage de votre terminal à UTF-8.
err-usage-other = La ligne de commande contient une erreur.
    .hint = Lancez la commande avec --help pour voir des exemples.

# Ce qui n’a pas pu être obtenu, dans chaque programme qui interroge le réseau.
err-fetch-url = { $url } n’est pas une adresse d’où l’on peut télécharger quelque chose.
    .hint = Vérifiez son orthographe. On ne peut télécharger qu’à partir d’adresses HTTPS et de did:web.
err-fetch-credentials = L’adresse { $url } contient un nom d’utilisateur ou un mot de passe; elle n’a pas été interrogée.
    .hint = Demandez à son responsable une adresse qui n’en contient pas.
err-fetch-not-https = L’adresse { $url } n’est pas protégée par HTTPS; elle n’a pas été interrogée.
    .hint = Demandez à son responsable de la servir par HTTPS. Le HTTP sans chiffrement est réservé à l’ordinateur même.
err-fetch-address = L’hôte de { $url } se trouve dans un réseau privé ou réservé; il n’a pas été interrogé.
    .hint = Si ce service est le vôtre, utilisez --allow-private-network.
err-fetch-too-many-redirects = { $url } renvoie d’une adresse à l’autre.
    .hint = Demandez à son responsable l’adresse au bout de la chaîne.
err-fetch-redirect = { $url } renvoie à une adresse qui ne doit pas être interrogée.
    .hint = Signalez-le à son responsable : c’est peut-être une attaque.
err-fetch-too-large = La réponse de { $url } dépasse { $limit } octets, la limite.
    .hint = Signalez-le à son responsable.
err-fetch-timeout = { $url } n’a pas répondu à temps.
    .hint = Réessayez plus tard, ou accordez plus de temps avec --timeout.
err-fetch-status = { $url } a répondu par le code HTTP { $status }.
    .hint = Réessayez plus tard. Si l’erreur persiste, signalez-la à son responsable.
err-fetch-unreachable = { $url } est injoignable.
    .hint = Vérifiez la connexion au réseau et réessayez.
err-fetch-tls = Aucune connexion sûre à { $url } n’est possible : son certificat n’est pas digne de confiance.
    .hint = Signalez-le à son responsable. Pour une autorité à vous, utilisez --authorities.
err-fetch-too-many-requests = { $url } n’a pas été interrogé : ce justificatif demande trop de documents.
    .hint = Signalez-le à l’émetteur du justificatif.

# Pourquoi le système a refusé, à l’intérieur d’une phrase.
reason-missing = il n’existe pas
reason-forbidden = l’accès est refusé
reason-exists = il y a déjà quelque chose à cet endroit
reason-folder = c’est un dossier
reason-no-folder = une partie du chemin n’est pas un dossier
reason-not-empty = le dossier n’est pas vide
reason-full = le disque est plein, ou le fichier est trop gros pour lui
reason-read-only = ce disque ne permet pas l’écriture
reason-busy = un autre programme s’en sert
reason-address-in-use = un autre programme écoute à cette adresse
reason-address-unknown = cet appareil n’a pas cette adresse
reason-unreachable = personne n’y répond
reason-closed = l’autre partie a fermé la connexion
reason-short = la fin est arrivée trop tôt
reason-timeout = le délai est écoulé
reason-memory = il n’y a pas assez de mémoire
reason-name = le système n’accepte pas ce nom ou cette valeur
reason-data = son contenu est illisible
reason-database = la base de données signale l’erreur { $number }
reason-other = le système a refusé (erreur { $number })
