//! The certificate authorities that a user names in place of the system's.

use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Certificate;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::error::LlmError;
use crate::config::Authorities;

/// A file of all the public authorities has a quarter of a megabyte.
const MAX_BUNDLE_BYTES: u64 = 16 << 20;

/// The certificates of `authorities`; `None` when none are named, which leaves the system's.
///
/// A file or folder that has none is an error, but for folders of a list as long as anything is
/// found at all.
pub(super) fn certificates(
    authorities: &[Authorities],
) -> Result<Option<Vec<Certificate>>, LlmError> {
    let found = named(authorities)?;
    Ok(found.map(|all| {
        let certificates = all.iter().map(|one| Certificate::from_der(one));
        certificates.filter_map(Result::ok).collect()
    }))
}

/// The same certificates as the text of one PEM file, for what speaks TLS without HTTP.
pub fn authorities_pem(authorities: &[Authorities]) -> Result<Option<String>, LlmError> {
    let encoded = |certificate: &CertificateDer<'_>| {
        let body = BASE64.encode(certificate);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    };
    let found = named(authorities)?;
    Ok(found.map(|all| all.iter().map(encoded).collect()))
}

/// The certificates that `authorities` name, but for those that are no authority's.
fn named(authorities: &[Authorities]) -> Result<Option<Vec<CertificateDer<'static>>>, LlmError> {
    let mut all = Vec::new();
    let mut faults = Vec::new();
    for one in authorities {
        match usable(&one.path) {
            Ok(found) => all.extend(found),
            Err(reason) => {
                let fault = LlmError::Authorities {
                    path: one.path.clone(),
                    named_by: one.named_by,
                    reason,
                };
                if !one.is_of_list {
                    return Err(fault);
                }
                faults.push(fault);
            }
        }
    }
    if all.is_empty() {
        return faults.into_iter().next().map_or(Ok(None), Err);
    }
    for fault in faults {
        tracing::debug!("{fault}");
    }
    Ok(Some(all))
}

/// The certificates at `path` that can be an authority's. The others are passed over with a warning,
/// since one odd certificate in a company's bundle is no reason to refuse the rest.
fn usable(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = read(path).map_err(|error| reason(&error))?;
    let mut store = RootCertStore::empty();
    let count = found.len();
    let usable = found
        .into_iter()
        .filter(|certificate| store.add(certificate.clone()).is_ok());
    let usable: Vec<_> = usable
        .filter(|certificate| Certificate::from_der(certificate).is_ok())
        .collect();
    if usable.is_empty() {
        return Err("it holds no PEM certificate".to_owned());
    }
    if usable.len() < count {
        tracing::warn!(
            "{} of {count} certificates in `{}` cannot be read and are passed over",
            count - usable.len(),
            path.display()
        );
    }
    Ok(usable)
}

/// The certificates in a file, or in each file of a folder (without those in folders below it).
fn read(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    if !path.is_dir() {
        return read_file(path);
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        // A folder of hashed names is full of links, and some lead nowhere any more.
        if file.is_file() {
            all.extend(read_file(&file).unwrap_or_default());
        }
    }
    Ok(all)
}

fn read_file(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path)?;
    file.take(MAX_BUNDLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BUNDLE_BYTES {
        let words = format!("it is longer than {} MiB", MAX_BUNDLE_BYTES >> 20);
        return Err(io::Error::new(ErrorKind::InvalidData, words));
    }
    CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, format!("it is no PEM: {error}")))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    }
}
