# Textes des pages des serveurs, pour les citoyens, les préposés et les exploitants.

skip = Passer au contenu
language-other = English
language-label = Langue
footer-made-with = Tamarack vérifie des justificatifs numériques. Logiciel libre.

# La liste des demandes
asks-title = Que voulez-vous prouver?
asks-intro = Choisissez ce qui vous a été demandé.

# Le début d’une demande
start-asked = Ce qui sera demandé
start-age = Si vous avez { $age } ans ou plus. Pas votre date de naissance.
start-nothing-more = Votre portefeuille vous montre d’abord la question. Vous décidez d’y répondre ou non.
start-id-token = Un identifiant dont votre portefeuille se porte garant, pour que l’on vous reconnaisse ici.
start-pseudonym = Un pseudonyme qui permet de vous reconnaître ici la prochaine fois. Personne d’autre ne vous reconnaît à ce pseudonyme, et il ne dit pas qui vous êtes.
start-agreement = Ce que vous acceptez
start-kept = Ce qui est conservé
start-kept-nothing = Rien sur ce serveur. Votre réponse y est supprimée dès qu’elle a servi.
start-kept-not-at-all = Rien. Votre réponse est supprimée dès qu’elle a servi.
start-kept-hours =
    { $count ->
        [one] Votre réponse, pendant une heure.
       *[other] Votre réponse, pendant { $count } heures.
    }
start-kept-days =
    { $count ->
        [one] Votre réponse, pendant un jour.
       *[other] Votre réponse, pendant { $count } jours.
    }
start-kept-weeks =
    { $count ->
        [one] Votre réponse, pendant une semaine.
       *[other] Votre réponse, pendant { $count } semaines.
    }
start-kept-months =
    { $count ->
        [one] Votre réponse, pendant un mois.
       *[other] Votre réponse, pendant { $count } mois.
    }
start-kept-years =
    { $count ->
        [one] Votre réponse, pendant un an.
       *[other] Votre réponse, pendant { $count } ans.
    }
start-stored = Lieu de conservation
start-recipients = Autres destinataires
start-law = Droit applicable
start-withdrawal = Pour retirer votre consentement
start-notice = Avis de confidentialité
start-contact = Pour vos questions
start-button = Continuer
start-asked-by = Demandé par { $verifier }

# L’attente du portefeuille
wait-title = Ouvrez votre portefeuille
wait-scan = Portefeuille sur un autre appareil
wait-scan-how = Balayez ce code avec votre portefeuille ou l’appareil photo de votre téléphone.
wait-qr = Code QR qui ouvre la demande dans votre portefeuille
wait-here = Portefeuille sur cet appareil
wait-here-how = Aucun autre appareil n’est nécessaire.
wait-here-button = Ouvrir mon portefeuille
wait-browser = Portefeuille connu de ce navigateur
wait-browser-how = Votre navigateur vous demande quel portefeuille utiliser.
wait-browser-button = Choisir un portefeuille
wait-browser-none = Votre navigateur n’a reçu aucune réponse d’un portefeuille. Réessayez ou utilisez un autre moyen.
wait-browser-failed = La réponse n’a pas pu être utilisée. Réessayez ou utilisez un autre moyen.
wait-status-open = En attente de votre portefeuille.
wait-status-opened = Votre portefeuille a reçu la demande. Continuez dans votre portefeuille.
wait-status-judging = Vérification de votre réponse.
wait-minutes =
    { $minutes ->
        [one] Le code est valable pendant une minute.
       *[other] Le code est valable pendant { $minutes } minutes.
    }
wait-check = Voir si la réponse est arrivée
wait-cancel = Recommencer

# Le résultat
result-accept = Accepté
result-accept-text = Tout ce qui était demandé est prouvé.
result-accept-age = { $age } ans ou plus : c’est prouvé.
result-reject = Non accepté
result-reject-text = Au moins une vérification a échoué. Les raisons figurent ci-dessous.
result-undetermined = Impossible de trancher
result-undetermined-text = Rien n’est incorrect jusqu’ici, mais une vérification n’a pas pu être faite. Réessayez plus tard ou montrez un autre justificatif.
result-refused = Rien n’a été transmis
result-refused-text = Votre portefeuille n’a pas répondu à la demande : vous avez refusé, ou il ne contient rien qui convienne.
result-checks = Vérifications
result-credential = Justificatif { $number }
result-agreement = Vous avez accepté
result-subject = Identifiant
result-pseudonym = Pseudonyme
result-claims = Ce qui a été prouvé
result-claims-once = Ces valeurs ne sont affichées qu’une fois. Elles ne sont pas conservées.
result-claims-gone = Les valeurs ont été affichées et sont supprimées.
result-deleted = Votre réponse a été supprimée après cette vérification. Rien n’est conservé.
result-continue = Continuer vers { $verifier }
result-again = Recommencer
result-pass = Réussie
result-fail = Échouée
result-unknown = Indéterminée
result-skip = Non requise
result-hint = Que faire :
result-code = Code { $code }

result-refusal-credentials = Il manque un justificatif qui était demandé.
result-refusal-claims = Il manque un renseignement qui était demandé.
result-refusal-values = Un renseignement n’a pas la valeur requise.
result-refusal-meta = Ce n’est pas le type de justificatif qui était demandé.
result-refusal-issuer = Le justificatif ne vient pas de l’autorité qui était demandée.
result-refusal-binding = Le justificatif n’a pas été montré par la personne à qui il a été délivré, ou pas pour cette demande.
result-refusal-transaction = Le justificatif ne prouve pas que vous avez accepté ce qui vous était demandé.
result-refusal-id-token = L’ouverture de session n’a pas été faite par le détenteur de l’identifiant, ou pas pour cette demande.
result-refusal-other = La réponse n’a pas la forme qui était demandée.

# De retour du portefeuille, dans un autre navigateur
elsewhere-title = Retournez à la page où vous avez commencé
elsewhere-text = Votre portefeuille a répondu. Le résultat se trouve sur la page où vous avez commencé : une autre fenêtre, un autre navigateur ou un autre appareil.

# Expiré
expired-title = Cette demande a expiré
expired-text = Pour votre sécurité, une demande ne reste ouverte que quelques minutes. Rien n’a été transmis.
expired-button = Recommencer

# Erreurs
problem-title = Une erreur est survenue
problem-not-found = Page introuvable
problem-not-found-text = Il n’y a rien à cette adresse. Vérifiez-la ou recommencez.
problem-expired = Cette demande est terminée
problem-expired-text = Elle a reçu une réponse ou a expiré, et tout ce qui la concerne est supprimé. Recommencez.
problem-forbidden = Cette page appartient à un autre navigateur
problem-forbidden-text = Retournez à la fenêtre où vous avez commencé, ou recommencez.
problem-form = Le formulaire n’a pas pu être accepté
problem-form-text = Il est resté ouvert trop longtemps, ou les témoins sont bloqués. Revenez en arrière, rechargez la page et réessayez.
problem-too-many = Trop de demandes
problem-too-many-text = Attendez une minute, puis réessayez.
problem-unavailable = Non disponible pour le moment
problem-unavailable-text = Réessayez dans quelques minutes. Rien n’a été perdu.
problem-link = Ce lien ne peut plus servir
problem-link-text = Il est expiré ou a déjà servi. Recommencez dans votre portefeuille.
problem-request = La demande n’a pas pu être lue
problem-request-text = Revenez en arrière et réessayez.
problem-start = Recommencer
problem-reference = Si vous demandez de l’aide, donnez ce numéro : { $request }

# Ouvrir une session
problem-sign-in = La session n’a pas été ouverte
problem-sign-in-unavailable = Le service d’ouverture de session ne répond pas pour le moment. Réessayez dans quelques minutes.
problem-sign-in-over = Cette ouverture de session est terminée
problem-sign-in-over-text = Elle a déjà abouti ou a pris trop de temps. Recommencez.
problem-sign-in-browser = L’ouverture de session a commencé dans un autre navigateur. Retournez à la fenêtre où vous avez commencé, ou recommencez.
problem-sign-in-declined = Vous avez refusé, ou le service d’ouverture de session ne vous a pas laissé entrer. Rien n’a été transmis. Vous pouvez recommencer.
problem-sign-in-level = Une authentification plus forte est nécessaire
problem-sign-in-level-text = Vous avez ouvert une session, mais d’une façon qui n’est pas assez sûre ici. Recommencez et choisissez une authentification plus forte, ou faites d’abord vérifier votre identité auprès du service d’ouverture de session.
problem-sign-in-stale = Votre authentification remonte à trop longtemps. Recommencez et authentifiez-vous de nouveau.
problem-sign-in-failed = La réponse du service d’ouverture de session n’a pas pu être acceptée. Recommencez. Si cela se reproduit, donnez-nous le numéro ci-dessous.

# Du portefeuille au justificatif
confirm-title = Ajouter à votre portefeuille?
confirm-wallet = { $wallet } recevra :
confirm-began = Ne continuez que si vous avez commencé vous-même, dans ce portefeuille, il y a un instant.
confirm-clerk = Une personne se prononce sur votre demande
confirm-clerk-text = Si l’on vous a demandé une photo, une courte vidéo ou un document, envoyez-le d’abord. La même page vous dira ce qui a été décidé.
confirm-clerk-files = Envoyer des fichiers, et garder la page
confirm-yes = Oui, ajouter
confirm-no = Non, annuler
stopped-title = Le justificatif ne peut pas être délivré pour le moment
stopped-back = Retour à { $wallet }
stopped-sign-in = Votre authentification ne dit pas ce qu’il faut pour vous trouver dans le registre.
stopped-sign-in-hint = Complétez votre profil auprès du service d’ouverture de session ou utilisez un autre compte, puis recommencez.
stopped-nothing = Personne ne correspond à votre authentification dans le registre.
stopped-nothing-hint = Vérifiez que vous avez utilisé le bon compte. Si c’est le cas, demandez au bureau responsable du registre de vous y inscrire.
stopped-several = Plus d’une inscription du registre correspond à votre authentification.
stopped-office-hint = Donnez au bureau émetteur le code et le numéro ci-dessous. Vos renseignements n’ont pas été modifiés.
stopped-unavailable = Le registre ne répond pas pour le moment.
stopped-unavailable-hint = Réessayez dans quelques minutes. Rien n’a été perdu.
stopped-value = Ce que le registre dit de vous ne peut pas être inscrit dans ce justificatif.
stopped-answer = Le registre a donné une réponse inutilisable.

# Les pages d’un émetteur
footer-issuer = Tamarack délivre des justificatifs numériques. Logiciel libre.

# La page de la personne qui fait une demande
apply-sent = Votre fichier est arrivé.
apply-waiting = Votre demande est à l’étude
apply-waiting-text = Une personne l’examine. Votre portefeuille vérifie de lui-même si une décision a été prise; vous pouvez aussi revenir à cette page.
apply-waiting-since = Reçue le
apply-approved = Votre demande est approuvée
apply-approved-text = Ouvrez votre portefeuille : il ira chercher votre justificatif.
apply-refused = Votre demande a été refusée
apply-refused-text = Vous pouvez présenter une nouvelle demande là où ce lien vous a été remis.
apply-asked = Votre session est ouverte
apply-asked-text = Envoyez vos fichiers ici, puis continuez. Conservez l’adresse de cette page : elle vous dira ce qui a été décidé.
apply-asked-button = Continuer vers votre portefeuille
apply-in-wallet = Continuez dans votre portefeuille
apply-in-wallet-text = Votre portefeuille envoie la demande. Dès qu’elle sera arrivée, cette page vous dira où elle en est.
apply-used = Ce lien ne peut plus être suivi
apply-used-text = Il a déjà servi ou il est expiré. Si vous n’avez pas reçu votre justificatif, demandez un nouveau lien.
apply-files = Photo et documents
apply-files-text = Une personne doit examiner votre demande. Envoyez ce qu’on vous a demandé : une photo de vous, une courte vidéo, un document. Seules les personnes qui décident peuvent le voir.
apply-files-kept =
    { $days ->
        [one] Tout est supprimé un jour après la décision.
       *[other] Tout est supprimé { $days } jours après la décision.
    }
apply-files-choose = Choisir des fichiers
apply-files-limits = JPEG, PNG, WebP, MP4, WebM ou PDF, { $megabytes } Mo au plus.
apply-files-button = Envoyer
apply-error-none = Aucun fichier n’a été choisi. Choisissez-en un, puis envoyez de nouveau.
apply-error-type = Ce n’est ni une photo, ni une vidéo, ni un document PDF qui puisse être accepté. Rien n’en a été conservé.
apply-error-size = Le fichier est vide ou trop volumineux. Rien n’en a été conservé.
apply-error-many = Il y a trop de fichiers, ou ils sont trop volumineux au total.
apply-wallet = Obtenir votre justificatif
apply-scan = Balayez ce code avec votre portefeuille ou l’appareil photo de votre téléphone.
apply-qr = Code QR qui ouvre l’offre dans votre portefeuille
apply-code = Votre portefeuille vous demandera un code à six chiffres, que vous recevez par une autre voie.
apply-until = Le lien est valable jusqu’au
apply-secret = Il vous est réservé : ne le transmettez à personne.

# L’espace de l’exploitant
office-name = Service de délivrance
office-menu = Sections
office-home = Aperçu
office-offers = Offres
office-queue = Demandes
office-credentials = Justificatifs
office-types = Types
office-log = Journal d’audit
office-signed-in = Session :
office-sign-out = Fermer la session
office-more = Suite
office-older = Plus anciens
entry-title = Ouvrir une session au service de délivrance
entry-text = Cette page est réservée aux personnes qui exploitent ce service.
entry-ended = Votre session est fermée.
entry-failed = La session n’a pas pu être ouverte. Réessayez.
entry-no-role = Votre compte est reconnu, mais il n’a aucun rôle ici. Adressez-vous à la personne qui gère votre compte.
entry-weak = Cette authentification n’est pas assez forte. Recommencez avec un moyen plus sûr.
entry-button = Ouvrir une session
home-title = Aperçu
home-waiting =
    { $count ->
        [0] Aucune demande n’attend.
        [one] Une demande attend une décision.
       *[other] { $count } demandes attendent une décision.
    }
home-more = Toutes les demandes
home-offers = Créer un lien par lequel une personne obtient un justificatif.
home-queue = Examiner les demandes et trancher.
home-credentials = Trouver ce qui a été délivré; révoquer, suspendre, rétablir.
home-types = Ce que ce service délivre.
home-log = Qui a fait quoi, et si le journal est intact.
types-title = Types de justificatifs
types-intro = Ils sont ajoutés avec la commande tamarack-issuer type add.
types-approval = Une personne approuve chaque demande
types-direct = Sans approbation
types-no-key = Aucune clé ne peut le signer
types-has-key = Prête
types-offer = Créer une offre
types-name = Nom
types-suite = Protection
types-key = Clé de signature
types-how = Délivrance
types-status = Statut
types-status-both = Peut être révoqué et suspendu
types-status-revocation = Peut être révoqué
types-status-suspension = Peut être suspendu
types-status-none = Ne peut être ni révoqué ni suspendu
types-claims = Renseignements
types-optional = { $kind }, facultatif
types-kind-text = Texte, { $most } caractères au plus
types-kind-date = Date
types-kind-number = Nombre entier
types-kind-boolean = Oui ou non
types-kind-enum = Au choix : { $values }
types-kind-url = Adresse (URL)
offers-title = Créer une offre
offers-intro = Quel justificatif?
offers-none = Aucun type ne peut être offert : il n’y en a pas, ou aucune clé ne peut le signer.
offer-title = Offre : { $type }
offer-intro = Le portefeuille de la personne suit un lien et va chercher le justificatif.
offer-approval = Une demande de ce type doit ensuite être approuvée par quelqu’un d’autre.
offer-claims = Contenu du justificatif
offer-optional = (facultatif)
offer-how = Remise à la personne
offer-language = Langue de la personne
offer-language-fr = Français
offer-language-en = Anglais
offer-time = Durée du lien
offer-time-minutes = 10 minutes
offer-time-hour = 1 heure
offer-time-day = 1 jour
offer-time-week = 7 jours
offer-code = Code de transaction
offer-code-why = Six chiffres que le portefeuille demande. Donnez-les à la personne par une autre voie que le lien.
offer-code-show = Me le montrer une fois
offer-code-send = L’envoyer à la personne
offer-code-none = Aucun : la personne est devant moi
offer-to = Numéro de téléphone ou adresse électronique pour le code
offer-to-hint = Seulement si le code doit être envoyé. Rien n’en est conservé.
offer-button = Créer l’offre
offer-choose = Choisir
offer-yes = Oui
offer-no = Non
offer-errors = À corriger
offer-error-missing = Ce renseignement est nécessaire.
offer-error-to = Où faut-il envoyer le code?
offer-hint-text = Un texte de { $most } caractères au plus, sans saut de ligne.
offer-hint-date = Année-mois-jour, par exemple 2002-04-21.
offer-hint-number = Un nombre entier.
offer-hint-choice = Choisissez une des valeurs.
offer-hint-url = Une adresse qui commence par https:.
register-title = Remplir à partir du registre
register-button = Rechercher
register-found = Personne trouvée. Vérifiez ce qui est rempli ci-dessous.
register-nothing = Le registre ne connaît personne qui corresponde.
register-several = Le registre en connaît plus d’une.
register-unavailable = Le registre ne répond pas pour le moment. Réessayez ou remplissez le formulaire.
register-answer = La réponse du registre ne convient pas à ce type.
made-title = L’offre est prête
made-until = Elle est valable jusqu’au
made-failed = Le code n’a pas pu être envoyé
made-failed-text = L’offre a été retirée : personne ne peut en suivre le lien. Créez-en une autre ou adressez-vous à la personne qui gère la passerelle.
made-code = Code de transaction
made-code-once = Il n’est affiché que cette fois et n’est conservé nulle part.
made-sent = Le code est en route vers la personne.
made-scan = La personne balaie ce code
made-qr = Code QR de l’offre
made-page = Ou ouvre cette page
made-page-text = Elle contient le lien et le code à balayer.
made-page-files = Elle contient le lien et le code à balayer, reçoit une photo, une courte vidéo ou des documents, et affiche la décision.
made-link = Lien pour un portefeuille
made-secret = Qui a le lien obtient le justificatif : ne le remettez qu’à la personne.
made-again = Autre offre
queue-title = Demandes
queue-show-all = Afficher aussi les demandes tranchées
queue-show-waiting = Afficher seulement celles qui attendent
queue-empty = Aucune demande n’attend.
queue-done-approved = La demande est approuvée. Le portefeuille va chercher son justificatif.
queue-done-refused = La demande est refusée. La personne peut lire votre motif.
queue-state-waiting = En attente
queue-state-approved = Approuvée
queue-state-refused = Refusée
queue-state-delivered = Remise
queue-back = Toutes les demandes
queue-since = Reçue le
queue-decided-by = Tranchée par
queue-claims = Objet de la demande
queue-claims-gone = Supprimé, car la demande est tranchée.
queue-files = Fichiers
queue-files-none = Aucun n’a été envoyé, ou ils sont supprimés.
queue-decide = Décision
queue-approve = Approuver
queue-approve-text = Le portefeuille va ensuite chercher le justificatif de lui-même.
queue-refuse = Refuser
queue-category = Nature du motif
queue-category-hint = Elle figure au journal d’audit.
queue-reason = Motif à l’intention de la personne
queue-reason-in-french = La personne lit le français. 500 caractères au plus.
queue-reason-in-english = La personne lit l’anglais. 500 caractères au plus.
queue-reason-in-both = La langue de la personne n’est pas connue : écrivez en français et en anglais. 500 caractères au plus.
queue-refusal-unreadable = Photo ou document illisible
queue-refusal-mismatch = Les pièces ne concordent pas
queue-refusal-incomplete = Demande incomplète
queue-refusal-not-entitled = Personne non admissible
queue-refusal-fraud = Fraude soupçonnée
queue-refusal-other = Autre
queue-error-own = Vous avez créé cette offre : quelqu’un d’autre doit l’approuver.
queue-error-category = Choisissez la nature du motif.
queue-error-reason = Écrivez à l’intention de la personne un motif de 500 caractères au plus.
queue-error-decided = Cette demande a déjà été tranchée.
credentials-title = Justificatifs délivrés
credentials-search = Identifiant d’un justificatif ou DID d’un titulaire
credentials-search-button = Rechercher
credentials-type = Type
credentials-type-all = Tous les types
credentials-state = Statut
credentials-state-all = Tous les statuts
credentials-state-active = Actif
credentials-state-suspended = Suspendu
credentials-state-revoked = Révoqué
credentials-state-expired = Expiré
credentials-filter = Filtrer
credentials-empty = Il n’y en a aucun.
credentials-none = Rien n’a été trouvé.
credentials-of-holder = Les justificatifs d’un même titulaire, du plus récent au plus ancien
credentials-back = Tous les justificatifs
credential-id = Identifiant
credential-issued = Délivré le
credential-until = Valable jusqu’au
credential-holder = Titulaire, sous forme d’empreinte
credential-others = Tous les justificatifs de ce titulaire
credential-list = Liste de statuts, place
credential-digest = SHA-256 du texte signé
change-revoke = Révoquer
change-suspend = Suspendre
change-reinstate = Rétablir
change-title-revoke = Révoquer ce justificatif?
change-title-suspend = Suspendre ce justificatif?
change-title-reinstate = Rétablir ce justificatif?
change-means-revoke = Il cesse d’être valable pour toujours. Cette action est irréversible.
change-means-suspend = Il cesse d’être valable jusqu’à ce que quelqu’un le rétablisse.
change-means-reinstate = Il redevient valable.
change-reason = Motif
change-reason-lost = Appareil perdu ou volé
change-reason-error = Erreur dans le contenu
change-reason-request = À la demande du titulaire
change-reason-ended = Fin de l’admissibilité
change-reason-fraud = Fraude
change-reason-other = Autre
change-case = Numéro de dossier
change-case-hint = Lettres, chiffres et - / . _ seulement, rien sur la personne : il reste pour toujours au journal d’audit.
change-cancel = Ne rien changer
change-error-reason = Choisissez un motif.
change-error-case = Un numéro de dossier n’a que des lettres, des chiffres et - / . _, 40 au plus.
change-done-revoke = Le justificatif est révoqué. Les vérificateurs le voient dès qu’ils téléchargent de nouveau la liste de statuts.
change-done-suspend = Le justificatif est suspendu. Les vérificateurs le voient dès qu’ils téléchargent de nouveau la liste de statuts.
change-done-reinstate = Le justificatif est rétabli. Les vérificateurs le voient dès qu’ils téléchargent de nouveau la liste de statuts.
log-title = Journal d’audit
log-intro = Qui a fait quoi, du plus récent au plus ancien. L’empreinte de chaque entrée couvre la précédente.
log-check = Vérifier la chaîne
log-export = Exporter (NDJSON)
check-title-whole = La chaîne est intacte
check-title-broken = La chaîne est rompue
check-whole = Jusqu’à l’entrée { $place }, rien n’a été modifié, retiré ni ajouté.
check-gap = Il manque une entrée avant l’entrée { $place }.
check-changed = L’entrée { $place } n’est pas ce qui a été écrit.
check-cut = La fin déjà vue n’y est plus : le journal a été coupé ou réécrit.
check-end = Sa fin
check-end-text = Notez-la ailleurs. Une vérification ultérieure avec elle montre si la fin a été coupée.
check-until = Une fin vue précédemment
check-button = Vérifier de nouveau
check-error-until = Elle doit être ce qu’une vérification antérieure a affiché : un nombre, un deux-points et une empreinte.
check-back = Retour au journal

# Erreurs de l’espace de l’exploitant
problem-role = Votre rôle ne le permet pas
problem-role-text = Cette page est destinée à des personnes qui ont un autre rôle. Votre tentative figure au journal d’audit.
problem-session = Votre session est terminée
problem-session-text = Rien n’a été modifié. Ouvrez une nouvelle session et recommencez.
problem-state = Ce n’est plus possible
problem-state-text = Le statut du justificatif a changé entre-temps, ou son type ne le prévoit pas.
