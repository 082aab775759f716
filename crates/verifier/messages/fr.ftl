# Textes de tamarack-verifier.

cmd = Vérifier des justificatifs numériques, en ligne ou hors ligne
    .long =
        Vérifie les justificatifs vérifiables et les présentations du W3C : JSON-LD avec preuves Data Integrity, ou JWT.

        Codes de sortie : 0 accepté (ou terminé), 1 refusé, 2 indéterminé, 64 mauvaise utilisation, 65 pas un justificatif, 69 un service nécessaire n’est pas disponible, 70 une erreur de ce programme.
    .examples =
        # Ce justificatif est-il valable, et vient-il d’un émetteur en qui nous avons confiance?
        tamarack-verifier verify --trust confiance.json justificatif.json

        # Que dit ce fichier de lui-même?
        tamarack-verifier inspect justificatif.json

cmd-verify = Juger un justificatif ou une présentation
    .long =
        Vérifie la structure, les contextes, la signature, la clé, la validité, le statut, le schéma, l’émetteur et le titulaire, et donne le résultat de chaque vérification. La réponse est « accepté », « refusé » ou « indéterminé »; sans liste de confiance, rien n’est accepté.

        Les documents DID, listes de statuts, schémas et contextes qui manquent sont téléchargés, par HTTPS seulement et jamais à partir d’un réseau privé. Avec --offline, rien n’est téléchargé.
    .file = Le justificatif ou la présentation, ou le texte de ses codes QR, un par ligne; - pour l’entrée standard
    .trust = Liste de confiance : qui peut délivrer quoi. Un fichier JSON, ou un justificatif signé par --trust-signer
    .trust-signer = DID qui doit avoir signé une liste de confiance qui a la forme d’un justificatif
    .insecure-trust-any-issuer = Accepter tout émetteur dont la signature concorde. DANGEREUX : n’importe qui peut faire un tel justificatif
    .bundle = Dossier de pièces pour les lieux sans réseau (voir « bundle create »). Sans --bundle-signer, ses documents DID et sa liste de confiance ne comptent pas
    .bundle-signer = Qui doit avoir signé le dossier : un DID, une clé Multikey (z6Mk…) ou un fichier contenant une clé publique (JWK, PEM)
    .evidence = Une pièce tirée d’un fichier, du même âge que lui. Sortes : did-document, status-list, context, schema, resource, issuer-metadata, type-metadata. Peut être répétée
    .offline = Ne rien télécharger
    .at = Juger à cette date et à cette heure, avec le fuseau horaire : 2026-11-22T09:30:00-05:00. Par défaut, maintenant
    .challenge = Le défi que vous avez donné au titulaire; une présentation doit le reprendre (ou --nonce)
    .nonce-file = Le fichier des nonces que vous avez donnés (voir « nonce new ») : le nonce doit en être et ne sert qu’une fois
    .domain = Votre nom de vérificateur; une présentation doit lui être destinée (ou --audience)
    .allow-other-holder = Accepter qu’une autre personne que la personne visée présente le justificatif : un parent pour son enfant
    .require-pseudonym = N’accepter que qui montre un pseudonyme destiné à --domain, auquel ce vérificateur reconnaîtra le titulaire la prochaine fois (bbs-2023)
    .claims = Montrer ce que disent les renseignements prouvés, pas seulement lesquels le sont : des renseignements personnels, à l’écran et dans vos journaux
    .linkability = Dire tout ce qui permet de relier de telles présentations, à l’intention de qui conçoit des justificatifs
    .max-age = Âge maximal des documents DID et des listes de statuts : 90s, 15m, 12h, 7d. Par défaut, 1d
    .examples =
        # Accepter les justificatifs des émetteurs de la liste
        tamarack-verifier verify --trust confiance.json justificatif.json

        # Une présentation faite pour vous, avec le défi que vous avez donné
        tamarack-verifier verify --trust confiance.json --challenge 8f2c --domain https://boutique.example vp.json

        # Une borne sans réseau
        tamarack-verifier verify --offline --bundle borne.bundle --bundle-signer did:web:id.example justificatif.json

        # Pour un programme : une seule valeur JSON sur la sortie standard
        tamarack-verifier verify --json --trust confiance.json - < justificatif.jwt

cmd-inspect = Montrer ce qu’un justificatif dit de lui-même, sans le juger
    .long =
        Montre les types, l’émetteur, les dates, les preuves, le statut, les contextes et le nom des renseignements, mais pas leur valeur. Rien n’est vérifié : un faux a tout aussi bonne apparence ici.
    .file = Le justificatif ou la présentation, ou le texte de ses codes QR, un par ligne; - pour l’entrée standard
    .examples =
        tamarack-verifier inspect justificatif.json

        # Les contextes qu’un justificatif utilise
        tamarack-verifier inspect --json justificatif.json | jq .contexts

cmd-bundle = Dossiers de pièces pour les lieux sans réseau
    .examples =
        tamarack-verifier bundle create --key cle-dossier.json --trust confiance.json --out borne.bundle
        tamarack-verifier bundle show borne.bundle

cmd-bundle-create = Rassembler des pièces dans un fichier signé et daté
    .long =
        Télécharge les documents DID des émetteurs de confiance, ce que nomment les options et tout ce qu’exige la vérification des exemples de justificatifs, puis signe le tout avec votre clé. Code de sortie 69 si quelque chose ne peut être téléchargé : un dossier de pièces est complet, ou il n’est pas préparé.
    .key = Votre clé secrète : un fichier JWK, PKCS#8 PEM ou multibase, ou une clé scellée
    .kid = URL DID sous laquelle la clé est connue. Par défaut, son did:key
    .valid-for = Durée d’utilisation du dossier : 12h, 7d. Par défaut, 7d
    .trust = Liste de confiance à y mettre; les documents DID de ses émetteurs sont téléchargés
    .trust-signer = DID qui doit avoir signé une liste de confiance qui a la forme d’un justificatif
    .files = Exemples de justificatifs : tout ce qu’exige leur vérification est téléchargé
    .did = Un DID dont il faut télécharger le document. Peut être répété
    .status-list = Une liste de statuts à télécharger. Peut être répétée
    .context = Un contexte JSON-LD à télécharger. Peut être répété
    .schema = Un schéma à télécharger. Peut être répété
    .resource = Une autre ressource à télécharger. Peut être répétée
    .issuer-metadata = Les métadonnées d’un émetteur à télécharger (…/.well-known/jwt-vc-issuer…). Peut être répétée
    .type-metadata = Les métadonnées d’un type de justificatif à télécharger, par son vct. Peut être répétée
    .evidence = Une pièce tirée d’un fichier, du même âge que lui. Sortes : did-document, status-list, context, schema, resource, issuer-metadata, type-metadata. Peut être répétée
    .offline = Ne rien télécharger : tout doit venir de --evidence
    .out = Où écrire le dossier de pièces. Par défaut, la sortie standard
    .examples =
        # Tout ce qu’il faut à une borne pour les justificatifs des émetteurs de confiance
        tamarack-verifier bundle create --key cle-dossier.json --trust confiance.json --out borne.bundle exemple.json

        # Un document et une liste, utilisables douze heures
        tamarack-verifier bundle create --key cle-dossier.pem --valid-for 12h --did did:web:id.example --status-list https://id.example/status/1 --out borne.bundle

cmd-bundle-show = Vérifier la signature d’un dossier de pièces et montrer ce qu’il contient, avec l’âge de chaque pièce
    .file = Le dossier de pièces; - pour l’entrée standard
    .bundle-signer = Qui doit l’avoir signé : un DID, une clé Multikey (z6Mk…) ou un fichier contenant une clé publique (JWK, PEM)
    .examples =
        tamarack-verifier bundle show --bundle-signer did:web:id.example borne.bundle

cmd-key = Clés pour signer les dossiers de pièces
    .examples =
        tamarack-verifier key new --out cle-dossier.json

cmd-key-new = Créer une clé Ed25519 et afficher son did:key
    .out = Où écrire la clé secrète (JWK, ou scellée). Le fichier ne doit pas encore exister
    .kind = Ed25519 (par défaut) ou P-256
    .seal = Chiffrer la clé sous une phrase de passe
    .examples =
        # Une clé sous une phrase de passe; donnez son did:key à ceux qui vérifient vos dossiers
        tamarack-verifier key new --seal --out cle-dossier.scellee

cmd-nonce = Nonces auxquels les présentations doivent répondre
    .examples =
        tamarack-verifier nonce new --nonce-file nonces.json

cmd-nonce-new = Créer un nonce pour une présentation et s’en souvenir
    .long =
        Affiche un nonce à donner au titulaire. « verify --challenge DÉFI --nonce-file FICHIER » le reprend une fois : la seconde fois, il est refusé avec proof.challenge_reused; un nonce qui n’a jamais été donné ou qui est trop vieux, avec proof.challenge.
    .nonce-file = Le fichier où les nonces sont gardés; il est créé s’il n’existe pas
    .valid-for = Durée de validité du nonce : 90s, 5m. Par défaut, 5m
    .examples =
        # Donner un nonce, puis le reprendre avec la présentation
        nonce=$(tamarack-verifier nonce new --nonce-file nonces.json)
        tamarack-verifier verify --trust confiance.json --challenge "$nonce" --nonce-file nonces.json vp.json

cmd-did = Identifiants décentralisés
    .examples =
        tamarack-verifier did resolve did:web:id.example

cmd-did-resolve = Afficher le document d’un DID
    .long =
        Calcule les documents de did:key, de did:jwk et de did:peer; télécharge ceux de did:web. Code de sortie 69 si un document ne peut être téléchargé.
    .did = Le DID
    .examples =
        tamarack-verifier did resolve did:web:id.example
        tamarack-verifier did resolve did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK

cmd-serve = Demander des justificatifs par OpenID4VP : pages, interface REST et rappels HTTP
    .long =
        Offre ce que décrivent les fichiers de demande : une page avec un code QR et un lien vers le portefeuille du même appareil, l’état en direct, et le résultat avec ses raisons; une interface REST pour votre programme. Une fois la réponse remise, rien n’est conservé au sujet de la personne.

        Sans --database, tout est dans un dossier : la base SQLite, la clé qui signe les demandes et le jeton de l’interface REST, créés au premier démarrage.
    .ask = Ce qu’il faut demander : un fichier JSON (« tamarack-ask/1 »). Peut être répété
    .trust = Liste de confiance : qui peut délivrer quoi. Un fichier JSON, ou un justificatif signé par --trust-signer
    .trust-signer = DID qui doit avoir signé une liste de confiance qui a la forme d’un justificatif
    .store = Dossier du serveur. Par défaut, tamarack-verifier
    .database = Base PostgreSQL que plusieurs serveurs partagent : postgres://… (ou la variable TAMARACK_DATABASE)
    .key = Clé secrète qui signe les demandes. Par défaut, celle du dossier
    .key-elsewhere = Fichier qui désigne une clé placée ailleurs, dans un service de signature HTTP ou un appareil PKCS#11
    .previous-key = La clé des demandes jusqu’ici, quand une autre la remplace : les personnes gardent leurs noms auprès des parties utilisatrices de la passerelle
    .request-cert = Chaîne de certificats (PEM) de la clé : c’est alors elle, et non un DID, qui désigne le serveur aux portefeuilles
    .client-id = Comment le certificat désigne le serveur : x509_hash, par son empreinte (par défaut), ou x509_san_dns, par l’hôte de --base-url
    .api-token = Fichier des jetons des programmes qui peuvent utiliser l’interface REST, un par ligne. Par défaut, celui du dossier
    .webhook-secret = Fichier du secret qui signe les rappels HTTP (HMAC-SHA-256), sans égard aux blancs autour. Sans lui, aucun n’est envoyé
    .wallet = Ce qui ouvre un portefeuille. Par défaut, openid4vp://, et siopv2:// si seul un jeton d’identité est demandé
    .open-resolver = Résoudre les DID pour tout le monde, sans jeton, y compris ceux dont il faut aller chercher le document. Ceux qui portent leur document sont toujours ouverts
    .open-vc-api = Vérifier pour tout le monde, sans jeton, les justificatifs et les présentations de l’API VC
    .examples =
        # Sur cet ordinateur, pour l’essayer
        tamarack-verifier serve --ask age-19.json --trust confiance.json --base-url http://localhost:8080

        # Derrière un serveur mandataire qui s’occupe de TLS, avec une base partagée
        tamarack-verifier serve --ask age-19.json --trust confiance.json --base-url https://id.example --listen 0.0.0.0:8080 --proxies 1 --database postgres://db/tamarack --key cle-demandes.jwk --api-token jetons

cmd-migrate = Amener les tables du serveur à cette version, et dire ce qui a été fait
    .long =
        « serve » fait de même au démarrage. Lancez cette commande à part si le serveur n’a pas le droit de modifier les tables, ou avant de mettre à niveau le premier de plusieurs serveurs. Plusieurs peuvent essayer à la fois; un seul le fait.
    .store = Dossier du serveur. Par défaut, tamarack-verifier
    .database = Base PostgreSQL que plusieurs serveurs partagent : postgres://… (ou la variable TAMARACK_DATABASE)
    .examples =
        tamarack-verifier migrate --database postgres://proprietaire@bd/tamarack

# Arguments de plusieurs commandes.
arg = Arguments de plusieurs commandes
    .allow-private-network = Télécharger aussi à partir des réseaux privés, pour les services du vôtre
    .cache = Garder dans ce dossier, pour vous seul, une copie de ce qui est téléchargé. Par défaut, rien n’est gardé
    .authorities = Fichier des certificats (PEM) des autorités auxquelles se fier, à la place de celles du Web public
    .timeout = Durée d’attente d’une réponse : 15s. Par défaut, 15s
    .lang = Langue : en (anglais) ou fr (français). Par défaut, celle du système (LC_ALL, LC_MESSAGES, LANG)
    .color = Couleur : auto (seulement dans un terminal, jamais avec NO_COLOR), always (toujours) ou never (jamais)
    .json = Écrire sur la sortie standard une seule valeur JSON, même en cas d’erreur, à l’intention d’un autre programme
    .help = Afficher cette aide
    .version = Afficher la version
    .passphrase-file = Fichier contenant la phrase de passe d’une clé scellée. Par défaut, la variable TAMARACK_PASSPHRASE, sinon elle vous est demandée

value = Mots entre chevrons
    .COMMAND = COMMANDE
    .FILE = FICHIER
    .DIR = DOSSIER
    .URL = URL
    .DID = DID
    .DID_OR_KEY = DID OU CLÉ
    .DID_URL = URL DID
    .KIND = SORTE
    .ID = IDENTIFIANT
    .TIME = DATE
    .DURATION = DURÉE
    .NONCE = DÉFI
    .AUDIENCE = DESTINATAIRE
    .LANGUAGE = LANGUE
    .WHEN = QUAND
    .SHELL = INTERPRÉTEUR
    .ADDRESS = ADRESSE
    .NUMBER = NOMBRE
    .FORM = FORMAT
    .PREFIX = PRÉFIXE

outcome-accept = ACCEPTÉ
outcome-reject = REFUSÉ
outcome-undetermined = INDÉTERMINÉ

says-credential = Le document dit : { $types }, de { $issuer }
subject-whole = L’ensemble
result-pass = réussi
result-fail = échoué
result-unknown = indéterminé
result-skip = non vérifié

check-structure = Structure
check-contexts = Contextes
check-proof = Signature
check-key-authorized = Clé de l’émetteur
check-validity = Période de validité
check-status = Statut
check-schema = Schéma
check-resources = Ressources connexes
check-issuer-trusted = Émetteur de confiance
check-holder-binding = Titulaire
check-audience = Destinataire
check-evidence-age = Âge des pièces

heading-proved = Prouvé par { $proofs }
heading-evidence = Pièces utilisées
heading-inside = Pièces contenues
heading-unfetched = Téléchargements impossibles

kind-did-document = document DID
kind-status-list = liste de statuts
kind-context = contexte
kind-schema = schéma
kind-resource = ressource
kind-issuer-metadata = métadonnées d’un émetteur
kind-type-metadata = métadonnées d’un type
kind-credential = justificatif
kind-presentation = présentation

age-future = datée du futur
age-seconds = { $n ->
    [one] il y a { $n } seconde
   *[other] il y a { $n } secondes
}
age-minutes = { $n ->
    [one] il y a { $n } minute
   *[other] il y a { $n } minutes
}
age-hours = { $n ->
    [one] il y a { $n } heure
   *[other] il y a { $n } heures
}
age-days = { $n ->
    [one] il y a { $n } jour
   *[other] il y a { $n } jours
}

inspect-unverified = Rien n’a été vérifié ici. N’importe qui peut écrire un tel fichier.
inspect-credential = Justificatif { $number }
label-kind = Sorte
label-types = Types
label-id = Identifiant
label-issuer = Émetteur
label-holder = Titulaire
label-subject = Personne visée
label-valid-from = Valide à partir du
label-valid-until = Valide jusqu’au
label-pseudonym = Pseudonyme chez { $domain }
pseudonym-hidden = il y en a un; --claims l’affiche
label-claims = Renseignements (noms seulement)
label-context = Contexte
label-proof = Preuve
label-status = Statut
label-schema = Schéma
label-finding = Enfreint une règle
label-signer = Signé par
label-created = Fait le
label-expires = Utilisable jusqu’au
label-trusted = Émetteurs de confiance

verify-insecure = Tout émetteur dont la signature concorde est accepté. À réserver au développement et aux essais.
bundle-unnamed-signer = Aucun signataire n’a été nommé pour le dossier de pièces, qui se dit signé par { $signer }. N’importe qui peut faire un tel fichier : nommez son signataire avec --bundle-signer.
verify-unnamed-signer = Aucun signataire n’a été nommé pour le dossier de pièces, qui se dit signé par { $signer }. N’importe qui peut faire un tel fichier : ses documents DID et sa liste de confiance ne sont donc pas utilisés; ses listes de statuts, contextes, schémas et ressources le sont. Nommez son signataire avec --bundle-signer.
key-is-secret = « { $file } » contient une clé secrète. Un vérificateur n’a besoin que de la clé publique : gardez la clé secrète là où se préparent les dossiers de pièces.
bundle-created = { $count ->
    [one] { $count } pièce, utilisable jusqu’au { $expires }, signée par { $kid }.
   *[other] { $count } pièces, utilisables jusqu’au { $expires }, signées par { $kid }.
}
did-fetched = Téléchargé de { $url }
did-computed = Calculé à partir du DID lui-même

err-usage-time = « { $value } » n’est pas une date et une heure avec fuseau horaire (--{ $arg }).
    .hint = Écrivez ainsi : 2026-11-22T09:30:00-05:00 ou 2026-11-22T14:30:00Z.
err-usage-duration = « { $value } » n’est pas une durée (--{ $arg }).
    .hint = Écrivez ainsi : 90s, 15m, 12h ou 7d.
err-evidence-kind = Il n’y a pas de pièce de la sorte « { $kind } ».
    .hint = Choisissez parmi : did-document, status-list, context, schema, resource, issuer-metadata, type-metadata.
err-authorities-invalid = Il n’y a pas de certificat dans « { $file } ».
    .hint = Donnez un fichier d’un ou de plusieurs certificats PEM.
err-bundle-signer-missing = Le dossier de pièces se dit signé par { $kid }; vous seul pouvez dire si c’est exact.
    .hint = Nommez son signataire avec --bundle-signer.
err-trust-signer-missing = La liste de confiance « { $file } » est un justificatif signé, et aucun signataire n’a été nommé.
    .hint = Nommez son signataire avec --trust-signer.
err-trust-not-signed = La liste de confiance « { $file } » n’est pas un justificatif portant la signature demandée.
    .hint = Vérifiez que c’est le bon fichier et le bon --trust-signer.

err-did-version = On demande une certaine version du document ({ $name }), mais seule la version actuelle existe (FEATURE_NOT_SUPPORTED).
    .hint = Retirez ce paramètre pour obtenir le document actuel.
err-codes-malformed = La ligne { $line } n’est pas le code QR d’un justificatif, ou ce code est endommagé.
    .hint = Balayez le code de nouveau, bien éclairé et en entier.
err-codes-other = Le code de la ligne { $line } n’appartient pas au même document que les précédents.
    .hint = Donnez les codes d’un seul document.
err-codes-missing = Il manque des codes. À balayer encore : { $parts }.
    .hint = Balayez-les et donnez-les tous ensemble, un par ligne, dans n’importe quel ordre.

err-fetch-offline = { $url } est nécessaire, et rien ne peut être téléchargé.
    .hint = Retirez --offline, ou donnez le document avec --evidence.

serve-metrics-at = Mesures : http://{ $address }/metrics
serve-ready = Prêt : { $url } (à l’écoute à { $address }). Ctrl-C l’arrête.
tables-migrated = Tables « { $part } » : de la version { $from } à la version { $to }.
tables-current = Tables « { $part } » : déjà à la version { $to }.
serve-ended = Arrêté; ce qui était en cours est terminé.
serve-token-made = Le jeton de l’interface REST est dans « { $file } ».

err-serve-base-url = « { $url } » n’est pas l’adresse d’un serveur.
    .hint = Donnez https:// et un hôte. Le http:// sans chiffrement est réservé à localhost et à 127.0.0.1.
err-serve-telemetry = Les réglages d’OpenTelemetry ne sont pas compris.
    .hint = OTEL_EXPORTER_OTLP_ENDPOINT nomme un collecteur qui reçoit OTLP par HTTP, comme http://localhost:4318.
err-serve-listen = Il est impossible d’écouter à « { $address } ».
    .hint = Donnez une adresse et un port libres ici, par exemple 127.0.0.1:8080 ou 0.0.0.0:8443.
err-serve-certificate = Il n’y a pas de certificat dans « { $file } ».
    .hint = Donnez un fichier PEM avec la chaîne de certificats, celui du serveur en premier.
err-serve-certificate-key = La clé dans « { $file } » est illisible ou n’est pas celle du certificat.
    .hint = Donnez le fichier PEM de la clé du certificat.
err-serve-key = Cette clé ne peut pas signer de demandes.
    .hint = Utilisez une clé Ed25519 ou P-256 : tamarack-verifier key new.
err-signer-place = Le fichier ne désigne pas de clé placée ailleurs.
    .hint = Il doit être {"{"}"place": {"{"}"http": {"{"}"url", "key", …{"}"}{"}"}, "publicKeyMultibase": "z…"{"}"}, ou contenir "pkcs11" avec "module", "token", "label" et "pinFile".
err-signer-not-built = Ce programme a été compilé sans PKCS#11.
    .hint = Compilez-le avec cargo build --release -p tamarack-verifier --features pkcs11.
err-signer-library = La bibliothèque de l’appareil ne peut pas être chargée ou ne démarre pas.
    .hint = Vérifiez le chemin à « module » et ce qu’il faut à la bibliothèque (SoftHSM : la variable SOFTHSM2_CONF).
err-signer-token = Il n’y a pas de jeton de cette étiquette, ou il y en a plus d’un.
    .hint = Énumérez les jetons avec l’outil de l’appareil (SoftHSM : softhsm2-util --show-slots).
err-signer-pin-file = Le fichier du NIP ne peut pas être lu.
    .hint = Vérifiez son chemin et qui peut le lire. Il ne contient que le NIP, sur une ligne.
err-signer-pin = Le jeton refuse le NIP. Il n’est pas essayé de nouveau, pour que le jeton ne se verrouille pas.
    .hint = Mettez le bon NIP dans son fichier, puis recommencez.
err-signer-locked = Le jeton est verrouillé, ou son NIP n’a jamais été fixé.
    .hint = Déverrouillez-le avec l’outil de l’appareil et le NIP de son responsable de la sécurité.
err-signer-key = Le jeton n’a pas cette paire de clés, ou en a plus d’une, ou en a une autre qu’avant.
    .hint = Les deux moitiés doivent porter l’étiquette donnée; si une étiquette revient deux fois, ajoutez "id" en hexadécimal.
err-signer-kind = La clé est d’une sorte avec laquelle on ne signe pas ici.
    .hint = Servez-vous d’Ed25519, de P-256 ou de P-384. Les clés des signatures BBS ne peuvent pas être ailleurs.
err-signer-device = L’appareil est en panne, ou son jeton a été retiré.
    .hint = Remettez-le et recommencez : les sessions se rouvrent d’elles-mêmes. Le journal contient le code de l’appareil.
err-signer-file = Un fichier du service de signature ne peut pas être lu ou ne contient rien d’utile : jeton, certificat, clé ou autorités.
    .hint = Vérifiez les chemins, et que les certificats et l’unique clé sont en PEM.
err-signer-network = Le service de signature ne peut pas être joint : { $reason }.
    .hint = Vérifiez son adresse. Un service dans un réseau privé exige "privateNetwork": true; seul cet ordinateur est joint sans TLS.
err-signer-refused = Le service de signature refuse : { $reason }.
    .hint = Vérifiez son jeton d’accès ou son certificat, et le nom de la clé.
err-signer-answer = La réponse du service de signature n’est pas celle qui est convenue.
    .hint = Il faut {"{"}"signature"{"}"} en base64url, de 64 octets (96 pour P-384).
err-signer-signature = Ce qui est revenu n’est pas une signature de cette clé; le résultat a été écarté.
    .hint = Le service se sert d’une autre clé, ou signe une empreinte au lieu du message. Tirez cela au clair avant de demander quoi que ce soit.
err-serve-request-certificate = Il n’y a pas de certificat dans « { $file } », ou il y en a trop.
    .hint = Donnez un fichier PEM avec la chaîne de la clé des demandes (--key), son propre certificat en premier.
err-serve-request-certificate-key = Le certificat dans « { $file } » n’est pas celui de la clé qui signe les demandes.
    .hint = Donnez avec --key la clé de ce certificat (P-256 pour la plupart des portefeuilles), et placez son propre certificat en premier dans le fichier.
err-serve-request-certificate-host = Le certificat dans « { $file } » ne nomme pas { $host } parmi ses noms DNS.
    .hint = Faites-en délivrer un pour l’hôte de --base-url, ou utilisez --client-id x509_hash. Les caractères génériques ne comptent pas.
err-serve-request-certificate-time = Un certificat dans « { $file } » n’est pas valide aujourd’hui.
    .hint = Faites-le renouveler, et vérifiez l’horloge de cet ordinateur.
err-serve-request-certificate-self = Le certificat dans « { $file } » s’est signé lui-même : aucun portefeuille n’a de raison d’y croire.
    .hint = Faites-en délivrer un par une autorité à laquelle les portefeuilles se fient. Sans --request-cert, c’est un DID qui désigne ce serveur.
err-serve-pairwise-sealed = Dans la base de données, le secret des identifiants par partie est scellé sous une autre phrase de passe ou une autre clé.
    .hint = Démarrez une fois avec la clé d’avant comme --previous-key, ou avec la bonne phrase de passe.
err-serve-pairwise-passphrase = Il n’y a rien sous quoi sceller le secret des identifiants par partie.
    .hint = Avec --key-elsewhere, donnez une phrase de passe : --passphrase-file, ou la variable TAMARACK_PASSPHRASE.
err-serve-secret-short = Le secret dans « { $file } » compte moins de 22 caractères.
    .hint = Écrivez un texte aléatoire dans le fichier : openssl rand -base64 32.
err-serve-runtime = Le serveur n’a pas pu démarrer ses fils d’exécution.
    .hint = Vérifiez les limites du système.
err-serve-folder = Le dossier « { $file } » ne peut pas être créé.
    .hint = Choisissez-en un autre avec --store.
err-serve-key-missing = Avec --database, il faut nommer la clé qui signe les demandes.
    .hint = Créez-en une avec « tamarack-verifier key new --kind P-256 » et donnez le même fichier à chaque serveur avec --key.
err-serve-token-short = Un jeton dans « { $file } » compte moins de 22 caractères, ou il n’y en a aucun.
    .hint = Écrivez des jetons aléatoires dans le fichier, un par ligne.
err-serve-database-address = Ce n’est pas l’adresse d’une base de données.
    .hint = Donnez postgres://utilisateur@hôte/nom, ou utilisez --store.
err-serve-database-newer = La base de données a été créée par une version plus récente de ce programme.
    .hint = Utilisez cette version.
err-serve-database-busy = Quelqu’un d’autre occupe la base de données depuis trop longtemps.
    .hint = Réessayez.
err-serve-database = La base de données ne peut pas être ouverte.
    .hint = Vérifiez qu’elle fonctionne, que son adresse est juste et que cet utilisateur peut s’en servir.

err-ask-format = « { $file } » n’est pas une demande de la forme { $about }.
    .hint = Écrivez-y "format": "{ $about }".
err-ask-member-unknown = « { $file } » a un membre qu’aucune demande n’a : { $about } (à { $pointer }).
    .hint = Vérifiez-en l’orthographe ou enlevez-le.
err-ask-member-missing = Il manque à « { $file } » : { $about } (à { $pointer }).
    .hint = Ajoutez-le. Si plusieurs sont nommés, l’un d’eux.
err-ask-value = Dans « { $file } », ce qui se trouve à { $pointer } n’a pas la forme { $about }.
    .hint = Corrigez-le.
err-ask-retention = Dans « { $file } », la conservation n’est pas « { $about } ».
    .hint = Ce serveur ne conserve rien une fois la réponse remise. Écrivez "retention": "{ $about }".
err-ask-query = Dans « { $file } », la requête à { $pointer } est refusée : { $about }.
    .hint = Comparez-la avec OpenID for Verifiable Presentations 1.0, section 6.
err-ask-query-twice = « { $file } » demande de deux façons à la fois : { $about }.
    .hint = Gardez-en une.
err-ask-issuer = « { $file } » se fie à un émetteur qui n’est pas sur la liste de confiance : { $about }.
    .hint = Ajoutez l’émetteur à la liste de confiance ou enlevez-le de la demande.
err-ask-name-twice = Deux demandes, ou deux clients, portent le nom « { $about } ».
    .hint = Donnez un nom différent à chacun.

err-nonces-invalid = « { $file } » n’est pas un fichier de nonces.
    .hint = Nommez un fichier que « nonce new » a créé, ou un fichier qui n’existe pas encore.
