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

protocol-refused = Le message de l’autre partie, ou sa réponse, est inutilisable ({ $code } : { $about }).
    .hint = Recommencez depuis le début. Si cela continue, avisez l’organisme.
protocol-denied = L’autre partie a refusé ({ $code }).
    .hint = Demandez-en la raison à l’organisme.
protocol-offline = L’autre partie ne peut pas répondre pour le moment ({ $code }).
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
