//! VC-DI-ECDSA: ecdsa-rdfc-2019 and ecdsa-jcs-2019 with P-256 and P-384. Each file is one vector.
//!
//! The folder `ecdsa-sd-2023` is about selective disclosure, which this library does not do yet; its files are no part
//! of this suite, nor are the lists of pointers (`*Mandatory.json`, `*Selective.json`) and the credential that it uses.

use std::path::Path;

use tamarack::json::Value;
use tamarack::proof::Suite;

use super::data_integrity::{Steps, key, object, run_steps, sign, verify};
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let dir = &dir.join("vc-di-ecdsa");
    for (pair_name, curve) in [("p256KeyPair.json", "256"), ("p384KeyPair.json", "384")] {
        let Some(pair) = object(&mut report, dir, pair_name) else { continue };
        let key = match key(&Value::Object(pair)) {
            Ok(key) => key,
            Err(why) => {
                report.record(pair_name, Err(why));
                continue;
            }
        };
        report.record(pair_name, Ok(()));
        for (suite, folder, ending, unsigned) in [
            (Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019-pNNN", "ECDSAPNNN", "unsigned.json"),
            (Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019-pNNN/employ", "ECDSAPNNN", "employmentAuth.json"),
            (Suite::EcdsaJcs2019, "ecdsa-jcs-2019-pNNN", "JCSECDSAPNNN", "unsigned.json"),
        ] {
            let (folder, ending) = (&folder.replace("NNN", curve), &ending.replace("NNN", curve));
            run_steps(&mut report, dir, &Steps { suite, folder, ending, unsigned }, &key);
        }
        // The files that the others are made from: what each suite signs, it also verifies.
        if curve == "256"
            && let Some(config) = object(&mut report, dir, "ecdsa-rdfc-2019-p256/proofConfigECDSAP256.json")
        {
            for name in ["unsigned.json", "employmentAuth.json"] {
                let Some(document) = object(&mut report, dir, name) else { continue };
                let outcome = [Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019]
                    .into_iter()
                    .try_for_each(|suite| verify(&sign(&document, suite, &config, &key)?));
                report.record(name, outcome);
            }
        }
    }
    report
}
