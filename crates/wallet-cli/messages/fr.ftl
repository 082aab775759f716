# Textes de tamarack-wallet.

cmd = Montrer des justificatifs numériques, sans en montrer plus qu’il ne faut
    .long =
        Énumère ce que contient un justificatif et ce qui peut en être montré séparément, dit ce que cela révélerait, demande votre consentement, puis prépare la présentation.

        Codes de sortie : 0 terminé, 1 vous n’avez pas consenti, 64 mauvaise utilisation, 65 pas un justificatif ou un choix qu’il ne permet pas, 70 erreur de ce programme.
    .examples =
        # Que peut-on montrer de cette carte?
        tamarack-wallet disclosable carte.json

        # Montrer que vous avez 19 ans ou plus, et rien d’autre, à qui l’a demandé
        tamarack-wallet present carte.json --age-over 19 --audience https://lottery.example --nonce 8f2c --out montre.json

cmd-disclosable = Énumérer ce que contient un justificatif et ce qui peut en être montré séparément
    .long =
        Une ligne par renseignement : s’il est à votre choix, s’il accompagne les autres ou s’il est toujours montré; son pointeur JSON; ce qu’il dit.
    .file = Le justificatif; - pour l’entrée standard
    .examples =
        tamarack-wallet disclosable carte.json

        # Les renseignements à votre choix, pour un programme
        tamarack-wallet disclosable --json carte.json | jq -r '.claims[] | select(.exposure == "choice") | .pointer'

cmd-present = Montrer un justificatif, ou une partie
    .long =
        Dit d’abord ce qui sera montré, à qui, et ce qui pourrait relier cette présentation à d’autres. Rien n’est préparé ni écrit avant que vous y consentiez; dans un script, --yes dit que la personne l’a déjà fait.

        Avec une clé du titulaire, le résultat est une présentation signée par cette clé. Sans clé, c’est le justificatif lui-même : les façons de signer à preuve sans divulgation (bbs-2023, BbsBlsSignature2020) répondent quand même au destinataire et à son défi, et deux présentations ne se ressemblent jamais.
    .file = Le justificatif; - pour l’entrée standard
    .reveal = Montrer ce renseignement et ce qui en dépend : un pointeur JSON comme /credentialSubject/ageOver19. Peut être répétée
    .age-over = Répondre à la question de savoir si vous avez cet âge, avec le renseignement qui en dit le moins
    .frame = Montrer ce que demande ce cadre JSON-LD (document de révélation); seulement pour BbsBlsSignature2020
    .all = Tout montrer
    .audience = À qui s’adresse la présentation : le nom du vérificateur (aussi --domain)
    .nonce = Le défi du vérificateur auquel la présentation répond (aussi --challenge)
    .holder-key = Votre clé secrète : un fichier JWK, PEM PKCS#8 ou multibase, ou une clé scellée
    .kid = URL DID sous laquelle la clé est connue. Par défaut, son did:key
    .holder-secrets = Les secrets auxquels le justificatif est lié : le fichier que « holder commit » a écrit. Le pseudonyme, si le justificatif en a un, est destiné à --audience : ce vérificateur vous reconnaîtra, et deux vérificateurs ne peuvent rien comparer
    .issuer-document = Le document DID de l’émetteur (did.json), pour un BbsBlsSignature2020 d’un émetteur en did:web : cette signature ne porte pas la clé de l’émetteur
    .yes = La personne a consenti à cela précisément : ne pas demander
    .out = Où écrire la présentation. Par défaut, la sortie standard
    .examples =
        # À un préposé de la loterie : 19 ans ou plus, et rien d’autre
        tamarack-wallet present carte.json --age-over 19 --audience https://lottery.example --nonce 8f2c --out montre.json

        # Deux renseignements, signés avec votre clé
        tamarack-wallet present carte.json --reveal /credentialSubject/givenName --reveal /credentialSubject/ageOver18 --holder-key moi.jwk --audience https://shop.example --nonce 8f2c --out montre.json

        # Un justificatif lié à votre secret : le même vérificateur vous reconnaîtra
        tamarack-wallet present carte.json --age-over 19 --holder-secrets moi.secrets --audience https://shop.example --nonce 8f2c --out montre.json

        # Un justificatif indivisible se montre en entier ou pas du tout
        tamarack-wallet present diplome.jwt --all --holder-key moi.jwk --audience https://shop.example --nonce 8f2c --out montre.jwt

cmd-holder = Secrets auxquels un justificatif est lié
    .examples =
        tamarack-wallet holder commit --out moi.secrets > engagement.json

cmd-holder-commit = Créer des secrets et afficher l’engagement auquel un émetteur lie un justificatif
    .long =
        Remettez l’engagement à l’émetteur : il ne révèle rien des secrets. Un justificatif bbs-2023 délivré pour lui (tamarack-issuer issue --commitment) ne peut être montré qu’avec les secrets. Conservez leur fichier : sans lui, le justificatif est perdu.
    .out = Où écrire les secrets. Le fichier ne doit pas encore exister
    .bound-to = À quoi le justificatif est lié : holder (un secret qui vous appartient), pseudonym (un pseudonyme par vérificateur) ou both (les deux, par défaut)
    .seal = Chiffrer les secrets sous une phrase de passe
    .examples =
        tamarack-wallet holder commit --out moi.secrets > engagement.json
        tamarack-wallet holder commit --bound-to pseudonym --seal --out moi.secrets > engagement.json

cmd-offers = Les justificatifs qu’un émetteur vous offre
    .examples =
        tamarack-wallet offers accept 'openid-credential-offer://?credential_offer_uri=…' --holder-key moi.jwk --out carte.json

cmd-offers-accept = Accepter une offre de justificatif (OpenID4VCI)
    .long =
        Indique qui offre quoi et demande votre accord avant toute demande. Le justificatif est vérifié avant d’être enregistré : s’il n’est pas valide ou s’il est déjà révoqué, il est refusé.
    .offer = L’offre : le lien du code QR, openid-credential-offer://…
    .tx-code = Le code reçu par une autre voie, si l’offre en demande un
    .holder-key = Votre clé secrète, à laquelle le justificatif sera lié (voir key new)
    .new-secrets = Lier le justificatif à de nouveaux secrets plutôt qu’à une clé (bbs-2023), et les écrire dans ce fichier, qui ne doit pas encore exister. Conservez-le : sans lui, le justificatif est perdu
    .bound-to = Avec --new-secrets : holder (un secret qui vous appartient), pseudonym (un pseudonyme par vérificateur) ou both (les deux, par défaut)
    .trust = Liste de confiance : de qui vous acceptez des justificatifs. Sans elle, de quiconque signe correctement
    .wait = Durée d’attente, en secondes, de la décision d’un préposé. Par défaut, 60
    .client-id = Le nom sous lequel l’émetteur connaît ce programme, pour une connexion dans le navigateur
    .redirect-uri = L’adresse à laquelle le navigateur revient après la connexion, telle qu’enregistrée chez l’émetteur
    .yes = La personne a déjà donné son accord : ne pas demander
    .out = Fichier où écrire le justificatif. Par défaut, la sortie standard
    .examples =
        tamarack-wallet offers accept 'openid-credential-offer://?credential_offer_uri=…' --tx-code 493536 --holder-key moi.jwk --out carte.json

cmd-offers-resume = Poursuivre une offre déjà acceptée
    .long =
        Après une connexion dans le navigateur, ou quand l’émetteur a pu décider. Ce qui a été commencé est dans le portefeuille; rien n’est demandé deux fois.
    .id = Laquelle, si plusieurs ont été commencées
    .redirect = L’adresse à laquelle le navigateur est revenu après la connexion
    .trust = Liste de confiance : de qui vous acceptez des justificatifs. Sans elle, de quiconque signe correctement
    .wait = Durée d’attente, en secondes, de la décision d’un préposé. Par défaut, 60
    .examples =
        tamarack-wallet offers resume --wallet ~/portefeuille
        tamarack-wallet offers resume --wallet ~/portefeuille --redirect 'https://portefeuille.example/retour?code=…'

cmd-requests = Ce que demandent les vérificateurs
    .examples =
        tamarack-wallet requests answer 'openid4vp://?client_id=…' --credential carte.json --holder-key moi.jwk

cmd-requests-answer = Répondre à la demande d’un vérificateur (OpenID4VP)
    .long =
        Indique qui demande, ce qui serait montré et ce qui permettrait de relier cette présentation à d’autres. Rien n’est préparé ni envoyé avant votre accord. Seul ce qui est demandé est montré.
    .request = La demande : le lien du code QR, openid4vp://…
    .credential = Un justificatif qui peut servir de réponse. Peut être répété; le premier qui convient est utilisé
    .holder-key = Votre clé secrète, à laquelle les justificatifs sont liés
    .holder-secrets = Les secrets auxquels un justificatif est lié (offers accept --new-secrets). Le pseudonyme, si le justificatif en a un, est destiné à qui demande : ce vérificateur vous reconnaîtra, et deux vérificateurs ne peuvent rien comparer
    .choose = Répondre autrement qu’avec ce qui en dit le moins : le numéro d’un choix, comme l’indique l’écran de consentement (2), ou QUESTION=ID avec l’identifiant du justificatif, et QUESTION=ID:2 pour son deuxième ensemble de renseignements. Peut être répété
    .remember = Garder un reçu du consentement. Avec un nombre de jours, la même chose est communiquée au même vérificateur pendant ce temps sans vous redemander, jusqu’à ce que vous retiriez le consentement; 0 veut dire pour cette fois
    .verifiers = De qui viennent les demandes : un fichier JSON avec « verifiers » (client_id, name en en et fr, may_ask) et « anchors » (certificats d’autorités, en base64)
    .yes = La personne a consenti exactement à ceci : ne pas demander
    .examples =
        tamarack-wallet requests answer 'openid4vp://?client_id=…' --credential carte.json --credential sante.json --holder-key moi.jwk

cmd-requests-decline = Refuser la demande d’un vérificateur
    .long =
        Le vérificateur apprend que l’accès est refusé, et rien de plus : ni pourquoi, ni s’il y avait quelque chose à montrer.
    .request = La demande : le lien du code QR, openid4vp://…
    .verifiers = De qui viennent les demandes (voir requests answer)
    .examples =
        tamarack-wallet requests decline 'openid4vp://?client_id=…' --wallet ~/portefeuille

cmd-credentials = Les justificatifs du portefeuille
    .examples =
        tamarack-wallet credentials list --wallet ~/portefeuille

cmd-credentials-list = Énumérer les justificatifs du portefeuille
    .long =
        Une ligne chacun : son identifiant, ce que c’est, qui l’a délivré, jusqu’à quand il est valide.
    .examples =
        tamarack-wallet credentials list --wallet ~/portefeuille

cmd-credentials-code = Montrer un justificatif sous forme de codes QR, sans réseau
    .long =
        Écrit le texte des codes, un par ligne, pour un programme qui les dessine; avec --page, dessine aussi les codes, sur une page à afficher ou à imprimer. Qui les balaie peut les vérifier sans réseau.

        Sans --audience ni --nonce, qui a une copie des codes peut les montrer de nouveau : cela convient devant un préposé qui voit votre visage.
    .id = L’identifiant du justificatif (voir credentials list)
    .reveal = Montrer ce renseignement et ce qui en dépend : un pointeur JSON comme /credentialSubject/ageOver19. Peut être répétée. Sans elle, tout est montré
    .audience = À qui s’adressent les codes : le nom du vérificateur
    .nonce = Le défi du vérificateur
    .page = Dessiner les codes sur cette page (HTML), à afficher ou à imprimer
    .yes = La personne a consenti exactement à ceci : ne pas demander
    .examples =
        tamarack-wallet credentials code Q2FyZA --reveal /credentialSubject/ageOver19 --wallet ~/portefeuille

cmd-credentials-delete = Supprimer un justificatif
    .long =
        Ses copies et ses clés sont supprimées avec lui, et l’historique l’indique. Seule une sauvegarde peut le ramener, ou son émetteur.
    .id = L’identifiant du justificatif (voir credentials list)
    .yes = Supprimer sans demander
    .examples =
        tamarack-wallet credentials delete Q2FyZA --wallet ~/portefeuille

cmd-credentials-refresh = Vérifier si des justificatifs ont été suspendus ou révoqués
    .long =
        Des listes entières sont récupérées, dans un ordre aléatoire, pour qu’aucun émetteur n’apprenne à quel justificatif vous pensez. Suit une ligne pour chacun : son identifiant, ce que c’est, son état.
    .if-due = Ne récupérer que si le calendrier du portefeuille le prévoit : environ une fois par jour
    .trust = Liste de confiance : qui peut parler pour un émetteur dans une liste. Sans elle, l’émetteur seul
    .examples =
        tamarack-wallet credentials refresh --if-due --wallet ~/portefeuille

cmd-credentials-renew = Demander la suite aux émetteurs, à temps
    .long =
        De nouvelles copies à la place de celles qui ont été montrées, et le justificatif suivant à la place de celui qui expire d’ici deux semaines, si l’émetteur l’a permis en délivrant le premier.
    .id = Ce justificatif seulement (voir credentials list), qu’il s’épuise ou non
    .trust = Liste de confiance : de qui vous acceptez les justificatifs. Sans elle, de quiconque signe correctement
    .wait = Combien de secondes attendre la décision d’un commis. Par défaut : 60
    .examples =
        tamarack-wallet credentials renew --wallet ~/portefeuille

cmd-history = Ce qui s’est passé avec le portefeuille
    .long =
        Une ligne chacun, du plus récent au plus ancien : quand, quoi, avec qui, quels renseignements. Une entrée nomme les renseignements et n’en donne jamais la valeur.
    .search = Des mots qui doivent y figurer : un nom, un renseignement, une raison
    .credential = Ce qui s’est passé avec ce justificatif seulement : son identifiant
    .examples =
        tamarack-wallet history --wallet ~/portefeuille --search 'Magasin du lac'

cmd-history-export = Emporter tout l’historique
    .long =
        En JSON pour les programmes, ou sous forme de page à lire et à imprimer, dans votre langue. Il nomme les renseignements et n’en dit jamais la valeur.
    .format = json ou page. Par défaut : json
    .out = Où l’écrire. Par défaut : la sortie standard
    .examples =
        tamarack-wallet history export --wallet ~/portefeuille --out historique.json
        tamarack-wallet history export --wallet ~/portefeuille --format page --out historique.html

cmd-history-delete = Supprimer des entrées de l’historique, ou toutes
    .long =
        Il est à vous : personne d’autre ne l’a. Les reçus de consentement restent. Ce qui est supprimé ne vous dit plus ce qu’un vérificateur a déjà.
    .id = Les entrées, par les identifiants que « history --json » affiche
    .all = Toutes
    .yes = Supprimer sans demander
    .examples =
        tamarack-wallet history delete --all --wallet ~/portefeuille

cmd-receipts = Les reçus de vos consentements
    .examples =
        tamarack-wallet receipts list --wallet ~/portefeuille

cmd-receipts-list = Énumérer les reçus
    .long =
        Une ligne chacun, le plus récent d’abord : son identifiant, quand, avec qui, pour quoi, quels renseignements, et si le consentement tient.
    .examples =
        tamarack-wallet receipts list --wallet ~/portefeuille

cmd-receipts-show = Afficher l’attestation signée d’un consentement (ISO/IEC TS 27560)
    .id = L’identifiant du reçu (voir receipts list)
    .examples =
        tamarack-wallet receipts show Q2FyZA --wallet ~/portefeuille

cmd-receipts-withdraw = Retirer un consentement
    .long =
        Désormais, le portefeuille vous redemande. Remettez le nouveau reçu à qui détient vos renseignements : il prouve que vous avez retiré votre consentement.
    .id = L’identifiant du reçu (voir receipts list)
    .yes = Retirer sans demander
    .examples =
        tamarack-wallet receipts withdraw Q2FyZA --wallet ~/portefeuille

cmd-backup = Mettre le portefeuille dans un seul fichier chiffré
    .long =
        Seule une phrase de récupération ouvre le fichier. Une nouvelle phrase est créée et affichée une seule fois : notez-la et gardez-la ailleurs que le fichier. Les justificatifs dont la clé est dans la puce d’un appareil ne peuvent être sauvegardés; ils sont énumérés.
    .out = Où écrire le fichier
    .phrase-file = Utiliser la phrase de ce fichier plutôt qu’une nouvelle
    .examples =
        tamarack-wallet backup --wallet ~/portefeuille --out portefeuille.age

cmd-restore = Ramener une sauvegarde dans un portefeuille
    .long =
        Ce que le portefeuille contient déjà reste tel quel. Un portefeuille qui n’existe pas encore est créé, sous sa propre phrase de passe.
    .file = La sauvegarde
    .phrase-file = Le fichier de la phrase de récupération
    .examples =
        tamarack-wallet restore portefeuille.age --phrase-file phrase.txt --wallet ~/nouveau-portefeuille

cmd-key = Clés du titulaire
    .examples =
        tamarack-wallet key new --out moi.jwk

cmd-key-new = Créer une clé et afficher son did:key, à laquelle un justificatif peut être délivré
    .out = Où écrire la clé secrète (JWK, ou scellée). Le fichier ne doit pas encore exister
    .kind = Ed25519 (par défaut) ou P-256
    .seal = Chiffrer la clé sous une phrase de passe
    .examples =
        tamarack-wallet key new --seal --out moi.scellee

# Arguments de plusieurs commandes.
arg = Arguments de plusieurs commandes
    .lang = Langue : en (anglais) ou fr (français). Par défaut, celle du système (LC_ALL, LC_MESSAGES, LANG)
    .color = Couleur : auto (seulement dans un terminal, jamais avec NO_COLOR), always (toujours) ou never (jamais)
    .json = Écrire une valeur JSON sur la sortie standard, erreurs comprises, pour d’autres programmes
    .help = Afficher cette aide
    .version = Afficher la version
    .passphrase-file = Fichier de la phrase de passe d’une clé scellée ou de secrets scellés. Par défaut, la variable TAMARACK_PASSPHRASE, sinon elle vous est demandée
    .wallet = Le dossier de votre portefeuille, chiffré sous une phrase de passe. Par défaut, la variable TAMARACK_WALLET
    .authorities = Se fier aux certificats de ces autorités (PEM) plutôt qu’aux autorités publiques
    .cache = Conserver dans ce dossier des copies de ce qui est téléchargé. Par défaut, aucune n’est conservée
    .allow-private-network = Interroger aussi des services de réseaux privés

value = Mots entre chevrons
    .COMMAND = COMMANDE
    .FILE = FICHIER
    .POINTER = POINTEUR
    .NUMBER = NOMBRE
    .NONCE = DÉFI
    .AUDIENCE = DESTINATAIRE
    .DID_URL = URL DID
    .KIND = SORTE
    .WHAT = QUOI
    .LANGUAGE = LANGUE
    .WHEN = QUAND
    .SHELL = INTERPRÉTEUR
    .OFFER = OFFRE
    .REQUEST = DEMANDE
    .CODE = CODE
    .SECONDS = SECONDES
    .DAYS = JOURS
    .FORMAT = FORMAT
    .DIR = DOSSIER
    .ID = ID
    .URL = URL
    .TEXT = TEXTE
    .CHOICE = QUESTION=ID

disclosable-part = Des renseignements peuvent être montrés séparément ({ $suite }).
disclosable-whole = Ce justificatif ne peut être montré qu’en entier ({ $suite }).
disclosable-bound = Il est lié à un secret qui vous appartient : pour le montrer, donnez --holder-secrets.
disclosable-pseudonym = Il est lié à un secret qui vous appartient, et chaque vérificateur vous connaîtra sous un pseudonyme à lui : pour le montrer, donnez --holder-secrets.
exposure-mandatory = exigé par l’émetteur
exposure-always = toujours montré
exposure-along = accompagne les autres
exposure-choice = à votre choix

consent-for = Ceci sera montré à { $audience } :
consent-for-anybody = Ceci sera montré à quiconque reçoit le fichier :
consent-question = Y consentez-vous? [o/N]
consent-declined = Vous n’y avez pas consenti; rien n’a été écrit.

say-committed = Remettez cet engagement à l’émetteur. Conservez le fichier des secrets : sans lui, le justificatif ne peut être montré.

err-age-unanswered = Le justificatif ne peut répondre à la question de savoir si vous avez { $age } ans ou plus.
    .hint = Demandez à l’émetteur un justificatif qui répond pour cet âge, ou choisissez un autre renseignement avec --reveal.

err-issuer-unknown = Le justificatif ne porte pas la clé de son émetteur, et elle ne peut être calculée à partir de { $issuer }.
    .hint = Donnez le document DID de l’émetteur avec --issuer-document FICHIER : pour did:web:exemple.ca, il se trouve à https://exemple.ca/.well-known/did.json.

offer-page = { $issuer } ({ $url }) vous offre : { $credential }.
offer-page-unnamed = { $url } vous offre : { $credential }.
offer-kept = Dans votre portefeuille : { $credential }.
offer-browser = Connectez-vous dans le navigateur, à cette adresse :
offer-redirect = Collez l’adresse à laquelle le navigateur s’est arrêté, ou appuyez sur Entrée pour poursuivre plus tard avec « offers resume » :
request-refused = Vous avez refusé; le vérificateur en a été avisé.
backup-phrase = Notez cette phrase de récupération. Sans elle, personne ne peut ouvrir la sauvegarde, et elle ne sera plus affichée :
restore-done = { $count ->
        [one] Un justificatif est revenu.
       *[other] { $count } justificatifs sont revenus.
    }
restore-again = Redemandez à l’émetteur { $credential } : { $link }
offer-question = Le voulez-vous? [o/N]
offer-waiting = L’émetteur n’a pas encore décidé; nouvelle demande…
request-sign-in = Vous vous connectez en tant que { $id }. Qui connaît cette clé par ailleurs vous reconnaît; avec --wallet, chaque vérificateur reçoit une clé qui lui est propre.
request-receipt = Reçu de votre consentement : { $id }. Consultez-le, ou retirez ce consentement, avec « receipts ».
request-whole = Ce justificatif ne peut être montré qu’en entier, quoi qu’on ait demandé.
credential-delete = Ceci sera supprimé, avec toutes ses copies et ses clés : { $credential }.
credential-question = Le supprimer? [o/N]
nothing-deleted = Rien n’a été supprimé.
history-delete = { $count ->
        [one] Une entrée sera supprimée.
       *[other] { $count } entrées seront supprimées.
    }
history-question = Supprimer? [o/N]
receipt-standing = vaut jusqu’au { $until }
receipt-ended = terminé
receipt-once = pour cette fois-là
receipt-withdrawn = retiré
receipt-question = Retirer ce consentement? [o/N]
refresh-unknown = { $count ->
        [one] L’état d’un justificatif n’a pas pu être vérifié; il reste inchangé.
       *[other] L’état de { $count } justificatifs n’a pas pu être vérifié; il reste inchangé.
    }
renew-nothing = Rien ne s’épuise qui puisse être redemandé.
codes-title = Codes QR d’une présentation
codes-one = Code { $number } de { $count }
request-declined = Vous n’y avez pas consenti; rien n’a été envoyé.
request-answered = Votre réponse a été transmise.

err-authorities-invalid = Il n’y a aucun certificat dans « { $file } ».
    .hint = Donnez un fichier contenant un ou plusieurs certificats en PEM.
err-service-refused = { $url } a refusé la demande : { $error }.
    .hint = Demandez une nouvelle offre ou une nouvelle demande : chacune sert une seule fois et peu de temps.
err-protocol-refused = Le message ne respecte pas le protocole : { $error } ({ $about }).
    .hint = Signalez-le à la personne ou au service qui l’a envoyé.
err-offer-grant = Cette offre exige une connexion dans le navigateur, ce que ce programme ne fait pas.
    .hint = Demandez une offre avec un code préautorisé.
err-offer-tx-code = Cette offre demande un code que vous avez reçu par une autre voie.
    .hint = Donnez-le avec --tx-code.
err-offer-holder-key = Le justificatif sera lié à une clé qui vous appartient.
    .hint = Créez-en une avec « tamarack-wallet key new --out moi.jwk » et donnez-la avec --holder-key.
err-offer-no-secrets = L’émetteur ne lie pas ce justificatif à des secrets.
    .hint = Donnez plutôt une clé, avec --holder-key.
err-offer-several = Plusieurs offres ont été acceptées et ne sont pas terminées.
    .hint = Dites laquelle : donnez son identifiant, la première colonne.
err-request-choice = « { $choice } » n’est pas un choix.
    .hint = Écrivez le numéro d’un choix, ou la question, =, et l’identifiant du justificatif : --choose 2, --choose card=Q2FyZA.
err-offer-pending = L’émetteur n’a pas encore décidé.
    .hint = Acceptez l’offre de nouveau plus tard, ou attendez plus longtemps avec --wait.
err-offer-unverified = Le justificatif n’a pas pu être vérifié; il n’a pas été conservé.
    .hint = Demandez-en un autre à l’émetteur.
err-request-sign-in-key = Cette demande veut que vous vous connectiez, ce qui exige une clé.
    .hint = Donnez-en une avec --holder-key, ou utilisez --wallet, qui crée une clé pour chaque vérificateur.
err-verifiers-invalid = « { $file } » n’est pas une liste de vérificateurs.
    .hint = Écrivez un objet JSON avec « verifiers », une liste de client_id et de name (en, fr), ou « anchors », une liste de certificats en base64.
err-request-nothing = Cette demande ne porte sur rien à quoi ce programme puisse répondre.
    .hint = Utilisez un portefeuille qui la prend en charge.
err-request-cannot-answer = Aucun de vos justificatifs ne répond à cette demande.
    .hint = Donnez d’autres justificatifs avec --credential, ou demandez-en un à un émetteur.
