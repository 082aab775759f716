# Tamarack : ce que les gens lisent, en français du Canada.
#
# Les identifiants et les variables sont ceux de en.ftl. Devant le deux-points et à l’intérieur des guillemets, une
# espace insécable; devant le point-virgule, rien. Les lecteurs sont des préposés au comptoir et des exploitants.
#
# Lexique (un seul mot français par notion)
#   verifiable credential      justificatif (vérifiable)
#   credential type            type de justificatif
#   presentation               présentation
#   issuer / to issue          émetteur / délivrer
#   holder                     titulaire
#   verifier                   vérificateur
#   subject                    personne visée
#   claim                      renseignement
#   proof / signature          preuve / signature
#   proof chain                chaîne de preuves
#   key / key store            clé / porte-clés
#   passphrase                 phrase de passe
#   DID document               document DID
#   status / status list       statut / liste de statuts
#   revoked / suspended        révoqué / suspendu
#   trust list / trusted       liste de confiance / digne de confiance
#   policy, rules              règles
#   wallet                     portefeuille (numérique)
#   offer                      offre
#   clerk / operator           préposé / exploitant
#   personal information       renseignements personnels
#   consent                    consentement
#   proxy / webhook            serveur mandataire / rappel HTTP
#   audit log                  journal d’audit
#   context / schema           contexte / schéma
#   related resource           ressource connexe
#   digest, fingerprint        empreinte
#   evidence                   pièces à l’appui
#   evidence bundle            dossier de pièces
#   envelope / token           enveloppe / jeton
#   challenge / request        défi / demande
#   domain, audience           destinataire
#   property / value           propriété / valeur
#   to accept / to refuse      accepter / refuser

about-note = { $about ->
    [none] {""}
   *[other] {" "}({ $about })
}

about-property = { $about ->
    [none] d’une propriété
   *[other] de « { $about } »
}

## Entrée

input-too_large = Le document est trop volumineux{ about-note }.
    .hint = Assurez-vous qu’il s’agit du bon fichier. Un vrai justificatif est beaucoup plus petit.
input-not_a_credential = Ce n’est ni un justificatif ni une présentation{ about-note }.
    .hint = Demandez le justificatif lui-même : un fichier JSON, ou le long texte en trois parties séparées par des points.
input-invalid_utf8 = Le document contient des octets qui ne forment pas un texte en UTF-8.
    .hint = Le fichier a été endommagé ou enregistré dans un autre encodage. Demandez une nouvelle copie et ne l’enregistrez pas à partir d’un éditeur de texte.

## JSON

json-syntax = Le document n’est pas du JSON valide{ about-note }.
    .hint = Le fichier a été tronqué ou modifié à la main. Demandez une nouvelle copie.
json-duplicate_key = Le même nom figure deux fois dans un objet{ about-note }.
    .hint = Un tel document peut se lire de deux façons; il est donc refusé. Demandez à l’émetteur un justificatif corrigé.
json-too_deep = Les éléments du document sont imbriqués trop profondément{ about-note }.
    .hint = Un vrai justificatif est plus simple. Renseignez-vous auprès de l’émetteur.
json-too_many_values = Le document contient trop de valeurs{ about-note }.
    .hint = Un vrai justificatif est plus petit. Renseignez-vous auprès de l’émetteur.
json-number = Un nombre du document est trop grand ou trop précis pour être lu sans être modifié.
    .hint = L’émetteur devrait l’écrire sous forme de texte. Demandez-lui un justificatif corrigé.
json-lone_surrogate = Un texte du document contient la moitié d’un caractère.
    .hint = Le fichier a été endommagé. Demandez une nouvelle copie.

## Encodages

encoding-base64 = Une valeur n’a pas la forme stricte base64 qui est exigée ici{ about-note }.
    .hint = La valeur a été endommagée ou écrite par un logiciel défectueux. Demandez une nouvelle copie.
encoding-multibase = Une valeur n’a pas la forme multibase qui est exigée ici{ about-note }.
    .hint = La valeur a été endommagée ou écrite par un logiciel défectueux. Demandez une nouvelle copie.

## JSON-LD

jsonld-undefined_term = Rien ne définit le sens d’une propriété ou d’un type du justificatif{ about-note }; la signature ne le protégerait pas.
    .hint = L’émetteur doit utiliser un contexte qui le définit. Ne vous fiez pas à ce justificatif.
jsonld-relative_iri = Un identifiant n’est pas une adresse complète{ about-note }.
    .hint = L’émetteur doit l’écrire au long, par exemple en commençant par https:// ou did:.
jsonld-dropped_value = Une valeur serait laissée de côté à la signature du document{ about-note }.
    .hint = Une telle valeur ne serait pas protégée. Demandez à l’émetteur un justificatif corrigé.
jsonld-context_invalid = Un contexte du document est inutilisable{ about-note }.
    .hint = Demandez à l’émetteur quels contextes le justificatif devrait utiliser.
jsonld-protected_term = Le document tente de changer le sens d’un mot protégé{ about-note }.
    .hint = Le sens fixé par la norme ne peut être changé. Ne vous fiez pas à ce justificatif.
jsonld-context_unknown = Un contexte du document manque{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou ajoutez le contexte au dossier de pièces.
jsonld-not_a_term = Un membre du document ne figure pas sous un nom qui lui soit propre, si bien qu’il échapperait à quiconque lit le document par ses noms{ about-note }.
    .hint = Pour signer : nommez chaque membre par un terme des contextes, sans mot-clé comme @nest, @set ou @included, sans autre nom pour un mot-clé ni table indexée par identifiant. Pour vérifier : quelqu’un a pu récrire le document; demandez-le tel que l’émetteur l’a signé.
jsonld-context_untrusted = Le document tire le sens de ses mots d’un contexte dont personne ne répond{ about-note }.
    .hint = Ne vous fiez pas aux mots de ce document. Si vous savez qui publie le contexte, faites-le ajouter à la liste de confiance.
jsonld-context_digest = Un contexte n’a pas l’empreinte que la norme indique{ about-note }.
    .hint = La copie a été modifiée ou n’est plus à jour. Téléchargez-la de nouveau auprès de celui qui la publie.
jsonld-frame = Le cadre (document de révélation) ne désigne pas une seule partie du justificatif{ about-note }.
    .hint = Écrivez un cadre dont les contextes, les types et les identifiants sont ceux du justificatif; il doit correspondre à une seule chose.
jsonld-invalid = Le document enfreint une règle de JSON-LD{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.

## RDF

rdf-too_many_quads = Le document contient plus d’énoncés que la limite ne le permet{ about-note }.
    .hint = Un vrai justificatif est plus petit. Renseignez-vous auprès de l’émetteur.
rdf-too_complex = Le document est construit de telle façon que sa vérification prendrait trop de temps{ about-note }.
    .hint = Il s’agit peut-être d’une tentative de surcharger le vérificateur. Ne vous fiez pas à ce document.

## DID

did-syntax = Un identifiant n’est pas un DID valide{ about-note }.
    .hint = Assurez-vous que l’identifiant a été copié au complet.
did-method_unsupported = Cette sorte de DID n’est pas prise en charge{ about-note }.
    .hint = Les sortes prises en charge sont did:key, did:web, did:jwk et did:peer.
did-not_resolved = Le document DID de l’émetteur ou du titulaire manque{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou utilisez un dossier de pièces qui le contient.
did-document_invalid = Le document DID est mal formé{ about-note }.
    .hint = Signalez à l’émetteur que le document DID qu’il publie contient une erreur.
did-document_wrong_id = Le document DID qui a été trouvé appartient à un autre DID{ about-note }.
    .hint = Le site de l’émetteur est peut-être mal configuré ou falsifié. Ne vous fiez pas à ce justificatif.
did-deactivated = Le DID a été désactivé par son propriétaire{ about-note }.
    .hint = Demandez un justificatif d’un émetteur actif.
did-verification_method_not_found = La clé que la signature indique ne figure pas dans le document DID{ about-note }.
    .hint = L’émetteur a peut-être remplacé ses clés. Actualisez le document DID; si la clé manque toujours, demandez un nouveau justificatif.
did-relationship = Le propriétaire de la clé ne l’a pas autorisée pour cet usage{ about-note }.
    .hint = Signalez à l’émetteur que son document DID doit énumérer la clé pour cet usage.

## Clés

key-unsupported = Cette sorte de clé n’est pas prise en charge{ about-note }.
    .hint = Utilisez une clé Ed25519, P-256, P-384 ou, pour les signatures BBS, BLS12-381-G2.
key-invalid = La clé est mal formée{ about-note }.
    .hint = Assurez-vous que la clé a été copiée au complet et sous la bonne forme.
key-small_order = La clé est si faible que n’importe quoi peut être signé en son nom.
    .hint = Ne vous fiez pas à ce justificatif. Signalez à l’émetteur que sa clé n’est pas sûre.
key-wrong_suite = La clé ne convient pas à cette façon de signer{ about-note }.
    .hint = Choisissez une clé et une façon de signer qui vont ensemble.
key-expired = La clé avait déjà expiré{ about-note }.
    .hint = Demandez à l’émetteur un justificatif signé avec sa clé actuelle.
key-revoked = La clé a été révoquée par son propriétaire{ about-note }.
    .hint = Ne vous fiez pas à ce justificatif. Demandez-en un nouveau à l’émetteur.
key-not_controller = La clé n’appartient pas à celui qui aurait dû signer{ about-note }.
    .hint = Quelqu’un d’autre a peut-être signé le justificatif. Ne vous y fiez pas.
key-sealed = La clé enregistrée n’a pas pu être ouverte.
    .hint = Vérifiez la phrase de passe. Si elle est bonne, le fichier de la clé est endommagé : restaurez-le à partir de la copie de sauvegarde.
key-signer_failed = Le porte-clés n’a pas signé{ about-note }.
    .hint = Assurez-vous que le porte-clés est branché et déverrouillé, puis réessayez.

## Preuves

proof-missing = Le document n’est pas signé : il ne contient aucune preuve.
    .hint = Demandez au titulaire le justificatif signé.
proof-malformed = La preuve est incomplète ou mal formée{ about-note }.
    .hint = Demandez une nouvelle copie. Si l’erreur se répète, signalez-la à l’émetteur.
proof-suite_unsupported = Cette façon de signer n’est pas prise en charge{ about-note }.
    .hint = Demandez à l’émetteur un justificatif avec une autre sorte de preuve.
proof-value_encoding = La signature de la preuve n’est pas écrite comme sa sorte l’exige{ about-note }.
    .hint = La preuve a été endommagée. Demandez une nouvelle copie.
proof-signature_invalid = La signature ne concorde pas : le document a été modifié après avoir été signé, ou a été signé avec une autre clé.
    .hint = Ne vous fiez pas à ce document. Demandez au titulaire de montrer l’original de nouveau.
proof-purpose = La preuve a été faite à une autre fin{ about-note }.
    .hint = Un justificatif exige une preuve de délivrance; une présentation, une preuve d’authentification. Demandez le bon document.
proof-created_in_future = La preuve porte une date future{ about-note }.
    .hint = Vérifiez l’horloge de cet ordinateur. Si elle est juste, c’est celle du signataire qui ne l’est pas.
proof-expired = La preuve a expiré{ about-note }.
    .hint = Demandez-en une nouvelle au titulaire ou à l’émetteur.
proof-context = Les contextes de la preuve ne concordent pas avec ceux du document.
    .hint = Le document a été modifié après avoir été signé. Demandez une nouvelle copie.
proof-chain_missing = La preuve s’appuie sur une preuve antérieure qui manque{ about-note }.
    .hint = Une partie du document a été retirée. Demandez le document complet.
proof-chain_cycle = Les preuves s’appuient l’une sur l’autre en cercle.
    .hint = Une telle chaîne ne prouve rien. Demandez à l’émetteur un justificatif corrigé.
proof-duplicate_id = Deux preuves portent le même identifiant, ou une même preuve figure deux fois{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.
proof-challenge = La présentation ne répond pas à la demande de ce vérificateur.
    .hint = Il s’agit peut-être d’une ancienne présentation montrée une seconde fois. Faites une nouvelle demande et invitez le titulaire à y répondre.
proof-challenge_reused = Cette demande a déjà reçu une réponse : la même présentation est arrivée une seconde fois.
    .hint = Faites une nouvelle demande. Si le titulaire n’a pas répondu deux fois, quelqu’un a copié la présentation.
proof-domain = La présentation a été faite pour un autre destinataire{ about-note }.
    .hint = Demandez au titulaire de faire une présentation à votre intention.
proof-audience_unknown = La présentation nomme une demande ou un destinataire, mais ce vérificateur ne sait pas à quoi s’attendre.
    .hint = Indiquez au vérificateur le défi et le destinataire attendus.
proof-base = C’est l’exemplaire personnel du titulaire, qui contient sa clé secrète; il n’est pas fait pour être montré.
    .hint = Demandez au titulaire de montrer une copie qui en est dérivée et ne contient que ce que vous avez demandé. Le titulaire peut vérifier l’original avec l’option prévue pour lui.
proof-binding = Le justificatif est lié à un secret de son titulaire, qui n’a pas été fourni ou en est un autre{ about-note }.
    .hint = Seul le titulaire, avec le secret qui a servi à demander le justificatif, peut en dériver une copie.
proof-commitment = Ce que le titulaire a envoyé pour que le justificatif soit lié à son secret est endommagé, ou ne prouve pas qu’il connaît ce secret{ about-note }.
    .hint = Demandez au titulaire d’en préparer un autre (tamarack-wallet holder commit) et de l’envoyer en entier.
proof-disclosure = Ce que la preuve dit montrer n’est pas ce que le document montre{ about-note }.
    .hint = Le document a été modifié après avoir été dérivé. Demandez au titulaire de montrer le justificatif de nouveau.
proof-undisclosed = La copie présentée cache peut-être ce qui décide si le justificatif est bon{ about-note }.
    .hint = Demandez au titulaire de montrer aussi cette partie, avec tout ce qui l’entoure dans le justificatif lui-même.

## Divulgation sélective

disclosure-pointer = Le justificatif n’a rien à cet endroit qui puisse être montré seul{ about-note }.
    .hint = Regardez ce que contient le justificatif et choisissez un endroit qui s’y trouve; une liste se montre en entier.
disclosure-nothing = Rien n’a été choisi pour être montré.
    .hint = Choisissez au moins un renseignement.

## JOSE

jose-malformed = Le texte n’est pas un JWT complet{ about-note }.
    .hint = Assurez-vous qu’il a été copié au complet : trois parties séparées par des points.
jose-algorithm = L’algorithme du jeton n’est pas accepté{ about-note }.
    .hint = L’émetteur doit signer avec EdDSA, ES256 ou ES384. Un jeton non signé n’est jamais accepté.
jose-critical = Le jeton exige une fonction que ce vérificateur n’a pas{ about-note }.
    .hint = Demandez à l’émetteur un jeton sans cette exigence.
jose-type = Le jeton se présente comme autre chose{ about-note }.
    .hint = Demandez le justificatif ou la présentation.
jose-claim_mismatch = Le jeton et le justificatif qu’il contient se contredisent{ about-note }.
    .hint = Ne vous fiez pas à ce justificatif. Demandez à l’émetteur un justificatif corrigé.
jose-claim = Un renseignement réservé du jeton manque ou est mal formé{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.

## SD-JWT

sd_jwt-malformed = Le justificatif n’est pas assemblé comme doit l’être un SD-JWT{ about-note }.
    .hint = Le texte a été tronqué ou modifié en chemin. Demandez au titulaire de présenter le justificatif de nouveau.
sd_jwt-disclosure = Un renseignement divulgué est illisible{ about-note }.
    .hint = Il a été endommagé, ou quelqu’un a tenté d’en glisser un faux. Ne vous fiez pas à ce justificatif; demandez une nouvelle présentation.
sd_jwt-digest = L’émetteur a placé les empreintes de renseignements masqués là où elles n’ont pas leur place{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.
sd_jwt-hash_algorithm = Les renseignements masqués sont protégés d’une manière qui n’est pas prise en charge{ about-note }.
    .hint = On accepte sha-256, sha-384 et sha-512. Demandez à l’émetteur un justificatif qui emploie l’une d’elles.
sd_jwt-digest_twice = Le même renseignement masqué figure plus d’une fois{ about-note }.
    .hint = Cela n’arrive jamais dans un justificatif authentique. Ne vous fiez pas à celui-ci.
sd_jwt-unreferenced = Un renseignement divulgué n’a jamais été signé par l’émetteur{ about-note }.
    .hint = Quelqu’un a tenté de l’ajouter. Ne vous fiez pas à ce justificatif.
sd_jwt-claim_twice = Un renseignement divulgué porte le nom d’un renseignement qui figure déjà dans le justificatif{ about-note }.
    .hint = Un tel justificatif peut se lire de deux façons; il est donc refusé. Demandez à l’émetteur un justificatif corrigé.
sd_jwt-never_disclosable = Le titulaire pourrait masquer un renseignement qui doit toujours être visible{ about-note }.
    .hint = Ce qui décide de la validité d’un justificatif ne peut être omis. Demandez à l’émetteur un justificatif corrigé.
sd_jwt-key_binding_missing = La personne qui présente le justificatif n’a pas prouvé qu’il est le sien.
    .hint = Demandez-lui de le présenter de nouveau en réponse à la demande de ce vérificateur.
sd_jwt-hash_mismatch = La signature de la personne qui présente porte sur un autre justificatif, ou sur un autre choix de renseignements{ about-note }.
    .hint = Des parties de la présentation ont été échangées. Demandez au titulaire de présenter le justificatif de nouveau.

## Métadonnées des émetteurs et des types

issuer_metadata-missing = Les clés de l’émetteur manquent{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou utilisez un dossier de pièces qui contient les métadonnées de l’émetteur.
issuer_metadata-invalid = Les métadonnées que publie l’émetteur sont mal formées, ou sont celles d’un autre{ about-note }.
    .hint = Prévenez l’émetteur. D’ici à ce qu’elles soient corrigées, on ne peut se fier à ses justificatifs.
issuer_metadata-key_not_found = L’émetteur ne publie pas la clé qui a signé le justificatif{ about-note }.
    .hint = La clé a peut-être été retirée, ou le justificatif est un faux. Renseignez-vous auprès de l’émetteur.
certificate-missing = L’émetteur doit signer avec un certificat, et ne l’a pas fait{ about-note }.
    .hint = La liste de confiance l’exige. Le justificatif est peut-être un faux, ou la liste ne correspond pas à la façon de signer de cet émetteur : renseignez-vous auprès de ceux qui tiennent la liste.
certificate-invalid = Le certificat ne montre pas que l’émetteur a signé ceci{ about-note }.
    .hint = Il est peut-être expiré, au nom d’un autre, ou délivré par une autorité que la liste de confiance ne nomme pas. Ne vous fiez pas au justificatif tant que l’émetteur ne s’est pas expliqué.
type_metadata-missing = Les règles de ce type de justificatif manquent{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou utilisez un dossier de pièces qui contient les métadonnées du type.
type_metadata-invalid = Les règles publiées de ce type de justificatif sont mal formées, ou sont celles d’un autre type{ about-note }.
    .hint = Prévenez ceux qui publient le type. D’ici à ce qu’elles soient corrigées, on ne peut se fier à ces justificatifs.
type_metadata-mismatch = Le justificatif enfreint une règle de son type{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.

## Modèle de données

vc-context = La liste des contextes manque, est mal formée ou n’est pas dans le bon ordre{ about-note }.
    .hint = Le premier contexte doit être celui du modèle de données du W3C; les autres doivent être des adresses complètes, chacune une seule fois.
vc-type = Le type manque ou est mal formé{ about-note }.
    .hint = L’émetteur doit indiquer le type, en commençant par VerifiableCredential ou VerifiablePresentation.
vc-property_missing = { $about ->
    [none] Une propriété obligatoire manque.
   *[other] La propriété « { $about } » est obligatoire et manque.
}
    .hint = Demandez à l’émetteur un justificatif complet.
vc-property_invalid = La valeur { about-property } n’est pas de la sorte que la norme exige.
    .hint = Demandez à l’émetteur un justificatif corrigé.
vc-id = Un identifiant n’est pas une seule adresse complète{ about-note }.
    .hint = L’émetteur doit l’écrire au long, par exemple en commençant par https:// ou did:.
vc-date = Il manque à une date l’heure ou le fuseau horaire, ou ce n’est pas une date{ about-note }.
    .hint = L’émetteur doit écrire les dates comme suit : 2026-07-01T00:00:00Z.
vc-date_order = La validité du justificatif se termine avant de commencer{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.
vc-enveloped = L’enveloppe du justificatif ou de la présentation est mal formée, ou d’une sorte qui ne peut être ouverte{ about-note }.
    .hint = L’enveloppe doit être une adresse data: qui contient un JWT (application/vc+jwt ou application/vp+jwt).
vc-related_resource = Une ressource connexe est mal formée, figure deux fois ou n’a aucune empreinte utilisable{ about-note }.
    .hint = Chaque ressource doit avoir sa propre adresse et au moins une empreinte. Demandez à l’émetteur un justificatif corrigé.
vc-language = Un texte accompagné d’une langue ou d’un sens d’écriture est mal formé{ about-note }.
    .hint = Un tel texte comporte @value, @language et @direction, et rien d’autre.

## Ressources connexes

resource-digest = Une ressource connexe n’est pas celle que l’émetteur a signée{ about-note }.
    .hint = Elle a été remplacée ou modifiée. Ne vous y fiez pas.
resource-missing = Une ressource connexe manque{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou utilisez un dossier de pièces qui la contient.

## Validité

validity-not_yet = Le justificatif n’est pas encore valide{ about-note }.
    .hint = Vérifiez l’horloge de cet ordinateur. Si elle est juste, invitez le titulaire à revenir lorsque le justificatif sera valide.
validity-expired = Le justificatif a expiré{ about-note }.
    .hint = Invitez le titulaire à le renouveler auprès de l’émetteur.

## Statut

status-revoked = L’émetteur a révoqué le justificatif.
    .hint = Ne l’acceptez pas. Le titulaire peut en demander la raison à l’émetteur.
status-suspended = L’émetteur a suspendu le justificatif pour le moment.
    .hint = Ne l’acceptez pas maintenant. Le titulaire peut demander à l’émetteur quand il sera valide de nouveau.
status-message = L’émetteur a joint un message au statut du justificatif{ about-note }.
    .hint = Lisez le message et décidez selon vos propres règles.
status-entry = L’entrée de statut du justificatif est mal formée{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.
status-type_unknown = Cette sorte de statut n’est pas prise en charge{ about-note }.
    .hint = Demandez à l’émetteur si le justificatif est toujours valide.
status-list_missing = La liste de statuts manque; on ne peut donc pas savoir si le justificatif a été révoqué{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou utilisez un dossier de pièces récent.
status-list_invalid = La liste de statuts de l’émetteur est mal formée ou trop courte{ about-note }.
    .hint = Réessayez plus tard. Si l’erreur se répète, signalez-la à l’émetteur.
status-list_unverified = La liste de statuts elle-même n’a pas pu être vérifiée{ about-note }.
    .hint = Elle est peut-être périmée ou falsifiée. Téléchargez-la de nouveau; si l’erreur se répète, signalez-la à l’émetteur.
status-purpose = La liste de statuts sert à autre chose que ce que dit le justificatif{ about-note }.
    .hint = Signalez à l’émetteur que le justificatif et sa liste de statuts ne vont pas ensemble.
status-index = La place du justificatif dans la liste de statuts n’existe pas{ about-note }.
    .hint = Signalez à l’émetteur que le justificatif et sa liste de statuts ne vont pas ensemble.
status-bomb = Une fois décompressée, la liste de statuts dépasse la limite{ about-note }.
    .hint = Il s’agit peut-être d’une tentative de surcharger le vérificateur. Signalez-la à l’émetteur.

## Schéma

schema-mismatch = Le justificatif n’a pas la forme que son schéma exige{ about-note }.
    .hint = Demandez à l’émetteur un justificatif corrigé.
schema-invalid = Le schéma du justificatif contient lui-même une erreur{ about-note }.
    .hint = Signalez à l’émetteur que le schéma qu’il publie contient une erreur.
schema-partial = Ce qui est montré du justificatif correspond à son schéma; ce que le titulaire n’a pas montré n’a pas été jugé.
    .hint = Ne demandez davantage du justificatif que si vous en avez besoin.
schema-missing = Le schéma du justificatif manque{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou utilisez un dossier de pièces qui le contient.
schema-type_unknown = Cette sorte de schéma n’est pas prise en charge{ about-note }.
    .hint = Demandez à l’émetteur un justificatif avec un schéma JSON.

## Confiance

trust-no_policy = Personne n’a indiqué à ce vérificateur quels émetteurs sont dignes de confiance.
    .hint = Donnez-lui une liste de confiance. Sans elle, rien n’est accepté.
trust-no_credential = La présentation ne contient aucun justificatif; ce n’est que la parole du titulaire, et aucune liste de confiance ne peut en nommer l’émetteur.
    .hint = Demandez au titulaire de présenter un justificatif.
trust-insecure = L’émetteur n’a pas été vérifié : ce vérificateur a reçu la consigne de se fier à n’importe qui.
    .hint = Ne vous fiez pas à cette réponse. Donnez au vérificateur une liste de confiance.
trust-issuer_unknown = L’émetteur ne figure pas sur la liste de confiance{ about-note }.
    .hint = N’acceptez pas le justificatif, à moins de connaître l’émetteur et de pouvoir le faire ajouter à la liste.
trust-type_not_allowed = L’émetteur est digne de confiance, mais pas pour ce type de justificatif{ about-note }.
    .hint = Demandez au titulaire un justificatif d’un émetteur responsable de ce type.
trust-outside_period = La confiance accordée à l’émetteur ne s’étend pas à cette date{ about-note }.
    .hint = Vérifiez s’il existe une liste de confiance plus récente.
trust-list_invalid = La liste de confiance est mal formée{ about-note }.
    .hint = Téléchargez de nouveau la liste auprès de celui qui la publie.

## Titulaire

holder-not_subject = La personne qui présente le justificatif n’est pas celle à qui il a été délivré.
    .hint = Demandez à la personne nommée dans le justificatif de le présenter elle-même.
holder-mismatch = La présentation nomme un titulaire, mais quelqu’un d’autre l’a signée.
    .hint = Ne l’acceptez pas. Demandez au titulaire de faire une nouvelle présentation.
holder-pseudonym_missing = Ce vérificateur reconnaît les personnes à un pseudonyme, et la présentation n’en a pas.
    .hint = Demandez au titulaire de montrer un justificatif délivré avec un pseudonyme.

## Pièces à l’appui

evidence-too_old = Une pièce à l’appui est plus ancienne que vos règles ne le permettent{ about-note }.
    .hint = Connectez-vous au réseau et réessayez, ou procurez-vous un dossier de pièces plus récent.
# Ce qui suit la phrase sur les pièces trop anciennes.
evidence-age = { $id } : vieux de { $age }, au plus { $limit }
duration = { $unit ->
    [days] { $n ->
        [one] { $n } jour
       *[other] { $n } jours
    }
    [hours] { $n ->
        [one] { $n } heure
       *[other] { $n } heures
    }
    [minutes] { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
   *[seconds] { $n ->
        [one] { $n } seconde
       *[other] { $n } secondes
    }
}
bundle-invalid = Le dossier de pièces est mal formé ou sa signature ne concorde pas{ about-note }.
    .hint = Procurez-vous un nouveau dossier auprès de celui qui le prépare pour vous.

## Délivrance

issue-type = Le fichier du type de justificatif contient une erreur{ about-note }.
    .hint = Corrigez le fichier à l’endroit indiqué et ajoutez-le de nouveau.
issue-claim = Un renseignement manque, est inconnu ou est mal formé{ about-note }.
    .hint = Corrigez le renseignement à l’endroit indiqué. Le type de justificatif énumère les renseignements qu’il connaît.
issue-status_full = Il ne reste aucune place libre dans la liste de statuts{ about-note }.
    .hint = Créez une nouvelle liste de statuts et réessayez.
issue-suite = Les justificatifs de ce type ne peuvent être sécurisés de cette façon{ about-note }.
    .hint = Choisissez une façon de signer qui convient à la version du modèle de données du type. Avec BbsBlsSignature2020, aucun renseignement ne peut être obligatoire : retirez « mandatory » du fichier du type, ou choisissez bbs-2023.
issue-anonymous = Le type de justificatif se dit anonyme, mais ses justificatifs pourraient être reconnus{ about-note }.
    .hint = Corrigez le fichier à cet endroit, ou retirez-en « design ».

## Montrer un justificatif

present-undividable = Ce justificatif ne peut être montré qu’en entier{ about-note }.
    .hint = Choisissez tout, ou demandez à l’émetteur un justificatif qui peut être montré en partie.
present-binding = Le vérificateur attend une réponse à sa demande, et ce justificatif ne peut en donner une sans une clé du titulaire{ about-note }.
    .hint = Utilisez la clé à laquelle le justificatif a été délivré.
present-pseudonym = Chaque présentation de ce justificatif comporte un pseudonyme destiné à un seul vérificateur, et aucun n’a été nommé.
    .hint = Dites à qui il est montré : le nom du vérificateur.

internal = Une erreur s’est produite à l’intérieur de ce programme{ about-note }.
    .hint = Le justificatif n’est pas en cause. Veuillez signaler ce que vous avez fait, sans joindre le justificatif.

## Les vérifications : leur nom, et ce qu’il y a à dire quand rien ne cloche

check-structure = Structure
    .pass = Le document suit le modèle de données du W3C.
    .fail = Le document ne suit pas le modèle de données du W3C.
    .not-checked = La structure n’a pas été vérifiée.
    .undetermined = La structure n’a pas pu être vérifiée.
check-contexts = Contextes
    .pass = Chaque mot du document a un sens connu.
    .fail = Certains mots du document n’ont aucun sens connu.
    .not-checked = Les contextes n’ont pas été vérifiés.
    .undetermined = Les contextes n’ont pas pu être vérifiés.
check-proof = Signature
    .pass = La signature concorde : rien n’a été modifié.
    .fail = La signature ne concorde pas.
    .not-checked = La signature n’a pas été vérifiée.
    .undetermined = La signature n’a pas pu être vérifiée.
check-key-authorized = Clé
    .pass = La clé appartient au signataire et peut servir à cet usage.
    .fail = La clé ne peut pas servir à cet usage.
    .not-checked = Le propriétaire de la clé n’a pas été vérifié.
    .undetermined = Le propriétaire de la clé n’a pas pu être vérifié.
check-validity = Dates
    .pass = Le justificatif est en vigueur.
    .fail = Le justificatif n’est pas en vigueur.
    .not-checked = Le justificatif n’indique aucune date.
    .undetermined = Les dates n’ont pas pu être vérifiées.
check-status = Statut
    .pass = Le justificatif n’est ni révoqué ni suspendu.
    .fail = Le justificatif est révoqué ou suspendu.
    .not-checked = Le justificatif n’a aucun statut à vérifier.
    .undetermined = Le statut n’a pas pu être vérifié.
check-schema = Schéma
    .pass = Les renseignements ont la forme que le schéma exige.
    .fail = Les renseignements n’ont pas la forme que le schéma exige.
    .not-checked = Le justificatif ne nomme aucun schéma.
    .undetermined = Le schéma n’a pas pu être vérifié.
check-resources = Ressources connexes
    .pass = Les ressources connexes sont celles que l’émetteur a signées.
    .fail = Une ressource connexe n’est pas celle que l’émetteur a signée.
    .not-checked = Le justificatif ne nomme aucune ressource connexe.
    .undetermined = Les ressources connexes n’ont pas pu être vérifiées.
check-issuer-trusted = Confiance
    .pass = L’émetteur est digne de confiance pour ce type de justificatif.
    .fail = L’émetteur n’est pas digne de confiance pour ce type de justificatif.
    .not-checked = La confiance envers l’émetteur n’a pas été vérifiée.
    .undetermined = On ne peut dire si l’émetteur est digne de confiance.
check-holder-binding = Titulaire
    .pass = Le justificatif est présenté par celui à qui il a été délivré.
    .fail = Le justificatif est présenté par quelqu’un d’autre.
    .not-checked = Personne n’a présenté le justificatif; le titulaire n’a donc pas été vérifié.
    .undetermined = Le titulaire n’a pas pu être vérifié.
check-audience = Destinataire
    .pass = La présentation a été faite pour ce vérificateur et pour cette demande.
    .fail = La présentation n’a pas été faite pour ce vérificateur ni pour cette demande.
    .not-checked = Il n’y a pas de présentation dont on puisse vérifier le destinataire.
    .undetermined = Le destinataire n’a pas pu être vérifié.
check-evidence-age = Âge des pièces
    .pass = Les pièces à l’appui sont assez récentes.
    .fail = Les pièces à l’appui sont trop anciennes.
    .not-checked = Aucune pièce à l’appui n’a été nécessaire.
    .undetermined = Les pièces à l’appui sont trop anciennes pour trancher.

## Les conclusions

outcome-accept = Accepté
    .sentence = On peut se fier à ce document.
outcome-reject = Refusé
    .sentence = On ne doit pas se fier à ce document.
outcome-undetermined = Indéterminé
    .sentence = Rien d’anormal n’a été trouvé, mais il manque de quoi trancher.

## Ce qui relie des présentations entre elles, et ce qu’on peut y faire

link-signature = La signature de l’émetteur est la même chaque fois.
    .advice = Utilisez une façon de signer dont les preuves diffèrent chaque fois, comme bbs-2023.
link-digests = Les empreintes des renseignements cachés sont les mêmes chaque fois.
    .advice = N’utilisez chaque copie du justificatif qu’une fois, ou choisissez une façon de signer comme bbs-2023.
link-holder-key = La clé du titulaire est la même chaque fois.
    .advice = Utilisez une clé distincte pour chaque vérificateur, ou n’en utilisez pas là où le vérificateur le permet.
link-pseudonym = Ce vérificateur reconnaîtra le titulaire; les autres, non.
    .advice = Servez-vous-en seulement là où il est souhaité d’être reconnu.
link-credential-id = Le numéro du justificatif est montré.
    .advice = Délivrez des justificatifs sans identifiant.
link-subject-id = L’identifiant de la personne est montré.
    .advice = Délivrez des justificatifs sans identifiant de la personne.
link-other-id = Un identifiant qui n’appartient peut-être qu’à ce justificatif est montré.
    .advice = Retirez de tels identifiants du justificatif.
link-status-index = La place dans une liste de statuts est montrée, et chaque justificatif a la sienne.
    .advice = Délivrez des justificatifs de courte durée au lieu de leur donner un statut.
link-created = Le moment de la signature est montré à la seconde près.
    .advice = Délivrez sans la date de la preuve, ou arrondissez-la au jour.
link-exact-time = Une date est montrée à la seconde près.
    .advice = Arrondissez les dates au jour.
link-mandatory-value = L’émetteur montre toujours un renseignement que peu de gens partagent.
    .advice = Laissez le titulaire choisir de montrer ce renseignement ou non.
link-disclosed-value = Un renseignement que peu de gens partagent est montré.
    .advice = Montrez-le seulement si le vérificateur en a besoin.
link-labels = Les parties sans identifiant du justificatif sont numérotées d’une façon que peu de justificatifs partagent.
    .advice = Délivrez des justificatifs qui ont au plus cinq parties sans identifiant, dont aucune dans une liste.
link-places = Une partie d’une liste est montrée, et la preuve révèle lesquels de ses éléments ce sont.
    .advice = Montrez toute la liste ou rien d’elle, ou faites de ses éléments des renseignements distincts.
link-form = La preuve révèle combien de renseignements le justificatif contient, et donc si ce renseignement facultatif en fait partie.
    .advice = Rendez ce renseignement obligatoire, ou créez un type distinct pour les personnes qui l’ont.
link-context = Le justificatif utilise un contexte qui n’est peut-être qu’à lui.
    .advice = Utilisez un contexte que beaucoup de justificatifs partagent.

linkability-unlinkable = Rien dans cette présentation ne la relie à d’autres.
linkability-narrows = Cette présentation ne peut être reliée à d’autres avec certitude, mais ce qu’elle révèle aide à cerner de qui il peut s’agir.
linkability-same-verifier = Le même vérificateur reconnaîtra le titulaire à son retour; deux vérificateurs ne peuvent comparer leurs notes.
linkability-certain = Quiconque voit deux présentations de cette sorte peut savoir qu’elles viennent du même justificatif.

## Précisions : le français des brèves notes anglaises qui accompagnent un nom (identifiant : « note- » et les mots anglais)

note-1-1-or-2-0-is-needed = il faut 1.1 ou 2.0
note-n-to-n-claims-are-needed = il faut de { $n1 } à { $n2 } renseignements
note-a-control-character = caractère de commande
note-a-date-claim-of-this-type-is-needed = il faut un renseignement de ce type qui soit une date
note-a-day-as-yyyy-mm-dd-is-needed = il faut un jour de la forme AAAA-MM-JJ
note-a-list-is-needed = il faut une liste
note-a-list-of-texts-is-needed = il faut une liste de textes
note-a-name-or-column-that-stands-twice = nom ou colonne qui figure deux fois
note-a-pointer-into-credentialsubject-is-needed = il faut un pointeur dans /credentialSubject
note-a-presentation = une présentation
note-a-required-date-claim-is-needed = il faut une date obligatoire parmi les renseignements
note-a-text-is-needed = il faut un texte
note-a-whole-number-is-needed = il faut un nombre entier
note-a-z-0-9-and-only-at-most-64 = seulement a-z, 0-9, le trait d’union et le point, au plus 64
note-after-the-bundle-was-made = postérieur à la préparation du dossier
note-an-absolute-url-is-needed = il faut une adresse complète
note-an-integer-that-a-double-cannot-hold = nombre entier qui ne peut être conservé exactement
note-an-object-is-needed = il faut un objet
note-an-object-without-an-id-is-needed = il faut un objet sans id
note-an-offset-such-as-05-00-is-needed = il faut un décalage comme -05:00
note-an-unknown-member = membre inconnu
note-an-unknown-suite = façon de signer inconnue
note-anchor-twice = $anchor figure deux fois
note-another-suite = une autre façon de signer
note-at-least-one-age-is-needed = il faut au moins un âge
note-at-least-one-is-needed = il en faut au moins un
note-base-context = contexte de base ailleurs qu’au début
note-before-created = antérieur à la préparation
note-before-issued = antérieur à la délivrance
note-before-validfrom = antérieur à validFrom
note-beyond-any-list = au-delà de toute liste
note-beyond-the-end-of-the-list = au-delà de la fin de la liste
note-blank-or-with-control-characters = vide, ou avec des caractères de commande
note-contains-itself = se contient lui-même
note-empty-or-white-space-at-an-end = vide, ou blanc au début ou à la fin
note-first-item = premier élément
note-generalized-rdf = RDF généralisé
note-id-within-the-schema = $id à l’intérieur du schéma
note-in-the-future = dans l’avenir
note-in-the-future-or-more-than-130-years-ago = dans l’avenir, ou il y a plus de 130 ans
note-in-the-past = dans le passé
note-inline-context = @context écrit dans le document
note-inner-context = @context à l’intérieur du document
note-language-value-object = objet avec @value et @language
note-length-of-the-signature = longueur de la signature
note-missing = absent
note-no-randomness = pas de hasard
note-no-text = pas un texte
note-no-time-zone-offset = sans fuseau horaire
note-not-1-to-8-bits = pas de 1 à 8 bits
note-not-64-lower-case-hexadecimal-digits = pas 64 chiffres hexadécimaux minuscules
note-not-a-compact-jws = pas un JWS compact
note-not-a-date-and-time-with-an-offset = pas une date et heure avec fuseau horaire
note-not-a-decimal-index = pas un indice décimal
note-not-a-did = pas un DID
note-not-a-did-url = pas une URL DID
note-not-a-json-schema = pas un schéma JSON
note-not-a-list-credential-of-the-entry-s-kind = pas une liste de la sorte que nomme l’entrée
note-not-a-message-a-value = pas un message par valeur
note-not-a-string = pas un texte
note-not-a-trustlistcredential = pas un TrustListCredential
note-not-a-url = pas une adresse
note-not-a-url-of-its-own = pas une adresse qui lui est propre
note-not-a-url-or-urls = pas une ou plusieurs adresses
note-not-a-version-that-is-known-here = version inconnue
note-not-an-array = pas une liste
note-not-an-evidence-bundle = pas un dossier de pièces
note-not-an-https-url = pas une adresse https
note-not-an-index = pas un indice
note-not-an-object = pas un objet
note-not-base64url = pas du base64url
note-not-eddsa-es256-or-es384 = ni EdDSA, ni ES256, ni ES384
note-not-for-a-template = pas permis dans un modèle
note-not-gzip = pas du GZIP
note-not-of-this-type = étranger à ce type
note-not-one-list = pas une liste unique
note-not-one-of-the-values-of-the-type = pas l’une des valeurs du type
note-not-strings = pas des textes
note-not-the-digest-of-the-data = pas l’empreinte des données
note-not-the-entry-s = différent de celui de l’entrée
note-not-the-one-type-that-is-expected-here = pas le seul type attendu ici
note-not-the-url-of-the-entry = pas l’adresse de l’entrée
note-one-stands-twice = l’un d’eux figure deux fois
note-only-for-an-enum = seulement pour une énumération
note-revocationlist2020-is-verified-only = RevocationList2020 se vérifie seulement
note-rising-ages-from-1-to-120-are-needed = il faut des âges croissants, de 1 à 120
note-secured-already = déjà protégé
note-stands-twice = figure deux fois
note-string-date-integer-boolean-enum-or-url-is-needed = il faut string, date, integer, boolean, enum ou url
note-term-of-another-dataset = terme d’un autre ensemble
note-texts-are-needed-each-once = il faut des textes, chacun une seule fois
note-too-much-work = trop de travail
note-true-or-false-is-needed = il faut vrai ou faux
note-trust-list = liste de confiance
note-two-kinds-of-status = deux sortes de statut
note-unknown = inconnu
note-unknown-member = membre inconnu
note-url-or-object = adresse ou objet
note-verifiablecredential-comes-first = VerifiableCredential vient en premier
note-years-months-days-or-a-claim = années, mois, jours ou un renseignement
note-a-pointer-into-the-credential-is-needed = il faut un pointeur dans le justificatif
note-day-week-or-month-is-needed = il faut day, week ou month
note-named-or-anonymous-is-needed = il faut named ou anonymous
note-not-longer-than-the-rounding = pas plus long que l’arrondi
note-only-for-an-anonymous-design = seulement pour une conception anonyme
note-a-credential = un justificatif
note-a-key-binding-jwt = un JWT de liaison au titulaire
note-a-list-of-at-most-n = une liste d’au plus { $n1 }
note-a-number-that-a-double-cannot-hold = nombre qui ne peut être conservé exactement
note-a-registered-claim = nom réservé à un renseignement enregistré
note-a-statement-that-is-not-signed = énoncé qui n’est pas signé
note-a-whole-number-from-n-to-n-is-needed = il faut un nombre entier de { $n1 } à { $n2 }
note-an-https-url-or-a-urn-is-needed = il faut une adresse https ou un URN
note-audience-nonce = destinataire et défi
note-beside-did = à côté de did
note-beside-a-did = à côté d’un DID
note-not-base64 = n’est pas en base64
note-not-a-certificate-or-too-many = ce n’est pas un certificat, ou il y en a trop
note-bits-too-few-for-the-value = bits, trop peu pour la valeur
note-blank-node = nœud sans nom
note-byte-order-mark-line-n-column-n = marque d’ordre des octets (BOM), ligne { $n1 }, colonne { $n2 }
note-bytes-n = octets > { $n1 }
note-canonical-forms-disagree = les formes canoniques diffèrent
note-colliding-keywords = le même mot-clé sous deux noms
note-conflicting-indexes = index qui se contredisent
note-context-is-missing = @context est absent
note-context-overflow = trop de contextes les uns dans les autres
note-cyclic-iri-mapping = terme défini par lui-même
note-depth-n = profondeur > { $n1 }
note-did-not-a-did-or-url-not-an-https-url = did n’est pas un DID, ou url n’est pas une adresse https
note-disclosure-n = divulgation { $n1 }
note-empty = vide
note-encoding = codage
note-extends-itself = type qui se prolonge lui-même
note-extends-n = chaîne extends > { $n1 }
note-frame-and-pointers = cadre et pointeurs à la fois
note-invalid-base-direction = sens d’écriture non valide
note-invalid-base-iri = IRI de base non valide
note-invalid-container-mapping = @container non valide
note-invalid-context-entry = membre du contexte non valide
note-invalid-context-nullification = contexte effacé malgré des termes protégés
note-invalid-default-language = langue par défaut non valide
note-invalid-embed-value = valeur de @embed non valide
note-invalid-id-value = valeur de @id non valide
note-invalid-import-value = valeur de @import non valide
note-invalid-included-value = valeur de @included non valide
note-invalid-index-value = valeur de @index non valide
note-invalid-iri-mapping = IRI du terme non valide
note-invalid-keyword-alias = autre nom de mot-clé non valide
note-invalid-language-map-value = texte par langue non valide
note-invalid-language-mapping = langue du terme non valide
note-invalid-language-tagged-string = étiquette de langue non valide
note-invalid-language-tagged-value = valeur étiquetée d’une langue, mais qui n’est pas un texte
note-invalid-local-context = contexte non valide
note-invalid-nest-value = valeur de @nest non valide
note-invalid-prefix-value = valeur de @prefix non valide
note-invalid-propagate-value = valeur de @propagate non valide
note-invalid-protected-value = valeur de @protected non valide
note-invalid-remote-context = document de contexte non valide
note-invalid-reverse-property = propriété inverse non valide
note-invalid-reverse-property-map = propriétés inverses non valides
note-invalid-reverse-property-value = valeur d’une propriété inverse non valide
note-invalid-reverse-value = valeur de @reverse non valide
note-invalid-scoped-context = contexte non valide à l’intérieur d’un terme
note-invalid-set-or-list-object = ensemble ou liste non valide
note-invalid-term-definition = définition d’un terme non valide
note-invalid-type-mapping = type du terme non valide
note-invalid-type-value = valeur de @type non valide
note-invalid-typed-value = valeur typée non valide
note-invalid-value-object = objet de valeur non valide
note-invalid-value-object-value = contenu d’un objet de valeur non valide
note-invalid-version-value = valeur de @version non valide
note-invalid-vocab-mapping = vocabulaire non valide
note-iri-confused-with-prefix = IRI qui se confond avec un préfixe
note-jws-json-serialization = forme JSON d’un JWS
note-keyword-redefinition = mot-clé redéfini
note-label-map = table des étiquettes
note-line-n-column-n = ligne { $n1 }, colonne { $n2 }
note-more-than-n-characters = plus de { $n1 } caractères
note-more-than-n-days = plus de { $n1 } jours
note-more-than-n-did-documents = plus de { $n1 } documents DID
note-more-than-n-s-after-created = plus de { $n1 } s après la préparation
note-more-than-n-verification-methods = plus de { $n1 } méthodes de vérification
note-n-bits-an-entry = { $n1 } bits par entrée
note-n-deep = profondeur > { $n1 }
note-n-entries = { $n1 } entrées
note-not-a-signer-that-is-believed-here = pas un signataire auquel on se fie ici
note-n-matches = { $n1 } correspondances
note-n-n-bytes = { $n1 } > { $n2 } octets
note-n-n-disclosures = { $n1 } > { $n2 } divulgations
note-n-n-entries = { $n1 } entrées pour un minimum de { $n2 }
note-n-n-proofs = { $n1 } > { $n2 } preuves
note-n-n-schemas = { $n1 } > { $n2 } schémas
note-n-n-status-entries = { $n1 } > { $n2 } entrées de statut
note-n-bytes = > { $n1 } octets
note-n-schemas = > { $n1 } schémas
note-n-statements-n-disclosed = { $n1 } énoncés, dont { $n2 } montrés
note-n-to-n-levels-without-white-space-are-needed = il faut de { $n1 } à { $n2 } niveaux sans blanc
note-two-claims-in-one-place = deux renseignements au même endroit
note-no-jsonschemacredential = pas un JsonSchemaCredential
note-no-proof = sans preuve
note-no-such-claim = renseignement absent
note-not-a-date = pas une date
note-not-a-text = pas un texte
note-not-one-subject = pas un sujet unique
note-one-object = il faut un objet, et un seul
note-one-of-the-contexts-of-the-type-is-needed-each-once = il faut un des contextes du type, chacun une seule fois
note-part-of-a-list-or-value = partie d’une liste ou d’une valeur
note-proof-options = options de la preuve
note-salt-and-name = sel et nom
note-sd-always = doit pouvoir être montré à part
note-sd-never = doit toujours être montré
note-several-base-proofs = plusieurs preuves de base
note-the-template-has-evidence-of-its-own = le modèle a déjà ses propres pièces (evidence)
note-three-items = il faut trois éléments
note-trailing-bytes = octets en trop à la fin
note-two-items = il faut deux éléments
note-two-statements-that-are-one = deux énoncés qui n’en font qu’un
note-values-n = valeurs > { $n1 }
