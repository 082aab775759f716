# Textes de tamarack-issuer.

cmd = Délivrer des justificatifs vérifiables : clés, types, justificatifs à l’unité, lots, statut
    .long =
        Tout est conservé dans le dossier que désigne --store : un fichier SQLite avec les clés scellées, les types, les
        listes de statuts et une fiche par justificatif. Les justificatifs signés sont conservés aussi, sauf avec
        --no-keep : ils contiennent des renseignements personnels; protégez ce dossier comme un registre.

        Codes de sortie : 0 terminé, 1 des lignes d’un lot ont été refusées, 64 mauvaise utilisation, 65 données fautives,
        69 occupé, 70 erreur de notre part.
    .store = Dossier de l’émetteur
    .database = PostgreSQL au lieu d’un dossier : postgres://UTILISATEUR@HÔTE/NOM (ou la variable TAMARACK_DATABASE)
    .examples =
        # Une province s’installe et délivre une carte-photo
        tamarack-issuer --store province init --did did:web:id.ontario.example
        tamarack-issuer --store province type add examples/types/person-2.0.json
        tamarack-issuer --store province issue --type ontario-person --claims examples/claims/person.json

        # Ce qu’il faut publier pour qu’on puisse la vérifier
        tamarack-issuer --store province did > did.json
        tamarack-issuer --store province status publish --out status

cmd-init = Créer le dossier de l’émetteur et sa première clé
    .did = did:web:HÔTE (votre domaine) ou did:key (chaque clé est son propre DID)
    .status-base = URL (https) où vous publierez les listes de statuts. Par défaut, https://HÔTE/status pour did:web
    .long =
        Un dossier did:key sans --status-base convient pour essayer : il délivre avec un avertissement, et ce qu’il
        délivre ne pourra jamais être révoqué. Un dossier did:web ne délivre jamais sans le statut que le type demande,
        à moins que --no-status ne le dise.
    .kind = Sorte de la première clé : Ed25519 (par défaut), P-256, P-384 ou BLS12-381-G2 (pour les signatures BBS)
    .no-key = Ne pas encore créer de clé
    .examples =
        tamarack-issuer --store province init --did did:web:id.ontario.example
        tamarack-issuer --store labo init --did did:key --status-base https://labo.example/status

cmd-key = Créer, importer, énumérer, remplacer et retirer des clés
    .examples =
        tamarack-issuer --store province key list
cmd-key-new = Créer une clé; elle devient la clé actuelle de sa sorte
    .kind = Ed25519 (par défaut), P-256, P-384 ou BLS12-381-G2 (pour les signatures BBS)
    .examples =
        tamarack-issuer --store province key new --kind P-256
cmd-key-import = Importer une clé d’un fichier, ou se servir d’une clé qui reste dans un appareil (PKCS#11) ou auprès d’un service de signature HTTP
    .long =
        D’un fichier : un JWK privé, un PEM (PKCS#8, ou SEC1 d’une clé EC) ou un secret Multikey.

        Avec --pkcs11, la paire de clés reste dans son jeton : Ed25519, P-256 ou P-384. Le dossier garde sous scellés
        l’endroit où elle se trouve; le NIP est lu dans son fichier chaque fois qu’une session est ouverte.

        Avec --signer, les signatures sont demandées par POST de {"{"}"key", "algorithm", "message"{"}"} en JSON, où
        algorithm est EdDSA, ES256 ou ES384 et où message est en base64url; la réponse est {"{"}"signature"{"}"}, en
        base64url aussi (r || s pour ES256 et ES384). FICHIER est alors la clé publique.

        Dans les deux cas, chaque signature reçue est vérifiée avant de servir, et la première tout de suite.
    .file = Fichier de la clé secrète (avec --signer : la clé publique en JWK, en PEM ou en Multikey), ou -
    .pkcs11 = Paire de clés d’un jeton : module=BIBLIOTHÈQUE,token=ÉTIQUETTE,label=ÉTIQUETTE et, si l’étiquette ne suffit pas, id=HEX
    .pin-file = Fichier du NIP de l’utilisateur du jeton
    .signer = Adresse d’un service de signature HTTP
    .signer-key = Nom que le service de signature donne à la clé
    .signer-token = Fichier du jeton d’accès que veut le service de signature; il est lu à chaque signature
    .signer-cert = Fichier de notre certificat (PEM), si le service de signature en veut un
    .signer-cert-key = Fichier de la clé de notre certificat (PEM)
    .signer-authorities = Fichier des certificats (PEM) des autorités auxquelles se fier, à la place de celles du Web public
    .allow-private-network = Le service de signature est dans un réseau privé
    .examples =
        tamarack-issuer --store province key import cle.pem
        tamarack-issuer --store province key import --pkcs11 module=/usr/lib/softhsm/libsofthsm2.so,token=province,label=emetteur --pin-file nip
        tamarack-issuer --store province key import --signer https://kms.example/sign --signer-key emetteur-1 --signer-token jeton publique.jwk
cmd-key-list = Énumérer les clés
    .examples =
        tamarack-issuer --store province key list
cmd-key-rotate = Remplacer la clé actuelle d’une sorte par une nouvelle
    .long =
        L’ancienne clé ne signe plus, mais elle reste dans le document DID pour qu’on puisse encore vérifier ce qu’elle a
        signé. Publiez de nouveau le document DID avant de délivrer des justificatifs avec la nouvelle clé.
    .kind = Ed25519 (par défaut), P-256, P-384 ou BLS12-381-G2 (pour les signatures BBS)
    .examples =
        tamarack-issuer --store province key rotate
cmd-key-retire = Retirer une clé du document DID : plus rien de ce qu’elle a signé n’est valable
    .long =
        Pour une clé volée. Les justificatifs qu’elle a signés doivent être délivrés de nouveau. Un did:key ne peut pas être
        repris : la clé cesse seulement de signer.
    .key = Numéro, URL DID ou Multikey de la clé (voir key list)
    .examples =
        tamarack-issuer --store province key retire 1

cmd-did = Afficher le document DID à publier
    .long =
        Dans un dossier de did:key, chaque clé est un DID à elle seule, dont le document découle : celui de la plus récente
        des clés actuelles est affiché, à moins que --key n’en nomme une autre.
    .key = Dans un dossier de did:key : la clé dont le document est affiché (voir key list)
    .out = Écrire dans ce fichier plutôt que sur la sortie standard
    .examples =
        tamarack-issuer --store province did --out did.json
        tamarack-issuer --store labo did --key 2

cmd-type = Ajouter, énumérer et afficher des types de justificatifs
    .examples =
        tamarack-issuer --store province type list
cmd-type-add = Ajouter un type de justificatif à partir de son fichier
    .file = Fichier du type (JSON); les fichiers de schéma et de contexte qu’il nomme sont cherchés dans le même dossier
    .replace = Remplacer le type du même nom
    .examples =
        tamarack-issuer --store province type add examples/types/driver-2.0.json
cmd-type-list = Énumérer les types
    .examples =
        tamarack-issuer --store province type list --lang fr
cmd-type-show = Afficher un type
    .name = Son nom
    .schema = Afficher seulement son schéma JSON, à publier à son URL
    .examples =
        tamarack-issuer --store province type show ontario-person --schema

cmd-issue = Délivrer un justificatif
    .type = Type de justificatif
    .claims = Fichier JSON des renseignements, ou - pour l’entrée standard
    .subject = DID de la personne visée. Sans lui, le justificatif est au porteur
    .commitment = Lier un justificatif bbs-2023 au secret du titulaire : le fichier que « tamarack-wallet holder commit » a affiché. Seul son titulaire pourra le montrer, et ses présentations pourront comporter un pseudonyme par vérificateur
    .id = Identifiant du justificatif. Par défaut, un urn:uuid aléatoire
    .out = Écrire le justificatif dans ce fichier plutôt que sur la sortie standard
    .examples =
        tamarack-issuer --store province issue --type ontario-person --claims zoe.json --subject did:key:z6Mk…
        cat zoe.json | tamarack-issuer --store province issue --type ontario-person --claims - --suite jwt
        tamarack-issuer --store province issue --type ontario-person --claims zoe.json --suite bbs-2023 --commitment engagement.json

cmd-batch = Délivrer un justificatif pour chaque ligne d’un fichier CSV
    .long =
        La première ligne du fichier nomme les colonnes comme le fait le type; une colonne « subject » contient le DID
        des personnes. Les lignes fautives sont signalées par leur numéro et laissées de côté; le code de sortie est
        alors 1.

        Le lot a été interrompu? Relancez la même commande : elle reprend où elle en était, et personne ne reçoit deux
        justificatifs. Un fichier déjà traité au complet ne délivre plus rien; ce qui manque à sa sortie est écrit de
        nouveau. Pour le traiter de nouveau à dessein (l’an prochain), donnez un nouveau nom avec --run.

        Vous seul pouvez lire les fichiers produits (mode 600) et le dossier créé pour eux.
    .type = Type de justificatif
    .csv = Fichier CSV (UTF-8)
    .out = FICHIER.ndjson pour un justificatif par ligne, ou un dossier pour un fichier par justificatif (plus lent)
    .run = Nom du lot, pour traiter le même fichier encore une fois à dessein
    .delimiter = Séparateur des colonnes. Par défaut, la virgule
    .chunk = Lignes par transaction
    .examples =
        tamarack-issuer --store province batch --type ontario-person --csv gens.csv --out gens.ndjson
        tamarack-issuer --store province batch --type ontario-person --csv gens.csv --out renouveles.ndjson --run 2027

cmd-sign = Signer un justificatif ou une présentation qui ne l’est pas
    .file = Justificatif ou présentation (JSON), ou - pour l’entrée standard
    .created = Date et heure de la preuve, comme 2026-11-22T12:00:00Z. Par défaut, maintenant. La même date donne les mêmes octets
    .challenge = Défi du vérificateur auquel répond une présentation
    .domain = Vérificateur à qui la présentation est destinée
    .mandatory = Pointeur JSON d’un renseignement que toute présentation doit montrer, comme /issuer; peut être répété (bbs-2023, ecdsa-sd-2023, dc+sd-jwt et vc+sd-jwt)
    .out = Écrire dans ce fichier plutôt que sur la sortie standard
    .examples =
        tamarack-issuer --store province sign --suite eddsa-rdfc-2022 non-signe.json
        tamarack-issuer --store province sign --suite bbs-2023 --mandatory /issuer --mandatory /validUntil non-signe.json
        tamarack-issuer --store portefeuille sign --suite eddsa-jcs-2022 --challenge n-0S6 --domain boutique.example presentation.json

cmd-migrate = Signer de nouveau, d’une autre façon, un justificatif muni d’une BbsBlsSignature2020
    .long =
        Le justificatif doit venir de ce dossier, être valable et n’être ni révoqué, ni suspendu, ni expiré. Il garde son
        identifiant, ses dates, son contenu et sa place dans la liste de statuts; sa fiche conserve la trace du changement
        (show --json). (Pour amener les tables à cette version : « database migrate ».)
    .file = Justificatif (JSON), ou - pour l’entrée standard
    .out = Écrire dans ce fichier plutôt que sur la sortie standard
    .examples =
        tamarack-issuer --store province migrate --suite bbs-2023 ancien.json --out nouveau.json
        tamarack-issuer --store province migrate --suite dc+sd-jwt ancien.json --out nouveau.sd-jwt

cmd-revoke = Révoquer un justificatif pour de bon
    .id = Son identifiant; dans le cas d’un urn:uuid, l’UUID suffit
    .reason = Motif, pour le journal d’audit : lost (appareil perdu ou volé), error (dans le contenu), request (à la demande du titulaire), ended (fin de l’admissibilité), fraud (fraude) ou other (autre)
    .examples =
        tamarack-issuer --store province revoke urn:uuid:3f0c…
cmd-suspend = Suspendre un justificatif
    .id = Son identifiant; dans le cas d’un urn:uuid, l’UUID suffit
    .reason = Motif, pour le journal d’audit : lost (appareil perdu ou volé), error (dans le contenu), request (à la demande du titulaire), ended (fin de l’admissibilité), fraud (fraude) ou other (autre)
    .examples =
        tamarack-issuer --store province suspend urn:uuid:3f0c…
cmd-reinstate = Lever la suspension d’un justificatif
    .id = Son identifiant; dans le cas d’un urn:uuid, l’UUID suffit
    .reason = Motif, pour le journal d’audit : lost (appareil perdu ou volé), error (dans le contenu), request (à la demande du titulaire), ended (fin de l’admissibilité), fraud (fraude) ou other (autre)
    .examples =
        tamarack-issuer --store province reinstate urn:uuid:3f0c…

cmd-status = Publier les listes de statuts
    .examples =
        tamarack-issuer --store province status publish --out /srv/www/status
cmd-status-publish = Écrire les listes de statuts signées, en fichiers pour votre serveur Web
    .long = Publiez après chaque changement, et avant l’expiration des listes : une liste expirée laisse tous les justificatifs dans le doute.
    .out = Dossier des fichiers
    .hours = Durée de validité des listes, en heures. Par défaut, 48
    .examples =
        tamarack-issuer --store province status publish --out /srv/www/status

cmd-list = Énumérer les justificatifs délivrés, les plus récents d’abord
    .type = Seulement ce type
    .due-before = Seulement ceux qui sont à renouveler avant ce moment, parce qu’un renseignement sur l’âge change
    .due = Seulement ceux à renouveler d’ici 30 jours, parce qu’un âge sera atteint
    .limit = Nombre maximal
    .examples =
        tamarack-issuer --store province list --limit 20
        tamarack-issuer --store province list --due
        tamarack-issuer --store province list --due-before 2027-01-01T00:00:00-05:00 --json
cmd-show = Afficher un justificatif délivré
    .id = Son identifiant; dans le cas d’un urn:uuid, l’UUID suffit
    .examples =
        tamarack-issuer --store province show urn:uuid:3f0c…

arg = Arguments communs à plusieurs commandes
    .store = Dossier de l’émetteur
    .suite = Façon de signer : Ed25519Signature2020, eddsa-rdfc-2022, eddsa-jcs-2022, ecdsa-rdfc-2019, ecdsa-jcs-2019, bbs-2023, ecdsa-sd-2023, BbsBlsSignature2020, jwt, vc+jwt, dc+sd-jwt ou vc+sd-jwt
    .key = Numéro, URL DID ou Multikey de la clé. Par défaut, la clé actuelle qui convient à la façon de signer
    .no-keep = Ne pas conserver le justificatif signé, seulement sa fiche
    .no-status = Ne pas donner de statut, même si le type en demande un : un tel justificatif ne pourra jamais être révoqué
    .lang = Langue : en (anglais) ou fr (français). Par défaut, celle du système (LC_ALL, LC_MESSAGES, LANG)
    .color = Couleur : auto (seulement dans un terminal, jamais avec NO_COLOR), always (toujours) ou never (jamais)
    .json = Écrire sur la sortie standard une seule valeur JSON, même en cas d’erreur, à l’intention d’un autre programme
    .help = Afficher cette aide
    .version = Afficher la version
    .passphrase-file = Fichier contenant la phrase de passe des clés. Par défaut, la variable TAMARACK_PASSPHRASE, sinon elle vous est demandée

value = Mots entre chevrons
    .KIND = SORTE
    .PATH = CHEMIN
    .POINTER = POINTEUR
    .TEXT = TEXTE
    .CHARACTER = CARACTÈRE
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
    .ADDRESS = ADRESSE
    .PLACE = ENDROIT
    .FORM = FORMAT
    .END = FIN
    .CATEGORY = CATÉGORIE
    .REASON = MOTIF

state = États des clés et des justificatifs
    .waiting = en attente
    .approved = approuvée
    .refused = refusée
    .delivered = remise
    .current = actuelle
    .previous = précédente
    .retired = retirée
    .active = actif
    .suspended = suspendu
    .revoked = révoqué

say-linkability = Ce que révèle chaque présentation d’un tel justificatif :
say-publish-did = Publiez-le à { $url }.
say-publish-did-again = Publiez de nouveau le document DID (did) avant de vous servir de la clé.
say-did-key = Son DID est { $did }. Il n’y a rien à publier : le document découle du DID.
say-key-retired = Publiez de nouveau le document DID (did) : d’ici là, les vérificateurs continuent d’accepter ce que la clé a signé.
say-did-key-retired = La clé ne signe plus ici, mais un did:key ne peut pas être repris : faites retirer { $did } des listes de confiance, et révoquez ce qu’il a signé.
say-other-dids = { $count ->
    [one] Il y a { $count } autre clé, qui a son propre DID; nommez-la avec --key (voir key list).
   *[other] Il y a { $count } autres clés, qui ont chacune leur DID; nommez-en une avec --key (voir key list).
}
say-publish-schema = Publiez son schéma à { $url } (type show { $name } --schema).
say-publish-status = Publiez de nouveau les listes de statuts (status publish) pour que le changement soit connu.
say-issued = Justificatif délivré : { $id }.
say-reissue-by = Un renseignement sur l’âge change le { $time } : le justificatif expire alors, et il faut en délivrer un nouveau.
say-not-kept = Le justificatif signé n’a pas été conservé.
say-migrated = { $id } est signé de nouveau, avec { $suite }.
say-no-lists = Il n’y a pas encore de liste de statuts.
say-batch = { $issued ->
        [one] { $issued } justificatif délivré
       *[other] { $issued } justificatifs délivrés
    }, { $refused ->
        [0] aucune ligne refusée
        [one] { $refused } ligne refusée
       *[other] { $refused } lignes refusées
    }{ $earlier ->
        [0] .
        [one] ; { $earlier } ligne avait déjà été traitée.
       *[other] ; { $earlier } lignes avaient déjà été traitées.
    }

warn-no-status-base = Aucune URL pour les listes de statuts (--status-base) : les justificatifs de cet émetteur ne pourront pas être révoqués.
warn-no-status = Cet émetteur n’a pas d’URL pour les listes de statuts : le justificatif n’a pas de statut et ne pourra pas être révoqué.
warn-row = ligne { $line }{ $place ->
    [none] {""}
   *[other] , { $place }
} : { $sentence } [{ $code }]
warn-list-without-key = La liste de statuts { $id } n’a pas été publiée : toutes les clés de { $did } ont été retirées.
warn-list-without-token = La liste de statuts { $id } n’a pas de jeton pour les SD-JWT VC : il ne reste aucune clé de { $did } qui puisse signer un JWT. Ses justificatifs de liste sont publiés.
warn-more-rows = { $count ->
    [one] … et { $count } autre ligne refusée (--json les donne toutes)
   *[other] … et { $count } autres lignes refusées (--json les donne toutes)
}
warn-other-issuer = Le membre « { $member } » du document n’est pas le DID de la clé : les vérificateurs le refuseront.

err-init-did = « { $did } » n’est ni did:web:HÔTE ni did:key.
    .hint = Prenez votre domaine, comme dans did:web:id.ontario.example.
err-init-status-base = « { $url } » n’est pas une URL pour des listes de statuts.
    .hint = Donnez une URL https sans ? ni #.
err-init-status-base-open = « { $url } » serait lue sans TLS.
    .hint = Donnez une URL https; http ne sert que pour cet ordinateur même (localhost), à titre d’essai.
err-status-no-base = Le type « { $name } » demande un statut, mais cet émetteur n’a pas d’URL pour les listes de statuts.
    .hint = Créez le dossier avec --status-base URL, ou dites --no-status pour délivrer des justificatifs qui ne pourront jamais être révoqués.
err-store-not-named = Aucun dossier d’émetteur n’a été nommé.
    .hint = Ajoutez --store DOSSIER.
err-store-address = Ce que --database nomme n’est pas une adresse PostgreSQL.
    .hint = Elle commence par postgres://
err-store-missing = Il n’y a pas d’émetteur dans ce dossier.
    .hint = Créez-le avec init, ou vérifiez --store.
err-store-exists = Il y a déjà un émetteur dans ce dossier.
    .hint = Prenez un autre dossier. Un émetteur n’est jamais écrasé.
err-store-too-new = Ce dossier a été créé par une version plus récente de ce programme.
    .hint = Mettez le programme à jour.
err-store-not-found = Il n’y a ici { $kind ->
        [key] aucune clé
        [type] aucun type de justificatif
        [credential] aucun justificatif
       *[other] rien
    } du nom de « { $name } ».
    .hint = Voyez { $kind ->
        [key] key list
        [type] type list
        [credential] list
       *[other] key list, type list ou list
    }.
err-store-conflict = Il y a déjà autre chose sous le nom « { $name } ».
    .hint = Prenez un autre nom; un type de justificatif peut être remplacé avec --replace.
err-store-no-status = Le justificatif n’a pas de liste de statuts pour cet usage ({ $purpose }).
    .hint = Son type ne l’offre pas, ou l’émetteur n’avait pas d’URL pour les listes de statuts lorsqu’il a été délivré.
err-store-revoked = Le justificatif « { $name } » a été révoqué, et c’est pour de bon.
    .hint = Délivrez-en un nouveau.
err-store-busy = Un autre processus occupe le dossier depuis trop longtemps.
    .hint = Attendez qu’il ait fini, puis réessayez.
err-store-failed = Le dossier de l’émetteur ne répond pas comme prévu : { $reason }.
    .hint = Assurez-vous qu’il reste de la place sur le disque et que vous pouvez écrire dans le dossier.
err-store-unreachable = Impossible de joindre la base de données.
    .hint = Vérifiez l’adresse donnée avec --database, et que le serveur est en marche.
err-store-unwritable = Impossible d’écrire dans le dossier de l’émetteur : il est en lecture seule, ou le disque est plein.
    .hint = Vérifiez les droits d’accès au dossier et à son contenu, et la place sur le disque.
err-store-damaged = Le dossier de l’émetteur est endommagé, ou son fichier n’en est pas un.
    .hint = Rétablissez le dossier à partir de la copie de sauvegarde.
err-key-none = Aucune clé actuelle ne convient à { $suite }.
    .hint = Créez-en une avec key new --kind (Ed25519 pour EdDSA, P-256 ou P-384 pour ECDSA, BLS12-381-G2 pour BBS).
err-status-list-without-key = Listes de statuts qui ne peuvent plus être signées : { $count }. Les clés de leur émetteur ont été retirées.
    .hint = Les autres listes sont publiées. Ce qu’une clé retirée a signé n’est plus valable; délivrez ces justificatifs de nouveau.
err-key-none-at-all = Il n’y a aucune clé pour signer.
    .hint = Créez-en une avec key new.
err-key-retired = La clé « { $key } » a été retirée : rien de ce qu’elle signerait ne serait valable.
    .hint = Choisissez une autre clé.
err-key-other-passphrase = Les autres clés de ce dossier ont une autre phrase de passe.
    .hint = Servez-vous de la phrase de passe du dossier : toutes ses clés ont la même.
err-key-nothing-to-rotate = Il n’y a pas de clé { $kind } à remplacer.
    .hint = Créez-en une avec key new.
err-key-unknown-form = Le fichier ne contient pas de clé secrète d’une forme connue.
    .hint = Il faut un JWK privé, un PEM (BEGIN PRIVATE KEY ou BEGIN EC PRIVATE KEY) ou un secret Multikey (z…), de la sorte Ed25519, P-256, P-384 ou BLS12-381-G2.
err-signer-place = Ce n’est pas l’endroit d’une clé.
    .hint = Écrivez module=BIBLIOTHÈQUE,token=ÉTIQUETTE,label=ÉTIQUETTE, et id=HEX si l’étiquette ne suffit pas; une virgule dans une valeur s’écrit %2C.
err-signer-not-built = Ce programme a été compilé sans PKCS#11.
    .hint = Compilez-le avec cargo build --release --features pkcs11.
err-signer-library = La bibliothèque de l’appareil ne peut pas être chargée ou ne démarre pas.
    .hint = Vérifiez le chemin après module= et ce qu’il faut à la bibliothèque (SoftHSM : la variable SOFTHSM2_CONF).
err-signer-token = Il n’y a pas de jeton de cette étiquette, ou il y en a plus d’un.
    .hint = Énumérez les jetons avec l’outil de l’appareil (SoftHSM : softhsm2-util --show-slots).
err-signer-pin-file = Le fichier du NIP ne peut pas être lu.
    .hint = Vérifiez son chemin et qui peut le lire. Il ne contient que le NIP, sur une ligne.
err-signer-pin = Le jeton refuse le NIP. Il n’est pas essayé de nouveau, pour que le jeton ne se verrouille pas.
    .hint = Mettez le bon NIP dans son fichier, puis recommencez.
err-signer-locked = Le jeton est verrouillé, ou son NIP n’a jamais été fixé.
    .hint = Déverrouillez-le avec l’outil de l’appareil et le NIP de son responsable de la sécurité.
err-signer-key = Le jeton n’a pas cette paire de clés, ou en a plus d’une, ou en a une autre qu’avant.
    .hint = Les deux moitiés doivent porter l’étiquette donnée; si une étiquette revient deux fois, ajoutez id=HEX.
err-signer-kind = La clé est d’une sorte avec laquelle on ne signe pas ici.
    .hint = Servez-vous d’Ed25519, de P-256 ou de P-384. Les clés des signatures BBS ne peuvent pas être ailleurs.
err-signer-device = L’appareil est en panne, ou son jeton a été retiré.
    .hint = Remettez-le et recommencez : les sessions se rouvrent d’elles-mêmes. Le journal contient le code de l’appareil.
err-signer-file = Un fichier du service de signature ne peut pas être lu ou ne contient rien d’utile : jeton, certificat, clé ou autorités.
    .hint = Vérifiez les chemins, et que les certificats et l’unique clé sont en PEM.
err-signer-network = Le service de signature ne peut pas être joint : { $reason }.
    .hint = Vérifiez son adresse. Un service dans un réseau privé exige --allow-private-network; seul cet ordinateur est joint sans TLS.
err-signer-refused = Le service de signature refuse : { $reason }.
    .hint = Vérifiez son jeton d’accès ou son certificat, et le nom de la clé.
err-signer-answer = La réponse du service de signature n’est pas celle qui est convenue.
    .hint = Il faut {"{"}"signature"{"}"} en base64url, de 64 octets (96 pour P-384). Voir key import --help.
err-signer-signature = Ce qui est revenu n’est pas une signature de cette clé; le résultat a été écarté.
    .hint = Le service se sert d’une autre clé, ou signe une empreinte au lieu du message. Tirez cela au clair avant de délivrer quoi que ce soit.
err-key-known = Le dossier contient déjà cette clé : numéro { $id }, { $key }.
    .hint = Il n’y a rien à faire (voir key list).
err-did-one-document = Toutes les clés de { $did } sont dans un seul document; --key est réservé aux dossiers de did:key.
    .hint = Enlevez --key.
err-suite-version = La façon de signer { $suite } est celle de la version { $needed } du modèle de données, et ceci est de la version { $version }.
    .hint = { $form ->
        [v1] Prenez jwt, dc+sd-jwt ou une preuve intégrée comme eddsa-rdfc-2022.
       *[other] Prenez vc+jwt (vp+jwt pour une présentation), vc+sd-jwt, dc+sd-jwt ou une preuve intégrée comme eddsa-rdfc-2022.
    }
err-commitment-suite = Seul bbs-2023 permet de lier un justificatif au secret du titulaire, et non { $suite }.
    .hint = Ajoutez --suite bbs-2023, ou omettez --commitment.
err-suite-vct = Un SD-JWT VC doit avoir un type, et ce document n’a pas de « vct ».
    .hint = Ajoutez-y « vct » avec l’adresse du type, ou prenez vc+sd-jwt, qui garde les types du modèle de données.
err-suite-mandatory = Aucun renseignement ne peut être rendu obligatoire ici : la façon de signer { $suite } ne le permet pas, ou il s’agit d’une présentation.
    .hint = Retirez --mandatory, ou signez un justificatif avec bbs-2023, ecdsa-sd-2023, dc+sd-jwt ou vc+sd-jwt.
err-suite-presentation = La façon de signer vp+jwt est pour les présentations, et ceci est un justificatif.
    .hint = Prenez vc+jwt pour un justificatif de la version 2.0, jwt pour un de la version 1.1.
err-type-no-schema = Le type « { $name } » n’a pas de schéma.
    .hint = Ajoutez-en un au fichier du type.
err-time-invalid = « { $value } » n’est pas une date et une heure pour { $arg }.
    .hint = Écrivez par exemple 2026-11-22T12:00:00Z ou 2026-11-22T12:00:00-05:00.
err-time-fraction = « { $value } » contient une fraction de seconde, que { $arg } ne peut pas garder.
    .hint = Écrivez des secondes entières, comme 2026-11-22T12:00:00Z.
err-issue-claims-no-object = Le fichier des renseignements ne contient pas d’objet JSON.
    .hint = Donnez les renseignements par leur nom : { "{" }"givenName": "Zoé", …{ "}" }.
err-batch-stream = « { $file } » n’est pas un fichier : un lot lit son tableau deux fois, et reprend sa sortie après une interruption.
    .hint = Enregistrez le tableau dans un fichier, et nommez un fichier ou un dossier pour les justificatifs.
err-batch-unreadable = Le fichier CSV « { $file } » ne peut pas être lu : { $reason }.
    .hint = Vérifiez le chemin et les droits d’accès.
err-batch-unwritable = « { $file } » ne peut pas être écrit : { $reason }.
    .hint = Assurez-vous que vous pouvez y écrire et qu’il reste de la place sur le disque.
err-batch-broken = Le fichier CSV est fautif à la ligne { $line }.
    .hint = Enregistrez-le de nouveau en CSV, en UTF-8.
err-batch-row-too-large = La ligne { $line } dépasse { $limit } octets.
    .hint = Un guillemet n’a peut-être jamais été refermé : vérifiez la ligne.
err-batch-column-unknown = Le type n’a pas de colonne « { $column } », ou elle y est deux fois.
    .hint = Nommez les colonnes comme le fait le type (type show); retirez celles qu’il n’a pas.
err-batch-column-missing = La colonne « { $column } » manque, et le type l’exige.
    .hint = Ajoutez-la au fichier.
err-batch-file-changed = Le fichier CSV a changé pendant la lecture.
    .hint = N’y touchez pas avant la fin du lot. Un fichier modifié est un autre lot : tout le monde recevrait un nouveau justificatif.
err-batch-type-changed = Le type « { $name } » a été remplacé depuis le début de ce lot.
    .hint = Remettez le type comme il était pour terminer le lot.
err-batch-options-changed = Ce lot a été commencé avec une autre option { $option }.
    .hint = Donnez les mêmes options qu’au début. Pour traiter le fichier de nouveau avec d’autres options, donnez un nouveau nom avec --run.
err-batch-output-taken = La sortie « { $file } » existe déjà, ou appartient à un lot inachevé.
    .hint = Prenez un autre endroit. Pour reprendre un lot, donnez le même fichier CSV, inchangé.
err-batch-running = Un autre lot est en cours dans ce dossier.
    .hint = Attendez qu’il ait fini.
err-batch-delimiter = Le séparateur doit être un seul caractère ASCII, ni guillemet ni fin de ligne.
    .hint = Par exemple --delimiter ';'

cmd-serve = Délivrer par le réseau : OpenID4VCI, listes de statuts, document DID, métadonnées
    .long =
        Les portefeuilles vont chercher les justificatifs au moyen des liens que créent « offer » et POST /offers. La phrase
        de passe ouvre les clés au démarrage du service. Les types et les clés que vous ajoutez pendant qu’il tourne sont pris
        en compte en quelques secondes. Plusieurs services peuvent partager une même base PostgreSQL.
    .base-url = Adresse (https) à laquelle le monde joint le service; pour les portefeuilles, c’est l’identifiant de l’émetteur
    .api-keys = Fichier des clés des programmes qui peuvent créer des offres, une par ligne, d’au moins 32 caractères
    .attester = Clé publique (JWK) d’un fournisseur dont on croit les attestations de portefeuilles et de clés, ou autorité (PEM) de ses certificats; peut être répétée
    .require-attestation = Ne délivrer qu’aux portefeuilles munis d’une attestation
    .attestation-challenges = La preuve d’un portefeuille pour son attestation doit porter un défi du service
    .issuer-cert = Chaîne de certificats (PEM) d’une clé de l’émetteur : les SD-JWT VC sont alors délivrés sous elle, au nom de --base-url (x5c)
    .attested-keys = Type dont les justificatifs ne sont liés qu’à des clés attestées; peut être répété
    .bind-secrets = Type dont les justificatifs (bbs-2023) ne sont liés qu’à des secrets de leurs titulaires et ne nomment personne; peut être répété
    .require-dpop = Ne délivrer qu’aux portefeuilles qui lient leurs jetons à une clé (DPoP)
    .dpop-nonces = Chaque preuve DPoP doit porter un nonce du service (RFC 9449 §8) : aucune ne peut être faite d’avance
    .sign-in = Fichier des fournisseurs OpenID Connect auprès desquels les gens ouvrent une session (tamarack-sign-in/1)
    .citizens = Fichier qui dit de quels portefeuilles viennent les citoyens, quels types ils obtiennent eux-mêmes et d’où proviennent les renseignements (tamarack-citizens/1)
    .operator = Fichier de l’espace de l’exploitant : où son personnel ouvre une session et qui a quel rôle (tamarack-operator/1)
    .approve = Type dont un préposé doit d’abord approuver les justificatifs; peut être répété
    .keep = Conserver les justificatifs signés : ils contiennent des renseignements personnels
    .examples =
        tamarack-issuer --store province serve --base-url https://id.ontario.example
        tamarack-issuer --database postgres://issuer@db/issuer serve --base-url https://id.ontario.example --listen 0.0.0.0:8443 --tls-cert chain.pem --tls-key key.pem

cmd-offer = Créer un lien par lequel un portefeuille va chercher un justificatif auprès du service
    .type = Nom du type
    .claims = Fichier des renseignements (JSON); ou - pour l’entrée standard
    .file = Photo, courte vidéo ou document PDF pour qui doit approuver la demande; peut être répété
    .language = Langue que lit la personne : en ou fr
    .sign-in = La personne ouvre une session, et le service cherche les renseignements (serve --citizens)
    .tx-code = Exiger un code que vous communiquez à la personne par une autre voie
    .minutes = Durée de validité du lien, en minutes. Par défaut, 10
    .base-url = Adresse du service, s’il n’a jamais été démarré avec ce dossier ou cette base
    .examples =
        tamarack-issuer --store province offer --type ontario-person --claims examples/claims/person.json --tx-code

say-metrics-at = Mesures : http://{ $address }/metrics
say-serving = Prêt : { $url }. Ctrl-C arrête le service.
say-tx-code = Code à communiquer à la personne : { $code }

err-offer-file-type = { $file } n’est ni une photo (JPEG, PNG, WebP), ni une vidéo (MP4, WebM), ni un document PDF.
err-offer-file-size = { $file } est vide ou dépasse 16 Mio.
err-offer-file-twice = Deux fichiers porteraient le nom de { $file }.
err-offer-files = Une offre accepte au plus { $limit } fichiers et 32 Mio au total.
err-offer-no-service = L’adresse du service n’est pas encore connue.
    .hint = Démarrez le service une fois (serve), ou donnez son adresse avec --base-url.
err-serve-base-url = --base-url doit être une adresse https sans requête (http pour cet ordinateur seulement).
err-serve-telemetry = Les réglages d’OpenTelemetry ne sont pas compris.
    .hint = OTEL_EXPORTER_OTLP_ENDPOINT nomme un collecteur qui reçoit OTLP par HTTP, comme http://localhost:4318.
err-serve-listen = Le service ne peut pas écouter à cette adresse.
    .hint = Un autre programme écoute-t-il sur ce port, ou faut-il plus de droits?
err-serve-certificate = Le certificat de --tls-cert est inutilisable.
    .hint = Il doit être en PEM : votre certificat d’abord, puis ceux qui mènent à la racine.
err-serve-certificate-key = La clé de --tls-key est inutilisable.
    .hint = Il faut une clé PEM non chiffrée qui appartient au certificat.
err-serve-issuer-certificate = Il n’y a pas de certificat dans « { $file } », ou il y en a trop.
    .hint = Il doit être en PEM : d’abord le certificat d’une des clés de l’émetteur, puis ceux qui mènent à l’autorité.
err-serve-issuer-certificate-key = Le certificat dans « { $file } » n’est celui d’aucune clé avec laquelle cet émetteur signe maintenant.
    .hint = « tamarack-issuer key list » énumère les clés. Faites délivrer un certificat pour la clé courante, de la sorte P-256 pour OpenID4VC HAIP.
err-serve-issuer-certificate-host = Le certificat dans « { $file } » ne nomme ni --base-url ni son hôte.
    .hint = Les vérificateurs ne croient un certificat que pour l’adresse qu’il nomme parmi ses autres noms (subjectAltName).
err-serve-issuer-certificate-time = Un certificat dans « { $file } » n’est pas valide aujourd’hui.
    .hint = Renouvelez-le, puis démarrez le service avec le nouveau.
err-serve-issuer-certificate-self = Le certificat dans « { $file } » s’est signé lui-même : aucun vérificateur n’a de raison d’y croire.
    .hint = Faites-en délivrer un par une autorité à laquelle les vérificateurs se fient. Sans --issuer-cert, l’émetteur est connu par son DID.
err-serve-api-keys = { $file } doit contenir au moins une clé, chacune d’au moins { $limit } caractères.
    .hint = Créez-en une avec : openssl rand -base64 32
err-settings-format = { $file } n’est pas un fichier de la forme { $about }.
    .hint = Son premier membre doit être "format": "{ $about }".
err-settings-file = { $file } nomme un fichier inutilisable : { $about }
    .hint = Les chemins partent du dossier du fichier de réglages. Le fichier doit exister, être lisible et ne pas être trop volumineux.
err-settings-value = { $file } est inutilisable tel quel : { $about }
    .hint = Corrigez le membre nommé; docs/operate.fr.md décrit le fichier.
err-serve-failed = Le service a échoué : { $reason }.

cmd-requests = Énumérer, afficher, approuver et refuser les demandes qui attendent la décision d’une personne
    .examples =
        tamarack-issuer --store province requests list
cmd-requests-list = Énumérer les demandes en attente, de la plus ancienne à la plus récente
    .all = Montrer aussi celles qui sont déjà tranchées
    .examples =
        tamarack-issuer --store province requests list --all
cmd-requests-show = Afficher l’objet d’une demande : des renseignements personnels
    .id = Identifiant de la demande
    .files = Dossier où mettre les fichiers qui l’accompagnent
    .examples =
        tamarack-issuer --store province requests show 3q2-7w --files photos
cmd-requests-approve = Approuver une demande : le portefeuille va ensuite chercher son justificatif
    .id = Identifiant de la demande
    .clerk = Votre nom, pour le journal d’audit. Par défaut, cli
    .reason = Motif
    .examples =
        tamarack-issuer --store province requests approve 3q2-7w --clerk amelie
cmd-requests-refuse = Refuser une demande
    .id = Identifiant de la demande
    .clerk = Votre nom, pour le journal d’audit. Par défaut, cli
    .category = Nature du motif, pour le journal d’audit : unreadable (illisible), mismatch (discordance), incomplete (incomplète), not-entitled (personne non admissible), fraud (fraude) ou other (autre)
    .reason = Motif
    .examples =
        tamarack-issuer --store province requests refuse 3q2-7w --clerk amelie --reason "La photo est floue."


err-requests-decided = La demande { $id } a déjà été tranchée.
err-requests-reason = Un refus exige un motif, d’au plus 500 caractères.

cmd-database = Les tables du dossier
    .examples =
        tamarack-issuer --database postgres://proprietaire@bd/emetteur database migrate
cmd-database-migrate = Amener les tables du dossier à cette version, et dire ce qui a été fait
    .long =
        Toute commande qui ouvre le dossier fait de même, « serve » comprise. Lancez celle-ci à part si le service n’a pas le
        droit de modifier les tables, ou avant de mettre à niveau le premier de plusieurs serveurs. Plusieurs peuvent essayer
        à la fois; un seul le fait.
    .examples =
        tamarack-issuer --store province database migrate
        tamarack-issuer --database postgres://proprietaire@bd/emetteur database migrate --json

say-tables-migrated = Tables « { $part } » : de la version { $from } à la version { $to }.
say-tables-current = Tables « { $part } » : déjà à la version { $to }.

cmd-audit = Exporter et vérifier le journal d’audit : qui a fait quoi
    .examples =
        tamarack-issuer --store province audit check
cmd-audit-export = Afficher le journal en JSON, une entrée par ligne, de la plus ancienne à la plus récente
    .examples =
        tamarack-issuer --store province audit export > audit.ndjson
cmd-audit-check = Vérifier qu’aucune entrée n’a été modifiée, retirée ou ajoutée
    .until = Fin du journal qu’une vérification antérieure a affichée : elle doit encore s’y trouver
    .examples =
        tamarack-issuer --store province audit check

err-audit-until = --until doit être ce qu’une vérification antérieure a affiché : un nombre, un deux-points et une empreinte.
err-audit-gap = Il manque une entrée du journal avant la place { $place }.
err-audit-changed = L’entrée du journal à la place { $place } a été modifiée.
err-audit-cut = Le journal n’a plus l’entrée de --until : sa fin a été coupée ou réécrite.
