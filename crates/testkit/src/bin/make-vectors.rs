//! Makes the folder `test-vectors/` anew: `cargo run -p tamarack-testkit --bin make-vectors`.

use std::{fs, io};

use tamarack_testkit::{own, repository};

fn main() -> io::Result<()> {
    let folder = repository().join("test-vectors");
    let made = own::files();
    for path in own::read(&folder).unwrap_or_default().into_keys().filter(|path| !made.contains_key(path)) {
        fs::remove_file(folder.join(path))?;
    }
    for (path, text) in made {
        let path = folder.join(path);
        if let Some(area) = path.parent() {
            fs::create_dir_all(area)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}
