# Tamarack : ce que les gens lisent dans un portefeuille, en français du Canada.
#
# Les identifiants et les variables sont ceux de en.ftl. Le lexique est celui de la bibliothèque (crates/core/messages/fr.ftl) :
# justificatif, émetteur, vérificateur, renseignement, portefeuille, phrase de passe, consentement.

### Erreurs : une phrase, et quoi faire

store-locked = Le portefeuille est verrouillé.
    .hint = Déverrouillez-le et réessayez.
store-wrong-key = Cette phrase de passe ou cette clé n’ouvre pas le portefeuille.
    .hint = Vérifiez la phrase de passe et réessayez. Rien n’a été modifié.
store-missing = Il n’y a pas encore de portefeuille ici.
    .hint = Créez-en un, ou restaurez une sauvegarde.
store-exists = Il y a déjà un portefeuille ici.
    .hint = Ouvrez-le plutôt, ou choisissez un autre endroit.
store-too-new = Ce portefeuille a été utilisé par une version plus récente de l’application.
    .hint = Mettez l’application à jour et ouvrez-le de nouveau.
store-damaged = Le fichier du portefeuille est endommagé.
    .hint = Restaurez votre sauvegarde. Les justificatifs qui n’y sont pas peuvent être redemandés à leur émetteur.
store-full = L’appareil n’a plus d’espace. Rien n’a été modifié.
    .hint = Libérez de l’espace et réessayez.
store-busy = Un autre programme utilise le portefeuille.
    .hint = Fermez l’autre programme et réessayez.
store-unavailable = Le fichier du portefeuille ne peut être ni lu ni écrit.
    .hint = Vérifiez que l’application a accès à son espace de stockage, puis redémarrez-la.
store-taken = Ceci a déjà été enregistré.
    .hint = Il n’y a rien d’autre à faire.
store-limit = C’est plus gros que ce que le portefeuille peut garder{ $about ->
        [none] {""}
       *[other] { " " }({ $about })
    }.
    .hint = Demandez à la personne ou à l’organisme de vous en envoyer un plus petit.
record-missing = Le portefeuille n’a plus cet élément.
    .hint = Il a peut-être été supprimé. Revenez en arrière et consultez la liste de nouveau.
record-damaged = Une partie du portefeuille ne peut pas être lue.
    .hint = Mettez l’application à jour. Si cela ne suffit pas, restaurez votre sauvegarde.
device-denied = Vous n’avez pas déverrouillé la clé de l’appareil, ou vous avez refusé.
    .hint = Réessayez et déverrouillez-la avec votre visage, votre doigt ou votre code.
platform-locked = L’appareil doit d’abord être déverrouillé.
    .hint = Déverrouillez-le avec votre visage, votre doigt ou votre code, puis réessayez.
device-unavailable = La puce sécurisée de l’appareil n’est pas utilisable pour le moment.
    .hint = Déverrouillez l’appareil, attendez un instant et réessayez.
device-key-gone = Une clé de la puce sécurisée de l’appareil a disparu.
    .hint = Cela arrive quand le verrouillage de l’écran a été retiré ou que l’appareil a été réinitialisé. Redemandez le justificatif à l’émetteur.
device-failed = La puce sécurisée de l’appareil n’a pas fonctionné comme prévu.
    .hint = Redémarrez l’appareil. Si cela continue, avisez les concepteurs de l’application.
device-missing = Il faut pour cela la puce sécurisée de l’appareil, que l’application n’utilise pas.
    .hint = Avisez les concepteurs de l’application.
network-unavailable = L’autre partie n’a pas pu être jointe.
    .hint = Vérifiez votre connexion et réessayez plus tard.
backup-phrase = Ce n’est pas une phrase de récupération : un mot est erroné, manquant ou mal placé.
    .hint = Comparez-la mot à mot avec ce que vous avez noté.
backup-wrong-key = Cette sauvegarde n’a pas été faite avec cette phrase de récupération, ou n’est pas destinée à cet appareil.
    .hint = Vérifiez que la phrase et le fichier vont ensemble.
backup-malformed = Ce fichier n’est pas la sauvegarde d’un portefeuille, ou il est endommagé.
    .hint = Choisissez un autre fichier, ou reprenez celui-ci là où vous le conservez.
backup-too-new = Cette sauvegarde a été faite par une version plus récente de l’application.
    .hint = Mettez l’application à jour et réessayez.
transfer-code = Ce n’est pas le code qu’affiche un nouvel appareil.
    .hint = Sur le nouvel appareil, choisissez « Transférer mon portefeuille ici », puis balayez le code affiché.
transfer-over = Le code du nouvel appareil est trop ancien, ou a déjà servi.
    .hint = Affichez un nouveau code sur le nouvel appareil et balayez-le.
receipt-invalid = Ce reçu de consentement n’est pas valable : il a été modifié, ou quelqu’un d’autre l’a signé.
    .hint = Ne vous y fiez pas.
wallet-internal = Un problème est survenu dans le portefeuille.
    .hint = Redémarrez l’application. Si cela continue, avisez les concepteurs de l’application.

### Ce que l’autre partie a répondu. $code est le code d’erreur du protocole, $about un paramètre ou une règle du protocole

protocol-refused = Ce que l’autre partie a envoyé est inutilisable, ou n’est plus valable.
    .hint = Recommencez depuis le début. Si cela continue, avisez l’organisme.
protocol-denied = L’autre partie a refusé.
    .hint = Demandez-en la raison à l’organisme.
protocol-offline = L’autre partie ne peut pas répondre pour le moment.
    .hint = Réessayez plus tard.

### L’historique

event-received = Un justificatif a été reçu
event-refused = Un justificatif a été refusé
event-offer-declined = Vous avez décliné une offre
event-shown = Vous avez communiqué des renseignements
event-declined = Vous avez refusé une demande
event-signed-in = Vous avez ouvert une session
event-deleted = Vous avez supprimé un justificatif
event-state-changed = L’émetteur a modifié l’état d’un justificatif
event-consent-withdrawn = Vous avez retiré un consentement
event-backed-up = Vous avez fait une sauvegarde
event-restored = Le portefeuille a été restauré ici
event-moved = Le portefeuille a été transféré sur un autre appareil
history-title = L’historique de mon portefeuille
history-made = Produit le { $time }. Les heures sont en temps universel coordonné (UTC).
history-empty = Il ne s’est encore rien passé.
history-count =
    { $count ->
        [one] Une entrée, la plus récente en premier. Elle nomme ce qui a été communiqué, sans le répéter.
       *[other] { $count } entrées, la plus récente en premier. Elles nomment ce qui a été communiqué, sans le répéter.
    }
history-when = Quand
history-what = Ce qui s’est passé
history-who = Avec qui
history-which = Quels renseignements
history-purpose = Fin visée : { $said }
history-reason = Raison : { $said }
history-alternative = Choix { $number } de { $of }
reason-not-wanted = Vous ne le vouliez pas.
reason-not-trusted = Vous ne connaissiez pas la partie qui demandait, ou ne lui faisiez pas confiance.
reason-too-much = C’était trop.
reason-nothing-fits = Vous n’aviez rien qui réponde.
history-linkable = Cette présentation peut être reliée à d’autres que vous avez faites.
history-unlinkable = Cette présentation ne peut pas être reliée à d’autres que vous avez faites.
history-trusted = Connu de votre portefeuille
history-untrusted = Inconnu de votre portefeuille

### L’état d’un justificatif

condition-good = Valide
    .advice = Vous pouvez utiliser ce justificatif.
condition-expiring = Expire bientôt
    .advice = Vous pouvez encore utiliser ce justificatif. Demandez-en un nouveau à l’émetteur à temps.
condition-not-yet-valid = Pas encore valide
    .advice = Vous pourrez utiliser ce justificatif à compter du jour où il entre en vigueur.
condition-expired = Expiré
    .advice = Ce justificatif n’est plus accepté. Demandez-en un nouveau à l’émetteur, ou supprimez-le.
condition-suspended = Suspendu
    .advice = L’émetteur a suspendu ce justificatif pour le moment. Demandez-lui pourquoi.
condition-revoked = Révoqué
    .advice = L’émetteur a révoqué ce justificatif pour de bon. Demandez-lui pourquoi, ou supprimez-le.
### Recevoir et montrer : erreurs

message-url = Le message indique une adresse à laquelle un portefeuille ne devrait pas aller.
    .hint = N’allez pas plus loin. Avisez l’organisme auquel vous vouliez vous adresser.
message-too-large = La réponse de l’autre partie est plus grosse qu’elle ne devrait l’être.
    .hint = Réessayez. Si cela continue, avisez l’organisme.
service-refused = L’autre partie a refusé{ $about ->
        [none] {""}
       *[other] { " " }({ $about })
    }.
    .hint = Demandez une nouvelle offre ou une nouvelle demande : chacune sert une seule fois et peu de temps.
flow-step = Cela ne correspond pas à l’étape en cours.
    .hint = Recommencez depuis le début. Si cela continue, avisez les concepteurs de l’application.
flow-over = C’est déjà terminé.
    .hint = Recommencez depuis le début.
offer-unusable = Ce portefeuille ne peut pas garder ce qui est offert{ $about ->
        [none] {""}
       *[other] { " " }({ $about })
    }.
    .hint = Demandez-le à l’organisme sous une autre forme, ou utilisez un portefeuille qui le prend en charge.
offer-browser = Cette offre exige une connexion dans le navigateur, ce que l’application ne fait pas.
    .hint = Avisez les concepteurs de l’application.
offer-code = Le code de cette offre n’est pas le bon, ou l’offre n’est plus valable.
    .hint = Vérifiez le code que l’émetteur vous a envoyé, puis saisissez-le de nouveau. Après quelques essais erronés, il vous faut une nouvelle offre.
credential-other-kind = Ce qui est arrivé n’est pas ce qui était offert.
    .hint = Rien n’a été conservé. Avisez l’émetteur.
credential-other-key = Ce qui est arrivé appartient à la clé d’un autre portefeuille : vous ne pourriez jamais le montrer.
    .hint = Rien n’a été conservé. Demandez-en un autre à l’émetteur.
renewal-none = L’émetteur n’a pas permis au portefeuille d’en redemander.
    .hint = Demandez une nouvelle offre à l’émetteur.
request-nothing = Cette demande ne porte sur rien que ce portefeuille connaisse.
    .hint = Utilisez un portefeuille qui la prend en charge.
consent-outside = Ce choix dépasse ce qui a été demandé.
    .hint = Choisissez parmi ce qui est à l’écran.
consent-incomplete = Il manque quelque chose dont l’autre partie ne peut se passer.
    .hint = Répondez à chaque question obligatoire, ou refusez.
consent-needed = Ceci ne sert qu’avec votre consentement à une demande.
    .hint = Ouvrez la demande et donnez-y votre accord.
qr-malformed = Ce code n’est pas de ceux que ce portefeuille lit, ou il est endommagé.
    .hint = Balayez-le de nouveau, bien éclairé et en entier.
qr-other = Ce code n’appartient pas au même document que les précédents.
    .hint = Balayez les codes d’un seul document.
qr-too-large = C’est trop gros pour des codes à balayer.
    .hint = Montrez-en moins, ou montrez-le par le réseau.

### Renseignements, d’après leur nom dans les données

claim-age-over = { $age } ans ou plus
claim-given-name = Prénom
claim-family-name = Nom de famille
claim-name = Nom
claim-birth-date = Date de naissance
claim-birthdate = Date de naissance
claim-date-of-birth = Date de naissance
claim-address = Adresse
claim-street-address = Rue et numéro
claim-address-locality = Ville
claim-locality = Ville
claim-address-region = Province
claim-region = Province
claim-postal-code = Code postal
claim-address-country = Pays
claim-country = Pays
claim-email = Adresse courriel
claim-telephone = Numéro de téléphone
claim-phone-number = Numéro de téléphone
claim-portrait = Portrait
claim-image = Image
claim-picture = Image
claim-gender = Genre
claim-sex = Sexe
claim-nationality = Nationalité
claim-document-number = Numéro du document
claim-identifier = Identifiant
claim-valid-until = Valide jusqu’au
claim-valid-from = Valide à compter du
claim-issuer = Émetteur
claim-id = Identifiant
# Un renseignement en une phrase, pour un lecteur d’écran.
told-claim = { $name } : { $value }.
told-along = Non demandé, mais montré avec le reste.
told-before = Vous leur avez montré ceci le { $day }.
value-yes = Oui
value-no = Non
value-none = (rien)
value-picture = (une image)

### Une offre, avant de l’accepter

issuer-listed = { $issuer } ({ $url }) vous offre ceci. Cet émetteur figure sur la liste de ceux en qui votre portefeuille a confiance.
issuer-itself = { $issuer } ({ $url }) vous offre ceci. Cet émetteur signe avec la clé de sa propre adresse Web et ne figure pas sur la liste de ceux en qui votre portefeuille a confiance.
issuer-address = { $issuer } vous offre ceci. Seule son adresse Web est connue ({ $url }). Ce qui est délivré n’est conservé que s’il provient d’un émetteur en qui votre portefeuille a confiance.
issuer-stranger = { $issuer } vous offre ceci. Seule son adresse Web est connue ({ $url }), et personne en qui votre portefeuille a confiance n’a à s’en porter garant.
offer-credential = On vous offre : { $name }.
offer-claims = Il y sera indiqué : { $claims }.
offer-unsupported = Ce portefeuille ne peut pas le garder (format { $format }).
offer-copies = Vous en recevez jusqu’à { $count } exemplaires, chacun pour une seule présentation.
offer-unlinkable = Personne ne peut distinguer deux de vos présentations de celles d’autres personnes, à moins que ce que vous montrez ne le révèle.
offer-unlinkable-key = Sa signature ne relie pas les présentations entre elles. Là où votre clé doit signer, elle les relie.
offer-linkable-copies = Chaque exemplaire a sa propre signature. Tant qu’il en reste, les présentations ne peuvent être reliées par elle.
offer-linkable = Qui le voit deux fois peut savoir que c’était le même.
offer-validity = La date jusqu’à laquelle il est valide y est inscrite; vous la verrez à la réception.
offer-browser-step = Vous vous connectez d’abord dans le navigateur.
learns-taken = L’émetteur apprend que vous l’acceptez, et à quel moment.
learns-address = L’émetteur voit votre adresse réseau.
learns-key = L’émetteur voit une nouvelle clé, que votre portefeuille crée pour cela seulement.
learns-sign-in = L’émetteur apprend avec quoi vous vous connectez.
learns-stored = L’émetteur apprend si votre portefeuille l’a conservé.
learns-not-showings = L’émetteur n’apprend ni quand ni à qui vous le montrez.
code-digits = Entrez le code à { $count } chiffres que vous avez reçu séparément.
code-characters = Entrez le code à { $count } caractères que vous avez reçu séparément.
code-any = Entrez le code que vous avez reçu séparément.

### Une demande, avant d’y répondre

verifier-known = { $name } vous demande des renseignements. Votre portefeuille sait de qui il s’agit. La réponse est envoyée à { $host }.
verifier-vouched = { $id } vous demande des renseignements. Une autorité en qui votre portefeuille a confiance se porte garante de cette adresse. La réponse est envoyée à { $host }.
verifier-vouched-named = { $id } vous demande des renseignements. Une autorité en qui votre portefeuille a confiance se porte garante de cette adresse. On s’y présente sous le nom de « { $name } »; personne n’a vérifié ce nom. La réponse est envoyée à { $host }.
verifier-vouched-name = { $id } vous demande des renseignements. Une autorité en qui votre portefeuille a confiance se porte garante de ce nom. La réponse est envoyée à { $host }.
verifier-vouched-name-named = { $id } vous demande des renseignements. Une autorité en qui votre portefeuille a confiance se porte garante de ce nom. On se présente ici sous le nom de « { $name } »; personne n’a vérifié cela. La réponse est envoyée à { $host }.
verifier-proved = Quelqu’un dont on ne connaît que l’adresse vous demande des renseignements : { $id }. La demande est signée. La réponse est envoyée à { $host }.
verifier-proved-named = Quelqu’un qui se présente sous le nom de « { $name } » vous demande des renseignements ({ $id }). La demande est signée, mais personne n’a vérifié ce nom. La réponse est envoyée à { $host }.
verifier-address = Quelqu’un vous demande des renseignements. La demande n’est pas signée. La réponse est envoyée à { $host }.
verifier-address-named = Quelqu’un qui se présente sous le nom de « { $name } » vous demande des renseignements. La demande n’est pas signée, et personne n’a vérifié ce nom. La réponse est envoyée à { $host }.
request-purpose = Raison donnée : { $purpose }
request-no-purpose = Aucune raison n’est donnée.
request-sign-in = Vous vous connectez avec un identifiant créé pour cette seule partie.
request-standing = Vous avez consenti exactement à ceci le { $given }. Votre consentement vaut jusqu’au { $until }, à moins que vous le retiriez.
request-cannot = Vous n’avez rien qui réponde à cette demande.
request-cannot-all = Vous avez une partie de ce qui est demandé, mais pas tout. Le reste est indispensable.
question-lacks = Il manque : { $kind }.
# Ce que veut dire un simple oui, et les autres façons. $number compte les façons de toute la demande.
yes-shows = Si vous dites oui, vous montrez ceci :
way-only = Du justificatif « { $title } » ({ $issuer }) :
way-proposed = Du justificatif « { $title } » ({ $issuer }), choix { $number } :
way-other = Choix { $number }, du justificatif « { $title } » ({ $issuer }) :
way-no-claims = Que vous l’avez, et rien d’autre.
instead-of = Au lieu du choix { $numbers }, vous pouvez choisir :
instead-of-together = Au lieu du choix { $numbers }, vous pouvez choisir ceci ensemble :
may-add = On aimerait aussi avoir ceci. Un simple oui ne le montre pas; vous pouvez l’ajouter :
and = { $first } et { $last }
question-whole = Ce justificatif ne peut être montré qu’en entier.
question-miss = { $title } n’y répond pas : { $reason }

# Ce que l’autre partie dit faire des renseignements : c’est elle qui l’affirme.

handling-not-kept = On affirme ne pas conserver les renseignements.
handling-kept =
    { $count ->
        [one] On affirme conserver les renseignements pendant un jour.
       *[other] On affirme conserver les renseignements pendant { $count } jours.
    }
handling-stored = On affirme les conserver ici : { $items }.
handling-recipients = On affirme les transmettre à : { $items }.
handling-jurisdiction = On affirme que cette loi s’applique : { $items }.
handling-withdrawal = On affirme que vous pouvez retirer votre consentement ici : { $items }
handling-notice = Avis de confidentialité : { $items }
handling-contact = À qui écrire : { $items }

# Les reçus

receipt-withdrawal = Dans le portefeuille où ce consentement a été donné, en tout temps. Le portefeuille produit alors un reçu de retrait à remettre.
receipt-collected = Montré par la personne à partir d’un portefeuille : { $title }.
receipt-collected-choice = Montré par la personne à partir d’un portefeuille : { $title }, choix { $number } de { $of }.

receipt-no-purpose = Non indiquée par qui l’a demandé
miss-authority = On le demande d’un autre émetteur.
miss-not-bound = Il n’est pas lié à vous.
miss-algorithm = La partie qui demande ne comprend pas la façon dont il est signé.
miss-claims = Il ne dit pas ce qui est demandé.
miss-cannot-show = Il ne peut être montré de façon à y répondre.
warning-beyond = Demande trop
warning-unsigned = Non signée
warning-unknown = Inconnu
warning-birth-date = Date de naissance
warning-whole = Montré en entier
warning-linkable = Reconnaissable
warning-no-purpose = Sans raison
warning-not-valid = Non valide
agreement = Vous acceptez aussi : { $kind } ({ $fields }).
warn-beyond = On demande plus que ce qui est permis : { $claims }.
warn-unsigned = Personne ne peut savoir qui demande. Ne répondez que si vous avez vous-même commencé, sur un site que vous connaissez.
warn-unknown = Personne en qui votre portefeuille a confiance ne se porte garant de « { $name } ». Ne répondez que si vous savez qui c’est.
warn-birth-date = On demande votre date de naissance. Le justificatif « { $title } » peut aussi montrer que vous avez l’âge voulu, sans la date.
warn-whole = Le justificatif « { $title } » ne peut être montré qu’en entier. Ceci est donc aussi montré, même si personne ne l’a demandé : { $claims }.
warn-linkable = Quiconque revoit le justificatif « { $title } » peut savoir que c’est le même.
warn-no-purpose = On ne dit pas pourquoi ces renseignements sont demandés.
warn-not-valid = Le justificatif « { $title } » ne sera probablement pas accepté : { $condition }.
