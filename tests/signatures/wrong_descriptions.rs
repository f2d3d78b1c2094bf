//! Contradictory schemes: they do not build, and the error names the fix.

use webhook_runtime::{
    Profile, Scheme, Secret, Verifier,
    scheme::{Algorithm, Encoding, FieldLocation, SignedPart, TimestampUnit},
    secret::{SecretEncoding, SecretError},
    verifier::VerifierError,
};

const BASE: Scheme = Scheme::new("x-sig", Algorithm::HmacSha256);
const TEXT: SignedPart = SignedPart::Text(".");
const ID: FieldLocation = FieldLocation::Header("x-id");
const TIME: FieldLocation = FieldLocation::Header("x-time");

fn problem(scheme: &Scheme) -> Option<String> {
    let key = Secret::from_bytes([6; 32]);
    match Verifier::from_scheme_with_url(scheme, "u", &[key]) {
        Ok(_) => None,
        Err(VerifierError::Scheme(problem)) => Some(problem.to_owned()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn contradictions_are_reported_with_a_fix() {
    let timed = BASE.timestamp(TIME, TimestampUnit::Seconds);
    let tagged = BASE.items(',').tag("v1", '=');
    let cases: &[(Scheme, &str)] = &[
        (Scheme::new("", Algorithm::HmacSha256), "lower case"),
        (Scheme::new("X-Sig", Algorithm::HmacSha256), "lower case"),
        (Scheme::new("x sig", Algorithm::HmacSha256), "lower case"),
        (
            Scheme::new("x-s\u{ef}g", Algorithm::HmacSha256),
            "lower case",
        ),
        (BASE.id(FieldLocation::Header("X-Id")), "lower case"),
        (
            BASE.id(FieldLocation::Header("x-sig")),
            "FieldLocation::Item",
        ),
        (
            BASE.event_type(FieldLocation::Header("x:type")),
            "lower case",
        ),
        (
            BASE.event_type(FieldLocation::Body(&[])),
            "at least one key",
        ),
        (
            tagged.event_type(FieldLocation::Item("e")),
            "a header of its own",
        ),
        (
            tagged.subtype(FieldLocation::Item("e")),
            "a header of its own",
        ),
        (BASE.items('\n'), "visible"),
        (BASE.items('\u{fc}'), "visible"),
        (BASE.items('a'), "within a signature"),
        (
            BASE.encoding(Encoding::Base64).items('='),
            "within a signature",
        ),
        (BASE.tag("", '='), "empty"),
        (BASE.tag("v1", '\u{fc}'), "visible"),
        (BASE.tag("v=1", '='), "its own separator"),
        (BASE.items('=').tag("v1", '='), "also within the items"),
        (BASE.items(';').tag("v;1", '='), "also within the items"),
        (BASE.id(FieldLocation::Item("i")), ".items("),
        (BASE.items(',').id(FieldLocation::Item("i")), ".tag("),
        (tagged.id(FieldLocation::Item("")), "empty"),
        (tagged.id(FieldLocation::Item("i=")), "separator"),
        (
            tagged.id(FieldLocation::Item("v1")),
            "the tag of the signatures",
        ),
        (timed, "not signed"),
        (
            BASE.timestamp(FieldLocation::Body(&["t"]), TimestampUnit::Seconds)
                .signed(&[SignedPart::Time, TEXT, SignedPart::Body]),
            "signed with the body",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token)
                .timestamp(FieldLocation::Body(&["t"]), TimestampUnit::Seconds),
            "not signed",
        ),
        (
            timed.id(TIME).signed(&[
                SignedPart::Id,
                TEXT,
                SignedPart::Time,
                TEXT,
                SignedPart::Body,
            ]),
            "same header",
        ),
        (
            tagged
                .id(FieldLocation::Item("t"))
                .timestamp(FieldLocation::Item("t"), TimestampUnit::Seconds)
                .signed(&[
                    SignedPart::Id,
                    TEXT,
                    SignedPart::Time,
                    TEXT,
                    SignedPart::Body,
                ]),
            "same tag",
        ),
        (BASE.signed(&[]), "the body once"),
        (BASE.signed(&[SignedPart::Url]), "the body once"),
        (
            BASE.signed(&[SignedPart::Body, TEXT, SignedPart::Body]),
            "the body once",
        ),
        (
            BASE.signed(&[SignedPart::Id, TEXT, SignedPart::Body]),
            ".id(",
        ),
        (
            BASE.signed(&[SignedPart::Time, TEXT, SignedPart::Body]),
            ".timestamp(",
        ),
        (
            BASE.id(FieldLocation::Body(&["id"]))
                .signed(&[SignedPart::Id, TEXT, SignedPart::Body]),
            "signed with the body",
        ),
        (
            BASE.signed(&[SignedPart::Text(""), SignedPart::Body]),
            "leave it out",
        ),
        (
            BASE.id(ID).signed(&[SignedPart::Id, SignedPart::Body]),
            "runs together",
        ),
        (
            BASE.id(ID).signed(&[SignedPart::Body, SignedPart::Id]),
            "runs together",
        ),
        (
            timed
                .id(ID)
                .signed(&[SignedPart::Id, SignedPart::Time, TEXT, SignedPart::Body]),
            "runs together",
        ),
        (
            timed
                .id(ID)
                .signed(&[SignedPart::Body, TEXT, SignedPart::Time, SignedPart::Id]),
            "runs together",
        ),
        (
            timed.signed(&[SignedPart::Time, SignedPart::Text("0."), SignedPart::Body]),
            "begins with a digit",
        ),
        (
            timed.signed(&[SignedPart::Body, SignedPart::Text(".0"), SignedPart::Time]),
            "ends with a digit",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).signed(&[SignedPart::Body]),
            "signs nothing",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).secret_encoding(SecretEncoding::Hex),
            "compared as it is",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).timestamp(TIME, TimestampUnit::Seconds),
            "not signed",
        ),
        (
            Scheme::new("x-sig", Algorithm::Ed25519).secret_encoding(SecretEncoding::Text),
            "SecretEncoding::Hex",
        ),
        (
            Scheme::new("x-sig", Algorithm::Ed25519).secret_encoding(SecretEncoding::Passphrase),
            "SecretEncoding::Hex",
        ),
    ];
    for (scheme, expected) in cases {
        let problem = problem(scheme).unwrap_or_else(|| panic!("{expected}: {scheme:?}"));
        assert!(problem.contains(expected), "{expected:?} in {problem:?}");
    }
    // Similar schemes without a contradiction are accepted.
    for scheme in [
        BASE,
        tagged,
        BASE.id(ID),
        BASE.id(FieldLocation::Body(&["id"])),
        timed.signed(&[SignedPart::Time, SignedPart::Body]),
        timed.signed(&[SignedPart::Body, SignedPart::Time]),
        timed.signed(&[SignedPart::Url, SignedPart::Time, TEXT, SignedPart::Body]),
        BASE.id(ID)
            .signed(&[SignedPart::Id, TEXT, SignedPart::Body]),
        Scheme::new("authorization", Algorithm::Token),
        Scheme::GITHUB,
        Scheme::STRIPE,
        Scheme::SLACK,
        Scheme::SHOPIFY,
    ] {
        assert_eq!(problem(&scheme), None, "{scheme:?}");
    }
}

#[test]
fn header_name_that_is_invalid_or_not_lower_case_is_rejected() {
    for byte in 0..=0x7f_u8 {
        let name: &'static str = Box::leak(format!("x{}", char::from(byte)).into_boxed_str());
        let is_name =
            http::HeaderName::from_bytes(name.as_bytes()).is_ok_and(|found| found == name);
        let scheme = Scheme::new(name, Algorithm::HmacSha256);
        let upper = byte.is_ascii_uppercase();
        assert_eq!(problem(&scheme).is_none(), is_name && !upper, "{name:?}");
    }
}

#[test]
fn public_key_of_a_scheme_is_32_bytes() {
    let scheme = Scheme::new("x-sig", Algorithm::Ed25519);
    for (key, error) in [
        ("6a".repeat(31), SecretError::PublicKeyLength),
        ("6a".repeat(33), SecretError::PublicKeyLength),
        ("00".repeat(32), SecretError::InvalidPublicKey),
        ("6a".repeat(32) + "a", SecretError::NotHex),
        (String::new(), SecretError::Empty),
    ] {
        let actual = Verifier::from_scheme(&scheme, &[Secret::new(key)]).unwrap_err();
        assert_eq!(actual, VerifierError::Secret(error));
    }
}

#[test]
#[should_panic(expected = "not signed")]
fn profile_of_a_contradictory_scheme_panics() {
    let scheme = BASE
        .event_type(FieldLocation::Body(&["type"]))
        .timestamp(TIME, TimestampUnit::Seconds);
    let _ = Profile::new("acme", scheme);
}

#[test]
#[should_panic(expected = ".event_type(")]
fn profile_without_event_type_panics() {
    let _ = Profile::new("acme", BASE);
}

#[test]
#[should_panic(expected = "Scheme::secret_encoding")]
fn secret_encoding_of_a_scheme_is_not_set_on_the_profile() {
    let _ = Profile::new("github", Scheme::GITHUB).secret_encoding(SecretEncoding::Text);
}
