//! The certificate authorities to trust, as OpenSSL and Python's requests look them up.

use super::Variables;
use crate::config::llm::Authorities;

/// OpenSSL's names of a file and of folders with the authorities to trust.
const SSL_CERT_FILE: &str = "SSL_CERT_FILE";
const SSL_CERT_DIR: &str = "SSL_CERT_DIR";
/// What Python's requests reads instead.
const REQUESTS_CA_BUNDLE: &str = "REQUESTS_CA_BUNDLE";
/// What curl reads, and requests after its own.
const CURL_CA_BUNDLE: &str = "CURL_CA_BUNDLE";

impl Variables {
    /// The certificate authorities to trust, as OpenSSL and Python's requests look them up.
    pub(crate) fn authorities(&self) -> Vec<Authorities> {
        let file = self.trusted(SSL_CERT_FILE).into_iter();
        let folders = self.find(&[SSL_CERT_DIR]).into_iter().flat_map(|found| {
            let folders: Vec<_> = std::env::split_paths(&found.value).collect();
            folders
                .into_iter()
                .filter(|folder| !folder.as_os_str().is_empty())
        });
        let openssl: Vec<_> = file
            .chain(folders.map(|path| Authorities {
                path,
                named_by: SSL_CERT_DIR,
                is_of_list: true,
            }))
            .collect();
        if openssl.is_empty() {
            let requests = self.trusted(REQUESTS_CA_BUNDLE);
            return requests
                .or_else(|| self.trusted(CURL_CA_BUNDLE))
                .into_iter()
                .collect();
        }
        openssl
    }

    fn trusted(&self, name: &'static str) -> Option<Authorities> {
        Some(Authorities {
            path: self.path(name)?,
            named_by: name,
            is_of_list: false,
        })
    }
}
