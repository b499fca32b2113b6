//! Reads the token of a host page: a JSON Web Token (RFC 7519) signed with HMAC.
//!
//! Written here on the primitives alone: the common crate for it cannot be built without RSA and
//! elliptic curves, and would look at the machine's clock.
//!
//! Invariant: the algorithm is the chat profile's; nothing in a token chooses how it is checked,
//! and no claim is looked at before the signature holds.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::api::TokenDefect;
use domain::limit;
use domain::settings::Algorithm;
use domain::text::chars;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};
use std::collections::BTreeMap;

/// What a token says, once it is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// `sub`.
    pub subject: Option<String>,
    /// Every claim that is a text, a number or a truth, as text.
    pub texts: BTreeMap<String, String>,
}

/// Headers that would choose another key or another reading (RFC 7515, section 4.1).
const FORBIDDEN_HEADERS: [&str; 6] = ["crit", "jku", "jwk", "x5u", "x5c", "b64"];

/// What the token says, if one of the secrets signed it and its time is now.
pub(super) fn read(
    token: &str,
    algorithm: Algorithm,
    secrets: &[String],
    is_lifetime_checked: bool,
    now: Timestamp,
) -> Result<Claims, TokenDefect> {
    let defect = TokenDefect::Malformed;
    let (signed, signature) = token.rsplit_once('.').ok_or(defect)?;
    let (header, payload) = signed.split_once('.').ok_or(defect)?;
    let header = object(header)?;
    let named = header.get("alg").and_then(Value::as_str).ok_or(defect)?;
    if named != algorithm.as_str() {
        return Err(TokenDefect::WrongAlgorithm);
    }
    if FORBIDDEN_HEADERS
        .iter()
        .any(|name| header.contains_key(*name))
    {
        return Err(defect);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).or(Err(defect))?;
    let is_signed = |secret: &String| is_signed(algorithm, secret, signed, &signature);
    if !secrets.iter().any(is_signed) {
        return Err(TokenDefect::BadSignature);
    }
    let payload = object(payload)?;
    check_times(&payload, is_lifetime_checked, now)?;
    claims(payload)
}

fn object(part: &str) -> Result<Map<String, Value>, TokenDefect> {
    let defect = TokenDefect::Malformed;
    let bytes = URL_SAFE_NO_PAD.decode(part).or(Err(defect))?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(defect),
    }
}

fn is_signed(algorithm: Algorithm, secret: &str, signed: &str, signature: &[u8]) -> bool {
    fn check<M: Mac + KeyInit>(secret: &str, signed: &str, signature: &[u8]) -> bool {
        let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret.as_bytes()) else {
            return false;
        };
        mac.update(signed.as_bytes());
        // In the same time for every wrong one.
        mac.verify_slice(signature).is_ok()
    }
    match algorithm {
        Algorithm::Hs256 => check::<Hmac<Sha256>>(secret, signed, signature),
        Algorithm::Hs384 => check::<Hmac<Sha384>>(secret, signed, signature),
        Algorithm::Hs512 => check::<Hmac<Sha512>>(secret, signed, signature),
    }
}

/// The times must be numbers even where they are not asked (RFC 7519, section 4.1).
fn check_times(
    payload: &Map<String, Value>,
    is_checked: bool,
    now: Timestamp,
) -> Result<(), TokenDefect> {
    let time = |name: &str| match payload.get(name) {
        None => Ok(None),
        Some(Value::Number(seconds)) => seconds
            .as_f64()
            .filter(|seconds| *seconds >= 0.0)
            .map(Some)
            .ok_or(TokenDefect::Malformed),
        Some(_) => Err(TokenDefect::Malformed),
    };
    let (expires, begins, issued) = (time("exp")?, time("nbf")?, time("iat")?);
    if !is_checked {
        return Ok(());
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "times of this millennium are exact, to the millisecond"
    )]
    let (now, skew) = (
        now.ms() as f64 / 1000.0,
        limit::CLOCK_SKEW.ms() as f64 / 1000.0,
    );
    if expires.ok_or(TokenDefect::NoExpiry)? + skew <= now {
        Err(TokenDefect::Expired)
    } else if [begins, issued]
        .into_iter()
        .flatten()
        .any(|from| from - skew > now)
    {
        Err(TokenDefect::NotYetValid)
    } else {
        Ok(())
    }
}

fn claims(payload: Map<String, Value>) -> Result<Claims, TokenDefect> {
    let subject = match payload.get("sub") {
        None => None,
        Some(Value::String(subject)) => {
            let is_fit = !subject.is_empty()
                && chars(subject) <= limit::SUBJECT_CHARS_MAX
                && !subject.contains('\0');
            Some(
                is_fit
                    .then(|| subject.clone())
                    .ok_or(TokenDefect::Malformed)?,
            )
        }
        Some(_) => return Err(TokenDefect::Malformed),
    };
    let text = |(name, value)| {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name, text))
    };
    Ok(Claims {
        subject,
        texts: payload.into_iter().filter_map(text).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const NOW: i64 = 1_800_000_000;

    fn part(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn signed(header: &Value, payload: &Value, secret: &str) -> String {
        let text = format!("{}.{}", part(header), part(payload));
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{text}.{signature}")
    }

    fn plain(payload: &Value) -> String {
        signed(&json!({ "alg": "HS256", "typ": "JWT" }), payload, SECRET)
    }

    fn check(token: &str, is_lifetime_checked: bool) -> Result<Claims, TokenDefect> {
        let secrets = ["another secret".to_owned(), SECRET.to_owned()];
        let now = Timestamp::from_ms(NOW * 1000);
        read(token, Algorithm::Hs256, &secrets, is_lifetime_checked, now)
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        // RFC 7515, appendix A.1: the token, and its key as bytes that are no text. Only a text
        // can be a secret here, so the parts are checked.
        let header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
        let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        assert_eq!(object(header).unwrap()["alg"], "HS256");
        let claims = claims(object(payload).unwrap()).unwrap();
        assert_eq!(claims.texts["iss"], "joe");
        assert_eq!(claims.texts["http://example.com/is_root"], "true");
        // RFC 4231, test case 2: HMAC of all three.
        let (key, data) = ("Jefe", "what do ya want for nothing?");
        let hex = |text: &str| -> Vec<u8> {
            let digits = text.as_bytes().chunks(2);
            digits
                .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
                .collect()
        };
        for (algorithm, mac) in [
            (
                Algorithm::Hs256,
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                Algorithm::Hs384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                Algorithm::Hs512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ] {
            let mut mac = hex(mac);
            assert!(is_signed(algorithm, key, data, &mac));
            assert!(!is_signed(algorithm, "jefe", data, &mac));
            assert!(!is_signed(algorithm, key, data, &mac[1..]));
            mac[0] ^= 1;
            assert!(!is_signed(algorithm, key, data, &mac));
        }
    }

    #[test]
    fn only_what_is_signed_here_is_believed() {
        use TokenDefect as D;
        let payload = json!({ "sub": "7", "exp": NOW + 60 });
        assert_eq!(
            check(&plain(&payload), true).unwrap().subject.as_deref(),
            Some("7")
        );
        let with = |header: Value| signed(&header, &payload, SECRET);
        let good = plain(&payload);
        let (head, rest) = good.split_once('.').unwrap();
        let (body, signature) = rest.split_once('.').unwrap();
        let other = part(&json!({ "sub": "8", "exp": NOW + 60 }));
        let table = [
            (with(json!({ "alg": "none" })), D::WrongAlgorithm),
            (with(json!({ "alg": "HS512" })), D::WrongAlgorithm),
            (with(json!({ "alg": "hs256" })), D::WrongAlgorithm),
            (with(json!({ "alg": "RS256" })), D::WrongAlgorithm),
            (with(json!({ "alg": ["HS256"] })), D::Malformed),
            (with(json!({})), D::Malformed),
            (
                with(json!({ "alg": "HS256", "crit": ["exp"] })),
                D::Malformed,
            ),
            (with(json!({ "alg": "HS256", "jwk": {} })), D::Malformed),
            (
                with(json!({ "alg": "HS256", "jku": "https://evil.example" })),
                D::Malformed,
            ),
            (with(json!([])), D::Malformed),
            (
                signed(&json!({ "alg": "HS256" }), &payload, "a third secret"),
                D::BadSignature,
            ),
            (format!("{head}.{other}.{signature}"), D::BadSignature),
            (format!("{head}.{body}."), D::BadSignature),
            (format!("{head}.{body}"), D::Malformed),
            (format!("{good}=="), D::Malformed),
            (format!("{good}.{signature}"), D::BadSignature),
            (" ".to_owned(), D::Malformed),
            ("a.b.c".to_owned(), D::Malformed),
            ("é.é.é".to_owned(), D::Malformed),
        ];
        for (token, want) in table {
            assert_eq!(check(&token, true), Err(want), "{token}");
        }
    }

    #[test]
    fn a_token_is_good_in_its_time() {
        use TokenDefect as D;
        let skew = i64::try_from(limit::CLOCK_SKEW.seconds()).unwrap();
        let table = [
            (json!({ "sub": "7" }), Some(D::NoExpiry), None),
            (json!({ "sub": "7", "exp": NOW - skew + 1 }), None, None),
            (
                json!({ "sub": "7", "exp": NOW - skew }),
                Some(D::Expired),
                None,
            ),
            (json!({ "sub": "7", "exp": 0 }), Some(D::Expired), None),
            (
                json!({ "sub": "7", "exp": NOW + 9, "nbf": NOW + skew }),
                None,
                None,
            ),
            (
                json!({ "sub": "7", "exp": NOW + 999, "nbf": NOW + skew + 1 }),
                Some(D::NotYetValid),
                None,
            ),
            (
                json!({ "sub": "7", "exp": NOW + 999, "iat": NOW + skew + 1 }),
                Some(D::NotYetValid),
                None,
            ),
            (json!({ "sub": "7", "exp": 1_800_000_000.5 }), None, None),
            (
                json!({ "sub": "7", "exp": (NOW + 9).to_string() }),
                Some(D::Malformed),
                Some(D::Malformed),
            ),
            (
                json!({ "sub": "7", "exp": -1 }),
                Some(D::Malformed),
                Some(D::Malformed),
            ),
            (
                json!({ "sub": "7", "exp": null }),
                Some(D::Malformed),
                Some(D::Malformed),
            ),
            (
                json!({ "sub": "7", "exp": NOW + 9, "nbf": true }),
                Some(D::Malformed),
                Some(D::Malformed),
            ),
        ];
        for (payload, checked, unchecked) in table {
            let token = plain(&payload);
            assert_eq!(check(&token, true).err(), checked, "{payload}");
            assert_eq!(check(&token, false).err(), unchecked, "{payload}");
        }
    }

    #[test]
    fn claims_are_of_their_types() {
        let long = "x".repeat(limit::SUBJECT_CHARS_MAX + 1);
        for subject in [
            json!(7),
            json!(null),
            json!(""),
            json!(["7"]),
            json!(long),
            json!("a\0b"),
        ] {
            let payload = json!({ "sub": subject, "exp": NOW + 60 });
            assert_eq!(
                check(&plain(&payload), true),
                Err(TokenDefect::Malformed),
                "{payload}"
            );
        }
        let payload = json!({ "exp": NOW + 60, "age": 41, "gold": true, "name": "Ann", "list": [1], "none": null });
        let claims = check(&plain(&payload), true).unwrap();
        assert_eq!(claims.subject, None);
        let texts: Vec<_> = claims
            .texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let exp = (NOW + 60).to_string();
        assert_eq!(
            texts,
            [
                ("age", "41"),
                ("exp", exp.as_str()),
                ("gold", "true"),
                ("name", "Ann")
            ]
        );
        for payload in [json!([]), json!("x"), json!(7), json!(null)] {
            assert_eq!(
                check(&plain(&payload), true),
                Err(TokenDefect::Malformed),
                "{payload}"
            );
        }
    }
}
