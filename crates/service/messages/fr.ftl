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
start-kept = Ce qui est conservé
start-kept-nothing = Rien. Votre réponse est supprimée dès qu’elle a servi.
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
