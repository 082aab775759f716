//! VC-DI-ECDSA: ecdsa-rdfc-2019 and ecdsa-jcs-2019 with P-256 and P-384. Each file is one vector.
//!
//! The folder `ecdsa-sd-2023` is about selective disclosure, which this library does not do yet; its files are no part
//! of this suite, nor are the lists of pointers (`*Mandatory.json`, `*Selective.json`) and the credential that it uses.

use std::path::Path;

use tamarack::json::Value;
use tamarack::proof::Suite;

use super::data_integrity::{Bench, Steps, key};
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut bench = Bench::new(dir, "vc-di-ecdsa");
    for (pair_name, curve) in [("p256KeyPair.json", "256"), ("p384KeyPair.json", "384")] {
        let Some(pair) = bench.object(pair_name) else { continue };
        let key = match key(&Value::Object(pair)) {
            Ok(key) => key,
            Err(why) => {
                bench.report.record(pair_name, Err(why));
                continue;
            }
        };
        bench.report.record(pair_name, Ok(()));
        for (suite, folder, ending, unsigned) in [
            (Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019-pNNN", "ECDSAPNNN", "unsigned.json"),
            (Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019-pNNN/employ", "ECDSAPNNN", "employmentAuth.json"),
            (Suite::EcdsaJcs2019, "ecdsa-jcs-2019-pNNN", "JCSECDSAPNNN", "unsigned.json"),
        ] {
            let (folder, ending) = (&folder.replace("NNN", curve), &ending.replace("NNN", curve));
            bench.run_steps(&Steps { suite, folder, ending, unsigned }, &key);
        }
        // The files that the others are made from: what each suite signs, it also verifies.
        if curve == "256"
            && let Some(config) = bench.object("ecdsa-rdfc-2019-p256/proofConfigECDSAP256.json")
        {
            for name in ["unsigned.json", "employmentAuth.json"] {
                let Some(document) = bench.object(name) else { continue };
                let outcome = [Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019]
                    .into_iter()
                    .try_for_each(|suite| bench.verify(&bench.sign(&document, suite, &config, &key)?));
                bench.report.record(name, outcome);
            }
        }
    }
    bench.report
}
