"""Issue a photo card to a resident, show a part of it to a shop, and judge it as the shop would.

Run it with the module `tamarack` installed: python examples/python/issue_and_verify.py
"""

import json
from pathlib import Path

from tamarack import (
    CredentialType,
    HeldCredential,
    IssueOptions,
    Key,
    KeyType,
    PolicyOptions,
    ShowOptions,
    Verifier,
)

EXAMPLES = Path(__file__).resolve().parent.parent


def main() -> None:
    # The province: a credential type, claims, a key.
    kind = CredentialType.parse(
        (EXAMPLES / "types/person-2.0.json").read_text(encoding="utf-8"),
        (EXAMPLES / "types/person.schema.json").read_text(encoding="utf-8"),
    )
    claims = (EXAMPLES / "claims/person.json").read_text(encoding="utf-8")
    province = Key.generate(KeyType.BLS12381_G2)
    card = kind.issue(claims, province, IssueOptions(suite="bbs-2023")).credential

    # The resident: what would a showing give away, and to whom is it bound?
    held = HeldCredential.parse(card)
    chosen = ["/credentialSubject/givenName"]
    options = ShowOptions(audience="shop.example", nonce="a nonce of the shop")
    print("Shown:", ", ".join(claim.pointer for claim in held.shows(chosen)))
    print("Linkable:", held.linkability(chosen, options).message.en)
    shown = held.present(chosen, options)

    # The shop: whom it believes, and what it asked for.
    name = {"en": "The province", "fr": "La province"}
    trust = {
        "version": 1,
        "name": {"en": "The shop's list", "fr": "La liste du magasin"},
        "issued": "2026-01-01T00:00:00Z",
        "issuers": [{"did": province.did_key(), "name": name, "types": ["OntarioPersonCredential"]}],
    }
    shop = Verifier(
        PolicyOptions(trust_list=json.dumps(trust), challenge="a nonce of the shop", domain="shop.example")
    )
    for title, text in [("As it was shown", shown), ("With another name", shown.replace("Zoé", "Zoa"))]:
        verdict = shop.verify(text)
        print(f"{title}: {verdict.name.en} / {verdict.name.fr}")
        for check in verdict.checks:
            if check.code is not None:
                print(f"  {check.message.en}\n  {check.message.fr}")


if __name__ == "__main__":
    main()
