//! Passwords, tokens and signatures. Nothing secret is ever stored or logged: of a
//! token the hash, of a password argon2's. A leaf: knows nothing of the house.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Shortest password that is accepted, in characters.
pub const SHORTEST_PASSWORD: usize = 10;
/// Longest, in bytes: hashing more serves nobody.
pub const LONGEST_PASSWORD: usize = 200;

/// 32 random bytes as text, and their hash.
#[derive(Clone)]
pub struct Fresh {
    /// Shown once, to one person.
    pub plain: String,
    pub hash: String,
}

impl Fresh {
    pub fn new() -> Self {
        let plain = random();
        Self { hash: hash(&plain), plain }
    }

    /// With a mark in front by which a leaked token can be recognised.
    pub fn marked(mark: &str) -> Self {
        let plain = format!("{mark}{}", random());
        Self { hash: hash(&plain), plain }
    }
}

impl Default for Fresh {
    fn default() -> Self {
        Self::new()
    }
}

/// 256 random bits, URL-safe.
pub fn random() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// 64 random bits in lower-case letters and digits: makes a name unique, keeps no secret.
pub fn nonce() -> String {
    format!("{:016x}", rand::rng().next_u64())
}

/// SHA-256, for secrets that are random already and for telling bodies apart.
pub fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// Why a password cannot be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// Slow on purpose: call it off the async threads and outside any transaction.
pub fn hash_password(password: &str) -> Result<String, HashError> {
    Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|_| HashError)
}

/// Whether the password is the one hashed. With no hash it takes just as long and says no.
pub fn is_password(password: &str, hash: Option<&str>) -> bool {
    /// Of a password that nobody has.
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$6SykpQJcVzSeCRYJw1zcJeRWvM5Yn3eTLn8CgoMlQEI";
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODYS));
    let fits = parsed.is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok());
    fits && hash.is_some()
}

/// What a REST access token says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Person.
    pub sub: String,
    /// Session: revoked, and the token with it.
    pub sid: String,
    /// Unix seconds.
    pub exp: i64,
    pub iat: i64,
}

/// The installation's signing key.
pub struct Keys {
    secret: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Keys {
    pub fn new(secret: String) -> Self {
        let encoding = EncodingKey::from_secret(format!("jwt:{secret}").as_bytes());
        let decoding = DecodingKey::from_secret(format!("jwt:{secret}").as_bytes());
        Self { secret, encoding, decoding }
    }

    /// A signed access token; None only if the claims cannot be written as JSON.
    pub fn sign_claims(&self, claims: &Claims) -> Option<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding).ok()
    }

    /// The claims of a token that is ours and unexpired at `now` (Unix seconds).
    pub fn read_claims(&self, token: &str, now: i64) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // The time is the caller's, not this library's.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        (claims.exp > now).then_some(claims)
    }

    /// A signature over `text`, for one purpose.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        let mut mac = self.mac(purpose);
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Whether `signature` is ours over `text`, compared in constant time.
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let mut mac = self.mac(purpose);
        mac.update(text.as_bytes());
        mac.verify_slice(&bytes).is_ok()
    }

    /// The text with its signature behind it.
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        format!("{text}.{}", self.sign(purpose, text))
    }

    /// The text of a token that we sealed for this purpose.
    pub fn unseal<'a>(&self, purpose: &str, token: &'a str) -> Option<&'a str> {
        let (text, signature) = token.rsplit_once('.')?;
        self.is_signed(purpose, text, signature).then_some(text)
    }

    fn mac(&self, purpose: &str) -> Hmac<Sha256> {
        let key = Sha256::digest(format!("{purpose}:{}", self.secret).as_bytes());
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        Hmac::new_from_slice(&key).expect("a key of any length")
    }
}

#[cfg(test)]
mod tests;
