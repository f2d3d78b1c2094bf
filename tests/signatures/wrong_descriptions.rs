//! Descriptions that contradict themselves do not build, and say what to do.

use webhook_runtime::{
    Algorithm, At, Encoding, KeyForm, Part, Profile, Scheme, SchemeError, SchemeVerifier, Secret,
    SecretError, Unit,
};

const BASE: Scheme = Scheme::new("x-sig", Algorithm::HmacSha256);
const TEXT: Part = Part::Text(".");
const ID: At = At::Header("x-id");
const TIME: At = At::Header("x-time");

fn problem(scheme: &Scheme) -> Option<String> {
    let key = Secret::from_bytes([6; 32]);
    match SchemeVerifier::with_url(scheme, "u", &[key]) {
        Ok(_) => None,
        Err(SchemeError::Description(problem)) => Some(problem.to_owned()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn each_contradiction_is_told_with_what_to_do() {
    let timed = BASE.timestamp(TIME, Unit::Seconds);
    let tagged = BASE.items(',').tag("v1", '=');
    let cases: &[(Scheme, &str)] = &[
        (Scheme::new("", Algorithm::HmacSha256), "lower case"),
        (Scheme::new("X-Sig", Algorithm::HmacSha256), "lower case"),
        (Scheme::new("x sig", Algorithm::HmacSha256), "lower case"),
        (
            Scheme::new("x-s\u{ef}g", Algorithm::HmacSha256),
            "lower case",
        ),
        (BASE.id(At::Header("X-Id")), "lower case"),
        (BASE.id(At::Header("x-sig")), "At::Item"),
        (BASE.event_type(At::Header("x:type")), "lower case"),
        (BASE.event_type(At::Body(&[])), "at least one key"),
        (tagged.event_type(At::Item("e")), "a header of its own"),
        (tagged.subtype(At::Item("e")), "a header of its own"),
        (BASE.items('\n'), "visible"),
        (BASE.items('\u{fc}'), "visible"),
        (BASE.items('a'), "inside a signature"),
        (
            BASE.encoding(Encoding::Base64).items('='),
            "inside a signature",
        ),
        (BASE.tag("", '='), "empty"),
        (BASE.tag("v1", '\u{fc}'), "visible"),
        (BASE.tag("v=1", '='), "its own separator"),
        (BASE.items('=').tag("v1", '='), "also within the items"),
        (BASE.items(';').tag("v;1", '='), "also within the items"),
        (BASE.id(At::Item("i")), ".items("),
        (BASE.items(',').id(At::Item("i")), ".tag("),
        (tagged.id(At::Item("")), "empty"),
        (tagged.id(At::Item("i=")), "separator"),
        (tagged.id(At::Item("v1")), "that of the signatures"),
        (timed, "not signed"),
        (
            BASE.timestamp(At::Body(&["t"]), Unit::Seconds)
                .signed(&[Part::Time, TEXT, Part::Body]),
            "signed with the body",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).timestamp(At::Body(&["t"]), Unit::Seconds),
            "not signed",
        ),
        (
            timed
                .id(TIME)
                .signed(&[Part::Id, TEXT, Part::Time, TEXT, Part::Body]),
            "same header",
        ),
        (
            tagged
                .id(At::Item("t"))
                .timestamp(At::Item("t"), Unit::Seconds)
                .signed(&[Part::Id, TEXT, Part::Time, TEXT, Part::Body]),
            "same tag",
        ),
        (BASE.signed(&[]), "the body once"),
        (BASE.signed(&[Part::Url]), "the body once"),
        (
            BASE.signed(&[Part::Body, TEXT, Part::Body]),
            "the body once",
        ),
        (BASE.signed(&[Part::Id, TEXT, Part::Body]), ".id("),
        (BASE.signed(&[Part::Time, TEXT, Part::Body]), ".timestamp("),
        (
            BASE.id(At::Body(&["id"]))
                .signed(&[Part::Id, TEXT, Part::Body]),
            "signed with the body",
        ),
        (BASE.signed(&[Part::Text(""), Part::Body]), "leave it out"),
        (BASE.id(ID).signed(&[Part::Id, Part::Body]), "runs together"),
        (BASE.id(ID).signed(&[Part::Body, Part::Id]), "runs together"),
        (
            timed
                .id(ID)
                .signed(&[Part::Id, Part::Time, TEXT, Part::Body]),
            "runs together",
        ),
        (
            timed
                .id(ID)
                .signed(&[Part::Body, TEXT, Part::Time, Part::Id]),
            "runs together",
        ),
        (
            timed.signed(&[Part::Time, Part::Text("0."), Part::Body]),
            "begins with a digit",
        ),
        (
            timed.signed(&[Part::Body, Part::Text(".0"), Part::Time]),
            "ends with a digit",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).signed(&[Part::Body]),
            "signs nothing",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).key(KeyForm::Hex),
            "compared as it is",
        ),
        (
            Scheme::new("x-sig", Algorithm::Token).timestamp(TIME, Unit::Seconds),
            "not signed",
        ),
        (
            Scheme::new("x-sig", Algorithm::Ed25519).key(KeyForm::Text),
            "KeyForm::Hex",
        ),
        (
            Scheme::new("x-sig", Algorithm::Ed25519).key(KeyForm::Passphrase),
            "KeyForm::Hex",
        ),
    ];
    for (scheme, words) in cases {
        let problem = problem(scheme).unwrap_or_else(|| panic!("{words}: {scheme:?}"));
        assert!(problem.contains(words), "{words:?} in {problem:?}");
    }
    // What stands beside them builds.
    for scheme in [
        BASE,
        tagged,
        BASE.id(ID),
        BASE.id(At::Body(&["id"])),
        timed.signed(&[Part::Time, Part::Body]),
        timed.signed(&[Part::Body, Part::Time]),
        timed.signed(&[Part::Url, Part::Time, TEXT, Part::Body]),
        BASE.id(ID).signed(&[Part::Id, TEXT, Part::Body]),
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
fn every_name_of_a_header_builds_or_is_refused() {
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
fn a_public_key_of_a_description_is_32_bytes() {
    let scheme = Scheme::new("x-sig", Algorithm::Ed25519);
    for (key, error) in [
        ("6a".repeat(31), SecretError::PublicKeyLength),
        ("6a".repeat(33), SecretError::PublicKeyLength),
        ("00".repeat(32), SecretError::UnsoundPublicKey),
        ("6a".repeat(32) + "a", SecretError::NotHex),
        (String::new(), SecretError::Empty),
    ] {
        let refused = SchemeVerifier::new(&scheme, &[Secret::new(key)]).unwrap_err();
        assert_eq!(refused, SchemeError::Secret(error));
    }
}

#[test]
#[should_panic(expected = "not signed")]
fn a_profile_of_a_contradiction_panics_so_a_constant_does_not_compile() {
    let scheme = BASE
        .event_type(At::Body(&["type"]))
        .timestamp(TIME, Unit::Seconds);
    let _ = Profile::new("acme", scheme);
}

#[test]
#[should_panic(expected = ".event_type(")]
fn a_profile_says_where_the_event_type_stands() {
    let _ = Profile::new("acme", BASE);
}

#[test]
#[should_panic(expected = "Scheme::key")]
fn how_a_key_reads_is_said_by_its_scheme() {
    let _ = Profile::new("github", Scheme::GITHUB).bare_secret(webhook_runtime::BareSecret::Raw);
}
