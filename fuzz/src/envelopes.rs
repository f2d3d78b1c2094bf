//! Any body, correctly signed, at every provider: what the scanner and the decoder see is what a whole parse sees, and
//! no authentic delivery is answered with a 4xx.

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
    of: Of,
    body: Body<'a>,
}

#[derive(Arbitrary, Debug)]
enum Of {
    Anthropic,
    OpenAi,
    Cadenya,
    Wacht,
}

#[derive(Arbitrary, Debug)]
enum Body<'a> {
    Raw(&'a [u8]),
    /// A sample into whose text something is put, or from which something is taken.
    Sample {
        sample: u8,
        edits: Vec<Edit<'a>>,
    },
    /// JSON that is put together of the keys that matter.
    Made(Vec<Token<'a>>),
}

#[derive(Arbitrary, Debug)]
struct Edit<'a> {
    at: u16,
    takes: u8,
    puts: Piece<'a>,
}

#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    Text(&'a [u8]),
    Member(u8),
}

#[derive(Arbitrary, Debug)]
enum Token<'a> {
    Piece(u8),
    Text(&'a str),
}

/// What envelopes are made of.
const PIECES: [&str; 40] = [
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

/// Members that an object may hold once.
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

/// The endpoints of one provider.
struct Of4<T, U, V> {
    typed: Endpoint<T>,
    untyped: Endpoint<U>,
    views: Endpoint<V>,
}

macro_rules! of {
    ($($name:ident: $module:ident;)*) => {$(
        static $name: LazyLock<Of4<$module::Typed, $module::Untyped, $module::Views>> =
            LazyLock::new(|| Of4 {
                typed: endpoint($module::Typed),
                untyped: endpoint($module::Untyped),
                views: endpoint($module::Views),
            });
    )*};
}

of! {
    ANTHROPIC: anthropic;
    OPENAI: openai;
    CADENYA: cadenya;
    WACHT: wacht;
}

static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::default);

impl Case<'_> {
    pub fn check(&self) {
        match self.of {
            Of::Anthropic => self.check_with(&*ANTHROPIC, envelope::ANTHROPIC),
            Of::OpenAi => self.check_with(&*OPENAI, envelope::OPENAI),
            Of::Cadenya => self.check_with(&*CADENYA, envelope::CADENYA),
            Of::Wacht => self.check_with(&*WACHT, envelope::WACHT),
        }
    }

    fn check_with<T: Router, U: Router, V: Router>(&self, of: &Of4<T, U, V>, envelope: Envelope) {
        let body = Bytes::from(self.body.bytes::<T::Provider>());
        let signed = SIGNER.sign(body.clone());
        let typed = deliver(&of.typed, &signed.headers, body.clone());
        let untyped = deliver(&of.untyped, &signed.headers, body.clone());
        let views = deliver(&of.views, &signed.headers, body.clone());
        for answer in [&typed, &untyped, &views] {
            assert!(matches!(answer.status, 200 | 500), "{}", answer.status);
            assert_eq!(answer.status == 200, answer.seen.is_some());
        }
        let Some(tree) = Tree::parse(&body) else {
            return;
        };
        let expected = envelope.event_type(&tree);
        let agrees = |answer: &Answer| answer.seen.is_none() || answer.seen == expected;
        for answer in [&typed, &untyped, &views] {
            assert!(agrees(answer), "{:?}, not {expected:?}", answer.seen);
        }
        // Nothing but a payload that does not fit is in the way.
        if !envelope.is_replay(&tree) {
            assert_eq!(untyped.seen, expected);
        }
    }
}

impl Body<'_> {
    fn bytes<P: Provider>(&self) -> Vec<u8> {
        match self {
            Self::Raw(bytes) => bytes.to_vec(),
            Self::Made(tokens) => tokens
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
        let puts = match self.puts {
            Piece::Text(text) => text,
            Piece::Member(member) => MEMBERS[usize::from(member) % MEMBERS.len()].as_bytes(),
        };
        let mut at = usize::from(self.at) % (body.len() + 1);
        if matches!(self.puts, Piece::Member(_)) {
            // Behind a brace or a comma, where a member can stand.
            let ahead = |byte: &u8| matches!(byte, b'{' | b',');
            at += body[at..]
                .iter()
                .position(ahead)
                .map_or(0, |found| found + 1);
        }
        let end = (at + usize::from(self.takes % 16)).min(body.len());
        body.splice(at..end, puts.iter().copied());
    }
}

impl Token<'_> {
    fn text(&self) -> String {
        match self {
            Self::Piece(piece) => PIECES[usize::from(*piece) % PIECES.len()].to_owned(),
            Self::Text(text) => text.to_string(),
        }
    }
}
