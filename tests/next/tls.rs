use ring::{rand::SystemRandom, signature::Ed25519KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring as provider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::sign::CertifiedKey;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, ServerConfig, ServerConnection,
    SignatureScheme,
};
use std::error::Error as Any;
use std::io::{Read, Write};
use std::sync::Arc;

/// A server that is known by its key alone, made here from the system's random bytes, and a client that knows that key:
/// they agree on a secret, and the server reads what the client wrote.
pub fn session() -> Result<(), Box<dyn Any>> {
    let provider = Arc::new(provider::default_provider());
    let secret =
        Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| "no random bytes")?;
    let key = provider::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(secret.as_ref()))?;
    let public = key.public_key().ok_or("no public key")?.into_owned();
    let known = Known { key: public.clone(), provider: provider.clone() };
    let certified = CertifiedKey::new(vec![CertificateDer::from(public.to_vec())], key);

    let server = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(Arc::new(certified))));
    let client = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(known))
        .with_no_client_auth();
    let mut server = ServerConnection::new(Arc::new(server))?;
    let mut client = ClientConnection::new(Arc::new(client), ServerName::try_from("host.game")?)?;

    client.writer().write_all(b"hello")?;
    while server.is_handshaking() || client.wants_write() {
        let mut bytes = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut bytes)?;
        }
        while server.wants_write() || !bytes.is_empty() {
            let mut unread = bytes.as_slice();
            while !unread.is_empty() {
                server.read_tls(&mut unread)?;
                server.process_new_packets()?;
            }
            bytes.clear();
            let mut answer = Vec::new();
            while server.wants_write() {
                server.write_tls(&mut answer)?;
            }
            let mut unread = answer.as_slice();
            while !unread.is_empty() {
                client.read_tls(&mut unread)?;
                client.process_new_packets()?;
            }
        }
    }
    let mut read = [0; 5];
    server.reader().read_exact(&mut read)?;
    if &read != b"hello" {
        return Err("the server read something else".into());
    }
    Ok(())
}

#[derive(Debug)]
struct Known {
    key: SubjectPublicKeyInfoDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        presented: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if presented.as_ref() == self.key.as_ref() {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::General("another server's key".into()))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.3 only".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        presented: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(presented.as_ref());
        verify_tls13_signature_with_raw_key(
            message,
            &key,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
