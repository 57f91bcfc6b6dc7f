//! Each letter a file, whole or not there: written beside, flushed to the disk, then
//! given its name. The same letter has the same name, so that sending it again changes
//! nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Failure, Post};

pub struct Folder(PathBuf);

impl Folder {
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub async fn send(&self, post: Post) -> Result<(), Failure> {
        let folder = self.0.clone();
        #[expect(clippy::disallowed_methods, reason = "a file, no database")]
        let written = tokio::task::spawn_blocking(move || write(&folder, &post)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                Err(Failure::passing(format!("the folder cannot be written: {}", error.kind())))
            }
            Err(_) => Err(Failure::passing("the write was given up")),
        }
    }
}

fn write(folder: &Path, post: &Post) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{}.{}", post.name, uuid::Uuid::now_v7().simple()));
    let written = File::create_new(&draft)
        .and_then(|mut file| file.write_all(&post.bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, folder.join(format!("{}.eml", post.name))))
        .and_then(|()| File::open(folder)?.sync_all());
    if written.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use lettre::address::Envelope;

    use super::*;

    fn post(bytes: &[u8]) -> Post {
        let address = || "jo@acme.example".parse().unwrap();
        let envelope = Envelope::new(Some(address()), vec![address()]).unwrap();
        Post { name: "20261123T092000Z-00000007-received".to_owned(), envelope, bytes: bytes.to_vec() }
    }

    fn files(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_same_letter_is_the_same_file_and_nothing_else_is_left() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("made/on/the/way");
        write(&folder, &post(b"one")).unwrap();
        write(&folder, &post(b"one")).unwrap();
        assert_eq!(files(&folder), ["20261123T092000Z-00000007-received.eml"]);
        assert_eq!(fs::read(folder.join(&files(&folder)[0])).unwrap(), b"one");
    }

    #[test]
    fn what_cannot_be_given_its_name_is_not_left_lying_about() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("20261123T092000Z-00000007-received.eml")).unwrap();
        write(place.path(), &post(b"one")).unwrap_err();
        assert_eq!(files(place.path()).len(), 1);
    }

    #[tokio::test]
    async fn a_folder_that_is_a_file_is_worth_another_try() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let failure = Folder::new(file.path().to_owned()).send(post(b"one")).await.unwrap_err();
        assert!(!failure.last);
        assert!(failure.class.starts_with("the folder cannot be written"), "{failure:?}");
    }
}
