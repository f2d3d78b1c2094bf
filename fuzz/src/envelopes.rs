//! Any body, correctly signed, for every provider: handlers receive the event type that a complete parse finds, and no
//! authentic delivery is answered with a 4xx.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use bytes::Bytes;
use webhook_runtime::testing::Signer;
use webhook_runtime::{Endpoint, Provider, Router};

use crate::model::envelope::{self, Envelope};
use crate::model::tree::Tree;
use crate::providers::{Answer, anthropic, cadenya, deliver, endpoint, openai, samples_of, wacht};

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    provider: ProviderName,
    body: Body<'a>,
}

#[derive(Arbitrary, Debug)]
enum ProviderName {
    Anthropic,
    OpenAi,
    Cadenya,
    Wacht,
}

#[derive(Arbitrary, Debug)]
enum Body<'a> {
    Raw(&'a [u8]),
    /// Sample with bytes that were inserted or removed.
    Sample {
        sample: u8,
        edits: Vec<Edit<'a>>,
    },
    /// Sequence of tokens, most of them of envelopes.
    Tokens(Vec<Token<'a>>),
}

#[derive(Arbitrary, Debug)]
struct Edit<'a> {
    position: u16,
    removed: u8,
    inserted: Insertion<'a>,
}

#[derive(Arbitrary, Debug)]
enum Insertion<'a> {
    Text(&'a [u8]),
    Member(u8),
}

#[derive(Arbitrary, Debug)]
enum Token<'a> {
    Known(u8),
    Text(&'a str),
}

/// Tokens of envelopes.
const TOKENS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"type\"",
    "\"data\"",
    "\"timestamp\"",
    "\"created_at\"",
    "\"message_type\"",
    "\"\\u0074ype\"",
    "\"d\\u0061ta\"",
    "\"id\"",
    "\"objectiveEvent\"",
    "\"metadata\"",
    "\"content\"",
    "\"session.created\"",
    "\"batch.failed\"",
    "\"objective_event.user_message\"",
    "\"agent.thread.message\"",
    "\"organization.deleted\"",
    "\"conversation_message\"",
    "\"platform_event\"",
    "\"brand.new\"",
    "\"batch.f\\u0061iled\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\"",
    "null",
    "true",
    "0",
    "-1.5e3",
    "1e999",
    "123456789012345678901234567890",
    " ",
    "\n",
    "\"\\\"\"",
    "\"\u{e9}\"",
    "\u{feff}",
];

/// Object members, of which a second one with the same key must be rejected.
const MEMBERS: [&str; 16] = [
    "\"type\":\"brand.new\",",
    "\"\\u0074ype\":\"brand.new\",",
    "\"type\":null,",
    "\"type\":{},",
    "\"data\":{},",
    "\"d\\u0061ta\":{\"type\":\"x\"},",
    "\"data\":null,",
    "\"data\":[],",
    "\"timestamp\":1,",
    "\"created_at\":[{}],",
    "\"message_type\":\"platform_event\",",
    "\"message_type\":\"steer\",",
    "\"objectiveEvent\":null,",
    "\"metadata\":{\"id\":1},",
    "\"new\":{\"type\":\"x\",\"data\":[null]},",
    "\"\\\"\":\"}\",",
];

/// Endpoints of one provider.
struct Endpoints<T, U, V> {
    typed: Endpoint<T>,
    untyped: Endpoint<U>,
    views: Endpoint<V>,
}

macro_rules! endpoints {
    ($($name:ident: $module:ident;)*) => {$(
        static $name: LazyLock<Endpoints<$module::Typed, $module::Untyped, $module::Views>> =
            LazyLock::new(|| Endpoints {
                typed: endpoint($module::Typed),
                untyped: endpoint($module::Untyped),
                views: endpoint($module::Views),
            });
    )*};
}

endpoints! {
    ANTHROPIC: anthropic;
    OPENAI: openai;
    CADENYA: cadenya;
    WACHT: wacht;
}

static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::default);

impl Case<'_> {
    pub fn check(&self) {
        match self.provider {
            ProviderName::Anthropic => self.check_with(&*ANTHROPIC, envelope::ANTHROPIC),
            ProviderName::OpenAi => self.check_with(&*OPENAI, envelope::OPENAI),
            ProviderName::Cadenya => self.check_with(&*CADENYA, envelope::CADENYA),
            ProviderName::Wacht => self.check_with(&*WACHT, envelope::WACHT),
        }
    }

    fn check_with<T: Router, U: Router, V: Router>(
        &self,
        endpoints: &Endpoints<T, U, V>,
        envelope: Envelope,
    ) {
        let body = Bytes::from(self.body.bytes::<T::Provider>());
        let signed = SIGNER.sign(body.clone());
        let typed = deliver(&endpoints.typed, &signed.headers, body.clone());
        let untyped = deliver(&endpoints.untyped, &signed.headers, body.clone());
        let views = deliver(&endpoints.views, &signed.headers, body.clone());
        for answer in [&typed, &untyped, &views] {
            assert!(matches!(answer.status, 200 | 500), "{}", answer.status);
            assert_eq!(answer.status == 200, answer.recorded.is_some());
        }
        let Some(tree) = Tree::parse(&body) else {
            return;
        };
        let expected = envelope.event_type(&tree);
        let agrees = |answer: &Answer| answer.recorded.is_none() || answer.recorded == expected;
        for answer in [&typed, &untyped, &views] {
            assert!(
                agrees(answer),
                "expected {expected:?}, found {:?}",
                answer.recorded
            );
        }
        // A handler without a payload receives every event: only a payload that does not decode could prevent it.
        if !envelope.is_replay(&tree) {
            assert_eq!(untyped.recorded, expected);
        }
    }
}

impl Body<'_> {
    fn bytes<P: Provider>(&self) -> Vec<u8> {
        match self {
            Self::Raw(bytes) => bytes.to_vec(),
            Self::Tokens(tokens) => tokens
                .iter()
                .map(Token::text)
                .collect::<String>()
                .into_bytes(),
            Self::Sample { sample, edits } => {
                let all = samples_of::<P>();
                let mut body = all[usize::from(*sample) % all.len()]
                    .body
                    .as_bytes()
                    .to_vec();
                for edit in edits {
                    edit.apply(&mut body);
                }
                body
            }
        }
    }
}

impl Edit<'_> {
    fn apply(&self, body: &mut Vec<u8>) {
        let inserted = match self.inserted {
            Insertion::Text(text) => text,
            Insertion::Member(member) => MEMBERS[usize::from(member) % MEMBERS.len()].as_bytes(),
        };
        let mut start = usize::from(self.position) % (body.len() + 1);
        if matches!(self.inserted, Insertion::Member(_)) {
            // A member may follow a brace or a comma.
            let precedes_member = |byte: &u8| matches!(byte, b'{' | b',');
            start += body[start..]
                .iter()
                .position(precedes_member)
                .map_or(0, |found| found + 1);
        }
        let end = (start + usize::from(self.removed % 16)).min(body.len());
        body.splice(start..end, inserted.iter().copied());
    }
}

impl Token<'_> {
    fn text(&self) -> String {
        match self {
            Self::Known(index) => TOKENS[usize::from(*index) % TOKENS.len()].to_owned(),
            Self::Text(text) => text.to_string(),
        }
    }
}
